import { assistantMessage, userMessage } from '../../../router/text/parts';
import { DEFAULTS } from '../../../router/failover/settings';
import { STAND_IN_MS } from '../../../router/walk/caching';
import type { Budgets, ItemSpending } from '../../../router/ledger/budgets';
import type { Decision, Model } from '../../../router/types';
import { ruleOf } from '../../support/policies';
import { ASK, answeringHouse, callsOf, type Asked } from '../../support/standIn/answeringHouse';
import { CALLER, NO_BUDGET } from '../../support/testEngine';
import { end, fails, text, whole } from '../../support/standIn/scriptedModel';
import type { Play } from '../../support/standIn/scriptedModel';

const HOUR = 3_600_000;
const CACHED = { policy: { cacheTtlMs: HOUR } };
const ONE_TRY = { ...DEFAULTS, maxRetries: 0 };

const house = (budgets?: Budgets) => {
	const { decide, ...rest } = answeringHouse({ budgets });
	const ask = (models: readonly Model[], asked: Asked = {}): Promise<Decision> =>
		decide(models, { ...asked, policy: { ...CACHED.policy, ...asked.policy } });
	return { ...rest, ask };
};

test('an equal request gets the same answer at no cost and without a call', async () => {
	const { model, ask, run, surroundings } = house();
	const models = [model('one', [[{ wait: 300 }, ...whole('At nine.')]])];
	const first = await run(() => ask(models));
	await run(() => surroundings.sleep(HOUR - 1000));
	const second = await run(() => ask(models));
	expect(first).toMatchObject({ answer: { text: 'At nine.' }, cost: { costNano: 60_000 } });
	expect(first.cached).toBeUndefined();
	expect(second).toMatchObject({
		outcome: 'answered',
		cached: true,
		answer: { text: 'At nine.', finishReason: 'stop', usage: { totalTokens: 0 } },
		attempts: [],
		failure: null,
		// What the call would have cost.
		cost: { costNano: 0, estimated: false, baselineNano: 60_000 },
		ms: 0,
	});
	expect(second.id).not.toBe(first.id);
	expect(callsOf(models[0])).toBe(1);
});

test('until its time is over, for whoever puts up with less sooner', async () => {
	const { model, ask, run, surroundings } = house();
	const models = [model('one')];
	const cached = async (cacheTtlMs: number) =>
		(await run(() => ask(models, { policy: { cacheTtlMs } }))).cached;
	expect(await cached(HOUR)).toBeUndefined();
	await run(() => surroundings.sleep(60_000));
	expect(await cached(60_000)).toBeUndefined();
	await run(() => surroundings.sleep(59_999));
	expect(await cached(HOUR)).toBe(true);
	await run(() => surroundings.sleep(1));
	// The latest answer was kept by the one that wanted it for a minute.
	expect(await cached(HOUR)).toBeUndefined();
	expect(callsOf(models[0])).toBe(3);
});

test('0 keeps and shares nothing', async () => {
	const { model, ask, run } = house();
	const models = [model('one')];
	const none = { policy: { cacheTtlMs: 0 } };
	await run(() => Promise.all([ask(models, none), ask(models, none)]));
	await run(() => ask(models, none));
	expect(callsOf(models[0])).toBe(3);
});

test('1,000 equal requests at once make one call', async () => {
	const { model, ask, run, pending } = house();
	const models = [model('one', [[{ wait: 2000 }, ...whole()]])];
	const decisions = await run(() => Promise.all(Array.from({ length: 1000 }, () => ask(models))));
	expect(callsOf(models[0])).toBe(1);
	expect(decisions.filter(({ cached }) => cached)).toHaveLength(999);
	expect(decisions.every(({ answer }) => answer?.text === 'whole')).toBe(true);
	const nano = decisions.map(({ cost }) => cost.costNano ?? NaN).reduce((sum, cost) => sum + cost, 0);
	expect(nano).toBe(60_000);
	expect(pending()).toBe(0);
});

