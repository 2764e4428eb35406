import { matchRule } from '../../../router/policy/match';
import { compileRules } from '../../../router/policy/rules';
import { ConfigurationError, type Classification, type Match, type Rule } from '../../../router/types';

const CLASSIFICATION: Classification = {
	task: 'coding',
	complexity: 0.71,
	level: 'complex',
	confidence: 0.9,
	language: 'en',
	tokens: 1412,
	contains: ['code', 'personalData'],
	intent: null,
	method: 'local',
	ms: 0.2,
};

interface Asked {
	text?: string;
	classification?: Partial<Classification>;
	minConfidence?: number;
	conditionsHold?: (index: number) => boolean;
}

function rule(name: string, match: Match, enabled = true): Rule {
	return { name, enabled, match, models: [], strategy: 'smart' };
}

function matched(rules: Rule[], asked: Asked = {}): { name: string; because: readonly string[] } | null {
	const found = matchRule(
		compileRules(rules, ['a']),
		{ ...CLASSIFICATION, ...asked.classification },
		asked.text ?? '',
		asked.minConfidence ?? 0.4,
		asked.conditionsHold ?? (() => true),
	);
	return found && { name: found.rule.name, because: found.because };
}

describe('parts of a rule', () => {
	it.each<[Match, string[] | null]>([
		[{}, []],
		[{ taskTypes: [], languages: [], keywords: [' '], contains: [], complexity: [] }, []],
		[{ taskTypes: ['math', 'coding'] }, ['task coding']],
		[{ taskTypes: ['math'] }, null],
		[{ complexity: ['complex'] }, ['complexity 0.71 (complex)']],
		[{ complexity: ['simple', 'moderate'] }, null],
		[{ languages: ['de', 'EN-us'] }, ['language en']],
		[{ languages: ['de'] }, null],
		[{ minTokens: 1412, maxTokens: 1412 }, ['1,412 tokens']],
		[{ minTokens: 1413 }, null],
		[{ maxTokens: 1411 }, null],
		[{ contains: ['image', 'code'] }, ['contains code']],
		[{ contains: ['image'] }, null],
		[{ taskTypes: ['coding'], contains: ['image'] }, null],
		[{ taskTypes: ['coding'], keywords: ['fix'] }, ['task coding', 'keyword "fix"']],
	])('%j', (match, because) => {
		const found = matched([rule('R', match)], { text: 'Please FIX it' });
		expect(found?.because ?? null).toEqual(because);
	});

	it('takes Norwegian in any spelling', () => {
		expect(
			matched([rule('R', { languages: ['no'] })], { classification: { language: 'nb' } }),
		).not.toBeNull();
	});

	it('does not trust a task below the bound', () => {
		const rules = [rule('Task', { taskTypes: ['coding'] }), rule('Rest', {})];
		expect(matched(rules, { classification: { confidence: 0.39 } })?.name).toBe('Rest');
		expect(matched(rules, { classification: { confidence: 0.4 } })?.name).toBe('Task');
		expect(matched(rules, { classification: { confidence: 0 }, minConfidence: 0 })?.name).toBe('Task');
	});
});

describe('which rule', () => {
	it('is the first that matches, disabled ones left out', () => {
		const rules = [rule('Off', {}, false), rule('No', { taskTypes: ['math'] }), rule('A', {}), rule('B', {})];
		expect(matched(rules)?.name).toBe('A');
		expect(matched([rule('Off', {}, false)])).toBeNull();
	});

	it("asks the editor's conditions last, and only where all else holds", () => {
		const asked: number[] = [];
		const rules = [rule('No', { taskTypes: ['math'] }), rule('Refused', {}), rule('Taken', {})];
		const conditionsHold = (index: number): boolean => (asked.push(index), index === 2);
		expect(matched(rules, { conditionsHold })?.name).toBe('Taken');
		expect(asked).toEqual([1, 2]);
	});
});

describe('keywords', () => {
	it.each([
		['refund', 'Where is my REFUND?', true],
		['refund', 'refunds are slow', false],
		['refund', 'prerefund', false],
		['refund', 'first prerefund, then a refund', true],
		['credit card', 'my credit\n  card', true],
		['c++', 'in C++, please', true],
		['.net', 'ASP.NET', true],
		['café', 'Un CAFE\u0301 !', true],
		['caf', 'un café', false],
		['über', 'Übergang', false],
		['straße', 'Die Straße.', true],
		['счёт', 'Где мой СЧЁТ?', true],
		['счёт', 'счётчик', false],
		['退款', '我要申请退款吗', true],
		['환불', '환불을 해 주세요', true],
		['api', '请用API接口', true],
		['api', '𝒜api', false],
		['ai', 'said', false],
		['/ref(und|er)s?/i', 'REFERS to', true],
		['/Refund/', 'refund', false],
		['/a\\/b/', 'x a/b y', true],
		['/etc/hosts', 'edit /etc/hosts now', true],
		['/refund/g', 'refund', true],
	])('%s in "%s": %s', (keyword, text, found) => {
		const rules = [rule('R', { keywords: ['never there', keyword] })];
		expect(matched(rules, { text }) !== null).toBe(found);
		expect(matched(rules, { text }) !== null).toBe(found);
	});

	it('names the expression that was found', () => {
		const rules = [rule('R', { keywords: ['/x/', '/inv(oice)?/i'] })];
		expect(matched(rules, { text: 'my INVOICE' })?.because).toEqual(['keyword /inv(oice)?/i']);
	});

	it('searches a megabyte in a blink', () => {
		const keywords = Array.from({ length: 50 }, (_, index) => `keyword number ${index}`);
		const text = 'aaaaaaaaa keyword number '.repeat(40_000);
		const started = process.hrtime.bigint();
		expect(matched([rule('R', { keywords: [...keywords, 'aaaa', '/b{9}/'] })], { text })).toBeNull();
		expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(1000);
	});

	it('stops an expression that runs away, names rule and expression, and works on', () => {
		const rules = [rule('Trap', { keywords: ['/fine/', '/(a+)+$/'] })];
		const text = `${'a'.repeat(60)}!`;
		let error: unknown;
		try {
			matched(rules, { text });
		} catch (thrown) {
			error = thrown;
		}
		expect(error).toBeInstanceOf(ConfigurationError);
		expect((error as ConfigurationError).message).toContain(
			'Rule "Trap": the expression /(a+)+$/ takes too long',
		);
		expect((error as ConfigurationError).message).not.toContain('aaa');
		expect(matched(rules, { text: 'aaa' })?.because).toEqual(['keyword /(a+)+$/']);
	});
});
