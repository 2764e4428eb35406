import { compileRules, reachableAliases } from '../../../router/policy/rules';
import { ConfigurationError, type Match, type Rule } from '../../../router/types';

function rule(changes: Partial<Rule> = {}): Rule {
	return { name: 'Coding', enabled: true, match: {}, models: [], strategy: 'smart', ...changes };
}

function errorOf(run: () => unknown): ConfigurationError {
	try {
		run();
	} catch (error) {
		if (error instanceof ConfigurationError) return error;
		throw error;
	}
	throw new Error('no error was thrown');
}

describe('what cannot work stops with the field, the value and the remedy', () => {
	const ALIASES = ['small', 'large'];
	it.each<[string, Rule[], string[], string, RegExp]>([
		['an unknown alias', [rule({ models: ['haiku'] })], ALIASES, 'Rules → Models', /"Coding".*"haiku"/],
		['two equal aliases', [], ['a', 'a'], 'Models → Name', /"a"/],
		['an empty alias', [], ['a', ' '], 'Models → Name', /Model 2/],
		[
			'a broken expression',
			[rule({ match: { keywords: ['/(/i'] } })],
			ALIASES,
			'Rules → Match → Keywords',
			/"Coding".*\/\(\/i/,
		],
		[
			'a word for a language',
			[rule({ match: { languages: ['german'] } })],
			ALIASES,
			'Rules → Match → Languages',
			/"german"/,
		],
		[
			'an impossible length',
			[rule({ match: { minTokens: 9, maxTokens: 5 } })],
			ALIASES,
			'Rules → Match → Tokens',
			/9.*5/,
		],
	])('%s', (_case, rules, aliases, field, message) => {
		const error = errorOf(() => compileRules(rules, aliases));
		expect(error.field).toBe(field);
		expect(error.message).toMatch(message);
		expect(error.remedy).not.toBe('');
	});

	it('lets a disabled rule name what it likes', () => {
		const match: Match = { keywords: ['/(/'] };
		expect(() => compileRules([rule({ enabled: false, models: ['gone'], match })], ALIASES)).not.toThrow();
	});
});

it.each<[string, Rule[], 'smart' | 'output', string[]]>([
	['everything with a default route', [rule({ models: ['a'] })], 'smart', ['a', 'b', 'c']],
	['what rules name without one', [rule({ models: ['a'] }), rule({ models: ['b'] })], 'output', ['a', 'b']],
	['everything for a rule that names none', [rule()], 'output', ['a', 'b', 'c']],
	['nothing by disabled rules', [rule({ models: ['a'], enabled: false })], 'output', []],
])('reaches %s', (_case, rules, noMatch, reached) => {
	expect([...reachableAliases(rules, noMatch, ['a', 'b', 'c'])]).toEqual(reached);
});
