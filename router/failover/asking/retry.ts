import { CONDUCT } from '../conduct';
import type { Conduct } from '../conduct';
import type { FailoverSettings } from '../settings';
import type { Fault } from '../terms';
import type { ErrorCategory, Model } from '../../types';

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

/** Tries on one model after the first; `retriesOnce`: those after a fault that allows one. */
interface Retries {
	retries: number;
	retriesOnce: number;
}

/** Wait before the same model is tried again, in ms; null: it is not. @param chance 0 ≤ x < 1 */
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

/** What is asked again for it is asked once, however often it happens. */
export function isForOnce(fault: Fault): boolean {
	const retry = retryOf(fault);
	return retry === 'once' || retry === 'onceIfAlone';
}

/** Another model is asked rather than this one again, where there is one. */
export function isForOthers(fault: Fault): boolean {
	return retryOf(fault) === 'onceIfAlone';
}

function retryOf({ category, broken }: Fault): Conduct['retry'] {
	const { retry, retryOfBroken } = CONDUCT[category];
	return broken ? retryOfBroken : retry;
}

/** The provider asks us to wait: a queue, no failure. */
export function isLimit({ category, retryAfterMs, lasting }: Fault): boolean {
	const { isLimit: when } = CONDUCT[category];
	return !lasting && (when === 'always' || (when === 'ifNamed' && retryAfterMs !== null));
}

/** Another key of the same model may not meet it: a limit, or access that was refused; not an address that is wrong. */
export function belongsToKey({ category, saysRemedy }: Fault): boolean {
	return CONDUCT[category].owner === 'key' && !saysRemedy;
}

/** What the model has said, at whatever tier. */
const IS_ANSWER: ReadonlySet<ErrorCategory> = new Set<ErrorCategory>([
	'contentFiltered',
	'refused',
	'truncated',
	'blocked',
	'overBudget',
]);

/**
 * Whether another model is asked when this one has failed for good. An open circuit leads on where what opened it does:
 * the panel once offered no choice for it.
 */
export function leadsOn(
	{ category, because }: Fault,
	{ fallbackOn }: FailoverSettings,
	{ tierPatienceMs }: Pick<Model, 'tierPatienceMs'>,
): boolean {
	if (category === 'cancelled') return false;
	// The next one is the same model at its standard tier.
	if (tierPatienceMs !== undefined && CONDUCT[category].owner !== 'user' && !IS_ANSWER.has(category))
		return true;
	return fallbackOn.has(category) || (because !== undefined && fallbackOn.has(because));
}

/** It may be over in a moment. A timeout with a status is the provider's own (408, 504), not one of ours. */
export function isPassing(fault: Fault): boolean {
	const retry = retryOf(fault);
	if (fault.lasting || retry === 'never') return false;
	return retry !== 'ifByProvider' || fault.status !== null;
}

/** Ms until a further attempt on a model keeps within the burst. @param starts of its attempts, ascending, by the clock of `now` */
export function burstWait(starts: readonly number[], now: number): number {
	const first = starts.at(-BURST);
	return first === undefined ? 0 : Math.max(0, first + BURST_WINDOW_MS - now);
}
