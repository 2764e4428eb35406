/** What providers say of their limits beside good answers: the pace is known before the first refusal, and never believed blindly. */
import { ModelError } from '../../../../router/types';
import type { Allowance, ModelClient } from '../../../../router/types';
import { end, modelOf, text } from '../../../support/standIn/scriptedModel';
import { seededChance } from '../../../support/virtualTime';
import { setting } from '../setting';

/** A provider's own count of a call that comes at a time. */
type Counter = (now: number) => { taken: boolean; said: Omit<Allowance, 'of'> };

function window(calls: number, windowMs: number): Counter {
	let current = -1;
	let used = 0;
	return (now) => {
		if (Math.floor(now / windowMs) !== current) used = 0;
		current = Math.floor(now / windowMs);
		const taken = used < calls;
		used += Number(taken);
		return {
			taken,
			said: { limit: calls, remaining: calls - used, resetMs: (current + 1) * windowMs - now },
		};
	};
}

function bucket(aSecond: number, burst: number): Counter {
	let tokens = burst;
	let last: number | null = null;
	return (now) => {
		tokens = Math.min(burst, tokens + ((now - (last ?? now)) * aSecond) / 1_000);
		last = now;
		const taken = tokens >= 1;
		tokens -= Number(taken);
		const resetMs = ((burst - tokens) / aSecond) * 1_000;
		return { taken, said: { limit: burst, remaining: Math.floor(tokens), resetMs } };
	};
}

const says =
	(count: Counter, said: Partial<Omit<Allowance, 'of'>>): Counter =>
	(now) => {
		const truth = count(now);
		return { ...truth, said: { ...truth.said, ...said } };
	};

const unlimited: Counter = () => ({ taken: true, said: { limit: 1e6, remaining: 1e6, resetMs: 10 } });

/** @param perCall tokens that a call costs; then that is what is limited and told */
async function run(items: number, count: Counter, { perCall = 0, isTold = true } = {}) {
	const house = setting();
	const chance = seededChance(3);
	const seen = { calls: 0, refused: 0, lost: 0 };
	const { now, sleep } = house.time.surroundings;
	const client: ModelClient = {
		async *stream(_request, _key, signal) {
			seen.calls += 1;
			await sleep(10 + 20 * chance(), signal);
			const { taken, said } = count(now());
			if (!taken) {
				seen.refused += 1;
				throw new ModelError('rateLimited', 'slow down', { status: 429 });
			}
			await sleep(20 + 40 * chance(), signal);
			const inTokens = { limit: (said.limit ?? 0) * perCall, remaining: said.remaining * perCall };
			const allowance: Allowance = perCall
				? { of: 'tokens', ...said, ...inTokens }
				: { of: 'requests', ...said };
			if (isTold) yield { type: 'limits', allowances: [allowance] };
			yield text('whole');
			await sleep(50 + 100 * chance(), signal);
			yield end();
		},
	};
	const model = modelOf('only', client);
	let left = items;
	const worker = async (): Promise<void> => {
		while (left-- > 0) seen.lost += Number((await house.start([model])).answer === null);
	};
	await house.time.run(() => Promise.all(Array.from({ length: 10 }, worker)));
	expect(house.time.pending()).toBe(0);
	return { ...seen, took: house.time.elapsed() / 1_000 };
}

test.each<[string, () => Counter, number, number]>([
	['20 in each second', () => window(20, 1_000), 400, 20],
	['60 in each minute', () => window(60, 60_000), 200, 180],
	['a bucket of 20', () => bucket(20, 20), 400, 19],
])('%s: hardly any call is refused, and nothing takes longer', async (_name, count, items, ideal) => {
	const told = await run(items, count());
	const untold = await run(items, count(), { isTold: false });
	expect(told.lost).toBe(0);
	expect(told.took).toBeLessThan(1.1 * ideal);
	expect(told.refused).toBeLessThan(untold.refused / 1.5);
});

test('tokens: what a call costs is learned', async () => {
	const told = await run(200, window(60, 60_000), { perCall: 1_300 });
	expect(told).toMatchObject({ lost: 0 });
	expect(told.took).toBeLessThan(1.1 * 180);
	expect(told.refused).toBeLessThan(12);
});

test('what is left of a limit is used at once: a small job is not slowed down', async () => {
	const { took, refused } = await run(55, window(60, 60_000));
	expect(took).toBeLessThan(2);
	expect(refused).toBe(0);
});

test.each<[string, Partial<Omit<Allowance, 'of'>>]>([
	['nothing left for two minutes, always', { remaining: 0, resetMs: 120_000 }],
	['nothing left for a second, always', { remaining: 0, resetMs: 1_000 }],
	['one of one, always', { limit: 1, remaining: 1, resetMs: 60_000 }],
])('a provider that says what is not so (%s) is found out soon', async (_name, said) => {
	const truth = await run(400, unlimited);
	const { lost, took } = await run(400, says(unlimited, said));
	expect(lost).toBe(0);
	expect(took).toBeLessThan(truth.took + 6);
});

test('one that names too much is met like one that names nothing', async () => {
	const { lost, took, refused } = await run(400, says(window(20, 1_000), { remaining: 79, limit: 100 }));
	expect(lost).toBe(0);
	expect(took).toBeLessThan(1.15 * 20);
	expect(refused).toBeLessThan(40);
});
