import { intentMatcher } from '../../../router/classify/intents/matcher';
import { DEFAULTS } from '../../../router/failover/settings';
import { JUDGE_TIMEOUT_MS } from '../../../router/walk/judging';
import type { Occasion } from '../../../router/walk/walk';
import type { Decision, Model, Rule } from '../../../router/types';
import { fails, modelOf, scriptedClient, whole } from '../../support/standIn/scriptedModel';
import type { Play, ScriptedClient } from '../../support/standIn/scriptedModel';
import { CALLER, testEngine } from '../../support/testEngine';
import { virtualTime } from '../../support/virtualTime';
import { policyOf, type Settings } from '../../support/policies';
import { requestOf } from '../../support/requests';
import { RESULT } from './classified';

const PRICES = { input: { base: 1 }, output: { base: 10 } };
const DEAR = { input: { base: 3 }, output: { base: 30 } };
const coding: Rule = {
	name: 'Code',
	enabled: true,
	match: { taskTypes: ['coding'] },
	models: [],
	strategy: 'priority',
};
const says = (judgement: object): Play =>
	whole(JSON.stringify({ reason: 'why', task: 'coding', complexity: 0.7, intent: null, ...judgement }));

interface House {
	time: ReturnType<typeof virtualTime>;
	judge: ScriptedClient;
	/** One prompt; the models are `judge` and `other`, the judge first. */
	decide(prompt?: string, occasion?: Occasion): Promise<Decision>;
	run<T>(work: () => Promise<T>): Promise<T>;
}

function house(
	plays: Play[],
	{ rules = [coding], answers = [whole()], ...more }: { answers?: Play[] } & Settings = {},
): House {
	const time = virtualTime(1);
	const judge = scriptedClient(time.surroundings, plays);
	const models: Model[] = [
		modelOf('judge', judge, { prices: PRICES, quality: 10 }),
		modelOf('other', scriptedClient(time.surroundings, answers), { prices: DEAR, quality: 90 }),
	];
	const engine = testEngine(time.surroundings, { classifier: { classify: () => RESULT } });
	const policy = policyOf(models, {
		mode: 'route',
		noMatch: 'output',
		minConfidence: 0.5,
		judge: { model: models[0], when: 'judge' },
		...more,
		rules,
	});
	return {
		time,
		judge,
		run: (work) => time.run(work),
		decide: (prompt = 'Help me', occasion = {}) => engine.route(requestOf(prompt), policy, occasion),
	};
}

describe('a judge that is too slow', () => {
	test('is waited for ten seconds and paid for; then the local classifier decides', async () => {
		const { decide, run } = house([['hang']]);
		const decision = await run(() => decide());
		expect(decision).toMatchObject({
			outcome: 'noMatch',
			ms: JUDGE_TIMEOUT_MS,
			judging: { outcome: 'failed', category: 'timeout' },
			classification: { task: 'qa', method: 'local', ms: JUDGE_TIMEOUT_MS },
			cost: { estimated: true },
		});
		expect(decision.attempts).toMatchObject([
			{ outcome: 'timeout', purpose: 'judge', message: 'It did not judge the prompt within 10 s.' },
		]);
	});

	test('rests after three times in a row, and its circuit stays closed: it may still answer', async () => {
		const { decide, run, judge, time } = house([['hang']], { mode: 'answer', noMatch: 'smart', rules: [] });
		for (let item = 0; item < 5; item++) await run(() => decide(`Prompt ${item}`));
		const judged = () => judge.calls.filter(({ request }) => request.format.type === 'json').length;
		expect(judged()).toBe(3);
		await run(() => time.surroundings.sleep(60_000));
		expect((await run(() => decide('Later'))).judging).toEqual({ outcome: 'failed', category: 'timeout' });
		expect(judged()).toBe(4);
		// Asked as the first choice each time, its circuit notwithstanding.
		expect(judge.calls.length - judged()).toBeGreaterThan(0);
	});

	test('has half of what the item may take, and the answer the rest', async () => {
		const { decide, run } = house([['hang']], {
			mode: 'answer',
			noMatch: 'smart',
			rules: [{ ...coding, match: {}, strategy: 'smart', models: ['judge', 'other'] }],
			failover: { ...DEFAULTS, totalTimeoutMs: 4_000, hedgeAfterMs: 0 },
			answers: [['hang']],
		});
		const decision = await run(() => decide());
		expect(decision).toMatchObject({ outcome: 'failed', ms: 4_000, failure: { category: 'timeout' } });
		expect(decision.attempts[0]).toMatchObject({ purpose: 'judge', ms: 2_000 });
	});
});

