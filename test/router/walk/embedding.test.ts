import { intentMatcher } from '../../../router/classify/intents/matcher';
import { DEFAULTS } from '../../../router/failover/settings';
import { EMBEDDING_TIMEOUT_MS } from '../../../router/walk/embedding';
import type { Occasion } from '../../../router/walk/walk';
import { ModelError } from '../../../router/types';
import type { Decision, EmbeddingClient, ErrorCategory, Model, Rule } from '../../../router/types';
import { vectorOf } from '../../support/simulated/embeddings';
import { modelOf, scriptedClient, whole } from '../../support/standIn/scriptedModel';
import { CALLER, testEngine } from '../../support/testEngine';
import { virtualTime } from '../../support/virtualTime';
import { policyOf, type Settings } from '../../support/policies';
import { requestOf } from '../../support/requests';
import { RESULT } from './classified';

const INTENTS = [
	{ name: 'refund', examples: ['I want my money back', 'please refund my order', 'when is my refund due'] },
	{ name: 'access', examples: ['I cannot log in', 'I forgot my password', 'my account is locked'] },
];
const byIntent: Rule = {
	name: 'Money',
	enabled: true,
	match: { intents: [INTENTS[0]] },
	models: [],
	strategy: 'priority',
};
const PROMPT = 'Reimburse the cash';

/** What one call does: waits, in ms; fails; or gives these vectors. Without one it gives good ones. */
type Turn = { wait?: number; fails?: ErrorCategory; vectors?: (texts: readonly string[]) => Float32Array[] };

const good = (texts: readonly string[]): Float32Array[] =>
	texts.map((text) => {
		const vector = Float32Array.from(vectorOf(text));
		const length = Math.hypot(...vector);
		return vector.map((number) => number / length);
	});

function house(turns: Turn[] = [], more: Settings = {}, ofModel: Partial<Model> = {}) {
	const time = virtualTime(1);
	const { surroundings } = time;
	const calls: Array<{ texts: readonly string[]; key: string }> = [];
	const client: EmbeddingClient = {
		async embed(texts, key, signal) {
			const turn = turns[calls.push({ texts, key }) - 1] ?? {};
			await surroundings.sleep(turn.wait ?? 100, signal);
			if (signal.aborted) throw new ModelError('cancelled', 'aborted');
			if (turn.fails) throw new ModelError(turn.fails, 'it failed');
			const inputTokens = 10 * texts.length;
			const usage = {
				inputTokens,
				outputTokens: 0,
				cachedInputTokens: 0,
				reasoningTokens: 0,
				totalTokens: inputTokens,
			};
			return { vectors: (turn.vectors ?? good)(texts), usage };
		},
	};
	const model = (own: Partial<Model>): Model =>
		modelOf('embed', null, { prices: { input: { base: 1 }, output: { base: 0 } }, endpoint: 'e', ...own });
	const engine = testEngine(surroundings, { classifier: { classify: () => RESULT } });
	const decide = async (
		prompt = PROMPT,
		occasion: Occasion = {},
		own: Partial<Model> = {},
	): Promise<Decision> => {
		const answering = modelOf('other', scriptedClient(surroundings, [whole()]));
		const policy = policyOf([answering], {
			mode: 'route',
			noMatch: 'output',
			rules: [byIntent],
			intents: intentMatcher(INTENTS),
			embedder: { model: model({ ...ofModel, ...own }), client },
			...more,
		});
		return await engine.route(requestOf(prompt), policy, occasion);
	};
	const run = async <T>(work: () => Promise<T>): Promise<T> => await time.run(work);
	return { time, calls, decide, run };
}

test('examples first, then the prompt; what it took and cost is in the decision', async () => {
	const { decide, run, calls } = house();
	const decision = await run(() => decide());
	expect(decision).toMatchObject({
		outcome: 'routed',
		embedding: { outcome: 'told' },
		classification: { intent: 'refund', method: 'local', ms: 200 },
		ms: 200,
	});
	expect(calls.map(({ texts }) => texts.length)).toEqual([12 + 6, 1]);
	expect(decision.cost).toMatchObject({ costNano: 19 * 10 * 1_000, estimated: false });
	expect(decision.attempts.map(({ purpose, outcome }) => [purpose, outcome])).toEqual([
		['embedding', 'answered'],
		['embedding', 'answered'],
	]);
});

test('items at once share one call for the examples; only the one that asked pays for it', async () => {
	const { decide, run, calls } = house();
	const prompts = [PROMPT, 'Repay me', 'Credentials rejected'];
	const decisions = await run(() => Promise.all(prompts.map((prompt) => decide(prompt))));
	expect(decisions.map(({ classification }) => classification?.intent)).toEqual([
		'refund',
		'refund',
		'access',
	]);
	expect(calls).toHaveLength(1 + 3);
	expect(decisions.map(({ attempts }) => attempts.length).sort()).toEqual([1, 1, 2]);
	expect((await run(() => decide())).embedding).toEqual({ outcome: 'remembered' });
	expect(calls).toHaveLength(4);
});

