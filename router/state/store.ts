/**
 * Where the facts live that outlast one prompt. Now: rests. Circuits, latencies and budgets join here.
 *
 * A store in memory answers at once, one in a file or on a server later: so every method may return its
 * value or a promise of it, and callers `await` either. Awaiting a plain value costs one microtask, so the
 * store in memory stays as cheap as a map. A store never fails a request: what it cannot read it reports as
 * unknown, and what it cannot write is lost.
 */
export type Eventually<T> = T | Promise<T>;

/** A model and key that are left alone for a while. Kept after its end, so that the next one can be longer. */
export interface Rest {
	/** Epoch milliseconds. */
	until: number;
	/** Length of the last doubling rest in ms; 0 where only the provider named a time. */
	doublingMs: number;
}

export interface Store {
	/** The last rest of a model and key, over or not; null where there was none since the last success. */
	restOf(key: string): Eventually<Rest | null>;
	setRest(key: string, rest: Rest): Eventually<void>;
	/** The model answered: the rest is over and the next one is short again. */
	endRest(key: string): Eventually<void>;
}