describe('a judge that fails', () => {
	test('rests as any model does, and nobody insists', async () => {
		const { decide, run, judge } = house([fails('rateLimited', { status: 429, retryAfterMs: 60_000 })]);
		const first = await run(() => decide('One'));
		const second = await run(() => decide('Two'));
		expect([first, second].map(({ judging }) => judging)).toEqual([
			{ outcome: 'failed', category: 'rateLimited' },
			{ outcome: 'failed', category: 'rateLimited' },
		]);
		expect(judge.calls).toHaveLength(1);
		expect(second.attempts).toEqual([]);
	});

	test('is asked once more where that may help', async () => {
		const { decide, run, judge } = house([fails('serverError', { status: 500 }), says({})]);
		expect(await run(() => decide())).toMatchObject({ outcome: 'routed', judging: { outcome: 'judged' } });
		expect(judge.calls).toHaveLength(2);
	});

	test('fails for all who asked the same at that time', async () => {
		const { decide, run, judge } = house([[{ wait: 500 }, ...fails('invalidRequest')]]);
		const decisions = await run(() => Promise.all([decide(), decide(), decide()]));
		expect(decisions.map(({ judging }) => judging?.outcome)).toEqual(['failed', 'failed', 'failed']);
		expect(judge.calls).toHaveLength(1);
	});

	test.each([
		['no JSON', 'I would say it is coding.'],
		['no such task', '{"task":"hacking","complexity":0.5}'],
		['no number', '{"task":"coding","complexity":"very"}'],
		['a number out of range', '{"task":"coding","complexity":7}'],
		['a list', '[]'],
	])('%s is no judgement', async (_, answer) => {
		const { decide, run } = house([whole(answer)]);
		expect((await run(() => decide())).judging).toEqual({ outcome: 'failed', category: 'invalidOutput' });
	});

	test('what only lacks form is one', async () => {
		const { decide, run } = house([
			whole('Sure!\n```json\n{"task": " Coding", "complexity": "0.31", "level": "complex"}\n```'),
		]);
		expect((await run(() => decide())).classification).toMatchObject({
			task: 'coding',
			complexity: 0.31,
			level: 'moderate',
			intent: null,
			method: 'judge',
		});
	});
});

test('a judge that cannot be called is a wrong setting, for all who ask and as often as they do', async () => {
	const model = modelOf('judge', null);
	const { decide, run } = house([], { judge: { model, when: 'judge' } });
	for (let turn = 0; turn < 2; turn++) {
		const both = await run(() => Promise.allSettled([decide(), decide()]));
		for (const { status } of both) expect(status).toBe('rejected');
	}
	await expect(run(() => decide())).rejects.toThrow(/"judge" cannot be called/);
});

test('who asked first goes away: the next one asks itself', async () => {
	const { decide, run, judge, time } = house([['hang'], says({})]);
	const cancel = new AbortController();
	const [first, second] = await run(async () => {
		const both = Promise.all([decide('Same', { signal: cancel.signal }), decide('Same')]);
		await time.surroundings.sleep(1_000);
		cancel.abort();
		return await both;
	});
	expect(first.judging).toEqual({ outcome: 'failed', category: 'cancelled' });
	expect(second).toMatchObject({ judging: { outcome: 'judged' }, ms: 1_000 });
	expect(judge.calls).toHaveLength(2);
});

