import type { Surroundings } from '../types';

/** No timer runs longer, in ms. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;

/** Far more models and keys than one n8n has; the oldest give way. */
const MOST_SEMAPHORES = 10_000;

interface Waiter {
	limit: number;
	enter: () => void;
}

/** Counts who is inside and lets others in, in the order in which they came, as those leave. */
export class Semaphore {
	private inside = 0;

	private readonly waiters: Waiter[] = [];

	/** All who come are let in, whatever the limit: for as long as nothing speaks against it. */
	isOpen = false;

	get count(): number {
		return this.inside;
	}

	/** False: it is full, or others wait. */
	tryEnter(limit: number): boolean {
		const mayEnter = this.isOpen || (this.waiters.length === 0 && this.inside < limit);
		if (mayEnter) this.inside += 1;
		return mayEnter;
	}

	/** Waits to get in. False, and without having entered: patience or the signal ended first. Leaves no timer behind. */
	async enter(
		limit: number,
		patienceMs: number,
		surroundings: Surroundings,
		signal?: AbortSignal,
	): Promise<boolean> {
		if (this.tryEnter(limit)) return true;
		if (patienceMs <= 0 || signal?.aborted) return false;
		const timer = new AbortController();
		// With a reason of its own no error is made, which would cost more than the rest.
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

	/** In spite of any limit. */
	force(): void {
		this.inside += 1;
	}

	leave(): void {
		this.inside -= 1;
		const [first] = this.waiters;
		if (first && this.inside < first.limit) this.admit(this.waiters.shift());
	}

	/** Lets everyone in who waits. */
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
		// Let in at the very moment when patience ended.
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
	/** One of `limit` places that all who share the state have together; null: none came free in time. */
	acquire(key: string, limit: number, patienceMs: number, signal?: AbortSignal): Promise<Permit | null>;
	/** One of this process alone, wherever the state lives. */
	local(key: string): Semaphore;
}

/** Places of this process alone. */
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
