/** A rate limit is a queue: bulk runs in virtual time. */
import type { FailoverResult } from '../../../../router/failover/failover';
import { ModelError } from '../../../../router/types';
import type { ModelClient } from '../../../../router/types';
import { fixedWindow, slidingWindow, tokenBucket } from '../../../support/simulated/limiters';
import type { Limiter } from '../../../support/simulated/limiters';
import { end, fails, modelOf, text, whole } from '../../../support/standIn/scriptedModel';
import { seededChance } from '../../../support/virtualTime';
import { outcomes, setting } from '../setting';
import { bulk, limited } from './bulkRuns';

describe('20 a second and one key: 400 items within 1.15 times the ideal time, at most 10 % refused', () => {
	test.each<[string, () => Limiter, number]>([
		['a window of a second, Retry-After: 1', () => fixedWindow(20, 1_000, 'oneSecond'), 20],
		['the same, begun in its middle', () => fixedWindow(20, 1_000, 'oneSecond', 600), 20],
		['without Retry-After', () => fixedWindow(20, 1_000, 'silent'), 20],
		['without Retry-After, begun in its middle', () => fixedWindow(20, 1_000, 'silent', 600), 20],
		['the exact time', () => fixedWindow(20, 1_000, 'exact'), 20],
		['a rolling window', () => slidingWindow(20, 1_000, 'seconds'), 20],
		['a rolling window without Retry-After', () => slidingWindow(20, 1_000, 'silent'), 20],
		['a rolling window, the exact time', () => slidingWindow(20, 1_000, 'exact'), 20],
		['a bucket of 20', () => tokenBucket(20, 20, 'seconds'), 19],
		['a bucket of 20 without Retry-After', () => tokenBucket(20, 20, 'silent'), 19],
		['a bucket of 5', () => tokenBucket(20, 5, 'oneSecond'), 19.75],
		['a bucket of 5 without Retry-After', () => tokenBucket(20, 5, 'silent'), 19.75],
		['a burst of 100', () => tokenBucket(20, 100, 'oneSecond'), 15],
	])('%s', async (_name, limitOf, ideal) => {
		for (const heedCooldowns of [true, false]) {
			const house = setting();
			const { model, seen } = limited(house, 'only', limitOf);
			const run = { items: 400, settings: { heedCooldowns } };
			const { lost, took } = await house.time.run(() => bulk(house, [model], run));
			expect(lost).toEqual([]);
			expect(took / ideal).toBeLessThan(1.15);
			expect(seen.refused / seen.calls).toBeLessThan(0.1);
			expect(house.time.pending()).toBe(0);
		}
	});
});

describe('other paces', () => {
	test.each<[string, () => Limiter, number, number]>([
		['2 a second', () => fixedWindow(2, 1_000, 'oneSecond'), 60, 30],
		['2 in any second', () => slidingWindow(2, 1_000, 'seconds'), 60, 30],
		['5 in any second, without Retry-After', () => slidingWindow(5, 1_000, 'silent'), 150, 30],
		['60 in any minute', () => slidingWindow(60, 60_000, 'seconds'), 200, 180],
	])('%s', async (_name, limitOf, items, ideal) => {
		const house = setting();
		const { model } = limited(house, 'only', limitOf);
		const { lost, took } = await house.time.run(() => bulk(house, [model], { items }));
		expect(lost).toEqual([]);
		expect(took / ideal).toBeLessThan(1.2);
	});

	test('a limit that falls to a tenth is found again, and loses nothing', async () => {
		const house = setting();
		const [high, low] = [fixedWindow(20, 1_000, 'silent'), fixedWindow(2, 1_000, 'silent')];
		const { model } = limited(house, 'only', () => (now) => (house.time.elapsed() < 5_000 ? high : low)(now));
		const { lost, took } = await house.time.run(() => bulk(house, [model], { items: 160 }));
		expect(lost).toEqual([]);
		expect(took).toBeLessThan(1.75 * 35);
	});
});

test('400 items at once: no longer, and few more are refused', async () => {
	for (const naming of ['oneSecond', 'silent'] as const) {
		const house = setting();
		const { model, seen } = limited(house, 'only', () => fixedWindow(20, 1_000, naming));
		const { lost, took } = await house.time.run(() => bulk(house, [model], { items: 400, concurrency: 400 }));
		expect(lost).toEqual([]);
		expect(took).toBeLessThan(1.15 * 20);
		expect(seen.refused / seen.calls).toBeLessThan(0.12);
	}
});

