/** What makes calls cheaper: a cheap tier with the standard one behind it, caches that are filled once, and where it may not. */
import { DEFAULTS } from '../../../router/failover/settings';
import type { Decision, Model, ModelClient, Prices } from '../../../router/types';
import { requestOf } from '../../support/requests';
import { end, fails, modelOf, scriptedClient, text, USAGE, whole } from '../../support/standIn/scriptedModel';
import type { Play, ScriptedClient } from '../../support/standIn/scriptedModel';
import { policyOf, type Settings } from '../../support/policies';
import { testEngine } from '../../support/testEngine';
import { virtualTime } from '../../support/virtualTime';

const PRICES: Prices = {
	input: { base: 1 },
	output: { base: 10 },
	cachedInput: { base: 0.1 },
	tiers: { flex: [1, 2] },
};
const FLEX: Play = [text('cheap'), end('stop', { ...USAGE, tier: 'flex' })];

function house() {
	const time = virtualTime(1);
	const engine = testEngine(time.surroundings);
	const model = (alias: string, plays: Play[], more: Partial<Model> = {}) => {
		const client = scriptedClient(time.surroundings, plays);
		return modelOf(alias, client, { prices: PRICES, site: `site of ${alias}`, ...more }) as Model & {
			client: ScriptedClient;
		};
	};
	const ask = async (models: Model[], more: Settings = {}, request = {}, sharers = 1): Promise<Decision> => {
		const policy = policyOf(models, { preference: 0, ...more });
		return await engine.route(requestOf('What are your opening hours?', request), policy, { sharers });
	};
	return { time, model, ask };
}

