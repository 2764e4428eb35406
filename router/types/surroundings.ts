/** Time and chance come in as parameters. */
import type { BoundedWork } from '../bounded/terms';

/** Time and chance, so that a day of outages can be simulated in a second. */
export interface Surroundings {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Milliseconds since some moment, which no setting of the clock changes: durations and deadlines are measured by it. */
	monotonic(): number;
	/** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
	/** 0 ≤ x < 1. */
	random(): number;
	/** Where work that may run away is done. */
	work: BoundedWork;
}