const FILE = { kind: 'image', mediaType: 'image/png', data: 'AAAA', fileName: 'a.png' } as const;
const SCHEMA = { type: 'object', properties: { a: { type: 'integer' } } };
const accepts: Model['accepts'] = new Set(['image']);

test.each<[string, Asked, Asked]>([
	['prompt', {}, { prompt: `${ASK} ` }],
	['system message', { request: { system: 'Be brief.' } }, { request: { system: 'Be long.' } }],
	[
		'history',
		{},
		{
			request: {
				messages: [userMessage('Hello'), assistantMessage('Hi'), userMessage(ASK)],
			},
		},
	],
	['file', { attachments: [FILE] }, { attachments: [{ ...FILE, data: 'AAAB' }] }],
	['temperature', { request: { limits: { temperature: 0 } } }, { request: { limits: { temperature: 0.1 } } }],
	[
		'limit',
		{ request: { limits: { maxOutputTokens: 100 } } },
		{ request: { limits: { maxOutputTokens: 101 } } },
	],
	['format', {}, { request: { format: { type: 'json' } } }],
	[
		'schema',
		{ request: { format: { type: 'json', schema: SCHEMA } } },
		{ request: { format: { type: 'json', schema: { ...SCHEMA, required: ['a'] } } } },
	],
	['strategy', {}, { rules: [ruleOf({ strategy: 'cascade' })] }],
	['order', {}, { rules: [ruleOf({ models: ['two', 'one'] })] }],
	['redaction', {}, { policy: { redactPersonalData: true } }],
	['reason to fall back', {}, { policy: { failover: { ...DEFAULTS, fallbackOn: new Set(['timeout']) } } }],
])('another %s is another request', async (_name, one, other) => {
	const { model, ask, run } = house();
	const json: Play = [text('{"a":1}'), end()];
	const models = [model('one', [json], { accepts }), model('two', [json], { accepts })];
	const cached: Array<boolean | undefined> = [];
	for (const asked of [one, one, other, other, one])
		cached.push((await run(() => ask(models, asked))).cached);
	expect(cached).toEqual([undefined, true, undefined, true, true]);
});

test.each<[string, Partial<Model>]>([
	['its temperature', { temperature: 0.3 }],
	['its limit', { maxOutputTokens: 7 }],
	['its effort', { reasoningEffort: 'high' }],
	['its endpoint', { endpoint: 'openAi https://elsewhere.test one-1' }],
	['what its own node is set to', { variant: 'warm' }],
	['whether it sees personal data', { seesPersonalData: true }],
])('a model in another way, %s, is another request; another key is not', async (_name, more) => {
	const { model, ask, run } = house();
	const cached = async (change: Partial<Model>) =>
		(await run(() => ask([{ ...model('one'), ...change }]))).cached;
	expect(await cached({})).toBeUndefined();
	expect(await cached(more)).toBeUndefined();
	expect(await cached({ keys: ['another'] })).toBe(true);
	expect(await cached({ ...more, maxConcurrent: 5 })).toBe(true);
});

test('a longer list of models is another request, though the rule names the same', async () => {
	const { model, ask, run } = house();
	const rules = [ruleOf({ models: ['one'] })];
	const cached = async (models: Model[]) => (await run(() => ask(models, { rules }))).cached;
	expect(await cached([model('one')])).toBeUndefined();
	expect(await cached([model('one'), model('two')])).toBeUndefined();
	expect(await cached([model('one'), model('two')])).toBe(true);
});

test('by weight, an item keeps to the model that it drew', async () => {
	const { model, ask, run } = house();
	const models = [model('one'), model('two')];
	const rules = [ruleOf({ strategy: 'weighted' })];
	const seeds = Array.from({ length: 40 }, (_, seed) => `item ${seed}`);
	for (const seed of seeds) {
		const { route, answer } = await run(() => ask(models, { rules, occasion: { seed } }));
		expect(answer?.model).toBe(route?.candidates[0]);
	}
	expect(models.map(callsOf)).toEqual([1, 1]);
});

