/** What a provider says of its limits beside an answer. */

/** One limit of a key, as it stood when the call was counted. Nothing of it is sure. */
export interface Allowance {
	of: 'requests' | 'tokens';
	/** What is left of it. */
	remaining: number;
	/** When nothing of it is used; absent: not named. */
	limit?: number;
	/** Until all of it is there again, in ms. */
	resetMs: number;
}
