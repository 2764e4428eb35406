import { createBoundedWork, WorkTooLong } from '../../../router/bounded/bounded';
import type { SearchTask } from '../../../router/bounded/terms';

const A_MINUTE = 60_000;

/** Timers that go off when the test says so. */
function timers() {
	const set: Array<{ ms: number; wake: () => void; holds: boolean }> = [];
	return {
		set,
		timer(ms: number, wake: () => void, holds: boolean) {
			const one = { ms, wake, holds };
			set.push(one);
			return () => void (set.includes(one) && set.splice(set.indexOf(one), 1));
		},
		async next() {
			while (set.length === 0) await new Promise((resolve) => setImmediate(resolve));
			return set[0]!;
		},
	};
}

const search = (source: string, text: string): SearchTask => ({
	kind: 'search',
	expressions: [{ source, flags: '' }],
	text,
});

test('work that does not end is stopped when its time is up, those behind it get their turn, an idle thread ends', async () => {
	const clock = timers();
	const work = createBoundedWork(clock.timer);
	// Only a backtracking engine knows this one, and it never ends.
	const endless = work.run(search(String.raw`^(?=(a+)+$)\1b`, 'a'.repeat(60)));
	const behind = work.run(search('b', 'abc'));
	const limit = await clock.next();
	expect(limit).toMatchObject({ ms: 3_000, holds: true });
	clock.set.length = 0;
	limit.wake();
	await expect(endless).rejects.toThrow(WorkTooLong);
	expect(await behind).toEqual({ kind: 'search', found: 0 });

	const idle = await clock.next();
	expect(idle).toMatchObject({ ms: A_MINUTE, holds: false });
	expect(clock.set).toHaveLength(1);
	expect(await work.run(search('x', 'abc'))).toEqual({ kind: 'search', found: -1 });
	(await clock.next()).wake();
	expect(await work.run(search('c', 'abc'))).toEqual({ kind: 'search', found: 0 });
	(await clock.next()).wake();
});