describe('a cheap tier', () => {
	test('is asked for by its name, and billed as it was served', async () => {
		const { time, model, ask } = house();
		const only = model('only', [FLEX], { serviceTier: 'flex' });
		const decision = await time.run(() => ask([only]));
		expect(only.client.calls.map(({ request }) => request.serviceTier)).toEqual(['flex']);
		expect(decision).toMatchObject({ outcome: 'answered', answer: { model: only } });
		expect(decision.cost).toMatchObject({ costNano: 30_000, savings: { tierNano: 30_000, routingNano: 0 } });
	});

	test.each([
		['busy', fails('rateLimited', { status: 429 }), 1_000],
		['refused for this model', fails('invalidRequest', { status: 400 }), 1_000],
		['silent beyond its patience', ['hang'] as Play, 61_000],
	])('that is %s: the same model answers at its standard tier', async (_what, play, withinMs) => {
		const { time, model, ask } = house();
		const first = model('first', [play, whole()], { serviceTier: 'flex' });
		const other = model('other', [whole()], { prices: { input: { base: 9 }, output: { base: 9 } } });
		const decision = await time.run(() => ask([first, other], { flexPatienceMs: 60_000 }));
		expect(first.client.calls.map(({ request }) => request.serviceTier)).toEqual(['flex', 'standard']);
		expect(other.client.calls).toHaveLength(0);
		expect(decision).toMatchObject({ outcome: 'answered', answer: { model: first } });
		expect(decision.notAsked).toBeUndefined();
		expect(decision.ms).toBeLessThan(withinMs);
	});

	test('leaves time for the standard one, whatever patience it has', async () => {
		const { time, model, ask } = house();
		const first = model('first', [['hang'], whole()], { serviceTier: 'flex' });
		const decision = await time.run(() => ask([first], { flexPatienceMs: 600_000 }));
		expect(decision.outcome).toBe('answered');
		expect(decision.ms).toBe(540_000);
	});

	test('refusals say nothing of the standard tier: its circuit and key stay as they are', async () => {
		const { time, model, ask } = house();
		const first = model('first', [fails('overloaded', { status: 503 })], { serviceTier: 'flex' });
		const plain = {
			...first,
			alias: 'plain',
			serviceTier: undefined,
			client: scriptedClient(time.surroundings, [whole()]),
		};
		for (let i = 0; i < 6; i++)
			await time.run(() => ask([first], { failover: { ...DEFAULTS, maxRetries: 0 } }));
		first.client.calls.length = 0;
		const decision = await time.run(() => ask([plain]));
		expect(decision).toMatchObject({ outcome: 'answered', attempts: [{ outcome: 'answered' }] });
	});

	describe('that refused a call for now', () => {
		/** Refused at the cheap tier until then, in ms. */
		const busyUntil = (refusal: Play, untilMs: number) => {
			const { time, model, ask } = house();
			const startedAt = time.surroundings.now();
			const first = model('first', [], { serviceTier: 'flex' });
			const busy = scriptedClient(time.surroundings, [refusal]);
			const cheap = scriptedClient(time.surroundings, [FLEX]);
			const standard = scriptedClient(time.surroundings, [whole()]);
			const client: ModelClient = {
				stream: (request, key, signal) => {
					const isBusy = time.surroundings.now() - startedAt < untilMs;
					const at = request.serviceTier !== 'flex' ? standard : isBusy ? busy : cheap;
					return at.stream(request, key, signal);
				},
			};
			const askAt = async (ms: number) => {
				await time.surroundings.sleep(ms - (time.surroundings.now() - startedAt));
				return await ask([{ ...first, client }]);
			};
			return { time, askAt, busy, cheap, standard };
		};

		test('is asked by whoever comes next: how often it has room says nothing of a pace', async () => {
			const refusal = fails('rateLimited', { status: 429 }, 'Resource unavailable.');
			const { time, askAt, busy, cheap, standard } = busyUntil(refusal, 20_000);
			const asks = Array.from({ length: 40 }, (_, index) => askAt(index * 1_000));
			const decisions = await time.run(() => Promise.all(asks));
			expect(decisions.filter(({ outcome }) => outcome === 'answered')).toHaveLength(40);
			expect([busy, cheap, standard].map(({ calls }) => calls.length)).toEqual([20, 20, 20]);
		});

		test('a time that it names is heeded for it alone', async () => {
			const details = { status: 429, retryAfterMs: 2_500 };
			const refusal = fails('rateLimited', details, 'Resource unavailable.');
			const { time, askAt, busy, cheap, standard } = busyUntil(refusal, 100);
			const decisions = await time.run(() => Promise.all([0, 150, 10_000].map(askAt)));
			expect([busy, cheap, standard].map(({ calls }) => calls.length)).toEqual([1, 1, 2]);
			expect(decisions[1].ms).toBeLessThan(100);
		});

		test('words of a rate are: its own limit is met at a pace', async () => {
			const refusal = fails('rateLimited', { status: 429 }, 'Rate limit reached on requests per min');
			const { time, askAt, busy, standard } = busyUntil(refusal, 20_000);
			const asks = Array.from({ length: 100 }, (_, index) => askAt(index * 100));
			await time.run(() => Promise.all(asks));
			expect(standard.calls).toHaveLength(100);
			expect(busy.calls.length).toBeLessThan(20);
		});
	});

	test('the next model answers where neither tier does', async () => {
		const { time, model, ask } = house();
		const first = model('first', [fails('authentication', { status: 401 })], { serviceTier: 'flex' });
		const other = model('other', [whole()], { prices: { input: { base: 9 }, output: { base: 9 } } });
		const decision = await time.run(() => ask([first, other]));
		expect(decision).toMatchObject({ outcome: 'fallback', answer: { model: other } });
	});
});

