/** Rate limits, as a provider's response headers state them. */

/** One limit of a key at the time of the call. Providers report them loosely, so none is taken as exact. */
export interface Allowance {
	of: 'requests' | 'tokens';
	/** What is left of it. */
	remaining: number;
	/** The full limit; absent if the provider does not name it. */
	limit?: number;
	/** Until all of it is there again, in ms. */
	resetMs: number;
}
