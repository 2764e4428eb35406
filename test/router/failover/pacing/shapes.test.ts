/**
 * Shapes of limits: windows longer than a second, buckets that hold next to nothing, two limits at once, limits that
 * change. The ideal is what a sender takes that knows at each moment whether a call would be accepted.
 */
import { ModelError } from '../../../../router/types';
import type { ModelClient } from '../../../../router/types';
import {
	bothOf,
	fixedWindow,
	slidingWindow,
	tokenBucket,
	tokensInWindow,
	windowFromFirst,
} from '../../../support/simulated/limiters';
import type { Limiter } from '../../../support/simulated/limiters';
import { end, modelOf, text } from '../../../support/standIn/scriptedModel';
import { seededChance } from '../../../support/virtualTime';
import { setting } from '../setting';
import { bulk, limited } from './bulkRuns';

/** @returns times the ideal, and the share of refused calls: the worst of two runs */
async function met(
	limitOf: (now: () => number) => Limiter,
	items: number,
	concurrency: number,
	ideal: number,
) {
	const worst = { times: 0, refused: 0 };
	for (const seed of [1, 2]) {
		const house = setting(seed);
		const { model, seen } = limited(house, 'only', () => limitOf(() => house.time.elapsed()));
		const { lost, took } = await house.time.run(() => bulk(house, [model], { items, concurrency }));
		expect(lost).toEqual([]);
		expect(house.time.pending()).toBe(0);
		worst.times = Math.max(worst.times, took / ideal);
		worst.refused = Math.max(worst.refused, seen.refused / seen.calls);
	}
	return worst;
}

describe('long windows', () => {
	test.each<[string, () => Limiter, number, number, number, number]>([
		['50 in any 10 s, named in seconds', () => slidingWindow(50, 10_000, 'seconds'), 400, 10, 71, 1.15],
		['50 in any 10 s, named exactly', () => slidingWindow(50, 10_000, 'exact'), 400, 10, 71, 1.15],
		['50 in any 10 s, without Retry-After', () => slidingWindow(50, 10_000, 'silent'), 400, 10, 71, 1.2],
		['200 in any 10 s, named in seconds', () => slidingWindow(200, 10_000, 'seconds'), 1_000, 20, 41.9, 1.15],
		['200 in any 10 s, Retry-After: 1', () => slidingWindow(200, 10_000, 'oneSecond'), 1_000, 20, 41.9, 1.2],
		['300 in any minute, named exactly', () => slidingWindow(300, 60_000, 'exact'), 1_000, 10, 181.8, 1.15],
		[
			'300 in any minute, Retry-After: 1',
			() => slidingWindow(300, 60_000, 'oneSecond'),
			1_000,
			10,
			181.8,
			1.15,
		],
		['60 in any minute, named in seconds', () => slidingWindow(60, 60_000, 'seconds'), 240, 10, 181.1, 1.15],
		[
			'200 in each 10 s, without Retry-After',
			() => fixedWindow(200, 10_000, 'silent'),
			1_000,
			20,
			41.8,
			1.15,
		],
		['100 in 10 s from the first, named', () => windowFromFirst(100, 10_000, 'seconds'), 400, 10, 31.8, 1.15],
	])('%s', async (_name, limitOf, items, concurrency, ideal, most) => {
		const { times, refused } = await met(limitOf, items, concurrency, ideal);
		expect(times).toBeLessThan(most);
		expect(refused).toBeLessThan(0.1);
	});

	test('of tokens, where each call costs another number', async () => {
		const chance = seededChance(8);
		const costOf = (): number => 100 + 2_900 * chance() ** 2;
		const { times, refused } = await met(
			() => tokensInWindow(60_000, 60_000, 'seconds', costOf),
			200,
			10,
			181,
		);
		expect(times).toBeLessThan(1.15);
		expect(refused).toBeLessThan(0.05);
	});
});

test('a bucket of two: the first guess of a pace is soon corrected', async () => {
	const { times, refused } = await met(() => tokenBucket(20, 2, 'silent'), 400, 10, 20.1);
	expect(times).toBeLessThan(1.16);
	expect(refused).toBeLessThan(0.1);
});

test('five a second and a hundred a minute: the minute’s end does not spoil the pace', async () => {
	const limitOf = (): Limiter =>
		bothOf(slidingWindow(5, 1_000, 'seconds'), fixedWindow(100, 60_000, 'seconds'));
	const { times, refused } = await met(limitOf, 300, 10, 139.2);
	expect(times).toBeLessThan(1.35);
	expect(refused).toBeLessThan(0.1);
});

test('a bucket that falls to a quarter is not taken for a limit of calls under way', async () => {
	for (const naming of ['seconds', 'silent'] as const) {
		const limitOf = (now: () => number): Limiter => {
			const [high, low] = [tokenBucket(20, 10, naming), tokenBucket(5, 5, naming)];
			return (at) => (now() < 8_000 ? high(at) : low(at));
		};
		const { times, refused } = await met(limitOf, 300, 10, 33.4);
		expect(times).toBeLessThan(1.4);
		expect(refused).toBeLessThan(0.1);
	}
});

test('so many calls under way, which take from 50 ms to 5 s, without a word on it', async () => {
	for (const [most, items, concurrency] of [
		[5, 200, 20],
		[20, 800, 100],
	] as const) {
		const house = setting();
		const { sleep } = house.time.surroundings;
		const chance = seededChance(6);
		const seen = { calls: 0, refused: 0, workMs: 0 };
		let underWay = 0;
		const client: ModelClient = {
			async *stream(_request, _key, signal) {
				seen.calls += 1;
				await sleep(10 + 20 * chance(), signal);
				if (underWay >= most) {
					seen.refused += 1;
					throw new ModelError('rateLimited', 'slow down', { status: 429 });
				}
				underWay += 1;
				const ms = 50 * 100 ** chance();
				seen.workMs += ms;
				await sleep(0.3 * ms, signal);
				yield text('whole');
				await sleep(0.7 * ms, signal);
				underWay -= 1;
				yield end();
			},
		};
		const run = { items, concurrency };
		const { lost, took } = await house.time.run(() => bulk(house, [modelOf('only', client)], run));
		expect(lost).toEqual([]);
		expect((took * 1_000) / (seen.workMs / most)).toBeLessThan(1.25);
		expect(seen.refused / seen.calls).toBeLessThan(0.1);
	}
});

test('first words after half a minute: calls that are not refused count as accepted', async () => {
	for (const naming of ['oneSecond', 'silent'] as const) {
		const house = setting();
		const slow = { seed: 7, firstWordMs: [13_500, 13_500], restMs: [0, 0] } as const;
		const { model, seen } = limited(house, 'only', () => fixedWindow(20, 1_000, naming), slow);
		const settings = { firstTokenTimeoutMs: 180_000, hedgeAfterMs: 0 };
		const run = { items: 1_000, concurrency: 1_000, settings };
		const { lost, took } = await house.time.run(() => bulk(house, [model], run));
		expect(lost).toEqual([]);
		// Fifty seconds, and the last answer.
		expect(took).toBeLessThan(1.3 * (50 + 27));
		expect(seen.refused / seen.calls).toBeLessThan(0.1);
		expect(house.time.pending()).toBe(0);
	}
});
