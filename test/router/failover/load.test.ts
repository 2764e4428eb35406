import type { FailoverResult } from '../../../router/failover/failover';
import { ModelError } from '../../../router/types';
import type { Model, ModelClient } from '../../../router/types';
import { end, fails, modelOf, text, whole } from '../../support/standIn/scriptedModel';
import { seededChance } from '../../support/virtualTime';
import { outcomes, setting } from './setting';

const ITEMS = 1_000;

/** A model that answers after `ms`, unless `refuses` says otherwise; `calls` in ms since the start. */
function primaryOf({ time }: ReturnType<typeof setting>, ms: number, refuses: () => ModelError | null) {
	const calls: number[] = [];
	const client: ModelClient = {
		async *stream(_request, _key, signal) {
			calls.push(time.elapsed());
			const error = refuses();
			await time.surroundings.sleep(ms, signal);
			if (error) throw error;
			yield text('whole');
			yield end();
		},
	};
	return { primary: modelOf('primary', client), calls };
}

const limited = (retryAfterMs?: number) =>
	new ModelError('rateLimited', 'slow down', { status: 429, retryAfterMs });

async function allAtOnce(
	{ time, start }: ReturnType<typeof setting>,
	models: Model[],
): Promise<FailoverResult[]> {
	const results = await time.run(() => Promise.all(Array.from({ length: ITEMS }, () => start(models))));
	expect(results.filter(({ answer }) => answer?.text === 'whole')).toHaveLength(ITEMS);
	expect(time.pending()).toBe(0);
	return results;
}

test('a primary that is down for 60 s and asked every 4 s: all answered, few attempts, soon back', async () => {
	for (let seed = 0; seed < 20; seed += 1) {
		const all = setting(seed);
		const { time, start, model } = all;
		const down = () => (time.elapsed() < 60_000 ? new ModelError('network', 'refused') : null);
		const { primary, calls } = primaryOf(all, 200, down);
		const models = [primary, model('fallback', [[{ wait: 300 }, ...whole()]])];
		const results: FailoverResult[] = [];
		const answeredBy: Array<[at: number, alias: string | undefined]> = [];
		const ask = async (): Promise<void> => {
			const at = time.elapsed();
			const result = await start(models);
			results.push(result);
			answeredBy.push([at, result.answer?.model.alias]);
		};
		await time.run(async () => {
			for (let at = 0; at <= 120_000; at += 4_000) {
				void ask();
				await time.surroundings.sleep(4_000);
			}
		});
		expect(results.every(({ answer }) => answer !== null)).toBe(true);
		expect(calls.filter((at) => at < 60_000).length).toBeLessThanOrEqual(15);
		const back = answeredBy.find(([, alias]) => alias === 'primary')?.[0] ?? Infinity;
		expect(back).toBeLessThanOrEqual(90_000);
		expect(answeredBy.filter(([at]) => at >= back).every(([, alias]) => alias === 'primary')).toBe(true);
	}
});

