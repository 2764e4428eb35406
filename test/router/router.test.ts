import type { Verdict } from '../../router/classify/classifier';
import { DEFAULTS } from '../../router/failover/settings';
import { DEFAULT_MIN_CONFIDENCE } from '../../router/policy/match';
import { compileRules } from '../../router/policy/rules';
import { failedDecision, route } from '../../router/router';
import type { Policy, World } from '../../router/router';
import { createMemoryStore } from '../../router/state/memory';
import type { Attachment, ChatRequest, Decision, Model, Rule } from '../../router/types';
import { fails, modelOf, scriptedClient, whole } from './scriptedModel';
import type { Play } from './scriptedModel';
import { virtualTime } from './virtualTime';

const PRICES = { input: { base: 1 }, output: { base: 10 } };
const ASK = 'What are your opening hours on Sunday?';
const VERDICT: Verdict = {
	task: 'qa',
	complexity: 0.2,
	level: 'simple',
	confidence: 0.9,
	language: 'en',
	tokens: 8,
	contains: [],
	intent: null,
	method: 'local',
};
const rule = (more: Partial<Rule>): Rule => ({
	name: 'Rule',
	enabled: true,
	match: {},
	models: [],
	strategy: 'priority',
	...more,
});

function house(seed = 1) {
	const time = virtualTime(seed);
	const world: World = {
		surroundings: time.surroundings,
		store: createMemoryStore(),
		classifier: { classify: () => VERDICT },
	};
	const model = (alias: string, plays: Play[] = [whole()], more: Partial<Model> = {}): Model =>
		modelOf(alias, scriptedClient(time.surroundings, plays), { prices: PRICES, ...more });
	const decide = (
		models: Model[],
		{ rules = [rule({})], ...policy }: Partial<Omit<Policy, 'rules'>> & { rules?: Rule[] } = {},
		prompt = ASK,
		more: { request?: Partial<ChatRequest>; world?: Partial<World> } = {},
	): Promise<Decision> => {
		const request: ChatRequest = {
			messages: [{ role: 'user', text: prompt }],
			format: { type: 'text' },
			limits: {},
			...more.request,
		};
		const whole: Policy = {
			mode: 'answer',
			models,
			noMatch: 'smart',
			preference: 0.5,
			minConfidence: DEFAULT_MIN_CONFIDENCE,
			failover: DEFAULTS,
			...policy,
			rules: compileRules(
				rules,
				models.map(({ alias }) => alias),
			),
		};
		return time.run(() => route(request, whole, { ...world, ...more.world }));
	};
	return { time, world, model, decide };
}