describe('a cache', () => {
	const SYSTEM = 'Our shop sells lamps, and these are its rules. '.repeat(300);
	const slow: Play = [{ wait: 2_000 }, ...whole()];
	const cached = { cacheMinimum: 1_024 };

	test('is filled by the first of many: the others wait for its first token', async () => {
		const { time, model, ask } = house();
		const only = model('only', [slow], cached);
		const request = { system: SYSTEM };
		await time.run(async () => {
			await Promise.all(
				Array.from({ length: 20 }, () => ask([only], { promptCaching: 'auto' }, request, 20)),
			);
		});
		const [first, ...others] = only.client.calls.map(({ at }) => at);
		expect(others).toHaveLength(19);
		expect(Math.min(...others) - first).toBe(2_000);
		expect(Math.max(...others) - first).toBe(2_000);
		const hints = only.client.calls.map(({ request: sent }) => sent.cache);
		expect(new Set(hints.map((cache) => (typeof cache === 'object' ? cache.key : cache))).size).toBe(1);
	});

	test('does not keep the others for longer than a cap where the first one is silent', async () => {
		const { time, model, ask } = house();
		const only = model('only', [['hang'], whole()], cached);
		const policy = { promptCaching: 'auto' as const, failover: { ...DEFAULTS, hedgeAfterMs: 0 } };
		await time.run(async () => {
			await Promise.all([1, 2].map(() => ask([only], policy, { system: SYSTEM }, 2)));
		});
		const [first, second] = only.client.calls.map(({ at }) => at);
		expect(second - first).toBe(10_000);
	});

	test('is filled by the next one where the first fails', async () => {
		const { time, model, ask } = house();
		const only = model('only', [fails('invalidRequest', { status: 400 }), slow], cached);
		await time.run(async () => {
			await Promise.all([1, 2, 3].map(() => ask([only], { promptCaching: 'auto' }, { system: SYSTEM }, 3)));
		});
		const [first, second, third] = only.client.calls.map(({ at }) => at);
		expect([second - first, third - first]).toEqual([0, 2_000]);
	});

	test.each([
		['one item alone', SYSTEM, 1],
		['a beginning that is too short', 'Be brief.', 20],
	])('is not filled for %s', async (_what, system, sharers) => {
		const { time, model, ask } = house();
		const only = model('only', [slow], cached);
		await time.run(async () => {
			await Promise.all([1, 2].map(() => ask([only], { promptCaching: 'auto' }, { system }, sharers)));
		});
		expect(only.client.calls.map(({ request }) => request.cache)).toEqual(['off', 'off']);
		expect(only.client.calls[1].at).toBe(only.client.calls[0].at);
	});

	test('that is warm is worth its price: smart stays where the beginning is', async () => {
		const { time, model, ask } = house();
		// Warm, 3,300 of some 3,320 tokens cost a tenth here, and all of them 0.8 there.
		const warm = model('warm', [whole()], cached);
		const cheaper = model('cheaper', [whole()], {
			...cached,
			prices: { input: { base: 0.8 }, output: { base: 10 } },
		});
		const request = { system: SYSTEM };
		await time.run(() => ask([warm], { promptCaching: 'auto' }, request, 9));
		const decision = await time.run(() => ask([cheaper, warm], { promptCaching: 'auto' }, request, 9));
		expect(decision.answer?.model.alias).toBe('warm');
		const cold = await time.run(() => ask([cheaper, warm]));
		expect(cold.answer?.model.alias).toBe('cheaper');
	});
});

describe('regions', () => {
	test('only models of an allowed one are asked, hedges and fallbacks included', async () => {
		const { time, model, ask } = house();
		const american = model('american', [whole()], { region: 'us-east-1' });
		const nowhere = model('nowhere', [whole()]);
		const broken = model('broken', [fails('serverError', { status: 500 })], { region: 'europe-west4' });
		const european = model('european', [whole()], { region: 'eu', prices: null });
		const decision = await time.run(() =>
			ask([american, nowhere, broken, european], { allowedRegions: ['eu'] }),
		);
		expect(decision.answer?.model.alias).toBe('european');
		expect(american.client.calls).toHaveLength(0);
		expect(nowhere.client.calls).toHaveLength(0);
	});

	test('where none is allowed the failure says so', async () => {
		const { time, model, ask } = house();
		const american = model('american', [whole()], { region: 'us' });
		const { failure } = await time.run(() =>
			ask([american, model('nowhere', [whole()])], { allowedRegions: ['eu'] }),
		);
		expect(failure?.category).toBe('blocked');
		expect(failure?.message).toMatch(/its region us is not allowed; nowhere: its region is not known/);
	});

	test('the judge is asked in an allowed one only', async () => {
		const { time, model, ask } = house();
		const judge = model('judge', [whole()], { region: 'us' });
		const european = model('european', [whole()], { region: 'eu' });
		await time.run(() => ask([european], { allowedRegions: ['eu'], judge: { model: judge, when: 'judge' } }));
		expect(judge.client.calls).toHaveLength(0);
	});
});
