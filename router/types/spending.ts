/** What may be spent. */
import type { Failure } from './failures';
import type { Model } from './model';
import type { NanoDollars } from './money';
import type { Usage } from './usage';

/** A call about to be made, whoever makes it: a first try, a retry, a repair, a hedge or a judge. */
export interface PlannedCall {
	model: Model;
	/** Our estimate of all that is sent. */
	inputTokens: number;
	/** The limit that is sent with it; absent: 4,096, which then has to be sent. */
	maxOutputTokens?: number;
	/** Audio costs more than text. */
	hasAudio?: boolean;
	/** Aborts when the call is no longer wanted. */
	signal?: AbortSignal;
}

/** Leave to make one call. To be ended by one of the three; what follows the first is ignored. */
export interface Grant {
	/** @param usage what is billed; null: nothing is. Never rejects */
	bill(usage: Usage | null): Promise<void>;
	/** @param costNano what the call did cost; null: unknown */
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

/** What one item may spend. */
export interface Spending {
	/** The most that the call can cost; null where its price is unknown. */
	mostCost(call: PlannedCall): NanoDollars | null;
	/**
	 * Reserves the most that the call can cost. Where the spend would fit but reservations do not, waits for
	 * settlements up to the item's total timeout. Never rejects for want of money.
	 * @throws ConfigurationError where the time zone is none
	 */
	ask(call: PlannedCall): Promise<Permission>;
}