describe('a thousand items at once', () => {
	test.each([undefined, 0, 900, 2_500])(
		'two thirds 429, Retry-After %s: all answered within the retry budget',
		async (wait) => {
			const all = setting(3);
			const chance = seededChance(11);
			const { primary } = primaryOf(all, 300, () => (chance() < 2 / 3 ? limited(wait) : null));
			const results = await allAtOnce(all, [primary, all.model('fallback', [[{ wait: 500 }, ...whole()]])]);
			if (wait !== undefined) return;
			const starts = results.flatMap(({ attempts }) =>
				attempts
					.filter(({ model }) => model === 'primary')
					.map(({ startedAt }, index) => ({ at: Date.parse(startedAt), isRetry: index > 0 })),
			);
			holdsBudget(starts);
		},
	);

	test('two thirds 500 with circuits off, so that only the budget bounds the retries', async () => {
		const all = setting(4);
		const chance = seededChance(12);
		const failure = () => (chance() < 2 / 3 ? new ModelError('serverError', 'no', { status: 500 }) : null);
		const { primary } = primaryOf(all, 300, failure);
		const models = [primary, all.model('fallback', [[{ wait: 500 }, ...whole()]])];
		const results = await all.time.run(() =>
			Promise.all(
				Array.from({ length: ITEMS }, () => all.start(models, { breakerThreshold: 0, maxRetries: 10 })),
			),
		);
		expect(results.every(({ answer }) => answer !== null)).toBe(true);
		const starts = results.flatMap(({ attempts }) =>
			attempts
				.filter(({ model }) => model === 'primary')
				.map(({ startedAt }, index) => ({ at: Date.parse(startedAt), isRetry: index > 0 })),
		);
		expect(starts.filter(({ isRetry }) => isRetry).length).toBeGreaterThan(50);
		holdsBudget(starts);
	});

	test.each<[number, number | undefined]>([
		[1, undefined],
		[50, undefined],
		[1_500, undefined],
		[50, 0],
		[50, 1_000],
		[50, 60_000],
	])('nothing but 429 after %d ms, Retry-After %s: all answered, at most 120 calls', async (ms, wait) => {
		const all = setting(5);
		const { primary, calls } = primaryOf(all, ms, () => limited(wait));
		await allAtOnce(all, [primary, all.model('fallback', [[{ wait: 800 }, ...whole()]])]);
		expect(calls.length).toBeLessThanOrEqual(120);
	});

	test('the same where it answered just before', async () => {
		const all = setting(8);
		let isWell = true;
		const { primary, calls } = primaryOf(all, 50, () => (isWell ? null : limited()));
		const models = [primary, all.model('fallback', [[{ wait: 800 }, ...whole()]])];
		await all.time.run(() => Promise.all(Array.from({ length: 100 }, () => all.start(models))));
		isWell = false;
		const { length } = calls;
		await allAtOnce(all, models);
		expect(length).toBe(100);
		expect(calls.length - length).toBeLessThanOrEqual(120);
	});

	test('where it begins to refuse in the middle of them, no more than were under way run into it', async () => {
		const all = setting(9);
		const { primary, calls } = primaryOf(all, 50, () => (calls.length > 500 ? limited() : null));
		const models = [primary, all.model('fallback', [[{ wait: 800 }, ...whole()]])];
		let left = ITEMS;
		const worker = async (): Promise<void> => {
			while (left-- > 0) expect((await all.start(models)).answer).not.toBeNull();
		};
		await all.time.run(() => Promise.all(Array.from({ length: 100 }, worker)));
		expect(calls.length).toBeLessThanOrEqual(500 + 120);
	});

	test('whose time is over while they wait to be let in: no call is made for them', async () => {
		const { time, start, model, clients } = setting(10);
		const models = [model('first', [['hang']])];
		const settings = { totalTimeoutMs: 1_000, breakerThreshold: 0 };
		const all = await time.run(() =>
			Promise.all(Array.from({ length: ITEMS }, () => start(models, settings))),
		);
		expect(time.elapsed()).toBe(1_000);
		expect(clients.first.calls).toHaveLength(32);
		expect(all.every(({ failure }) => failure?.category === 'timeout')).toBe(true);
	});

	test('a healthy primary answers all of them, more as each round is heard, so that a limit refuses few', async () => {
		const all = setting(6);
		const { primary, calls } = primaryOf(all, 700, () => null);
		await allAtOnce(all, [primary]);
		// 32, 128, 512 and the rest.
		expect(all.time.elapsed()).toBeLessThan(2_900);
		expect(calls).toHaveLength(ITEMS);
	});

	test('cancelled in the middle: all end at once and nothing runs on', async () => {
		const all = setting(7);
		const { time, start, model, clients } = all;
		const cancel = new AbortController();
		void time.surroundings.sleep(9_500).then(() => cancel.abort());
		// Calls in every state: silent, hedged, waiting for a retry, a permit or the pacer.
		const models = [
			model(
				'first',
				[[{ wait: 500 }, text('a'), 'hang'], ['hang'], fails('rateLimited', { retryAfterMs: 3_000 })],
				{
					maxConcurrent: 200,
				},
			),
			model('second', [['hang']]),
		];
		const results = await time.run(() =>
			Promise.all(Array.from({ length: ITEMS }, () => start(models, {}, { signal: cancel.signal }))),
		);
		expect(time.elapsed()).toBe(9_500);
		expect(results.every(({ failure }) => failure?.category === 'cancelled')).toBe(true);
		const calls = [...clients.first.calls, ...clients.second.calls];
		expect(calls.length).toBeGreaterThan(30);
		expect(calls.every(({ closed }) => closed)).toBe(true);
		expect(time.pending()).toBe(0);
		const { length } = calls;
		await time.runOut();
		expect(clients.first.calls.length + clients.second.calls.length).toBe(length);
		expect(outcomes(results[0]).at(-1)).toContain('cancelled');
	});
});

/** At most a fifth of the last minute's calls, or ten in the second. */
function holdsBudget(starts: Array<{ at: number; isRetry: boolean }>): void {
	starts.sort((one, other) => one.at - other.at || Number(one.isRetry) - Number(other.isRetry));
	let retries = 0;
	const inSecond = new Map<number, number>();
	starts.forEach(({ at, isRetry }, index) => {
		if (!isRetry) return;
		retries += 1;
		const second = Math.floor(at / 1000);
		inSecond.set(second, (inSecond.get(second) ?? 0) + 1);
		expect((inSecond.get(second) ?? 0) <= 10 || retries <= 0.2 * (index + 1)).toBe(true);
	});
}
