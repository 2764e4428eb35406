/** The circuit breaker, as pure functions over what is remembered of an endpoint and key. */
import type { Circuit } from '../../state/state';
import type { ErrorCategory } from '../../types';
import { isLimit } from '../asking/retry';
import { CONDUCT } from '../conduct';
import type { FailoverSettings } from '../settings';
import type { Fault } from '../terms';

/** The public contract: the cooldown varies by ± 10 %, so that routers that failed together do not come back together. */
const SPREAD = 0.1;

/**
 * A probe ends with its call. Only one whose process died is given up for this long, in ms: longer than most answers,
 * short enough to be borne.
 */
const PROBE_LEASE_MS = 300_000;

/** Failures older than this do not count (public contract), in ms. */
const REMEMBERED_MS = 600_000;

/** However long a workflow wants a model left alone: others ask for it too. In ms. */
const LONGEST_OPEN_MS = 600_000;

export const CLOSED: Readonly<Circuit> = {
	failures: 0,
	failedAt: 0,
	failedBy: null,
	openedAt: 0,
	openUntil: 0,
	probeUntil: 0,
};

/** `halfOpen`: one probe may be sent; `probing`: it is under way. */
export type CircuitState = 'closed' | 'open' | 'halfOpen' | 'probing';

/** What one call says of the health of an endpoint. */
export interface CallOutcome {
	/** null: a whole answer. */
	fault: Fault | null;
	/** Epoch ms. */
	startedAt: number;
	now: number;
	/** It was sent to find out whether a circuit may close. */
	isProbe: boolean;
	/** It was given up, and so many calls in a row with it showed that the endpoint is silent; 0: they did not. */
	silentCalls: number;
	/** 0 ≤ x < 1. */
	chance: number;
}

/** What lies further ahead than could have been written comes from a clock that is wrong. */
export function stateOf({ openUntil, probeUntil }: Circuit, now: number): CircuitState {
	if (openUntil === 0) return 'closed';
	if (now < openUntil && openUntil - now <= LONGEST_OPEN_MS * (1 + SPREAD)) return 'open';
	return now < probeUntil && probeUntil - now <= PROBE_LEASE_MS ? 'probing' : 'halfOpen';
}

/** Whether a failure is the model's and not the key's, so that it holds for all keys. */
export function isOutage(category: ErrorCategory | null): boolean {
	return category !== null && CONDUCT[category].circuit === 'failure';
}

/**
 * Failures that say something of the endpoint; those of the request, the key, the user or a workflow's own settings do
 * not, nor do waits that were asked for.
 */
export function countsAsFailure(fault: Fault): boolean {
	const { category, lasting, isOwn } = fault;
	return !lasting && !isOwn && CONDUCT[category].circuit === 'failure' && !isLimit(fault);
}

/** A call that was given up is none, unless it was one too many of those that got no token. */
export function isFailure({ fault, silentCalls }: CallOutcome): boolean {
	return silentCalls > 0 || (fault !== null && countsAsFailure(fault));
}

/** What failed; silence is what it is, though another answer came before its time was over. */
export function failedBy({ fault, silentCalls }: CallOutcome): ErrorCategory | null {
	return silentCalls > 0 ? 'firstTokenTimeout' : (fault?.category ?? null);
}

/** An answer came through as a whole, if not one that could be passed on. */
export function countsAsSuccess(fault: Fault | null): boolean {
	return fault === null || CONDUCT[fault.category].circuit === 'success';
}

export function withProbe(circuit: Circuit, now: number): Circuit {
	return { ...circuit, probeUntil: now + PROBE_LEASE_MS };
}

/** The circuit after a call. What neither succeeds nor fails only ends its probe. */
export function afterCall(before: Circuit, outcome: CallOutcome, settings: FailoverSettings): Circuit {
	const { fault, startedAt, isProbe } = outcome;
	if (countsAsSuccess(fault)) {
		// What began before the circuit opened says nothing of now.
		return before.openUntil === 0 || isProbe || startedAt > before.openedAt ? CLOSED : before;
	}
	if (isFailure(outcome)) return afterFailure(before, outcome, settings);
	return isProbe ? { ...before, probeUntil: 0 } : before;
}

function afterFailure(before: Circuit, outcome: CallOutcome, settings: FailoverSettings): Circuit {
	const { now, isProbe, chance, silentCalls } = outcome;
	const failuresBefore = now - before.failedAt < REMEMBERED_MS ? before.failures : 0;
	const failed: Circuit = {
		...before,
		failures: Math.max(failuresBefore + 1, silentCalls),
		failedAt: now,
		failedBy: failedBy(outcome),
	};
	// Calls that were already under way do not keep it open for longer.
	if (before.openUntil !== 0 && !isProbe) return failed;
	const { breakerThreshold, breakerCooldownMs } = settings;
	if (!isProbe && (breakerThreshold === 0 || failed.failures < breakerThreshold)) return failed;
	const cooldownMs = Math.min(breakerCooldownMs, LONGEST_OPEN_MS) * (1 - SPREAD + 2 * SPREAD * chance);
	return { ...failed, openedAt: now, openUntil: now + cooldownMs, probeUntil: 0 };
}
