import type { FactChange, Health, State } from '../../../router/state/state';

const HEALTHY: Health = {
	circuit: { failures: 0, failedAt: 0, failedBy: null, openedAt: 0, openUntil: 0, probeUntil: 0 },
	cooldown: null,
	limitedAt: 0,
};

/** One more failure of an endpoint and key. */
export function failureOf(key: string): FactChange {
	return {
		kind: 'health',
		key,
		change: (before) => {
			const { circuit, ...rest } = before ?? HEALTHY;
			return { ...rest, circuit: { ...circuit, failures: circuit.failures + 1 } };
		},
	};
}

export async function failuresOf({ facts }: State, key: string): Promise<number | undefined> {
	const [health] = await facts.read([{ kind: 'health', key }]);
	return health?.circuit.failures;
}

export function contractOfFacts(current: () => State): void {
	it('are read together, each by its key', async () => {
		const { facts } = current();
		await facts.update([
			failureOf('a|b|c#1'),
			{
				kind: 'latency',
				key: 'a|b|c',
				change: () => ({ firstTokens: [3], firstTokenMs: 3, msPerToken: null }),
			},
		]);
		const [health, none, latency] = await facts.read([
			{ kind: 'health', key: 'a|b|c#1' },
			{ kind: 'health', key: 'a|b|c' },
			{ kind: 'latency', key: 'a|b|c' },
		]);
		expect([health?.circuit.failures, none, latency?.firstTokenMs]).toEqual([1, null, 3]);
		expect(await facts.read([])).toEqual([]);
	});

	it('are changed in order, so that one change may use what another found, and forgotten', async () => {
		const { facts } = current();
		await facts.update([failureOf('a'), failureOf('a'), failureOf('b')]);
		let seen = 0;
		await facts.update([
			{ kind: 'health', key: 'a', change: (before) => ((seen = before?.circuit.failures ?? 0), before) },
			{ kind: 'traffic', key: 'a', change: () => ({ seconds: [{ second: seen, requests: 1, retries: 0 }] }) },
			{ kind: 'health', key: 'b', change: () => null },
		]);
		expect(await failuresOf(current(), 'a')).toBe(2);
		expect(await failuresOf(current(), 'b')).toBeUndefined();
		expect(await facts.read([{ kind: 'traffic', key: 'a' }])).toMatchObject([{ seconds: [{ second: 2 }] }]);
	});

	it('lose no change of many at once', async () => {
		const { facts } = current();
		await Promise.all(Array.from({ length: 50 }, () => facts.update([failureOf('a')])));
		expect(await failuresOf(current(), 'a')).toBe(50);
	});

	it('that nobody waits for are there for the next who reads', async () => {
		const { facts } = current();
		void facts.update([failureOf('a')]);
		expect(await failuresOf(current(), 'a')).toBe(1);
	});

	it('are listed by their kind', async () => {
		const { facts } = current();
		await facts.update([
			failureOf('a|b|c#1'),
			{
				kind: 'latency',
				key: 'a|b|c',
				change: () => ({ firstTokens: [3], firstTokenMs: 3, msPerToken: null }),
			},
		]);
		expect(await facts.list('health')).toMatchObject([
			{ key: 'a|b|c#1', value: { circuit: { failures: 1 } } },
		]);
		expect(await facts.list('latency')).toMatchObject([{ key: 'a|b|c', value: { firstTokenMs: 3 } }]);
		expect(await facts.list('outage')).toEqual([]);
	});

	it('leave places to as many as there are', async () => {
		const { semaphores } = current();
		const first = await semaphores.acquire('a', 2, 1_000);
		const second = await semaphores.acquire('a', 2, 1_000);
		expect(await semaphores.acquire('a', 2, 5)).toBeNull();
		const third = semaphores.acquire('a', 2, 1_000);
		second?.release();
		expect(await third).not.toBeNull();
		first?.release();
		(await third)?.release();
		expect(semaphores.local('gate')).toBe(semaphores.local('gate'));
	});
}
