import type { BoundedWork } from '../bounded/terms';

/** Time and chance, so that a day of outages can be simulated in a second. */
export interface Surroundings {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Milliseconds on a clock that is never set back or forward, for durations and deadlines. */
	monotonic(): number;
	/** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
	/** 0 ≤ x < 1. */
	random(): number;
	/** Runs work that might not end, with a time limit. */
	work: BoundedWork;
}