test('schema and settings in another order are the same request; JSON is parsed anew for each', async () => {
	const { model, ask, run } = house();
	const models = [model('one', [[text('{"a":1}'), end()]])];
	const asked = (schema: object): Asked => ({
		request: { format: { type: 'json', schema: { ...schema } } },
	});
	const one = await run(() => ask(models, asked(SCHEMA)));
	const { properties, type } = SCHEMA;
	const two = await run(() => ask(models, asked({ properties, type })));
	const three = await run(() => ask(models, asked(SCHEMA)));
	expect([one.cached, two.cached, three.cached]).toEqual([undefined, true, true]);
	expect(two.answer?.json).toEqual({ a: 1 });
	expect(two.answer?.json).not.toBe(three.answer?.json);
});

describe('never given again', () => {
	const refusal: Play = [text('No.'), end('refusal')];
	const cut: Play = [text('half an ans'), end('length')];
	const odd: Play = [text('something'), end('other')];
	test.each<[string, Play, Decision['outcome']]>([
		['a failure', fails('invalidRequest', { status: 400 }), 'failed'],
		['a refusal', refusal, 'failed'],
		['a cut answer', cut, 'answered'],
		['one that ended for an unknown reason', odd, 'answered'],
	])('%s', async (_name, play, outcome) => {
		const { model, ask, run } = house();
		const models = [model('one', [play, play, whole()])];
		const decisions = [];
		for (let i = 0; i < 4; i++) decisions.push(await run(() => ask(models)));
		expect(decisions.map((decision) => decision.outcome)).toEqual([outcome, outcome, 'answered', 'answered']);
		expect(decisions.map(({ cached = false }) => cached)).toEqual([false, false, false, true]);
		expect(callsOf(models[0])).toBe(3);
	});

	test('an answer that a cascade doubted and nobody bettered', async () => {
		const { model, ask, run } = house();
		const unsure: Play = whole("I don't know.");
		const down = fails('network');
		const cheap = model('cheap', [unsure], { quality: 40 });
		const strong = model('strong', [down, down, whole('At nine.')], {
			quality: 90,
			prices: { input: { base: 5 }, output: { base: 50 } },
		});
		const asked: Asked = {
			rules: [ruleOf({ strategy: 'cascade' })],
			policy: { preference: 1, failover: ONE_TRY },
		};
		const texts = [];
		for (let i = 0; i < 4; i++) {
			const { answer, cached = false, escalated = false } = await run(() => ask([cheap, strong], asked));
			texts.push([answer?.text, cached, escalated]);
		}
		expect(texts).toEqual([
			["I don't know.", false, false],
			["I don't know.", false, false],
			['At nine.', false, true],
			['At nine.', true, true],
		]);
	});
});