test('a window of a minute: 200 items at 60 a minute', async () => {
	for (const naming of ['seconds', 'oneSecond', 'silent'] as const) {
		const house = setting();
		const { model, seen } = limited(house, 'only', () => fixedWindow(60, 60_000, naming));
		const { lost, took } = await house.time.run(() => bulk(house, [model], { items: 200 }));
		expect(lost).toEqual([]);
		expect(took).toBeLessThan(1.15 * 180);
		expect(seen.refused / seen.calls).toBeLessThan(0.16);
	}
});

test('2 a second and 30 that wait: none is lost', async () => {
	for (const naming of ['oneSecond', 'silent'] as const) {
		const house = setting();
		const { model } = limited(house, 'only', () => fixedWindow(2, 1_000, naming));
		const { lost, took } = await house.time.run(() => bulk(house, [model], { items: 30, concurrency: 30 }));
		expect(lost).toEqual([]);
		expect(took).toBeLessThan(25);
	}
});

test('1,000 items at once, all within the total timeout', async () => {
	const house = setting();
	const { model } = limited(house, 'only', () => fixedWindow(20, 1_000, 'oneSecond'));
	const { lost, took } = await house.time.run(() =>
		bulk(house, [model], { items: 1_000, concurrency: 1_000, settings: { totalTimeoutMs: 600_000 } }),
	);
	expect(lost).toEqual([]);
	expect(took).toBeLessThan(1.15 * 50);
});

test('two keys add up', async () => {
	for (const naming of ['oneSecond', 'silent'] as const) {
		const house = setting();
		const keys = { keys: ['one', 'two'] };
		const { model, seen } = limited(house, 'only', () => fixedWindow(20, 1_000, naming), keys);
		const { lost, took } = await house.time.run(() => bulk(house, [model], { items: 800, concurrency: 20 }));
		expect(lost).toEqual([]);
		expect(took).toBeLessThan(1.15 * 20);
		expect(seen.refused / seen.calls).toBeLessThan(0.1);
	}
});

test('a burst that is refused is a limit at once: the second model is used while the first is learned', async () => {
	const house = setting();
	const first = limited(house, 'first', () => fixedWindow(20, 1_000, 'oneSecond'));
	const second = limited(house, 'second', () => fixedWindow(20, 1_000, 'oneSecond'));
	const { lost, results } = await house.time.run(() =>
		bulk(house, [first.model, second.model], { items: 100, concurrency: 10 }),
	);
	expect(lost).toEqual([]);
	const bySecond = results.filter(({ answer: found }) => found?.model.alias === 'second').length;
	expect(bySecond).toBeGreaterThan(20);
});

test('two limited models add up', async () => {
	for (const naming of ['oneSecond', 'silent'] as const) {
		const house = setting();
		const first = limited(house, 'first', () => fixedWindow(20, 1_000, naming));
		const second = limited(house, 'second', () => fixedWindow(20, 1_000, naming));
		const models = [first.model, second.model];
		const { lost, took, results } = await house.time.run(() =>
			bulk(house, models, { items: 800, concurrency: 20 }),
		);
		expect(lost).toEqual([]);
		expect(took).toBeLessThan(1.15 * 20);
		const byFirst = results.filter(({ answer: found }) => found?.model.alias === 'first').length;
		expect(byFirst).toBeGreaterThan(350);
	}
});

test('ten executions at once share it, however many items each has under way', async () => {
	const house = setting();
	const { model } = limited(house, 'only', () => fixedWindow(20, 1_000, 'oneSecond'));
	const runs = await house.time.run(() =>
		Promise.all(
			Array.from({ length: 10 }, (_, index) =>
				bulk(house, [model], { items: 40, concurrency: index === 0 ? 40 : 10, execution: {} }),
			),
		),
	);
	const took = runs.map((run) => run.took);
	expect(runs.flatMap(({ lost }) => lost)).toEqual([]);
	expect(Math.max(...took) / Math.min(...took)).toBeLessThan(1.3);
});

test('cancelling one leaves the others’ places', async () => {
	const house = setting();
	const { model } = limited(house, 'only', () => fixedWindow(20, 1_000, 'oneSecond'));
	const cancel = new AbortController();
	const run = async (signal?: AbortSignal) => {
		const results: FailoverResult[] = [];
		const one = async (): Promise<void> => {
			results.push(await house.start([model], {}, { signal, execution: signal }));
		};
		await Promise.all(Array.from({ length: 100 }, one));
		return { results, at: house.time.elapsed() };
	};
	const [stopped, stays] = await house.time.run(() => {
		void house.time.surroundings.sleep(2_000).then(() => cancel.abort());
		return Promise.all([run(cancel.signal), run()]);
	});
	expect(stopped.at).toBe(2_000);
	expect(stopped.results.filter(({ failure }) => failure?.category === 'cancelled').length).toBeGreaterThan(
		50,
	);
	expect(stays.results.filter(({ answer: found }) => found === null)).toEqual([]);
	// About 30 of its own by then, and the rest alone.
	expect(stays.at).toBeLessThan(1.15 * 7_000);
	expect(house.time.pending()).toBe(0);
});

