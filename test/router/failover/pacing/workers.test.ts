/** Several workers share one key, and each learns with a delay what the others do: bulk runs in virtual time. */
import { createMemoryState } from '../../../../router/state/state';
import type { FactKinds, State } from '../../../../router/state/state';
import { fixedWindow, slidingWindow, tokenBucket } from '../../../support/simulated/limiters';
import type { Limiter } from '../../../support/simulated/limiters';
import { setting } from '../setting';
import { limited } from './bulkRuns';

type House = ReturnType<typeof setting>;

/** What is told arrives so much later, in ms: it is told after 50, and looked at after a notification. */
const LAG_MS = 80;

/** States that tell each other what PostgreSQL's do. */
function toldStates({ time }: House, count: number): State[] {
	const told = new Map<string, FactKinds['pace']>();
	return Array.from({ length: count }, (): State => {
		const state = createMemoryState(time.surroundings);
		return {
			...state,
			facts: {
				read: (keys) => state.facts.read(keys),
				list: (kind) => state.facts.list(kind),
				async update(changes) {
					for (const change of changes) {
						if (change.kind !== 'pace') continue;
						const news = change.change(null);
						void time.surroundings.sleep(LAG_MS).then(() => news && told.set(change.key, news));
					}
					await state.facts.update(changes);
				},
				told: (kind) =>
					kind === 'pace' ? [...told].map(([key, value]) => ({ key, value: value as never })) : [],
			},
		};
	});
}

/** @param items of each worker, ten at a time */
async function bulk(items: readonly number[], limit: Limiter, seed: number) {
	const house = setting(seed);
	const { model, seen } = limited(house, 'only', () => limit, { seed: seed + 5 });
	let lost = 0;
	const loops = toldStates(house, items.length).flatMap((state, worker) => {
		let left = items[worker];
		return Array.from({ length: 10 }, () => async (): Promise<void> => {
			while (left-- > 0) lost += Number((await house.start([model], {}, { state })).answer === null);
		});
	});
	const from = house.time.elapsed();
	const times = await house.time.run(() =>
		Promise.all(loops.map(async (loop) => await loop().then(() => house.time.elapsed()))),
	);
	// Workers stop telling each other when no calls are made.
	await house.time.runOut();
	expect(house.time.pending()).toBe(0);
	return { lost, seconds: (Math.max(...times) - from) / 1_000, refused: seen.refused / seen.calls };
}

describe('20 a second for two workers: 400 items as with one, at most 10 % refused', () => {
	test.each<[string, () => Limiter, number]>([
		['a window of a second, Retry-After: 1', () => fixedWindow(20, 1_000, 'oneSecond'), 20],
		['the same, begun in its middle', () => fixedWindow(20, 1_000, 'oneSecond', 600), 20],
		['without Retry-After', () => fixedWindow(20, 1_000, 'silent'), 20],
		['without Retry-After, begun in its middle', () => fixedWindow(20, 1_000, 'silent', 600), 20],
		['the exact time', () => fixedWindow(20, 1_000, 'exact'), 20],
		['a rolling window', () => slidingWindow(20, 1_000, 'seconds'), 20],
		['a bucket of 20', () => tokenBucket(20, 20, 'seconds'), 19],
		['a bucket of 20 without Retry-After', () => tokenBucket(20, 20, 'silent'), 19],
		['a bucket of 5', () => tokenBucket(20, 5, 'oneSecond'), 19.75],
		['a bucket of 5 without Retry-After', () => tokenBucket(20, 5, 'silent'), 19.75],
	])('%s', async (_name, limitOf, ideal) => {
		for (const seed of [1, 2]) {
			const { lost, seconds, refused } = await bulk([200, 200], limitOf(), seed);
			expect(lost).toBe(0);
			expect(seconds / ideal).toBeLessThan(1.25);
			expect(refused).toBeLessThan(0.1);
		}
	});
});

test('one that has fewer items leaves its share to the other', async () => {
	const { lost, seconds, refused } = await bulk([80, 320], fixedWindow(20, 1_000, 'oneSecond'), 1);
	expect(lost).toBe(0);
	expect(seconds).toBeLessThan(1.25 * 20);
	expect(refused).toBeLessThan(0.1);
});

test('four workers, which run into the limit together at first', async () => {
	const { lost, seconds, refused } = await bulk([100, 100, 100, 100], fixedWindow(20, 1_000, 'oneSecond'), 1);
	expect(lost).toBe(0);
	expect(seconds).toBeLessThan(1.3 * 20);
	expect(refused).toBeLessThan(0.18);
});

test('a long window is not left to the one that is first', async () => {
	const { lost, seconds, refused } = await bulk([300, 300], fixedWindow(100, 10_000, 'oneSecond'), 1);
	expect(lost).toBe(0);
	expect(seconds).toBeLessThan(1.25 * 51);
	expect(refused).toBeLessThan(0.1);
});
