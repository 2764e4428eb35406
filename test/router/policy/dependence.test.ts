import { SearchText } from '../../../router/policy/searchText';
import { costOf } from '../../../router/money/cost';
import { dependenceOf } from '../../../router/policy/dependence';
import type { DependenceInput } from '../../../router/policy/dependence';
import { compileRules } from '../../../router/policy/rules';
import type { Classification, Model, Rule } from '../../../router/types';
import { ruleOf } from '../../support/policies';
import { modelOf } from '../../support/standIn/scriptedModel';

const CLASSIFICATION: Classification = {
	task: 'qa',
	complexity: 0.5,
	level: 'moderate',
	confidence: 0.9,
	language: 'en',
	tokens: 100,
	contains: [],
	intent: null,
	method: 'local',
	ms: 0,
};
const priced = (alias: string, price: number, quality: number, more: Partial<Model> = {}): Model =>
	modelOf(alias, null, { quality, prices: { input: { base: price }, output: { base: price } }, ...more });
const CHEAP = priced('cheap', 1, 30);
const DEAR = priced('dear', 9, 90);

/** What it depends on, as a list of names. */
function dependsOn(rules: Rule[], more: Partial<DependenceInput> = {}): string {
	const models = more.models ?? [CHEAP, DEAR];
	const dependence = dependenceOf({
		rules: compileRules(
			rules,
			models.map(({ alias }) => alias),
		),
		text: new SearchText('Where is my order?'),
		conditionsHold: () => true,
		noMatch: 'output',
		models,
		classification: CLASSIFICATION,
		preference: 0.5,
		requestTokens: 100,
		attachments: [],
		seed: '',
		costOf,
		...more,
	});
	return Object.entries(dependence)
		.filter(([, depends]) => depends)
		.map(([name]) => name)
		.join(' ');
}

const coding = ruleOf({ match: { taskTypes: ['coding'] } });
const intents = [{ name: 'refund', examples: ['money back'] }];

describe('which rule matches', () => {
	it.each<[string, Rule[], string]>([
		['nothing but facts', [ruleOf({ match: { keywords: ['order'], languages: ['de'] } })], ''],
		['a rule that asks nothing', [ruleOf({}), coding], ''],
		['a task', [coding], 'task'],
		['a task behind a rule that holds anyway', [ruleOf({ match: { keywords: ['order'] } }), coding], ''],
		['a task before a rule that holds anyway', [coding, ruleOf({})], 'task'],
		[
			'a task of a rule that a fact rules out',
			[ruleOf({ match: { taskTypes: ['qa'], minTokens: 500 } })],
			'',
		],
		['a task of a rule that is off', [{ ...coding, enabled: false }], ''],
		['a level', [ruleOf({ match: { complexity: ['complex'] } })], 'complexity'],
		['an intent', [ruleOf({ match: { intents } })], 'intent'],
		[
			'all of them',
			[coding, ruleOf({ match: { complexity: ['simple'], intents } })],
			'task complexity intent',
		],
	])('%s', (_, rules, expected) => {
		expect(dependsOn(rules)).toBe(expected);
	});

	test('conditions of the editor are facts too', () => {
		expect(dependsOn([coding], { conditionsHold: () => false })).toBe('');
	});
});

describe('the order of the models', () => {
	const smart = ruleOf({ strategy: 'smart' });

	it.each<[string, Rule[], Partial<DependenceInput>, string]>([
		['smart', [smart], {}, 'complexity'],
		['no rule at all', [], { noMatch: 'smart' }, 'complexity'],
		['preference 0: the cheapest in any case', [smart], { preference: 0 }, ''],
		['preference 1: the best in any case', [smart], { preference: 1 }, ''],
		['one model', [{ ...smart, models: ['dear'] }], {}, ''],
		['the best is the cheapest', [smart], { models: [priced('a', 1, 90), priced('b', 9, 30)] }, ''],
		[
			'only one model fits',
			[smart],
			{ models: [CHEAP, { ...DEAR, contextWindow: 200 }], requestTokens: 5_000 },
			'',
		],
		['other strategies', [ruleOf({ strategy: 'cascade' })], {}, ''],
		['smart behind a rule that holds', [ruleOf({}), smart], {}, ''],
		['smart where an open rule is passed', [coding], { noMatch: 'smart' }, 'task complexity'],
	])('%s', (_, rules, more, expected) => {
		expect(dependsOn(rules, more)).toBe(expected);
	});
});
