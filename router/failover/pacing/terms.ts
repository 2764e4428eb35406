/** The nouns of the queue before a key. */
import type { Allowance } from '../../types';

/** How a provider refused a call for a limit. */
export interface LimitRefusal {
	/** How long it asks us to wait, in ms; null: it names no time. */
	namedMs: number | null;
	/** The limit is one of calls under way at a time, so that waiting for one of them to end is what helps. */
	isOfConcurrency: boolean;
}

/** Leave to make one call. The first word on it counts; `over` is for a call that was taken. */
export interface Turn {
	/** What the provider says is left of its limits; it counts also after the first word on the call. */
	told(allowances: readonly Allowance[]): void;
	/** The provider took the call: the first part of its answer came. */
	taken(): void;
	/** @returns true: nothing has been let through for so long that waiting is of no use */
	refused(refusal: LimitRefusal): boolean;
	/** It failed, but not for a limit. @param isOutage so that it is to be seen whether anybody is there */
	failed(isOutage: boolean): void;
	/** It was not made, or ended before anything was heard. */
	unused(): void;
	/** The answer has ended. */
	over(): void;
}

/** `outage`: nothing was let through for so long that waiting is of no use. */
export type NoTurn = 'aborted' | 'outage';

/** Other processes that use the same key, and are to know what this one does with it. */
export interface Peers {
	/** How many of them have calls that wait for their turn. */
	readonly waiting: number;
	/** @param isTry to see whether the limit is over */
	sent(isTry: boolean): void;
	taken(startedAt: number, isTry: boolean): void;
	refused(startedAt: number, refusal: LimitRefusal): void;
}

export const NO_PEERS: Peers = {
	waiting: 0,
	sent: () => undefined,
	taken: () => undefined,
	refused: () => undefined,
};
