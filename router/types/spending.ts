/** What may be spent. */
import type { Failure } from './failures';
import type { Model } from './model';
import type { NanoDollars } from './money';
import type { Usage } from './usage';

/** How long a budget holds. */
export const PERIODS = ['execution', 'hour', 'day', 'month'] as const;
export type Period = (typeof PERIODS)[number];

/** A call about to be made: a first try, retry, repair, hedge or judge. */
export interface PlannedCall {
	model: Model;
	/** Estimated tokens of everything that is sent. */
	inputTokens: number;
	/** The answer limit that is sent. Absent: 4,096, which then has to be sent. */
	maxOutputTokens?: number;
	/** Audio costs more than text. */
	hasAudio?: boolean;
	/** Aborts when the call is no longer wanted. */
	signal?: AbortSignal;
}

/** Permission for one call. End it with exactly one of the three methods; later calls are ignored. */
export interface Grant {
	/** @param usage the billed tokens; null: nothing is billed. Never rejects */
	bill(usage: Usage | null): Promise<void>;
	/** @param costNano what the call cost; null: unknown */
	settle(costNano: NanoDollars | null): Promise<void>;
	/** The call was not made. */
	release(): Promise<void>;
}

export interface Refusal {
	/** `overBudget` (or `cancelled`), naming the budget, the spend and when it resets. */
	failure: Failure;
	/** Another model may still fit; otherwise the item ends here. */
	tryNext: boolean;
}

export type Permission = { granted: true; grant: Grant } | ({ granted: false } & Refusal);

/** The limits on what one item may spend. */
export interface Spending {
	/** The most that the call can cost; null where its price is unknown. */
	mostCost(call: PlannedCall): NanoDollars | null;
	/**
	 * Reserves the most that the call can cost. If only reservations of other calls stand in the way, waits until they
	 * settle, up to the item's total timeout. Resolves, not rejects, if there is no money left.
	 * @throws ConfigurationError if the time zone does not exist
	 */
	ask(call: PlannedCall): Promise<Permission>;
}