test("its cost is the item's, and no part of the baseline", async () => {
	const { decide, run } = house([says({})], { mode: 'answer' });
	const decision = await run(() => decide());
	// 10 tokens in at 1, 5 out at 10 USD a million: twice, but the judge is also the first choice here.
	expect(decision.cost).toMatchObject({ costNano: 120_000, estimated: false, baselineNano: 180_000 });
	expect(decision.attempts.map(({ purpose }) => purpose)).toEqual(['judge', undefined]);
});

test('a budget that has no room for it leaves the local classification', async () => {
	const budget = { limitNano: 1, period: 'day', scope: 'all', onExceeded: 'fail' } as const;
	const spending = { budgets: [budget], maxCostPerItemNano: null, allowUnknownPrice: false };
	const { decide, run, judge } = house([says({})], { spending });
	const decision = await run(() => decide('Help me', { caller: CALLER }));
	expect(decision).toMatchObject({ attempts: [], judging: { outcome: 'failed', category: 'overBudget' } });
	expect(judge.calls).toEqual([]);
});

test('personal data is replaced before the prompt is cut, where that is wanted', async () => {
	const { decide, run, judge } = house([says({})]);
	const judgeModel = { model: modelOf('judge', judge), when: 'judge' as const };
	const redacting = house([says({})], { judge: judgeModel, redactPersonalData: true });
	// The address lies across the place where the head ends.
	const prompt = `${'x '.repeat(1_245)}anna.schmidt@example.com ${'y '.repeat(2_000)}`;
	await redacting.run(() => redacting.decide(prompt));
	const shown = JSON.stringify(judge.calls[0]?.request);
	expect(shown).not.toMatch(/anna|schmidt|example/);
	expect((await run(() => decide(prompt))).judging).toEqual({ outcome: 'withheld' });
	expect(judge.calls).toHaveLength(1);
});

test("what is set for the model's answers is not for its judgements", async () => {
	const client = scriptedClient(virtualTime(1).surroundings, [says({})]);
	const model = modelOf('judge', client, { temperature: 1, maxOutputTokens: 20, reasoningEffort: 'high' });
	const { decide, run } = house([], { judge: { model, when: 'judge' } });
	await run(() => decide());
	expect(client.calls[0].request).toMatchObject({
		limits: { temperature: 0, maxOutputTokens: 3_000 },
		reasoningEffort: 'low',
	});
});

test('the conditions of the editor are asked once', async () => {
	const { decide, run } = house([says({})], { rules: [coding, { ...coding, name: 'Other', match: {} }] });
	const conditionsHold = jest.fn(() => true);
	await run(() => decide('Help me', { conditionsHold }));
	expect(conditionsHold.mock.calls).toEqual([[0], [1]]);
});

describe('hybrid', () => {
	const intents = [
		{ name: 'refund', examples: ['I want my money back', 'please refund my order'] },
		{ name: 'access', examples: ['I cannot log in', 'my password does not work'] },
	];
	const byIntent: Rule = { ...coding, match: { intents } };
	const ask = async (rules: Rule[], minConfidence: number, prompt: string): Promise<string | undefined> => {
		const model = modelOf('judge', scriptedClient(virtualTime(1).surroundings, [says({})]));
		const judge = { model, when: 'hybrid' as const };
		const { run, decide } = house([], { rules, minConfidence, intents: intentMatcher(intents), judge });
		return (await run(() => decide(prompt))).judging?.outcome;
	};

	// The local classifier is 0.6 sure.
	test.each<[string, Rule[], number, string, string]>([
		['sure of the task', [coding], 0.6, 'Help me', 'sure'],
		['unsure of the task', [coding], 0.61, 'Help me', 'judged'],
		['sure of the intent', [byIntent], 0.9, 'I cannot log in', 'sure'],
		['sure that there is none', [byIntent], 0.9, 'What a lovely day', 'sure'],
		['unsure of the intent', [byIntent], 0, 'The order is back, thank you', 'judged'],
	])('%s', async (_, rules, minConfidence, prompt, outcome) => {
		expect(await ask(rules, minConfidence, prompt)).toBe(outcome);
	});
});
