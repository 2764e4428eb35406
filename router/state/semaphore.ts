import type { Surroundings } from '../types';

/** Longest delay of a timer in Node.js, in ms. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;

/** Far more models and keys than one n8n has; the oldest are dropped beyond it. */
const MOST_SEMAPHORES = 10_000;

interface Waiter {
	limit: number;
	enter: () => void;
}

/** A counting semaphore with a first-come first-served queue. */
export class Semaphore {
	private inside = 0;

	private readonly waiters: Waiter[] = [];

	/** While set, `enter` ignores the limit. */
	isOpen = false;

	get count(): number {
		return this.inside;
	}

	/** @returns false if it is full or others are queued */
	tryEnter(limit: number): boolean {
		const mayEnter = this.isOpen || (this.waiters.length === 0 && this.inside < limit);
		if (mayEnter) this.inside += 1;
		return mayEnter;
	}

	/** @returns false, without having entered, if patience ran out or the signal aborted first. Leaves no timer behind. */
	async enter(
		limit: number,
		patienceMs: number,
		surroundings: Surroundings,
		signal?: AbortSignal,
	): Promise<boolean> {
		if (this.tryEnter(limit)) return true;
		if (patienceMs <= 0 || signal?.aborted) return false;
		const timer = new AbortController();
		// A given reason saves creating an AbortError, which would cost more than the rest.
		const stop = (): void => timer.abort('over');
		signal?.addEventListener('abort', stop, { once: true });
		const isIn = await this.await(
			limit,
			surroundings.sleep(Math.min(patienceMs, LONGEST_SLEEP_MS), timer.signal),
		);
		signal?.removeEventListener('abort', stop);
		stop();
		return isIn;
	}

	/** Enters regardless of the limit. */
	force(): void {
		this.inside += 1;
	}

	leave(): void {
		this.inside -= 1;
		const [first] = this.waiters;
		if (first && this.inside < first.limit) this.admit(this.waiters.shift());
	}

	/** Admits all who are queued. */
	admitAll(): void {
		for (const waiter of this.waiters.splice(0)) this.admit(waiter);
	}

	private async await(limit: number, patience: Promise<unknown>): Promise<boolean> {
		let waiter: Waiter | undefined;
		const entered = new Promise<true>((resolve) => {
			waiter = { limit, enter: () => resolve(true) };
			this.waiters.push(waiter);
		});
		const isIn = await Promise.race([entered, patience.then(() => false)]);
		if (isIn || !waiter) return isIn;
		const place = this.waiters.indexOf(waiter);
		// Admitted at the very moment when patience ran out.
		if (place === -1) return true;
		this.waiters.splice(place, 1);
		return false;
	}

	private admit(waiter: Waiter | undefined): void {
		this.inside += 1;
		waiter?.enter();
	}
}

/** One of a limited number of places. To be released exactly once. */
export interface Permit {
	release(): void;
}

export interface Semaphores {
	/** One of `limit` places shared by all processes; null if none came free in time. */
	acquire(key: string, limit: number, patienceMs: number, signal?: AbortSignal): Promise<Permit | null>;
	/** A semaphore of this process alone. */
	local(key: string): Semaphore;
}

/** Semaphores of this process alone. */
export class LocalSemaphores implements Semaphores {
	private readonly known = new Map<string, Semaphore>();

	constructor(private readonly surroundings: Surroundings) {}

	async acquire(
		key: string,
		limit: number,
		patienceMs: number,
		signal?: AbortSignal,
	): Promise<Permit | null> {
		const places = this.local(`places ${key}`);
		const isIn = await places.enter(limit, patienceMs, this.surroundings, signal);
		return isIn ? { release: () => places.leave() } : null;
	}

	local(key: string): Semaphore {
		const known = this.known.get(key);
		if (known) return known;
		const semaphore = new Semaphore();
		this.known.set(key, semaphore);
		if (this.known.size > MOST_SEMAPHORES) this.known.delete(this.known.keys().next().value as string);
		return semaphore;
	}
}