describe('answer', () => {
	test('the first choice: answered, with its cost, its time and everything in between', async () => {
		const { model, decide } = house();
		const decision = await decide([model('first', [[{ wait: 300 }, ...whole('At nine.')]]), model('second')]);
		expect(decision).toMatchObject({
			outcome: 'answered',
			route: { name: 'Rule', ruleIndex: 0, strategy: 'priority' },
			classification: { ...VERDICT, ms: 0 },
			answer: { text: 'At nine.' },
			failure: null,
			ms: 300,
			// 10 input tokens at 1 and 5 output tokens at 10 USD a million.
			cost: { costNano: 60_000, estimated: false },
		});
		expect(decision.attempts).toHaveLength(1);
		expect(decision.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
	});

	test('another model: fallback; nobody: failed', async () => {
		const { model, decide } = house();
		const down = () => model('first', [fails('network')]);
		expect(await decide([down(), model('second')])).toMatchObject({
			outcome: 'fallback',
			answer: { model: { alias: 'second' } },
		});
		expect(await decide([down()])).toMatchObject({ outcome: 'failed', failure: { category: 'network' } });
	});

	test('ids come from the time and the chance that are given, and sort by time', async () => {
		const ids = async (seed: number) => {
			const { model, decide } = house(seed);
			const models = [model('first', [[{ wait: 5 }, ...whole()]])];
			return [(await decide(models)).id, (await decide(models)).id];
		};
		expect(await ids(3)).toEqual(await ids(3));
		expect(await ids(3)).not.toEqual(await ids(4));
		const [one, two] = await ids(5);
		expect(one < two).toBe(true);
	});
});

describe('route and classify', () => {
	test('call nobody', async () => {
		const { model, decide } = house();
		const models = [
			model('first', undefined, { client: null }),
			model('second', undefined, { client: null }),
		];
		const routed = await decide(models, { mode: 'route', rules: [rule({ models: ['second'] })] });
		expect(routed).toMatchObject({ outcome: 'routed', answer: null, failure: null, attempts: [] });
		expect(routed.route?.candidates[0].alias).toBe('second');
		expect(routed.cost.costNano).toBe(0);

		const classified = await decide(models, { mode: 'classify' });
		expect(classified).toMatchObject({ outcome: 'classified', route: null, failure: null });
		expect(classified.classification).toEqual({ ...VERDICT, ms: 0 });
	});
});

test('no match: the default route, or no model at all', async () => {
	const { model, decide } = house();
	const rules = [rule({ match: { keywords: ['refund'] } })];
	expect(await decide([model('first')], { rules })).toMatchObject({
		outcome: 'answered',
		route: { name: 'Default', ruleIndex: null },
	});
	for (const mode of ['answer', 'route'] as const) {
		expect(await decide([model('first')], { rules, mode, noMatch: 'output' })).toMatchObject({
			outcome: 'noMatch',
			answer: null,
			failure: null,
			attempts: [],
		});
	}
	// A rule of that name is a rule.
	expect(await decide([model('first')], { rules: [rule({ name: 'No Match' })] })).toMatchObject({
		outcome: 'answered',
	});
});

test('the editor’s own conditions belong to the item', async () => {
	const { model, decide } = house();
	const rules = [rule({ name: 'One' }), rule({ name: 'Two' })];
	const conditionsHold = (index: number) => index === 1;
	const { route: chosen } = await decide([model('first')], { rules }, ASK, { world: { conditionsHold } });
	expect(chosen?.name).toBe('Two');
});

test.each([
	['answer', 'failed'],
	['route', 'routed'],
	['classify', 'classified'],
] as const)('an empty prompt in mode %s: %s, with the reason', async (mode, outcome) => {
	const { model, decide } = house();
	expect(await decide([model('first')], { mode }, ' \n')).toMatchObject({
		outcome,
		classification: null,
		route: null,
		failure: { category: 'invalidRequest', message: expect.stringContaining('empty') },
		attempts: [],
	});
});

test('what could not be read is a decision too', () => {
	const { world, model } = house();
	const failure = { category: 'invalidRequest', message: 'The file is too large.' } as const;
	const policy: Policy = {
		mode: 'answer',
		models: [model('first')],
		rules: [],
		noMatch: 'smart',
		preference: 0.5,
		minConfidence: DEFAULT_MIN_CONFIDENCE,
		failover: DEFAULTS,
	};
	expect(failedDecision(failure, policy, world)).toMatchObject({
		outcome: 'failed',
		failure,
		attempts: [],
		ms: 0,
	});
});

describe('when nobody can take the request', () => {
	const image: Attachment = { kind: 'image', mediaType: 'image/png', data: 'AAAA' };
	const withImage = { messages: [{ role: 'user' as const, text: ASK, attachments: [image] }] };

	test('because it is too long: contextOverflow', async () => {
		const { model, decide } = house();
		const history = { system: 'word '.repeat(9_000) };
		const models = [model('small', undefined, { contextWindow: 8_000 })];
		const { outcome, failure, attempts } = await decide(models, {}, ASK, { request: history });
		expect([outcome, failure?.category, attempts.length]).toEqual(['failed', 'contextOverflow', 0]);
		expect(failure?.message).toMatch(/small: its window of 8,000 tokens is too small/);
		expect(await decide(models, { mode: 'route' }, ASK, { request: history })).toMatchObject({
			outcome: 'routed',
			failure: { category: 'contextOverflow' },
		});
	});

	test('because of what is attached: invalidRequest', async () => {
		const { model, decide } = house();
		const { failure } = await decide([model('blind')], {}, ASK, { request: withImage });
		expect(failure).toMatchObject({
			category: 'invalidRequest',
			message: expect.stringContaining('blind: it cannot take images'),
		});
	});

	test('an image counts towards the window', async () => {
		const { model, decide } = house();
		const sees = { accepts: new Set(['image' as const]), contextWindow: 1_500 };
		const { failure } = await decide([model('sees', undefined, sees)], {}, ASK, { request: withImage });
		expect(failure?.category).toBe('contextOverflow');
	});
});