describe('a limit of calls under way', () => {
	async function run(words: string, most: number, callMs: number, items: number, concurrency: number) {
		const house = setting();
		const { sleep } = house.time.surroundings;
		const chance = seededChance(2);
		const seen = { calls: 0, refused: 0 };
		let underWay = 0;
		const client: ModelClient = {
			async *stream(_request, _key, signal) {
				seen.calls += 1;
				await sleep(10, signal);
				if (underWay >= most) {
					seen.refused += 1;
					throw new ModelError('rateLimited', words, { status: 429 });
				}
				underWay += 1;
				await sleep(0.1 * callMs, signal);
				yield text('whole');
				await sleep((0.7 + 0.4 * chance()) * callMs, signal);
				underWay -= 1;
				yield end();
			},
		};
		const { lost, took } = await house.time.run(() =>
			bulk(house, [modelOf('only', client)], { items, concurrency }),
		);
		expect(lost).toEqual([]);
		expect(house.time.pending()).toBe(0);
		return { ...seen, share: (took * 1_000) / ((items / most) * callMs) };
	}

	test('is met with fewer at a time', async () => {
		const { share, refused } = await run('too many concurrent requests', 3, 2_000, 60, 10);
		expect(share).toBeLessThan(1.15);
		expect(refused).toBeLessThan(12);
	});

	test.each([
		[3, 2_000, 60, 10],
		[5, 2_000, 100, 10],
		[10, 3_000, 200, 100],
		[1, 1_000, 30, 10],
		[4, 10_000, 40, 20],
	])('shows where its words do not say so: %i at a time, of %i ms', async (most, ms, items, concurrency) => {
		const { share, refused, calls } = await run('slow down', most, ms, items, concurrency);
		expect(share).toBeLessThan(1.15);
		expect(refused / calls).toBeLessThan(0.4);
	});
});

describe('one item', () => {
	const busy = (retryAfterMs?: number) => fails('rateLimited', { status: 429, retryAfterMs });

	test('a wait that is asked for uses up no retry', async () => {
		const house = setting();
		const first = house.model('first', [busy(1_000), busy(1_000), busy(1_000), whole()]);
		const result = await house.ask([first], { maxRetries: 0 });
		expect(outcomes(result)).toEqual([...Array<string>(3).fill('first rateLimited'), 'first answered']);
		expect(house.time.elapsed()).toBeLessThan(4_500);
	});

	test('waits for a limit named longer than its patience where nobody else is usable', async () => {
		const house = setting();
		const models = [house.model('first', [busy(20_000), whole()]), house.model('second', [fails('refused')])];
		const also = new Set(['rateLimited', 'refused'] as const);
		const result = await house.ask(models, { fallbackOn: also });
		expect(outcomes(result)).toEqual(['first rateLimited', 'second refused', 'first answered']);
		expect(house.time.elapsed()).toBe(20_000);
	});

	test('but not beyond its total timeout: it fails at once', async () => {
		const house = setting();
		const result = await house.ask([house.model('first', [busy(700_000)])]);
		expect(result.failure?.category).toBe('rateLimited');
		expect(house.time.elapsed()).toBe(0);
	});

	test('where Fallback On does not name limits, it waits for its own model alone', async () => {
		const house = setting();
		const models = [
			house.model('first', [busy(), busy(), busy(), whole()]),
			house.model('second', [whole()]),
		];
		const result = await house.ask(models, { fallbackOn: new Set(['serverError']) });
		expect(outcomes(result).at(-1)).toBe('first answered');
		expect(house.clients.second?.calls).toHaveLength(0);
	});

	test('a limit that lets nothing through for a minute is an outage: those who wait fail then', async () => {
		const house = setting();
		const first = house.model('first', [busy()]);
		const results = await house.time.run(() =>
			Promise.all(Array.from({ length: 20 }, () => house.start([first]))),
		);
		expect(results.map(({ failure }) => failure?.category)).toEqual(Array(20).fill('rateLimited'));
		expect(house.time.elapsed()).toBeGreaterThanOrEqual(60_000);
		expect(house.time.elapsed()).toBeLessThan(100_000);
		// One try at a time asks it, after those that were under way at first.
		expect(house.clients.first?.calls.length).toBeLessThan(40);
	});

	test('a 503 that names a time opens no circuit', async () => {
		const house = setting();
		const first = house.model('first', [
			...Array(8).fill(fails('overloaded', { status: 503, retryAfterMs: 500 })),
			whole(),
		]);
		expect(outcomes(await house.ask([first])).at(-1)).toBe('first answered');
	});
});