describe('one that is too slow', () => {
	test('is waited for five seconds in all', async () => {
		const { decide, run } = house([{ wait: 3_000 }, { wait: 60_000 }]);
		const decision = await run(() => decide());
		expect(decision).toMatchObject({
			outcome: 'noMatch',
			ms: EMBEDDING_TIMEOUT_MS,
			embedding: { outcome: 'failed', category: 'timeout' },
			classification: { intent: null },
		});
		expect(decision.attempts[1]).toMatchObject({
			outcome: 'timeout',
			message: 'It did not embed the texts within 5 s.',
		});
	});

	test('has half of what the item may take', async () => {
		const { decide, run } = house([{ wait: 60_000 }], { failover: { ...DEFAULTS, totalTimeoutMs: 3_000 } });
		expect((await run(() => decide())).ms).toBe(1_500);
	});

	test('rests for a minute after three times in a row', async () => {
		const { decide, run, calls, time } = house(new Array<Turn>(4).fill({ wait: 60_000 }));
		for (let item = 0; item < 5; item++) await run(() => decide(`Item ${item}`));
		expect(calls).toHaveLength(3);
		await run(() => time.surroundings.sleep(60_000));
		await run(() => decide());
		expect(calls).toHaveLength(4);
	});
});

test('one that fails is asked once more where that may help, and rests as any model does', async () => {
	const once = house([{ fails: 'serverError' }]);
	expect(await once.run(() => once.decide())).toMatchObject({ embedding: { outcome: 'told' } });
	const limited = house([{ fails: 'authentication' }]);
	const both = [
		await limited.run(() => limited.decide('One')),
		await limited.run(() => limited.decide('Two')),
	];
	expect(both.map(({ embedding }) => embedding)).toEqual([
		{ outcome: 'failed', category: 'authentication' },
		{ outcome: 'failed', category: 'authentication' },
	]);
	expect(limited.calls).toHaveLength(1);
});

describe('a failure of the one who asked is not that of those who wait', () => {
	test('who is cancelled', async () => {
		const { decide, run, time, calls } = house([{ wait: 2_000 }]);
		const cancel = new AbortController();
		const [first, second] = await run(async () => {
			const both = Promise.all([decide(PROMPT, { signal: cancel.signal }), decide(PROMPT)]);
			await time.surroundings.sleep(500);
			cancel.abort();
			return await both;
		});
		expect(first.embedding).toEqual({ outcome: 'failed', category: 'cancelled' });
		expect(second).toMatchObject({ embedding: { outcome: 'told' }, classification: { intent: 'refund' } });
		expect(calls).toHaveLength(3);
	});

	test('who has a wrong key', async () => {
		const { decide, run, calls } = house([{ wait: 1_000, fails: 'authentication' }]);
		const [first, second] = await run(() =>
			Promise.all([decide(PROMPT, {}, { keys: ['wrong'] }), decide(PROMPT, {}, { keys: ['right'] })]),
		);
		expect(first.embedding).toEqual({ outcome: 'failed', category: 'authentication' });
		expect(second.embedding).toEqual({ outcome: 'told' });
		expect(calls.map(({ key }) => key)).toEqual(['wrong', 'right', 'right']);
	});

	test('whose budget is spent', async () => {
		const budget = { limitNano: 1, period: 'day', scope: 'poor', onExceeded: 'fail' } as const;
		const spending = { budgets: [budget], maxCostPerItemNano: null, allowUnknownPrice: false };
		const { decide, run, calls } = house([], { spending });
		// Without a caller nothing is counted.
		const [poor, rich] = await run(() => Promise.all([decide(PROMPT, { caller: CALLER }), decide(PROMPT)]));
		expect(poor).toMatchObject({ attempts: [], embedding: { outcome: 'failed', category: 'overBudget' } });
		expect(rich.embedding).toEqual({ outcome: 'told' });
		expect(calls).toHaveLength(2);
	});
});

test('another model behind the same name: what is known is forgotten, and soon it is left alone', async () => {
	const half = (texts: readonly string[]) => good(texts).map((vector) => vector.slice(32));
	const changed = house([{}, {}, { vectors: half }]);
	expect((await changed.run(() => changed.decide())).embedding).toEqual({ outcome: 'told' });
	expect((await changed.run(() => changed.decide('Repay me'))).embedding).toMatchObject({
		category: 'invalidOutput',
	});
	expect((await changed.run(() => changed.decide('Repay me'))).embedding).toEqual({ outcome: 'told' });
	// Examples, prompt, another prompt, and all of it anew.
	expect(changed.calls.map(({ texts }) => texts.length)).toEqual([18, 1, 1, 18, 1]);

	const fickle = house(Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? {} : { vectors: half })));
	for (let item = 0; item < 10; item++) await fickle.run(() => fickle.decide(`Item ${item}`));
	expect(fickle.calls).toHaveLength(6);
});

test('after a day the examples are asked for anew, as a server may have got another model', async () => {
	const { decide, run, time, calls } = house();
	await run(() => decide());
	await run(() => time.surroundings.sleep(86_400_000));
	await run(() => decide());
	expect(calls).toHaveLength(4);
});

test('the conditions of the editor are asked once', async () => {
	const { decide, run } = house();
	const conditionsHold = jest.fn(() => true);
	await run(() => decide(PROMPT, { conditionsHold }));
	expect(conditionsHold.mock.calls).toEqual([[0]]);
});

test('with hybrid the judge is asked where the vectors leave it open', async () => {
	const client = scriptedClient(virtualTime(1).surroundings, [
		whole(JSON.stringify({ task: 'qa', complexity: 0.1, intent: 'access', reason: '' })),
	]);
	const judge = { model: modelOf('judge', client), when: 'hybrid' as const };
	const { decide, run } = house([], { judge, minConfidence: 0 });
	const asked = async (prompt: string) => (await run(() => decide(prompt))).judging?.outcome;
	expect(await asked('Refund my money')).toBe('sure');
	expect(await asked('What is the weather in Madrid today')).toBe('sure');
	expect(await asked('Refund or password, log in or money back')).toBe('judged');
});