describe('whoever waits', () => {
	test('asks for itself where the one that asked has failed', async () => {
		const { model, ask, run } = house();
		const models = [model('one', [[{ wait: 500 }, ...fails('invalidRequest')], whole()])];
		const decisions = await run(() => Promise.all([1, 2, 3].map(() => ask(models))));
		expect(decisions.map(({ outcome }) => outcome)).toEqual(['failed', 'answered', 'answered']);
		expect(decisions.some(({ cached }) => cached)).toBe(false);
		expect((await run(() => ask(models))).cached).toBe(true);
	});

	test('asks in the place of one that is cancelled, and the others wait for that', async () => {
		const { model, ask, run, surroundings } = house();
		const models = [model('one', [['hang'], [{ wait: 400 }, ...whole()]])];
		const leader = new AbortController();
		const [cancelled, ...others] = await run(async () => {
			const first = ask(models, { occasion: { signal: leader.signal } });
			const rest = [1, 2, 3, 4].map(() => ask(models));
			await surroundings.sleep(1000);
			leader.abort();
			return await Promise.all([first, ...rest]);
		});
		expect(cancelled).toMatchObject({ outcome: 'failed', failure: { category: 'cancelled' } });
		expect(others.map(({ outcome, ms, cached = false }) => [outcome, ms, cached])).toEqual([
			['answered', 1400, false],
			['answered', 1400, true],
			['answered', 1400, true],
			['answered', 1400, true],
		]);
		expect(callsOf(models[0])).toBe(2);
	});

	test('may be cancelled by itself, at once', async () => {
		const { model, ask, run, surroundings } = house();
		const models = [model('one', [[{ wait: 5000 }, ...whole()]])];
		const controller = new AbortController();
		const [first, second] = await run(async () => {
			const both = [ask(models), ask(models, { occasion: { signal: controller.signal } })];
			await surroundings.sleep(100);
			controller.abort();
			return await Promise.all(both);
		});
		expect(first).toMatchObject({ outcome: 'answered', ms: 5000 });
		expect(second).toMatchObject({ failure: { category: 'cancelled' }, ms: 100, attempts: [] });
	});

	test('waits no longer than its own total timeout', async () => {
		const { model, ask, run } = house();
		const models = [model('one', [[{ wait: 20_000 }, ...whole()]])];
		const hasty = { policy: { failover: { ...DEFAULTS, totalTimeoutMs: 3000 } } };
		const [first, second] = await run(() => Promise.all([ask(models), ask(models, hasty)]));
		expect(first).toMatchObject({ outcome: 'answered', ms: 20_000 });
		expect(second).toMatchObject({
			ms: 3000,
			failure: { category: 'timeout', message: expect.stringContaining('3 s') },
		});
	});

	test('has its wait counted when it asks after all', async () => {
		const { model, ask, run } = house();
		const slow = (ms: number): Play => [{ wait: ms }, ...whole()];
		const models = [model('one', [[{ wait: 2000 }, ...fails('invalidRequest')], slow(4000)])];
		const hasty = { policy: { failover: { ...ONE_TRY, totalTimeoutMs: 5000 } } };
		const [, second] = await run(() => Promise.all([ask(models, hasty), ask(models, hasty)]));
		expect(second).toMatchObject({ ms: 5000, failure: { category: 'timeout' } });
	});
});

test('a stand-in stays a fallback, and is asked in place of the first choice for a minute only', async () => {
	const { model, ask, run, surroundings } = house();
	const first = model('first', [fails('network'), whole('first')]);
	const models = [first, model('second')];
	const asked: Asked = { policy: { failover: ONE_TRY } };
	const outcomes = [];
	for (const wait of [0, STAND_IN_MS - 1, 1]) {
		await run(() => surroundings.sleep(wait));
		const { outcome, cached = false, answer } = await run(() => ask(models, asked));
		outcomes.push([outcome, cached, answer?.model.alias]);
	}
	expect(outcomes).toEqual([
		['fallback', false, 'second'],
		['fallback', true, 'second'],
		['answered', false, 'first'],
	]);
});

test('a budget is not asked for an answer that is there', async () => {
	let asked = 0;
	const grant = { bill: async () => {}, settle: async () => {}, release: async () => {} };
	const spending: ItemSpending = {
		warnings: () => [],
		mostCost: () => 1,
		ask: () => {
			asked += 1;
			return Promise.resolve({ granted: true, grant });
		},
	};
	const { model, ask, run } = house({ forItem: () => spending });
	const models = [model('one')];
	const limited: Asked = { policy: { spending: NO_BUDGET }, occasion: { caller: CALLER } };
	const cached = async () => (await run(() => ask(models, limited))).cached;
	expect([await cached(), await cached(), asked]).toEqual([undefined, true, 1]);
});
