import { CONDUCT } from '../conduct';
import type { Conduct } from '../conduct';
import type { FailoverSettings } from '../settings';
import type { Fault } from '../terms';
import type { ErrorCategory, Model } from '../../types';

/**
 * In ms. Full jitter: a random wait between 0 and min(cap, base × 2^retry), which best spreads clients that failed
 * together. Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. The base is short because there is
 * another model to go to; the cap is that of the official SDKs.
 */
const BACKOFF_BASE_MS = 250;
const BACKOFF_CAP_MS = 8_000;

/**
 * At most four attempts at one model within 3 s for one prompt. The window is half a second longer because arrival
 * counts, and the first request may be slow to leave (an SDK to load, a connection to open).
 */
const BURST = 4;
const BURST_WINDOW_MS = 3_500;

/** Retries at one model so far; `retriesOnce` counts those after a fault that allows only one. */
interface Retries {
	retries: number;
	retriesOnce: number;
}

/** Wait before the same model is retried, in ms; null: no retry. @param chance 0 ≤ x < 1 */
export function retryAfter(
	fault: Fault,
	{ retries, retriesOnce }: Retries,
	settings: FailoverSettings,
	chance: number,
): number | null {
	if (retries >= settings.maxRetries || !isPassing(fault)) return null;
	if (isForOnce(fault) && retriesOnce >= 1) return null;
	const named = fault.retryAfterMs;
	if (named === null) {
		return Math.floor(chance * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** retries));
	}
	return named <= settings.retryAfterPatienceMs ? named : null;
}

/** It is retried at most once, however often it happens. */
export function isForOnce(fault: Fault): boolean {
	const retry = retryOf(fault);
	return retry === 'once' || retry === 'onceIfAlone';
}

/** If there is another model, it is asked instead of retrying this one. */
export function isForOthers(fault: Fault): boolean {
	return retryOf(fault) === 'onceIfAlone';
}

function retryOf({ category, broken }: Fault): Conduct['retry'] {
	const { retry, retryOfBroken } = CONDUCT[category];
	return broken ? retryOfBroken : retry;
}

/** The provider asks us to wait, which is a queue and not a failure. */
export function isLimit({ category, retryAfterMs, lasting }: Fault): boolean {
	const { isLimit: when } = CONDUCT[category];
	return !lasting && (when === 'always' || (when === 'ifNamed' && retryAfterMs !== null));
}

/** Another key of the same model may avoid it: a limit or denied access, but not a wrong address. */
export function belongsToKey({ category, saysRemedy }: Fault): boolean {
	return CONDUCT[category].owner === 'key' && !saysRemedy;
}

/** Faults where the model did answer, so another tier would answer the same. */
const IS_ANSWER: ReadonlySet<ErrorCategory> = new Set<ErrorCategory>([
	'contentFiltered',
	'refused',
	'truncated',
	'blocked',
	'overBudget',
]);

/**
 * Whether another model is asked once this one has failed for good. An open circuit leads on if the category that
 * opened it does, because the panel once offered no choice for open circuits.
 */
export function leadsOn(
	{ category, because }: Fault,
	{ fallbackOn }: FailoverSettings,
	{ tierPatienceMs }: Pick<Model, 'tierPatienceMs'>,
): boolean {
	if (category === 'cancelled') return false;
	// The next candidate is the same model at its standard tier.
	if (tierPatienceMs !== undefined && CONDUCT[category].owner !== 'user' && !IS_ANSWER.has(category))
		return true;
	return fallbackOn.has(category) || (because !== undefined && fallbackOn.has(because));
}

/** It may be over in a moment. A timeout with a status is the provider's own (408, 504), not ours. */
export function isPassing(fault: Fault): boolean {
	const retry = retryOf(fault);
	if (fault.lasting || retry === 'never') return false;
	return retry !== 'ifByProvider' || fault.status !== null;
}

/**
 * Ms until another attempt at a model stays within the burst.
 * @param starts of its attempts, ascending, by the same clock as `now`
 */
export function burstWait(starts: readonly number[], now: number): number {
	const first = starts.at(-BURST);
	return first === undefined ? 0 : Math.max(0, first + BURST_WINDOW_MS - now);
}
