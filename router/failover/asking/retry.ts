import type { ErrorCategory } from '../../types';
import type { FailoverSettings } from '../settings';
import type { Shortfall } from '../verdict/verdict';

/**
 * Full jitter: a random wait between 0 and min(cap, base × 2^retry), which spreads clients that failed together
 * best. Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. The base is short because there is
 * another model to go to; the cap is that of the official SDKs. In ms.
 */
const BACKOFF_BASE_MS = 250;
const BACKOFF_CAP_MS = 8_000;

/**
 * Never more than four attempts on one model within 3 s for one prompt. Half a second is added because what counts
 * is when requests arrive, and the first may be slow to leave (an SDK to load, a connection to open).
 */
const BURST = 4;
const BURST_WINDOW_MS = 3_500;

/**
 * Each stall costs its whole timeout, so a model that stalls again is left: with the default of 15 s three would take
 * 45 s, the longest that Failover Bench bears (its scenario S09).
 */
const RETRIES_OF_STALLS = 1;

/** Failures that may be over in a moment. */
const PASSING: ReadonlySet<ErrorCategory> = new Set<ErrorCategory>([
	'rateLimited',
	'overloaded',
	'serverError',
	'network',
	'stalled',
	'emptyAnswer',
]);

/**
 * Wait before the same model is tried again, in ms; null: it is not.
 * @param retries tries on this model after the first @param chance 0 ≤ x < 1
 */
export function retryAfter(
	shortfall: Shortfall,
	retries: number,
	settings: FailoverSettings,
	chance: number,
): number | null {
	if (retries >= settings.maxRetries || !isPassing(shortfall)) return null;
	if (shortfall.category === 'stalled' && retries >= RETRIES_OF_STALLS) return null;
	const named = shortfall.retryAfterMs;
	if (named === null) {
		return Math.floor(chance * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** retries));
	}
	return named <= settings.retryAfterPatienceMs ? named : null;
}

/** What another key of the same model may not meet: a limit, or access that was refused. */
const OF_A_KEY: ReadonlySet<ErrorCategory> = new Set<ErrorCategory>([
	'rateLimited',
	'quotaExhausted',
	'authentication',
	'modelNotFound',
]);

export function belongsToKey({ category }: Shortfall): boolean {
	return OF_A_KEY.has(category);
}

/** Whether another model is asked when this one has failed for good. */
export function leadsOn(shortfall: Shortfall, settings: FailoverSettings): boolean {
	return shortfall.category !== 'cancelled' && settings.fallbackOn.has(shortfall.category);
}

/** A timeout with a status is the provider's own (408, 504), not one of ours. */
export function isPassing(shortfall: Shortfall): boolean {
	if (shortfall.lasting) return false;
	return PASSING.has(shortfall.category) || (shortfall.category === 'timeout' && shortfall.status !== null);
}

/** Ms until a further attempt on a model keeps within the burst. @param starts epoch ms of its attempts, ascending */
export function burstWait(starts: readonly number[], now: number): number {
	const first = starts.at(-BURST);
	return first === undefined ? 0 : Math.max(0, first + BURST_WINDOW_MS - now);
}
