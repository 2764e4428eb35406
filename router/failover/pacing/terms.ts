/** Types of the queue before a key. */
import type { Allowance } from '../../types';

/** How a provider refused a call because of a limit. */
export interface LimitRefusal {
	/** How long it asks us to wait, in ms; null: it names no time. */
	namedMs: number | null;
	/** The limit is on concurrent calls, so waiting for one of them to end helps. */
	isOfConcurrency: boolean;
}

/** Permission for one call. Only the first result reported counts; `over` follows `taken`. */
export interface Turn {
	/** What the provider says is left of its limits; counts even after the result. */
	told(allowances: readonly Allowance[]): void;
	/** The provider accepted the call: the first part of its answer arrived. */
	taken(): void;
	/** @returns true: nothing has been let through for so long that waiting is of no use */
	refused(refusal: LimitRefusal): boolean;
	/** It failed, but not because of a limit. @param isOutage the endpoint must show again that it responds */
	failed(isOutage: boolean): void;
	/** It was not made, or ended before any response. */
	unused(): void;
	/** The answer has ended. */
	over(): void;
}

/** `outage`: nothing was let through for so long that waiting is of no use. */
export type NoTurn = 'aborted' | 'outage';

/** Other processes that use the same key and need to know what this one does with it. */
export interface Peers {
	/** How many of them have calls waiting for a turn. */
	readonly waiting: number;
	/** @param isTry sent to see whether the limit is over */
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
