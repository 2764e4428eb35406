import type { BoundedWork } from '../../router/bounded/bounded';
import type { Surroundings } from '../../router/types';
import { realTime } from './realTime';

/** 2026-01-01, so that virtual dates look like dates. */
const START = Date.UTC(2026, 0, 1);

interface Timer {
	at: number;
	order: number;
	wake: () => void;
	dead: boolean;
}

export interface VirtualTime {
	surroundings: Surroundings;
	/** Ms since the start. */
	elapsed(): number;
	/** Sets the clock by so many ms, forward or back, as a person or a time server does: no time passes. */
	setClock(ms: number): void;
	/** Timers that would still wake someone. */
	pending(): number;
	/** Lets time pass until `work` is done. @throws where `work` waits for something that never comes */
	run<T>(work: () => Promise<T>): Promise<T>;
	/** Lets everything that is still asleep wake up. */
	runOut(): Promise<void>;
}

/** Shared by all clocks of a test file, as a thread takes a while to start. */
const threads = realTime.work;

/** A clock that jumps to the next timer as soon as nothing else is left to do, and seeded chance. */
export function virtualTime(seed = 1): VirtualTime {
	// Since the start: fractions of a millisecond would be lost beside the years of an epoch.
	let now = 0;
	let ahead = 0;
	let order = 0;
	const random = seededChance(seed);
	const timers = new Heap();

	const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
		new Promise((resolve) => {
			if (signal?.aborted) return resolve();
			const timer: Timer = { at: now + Math.max(0, ms), order: order++, wake: resolve, dead: false };
			const abort = () => {
				timer.dead = true;
				resolve();
			};
			timer.wake = () => {
				signal?.removeEventListener('abort', abort);
				resolve();
			};
			signal?.addEventListener('abort', abort, { once: true });
			timers.push(timer);
		});

	/** Fires the timers that are due next. */
	const step = (): boolean => {
		let woken = false;
		for (let timer = timers.peek(); timer && (!woken || timer.at === now); timer = timers.peek()) {
			timers.pop();
			if (timer.dead) continue;
			now = timer.at;
			timer.dead = true;
			timer.wake();
			woken = true;
		}
		return woken;
	};

	let working = 0;
	const work: BoundedWork = {
		run: async (task) => {
			working += 1;
			return await threads.run(task).finally(() => (working -= 1));
		},
	};

	return {
		surroundings: { now: () => START + now + ahead, monotonic: () => now, sleep, random, work },
		elapsed: () => now,
		setClock(ms) {
			ahead += ms;
		},
		pending: () => timers.living(),
		async run<T>(work: () => Promise<T>): Promise<T> {
			let settled = false;
			const done = work().finally(() => {
				settled = true;
			});
			done.catch(() => undefined);
			for (;;) {
				await idle();
				if (settled) return await done;
				// A thread works by the real clock: virtual time stands still meanwhile.
				if (working > 0) continue;
				if (!step()) throw new Error('Nothing is left to wait for: the work hangs');
			}
		},
		async runOut() {
			await idle();
			while (step()) await idle();
		},
	};
}

/** Resolves when every promise that can go on has gone on. */
async function idle(): Promise<void> {
	await new Promise((resolve) => setImmediate(resolve));
}

/**
 * Seeded numbers, 0 ≤ x < 1: a linear congruential generator with the constants of "Numerical Recipes". The first
 * few are thrown away, as neighbouring seeds begin alike.
 */
export function seededChance(seed: number): () => number {
	let state = seed >>> 0;
	const next = (): number => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
	for (let skipped = 0; skipped < 16; skipped += 1) next();
	return next;
}

/** The earliest timer first; of two at one time the older. */
class Heap {
	private readonly timers: Timer[] = [];

	push(timer: Timer): void {
		const { timers } = this;
		let index = timers.push(timer) - 1;
		while (index > 0) {
			const parent = (index - 1) >> 1;
			if (!before(timer, timers[parent])) break;
			timers[index] = timers[parent];
			index = parent;
		}
		timers[index] = timer;
	}

	peek(): Timer | undefined {
		return this.timers[0];
	}

	pop(): Timer | undefined {
		const { timers } = this;
		const first = timers[0];
		const last = timers.pop();
		if (!first || !last || timers.length === 0) return first;
		let index = 0;
		for (;;) {
			let child = 2 * index + 1;
			if (child >= timers.length) break;
			if (child + 1 < timers.length && before(timers[child + 1], timers[child])) child += 1;
			if (!before(timers[child], last)) break;
			timers[index] = timers[child];
			index = child;
		}
		timers[index] = last;
		return first;
	}

	living(): number {
		return this.timers.filter((timer) => !timer.dead).length;
	}
}

function before(one: Timer, other: Timer): boolean {
	return one.at < other.at || (one.at === other.at && one.order < other.order);
}
