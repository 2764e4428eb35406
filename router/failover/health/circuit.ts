/** The circuit breaker, as pure functions over the state of one endpoint and key. */
import type { Circuit } from '../../state/state';
import type { ErrorCategory } from '../../types';
import { isLimit } from '../asking/retry';
import { CONDUCT } from '../conduct';
import type { FailoverSettings } from '../settings';
import type { Fault } from '../terms';

/** The open time varies by ± 10 % (public contract), so that routers that failed together do not return together. */
const SPREAD = 0.1;

/**
 * A probe ends with its call. Only a probe whose process died is given up after this time, in ms: longer than most
 * answers, and still a tolerable wait.
 */
const PROBE_LEASE_MS = 300_000;

/** Failures older than this do not count (public contract), in ms. */
const REMEMBERED_MS = 600_000;

/** The longest a circuit stays open, whatever a workflow sets, because others use the model too. In ms. */
const LONGEST_OPEN_MS = 600_000;

export const CLOSED: Readonly<Circuit> = {
	failures: 0,
	failedAt: 0,
	failedBy: null,
	openedAt: 0,
	openUntil: 0,
	probeUntil: 0,
};

/** `halfOpen`: one probe may be sent. `probing`: the probe is running. */
export type CircuitState = 'closed' | 'open' | 'halfOpen' | 'probing';

/** What one call shows about the health of an endpoint. */
export interface CallOutcome {
	/** null: a whole answer. */
	fault: Fault | null;
	/** Epoch ms. */
	startedAt: number;
	now: number;
	/** It was sent to find out whether the circuit may close. */
	isProbe: boolean;
	/**
	 * Consecutive calls without a token, including this one, once they show that the endpoint is silent; otherwise 0.
	 */
	silentCalls: number;
	/** 0 ≤ x < 1. */
	chance: number;
}

/** A time further ahead than we would ever write comes from a wrong clock and is ignored. */
export function stateOf({ openUntil, probeUntil }: Circuit, now: number): CircuitState {
	if (openUntil === 0) return 'closed';
	if (now < openUntil && openUntil - now <= LONGEST_OPEN_MS * (1 + SPREAD)) return 'open';
	return now < probeUntil && probeUntil - now <= PROBE_LEASE_MS ? 'probing' : 'halfOpen';
}

/** Whether a failure is the model's rather than the key's, so that it holds for all keys. */
export function isOutage(category: ErrorCategory | null): boolean {
	return category !== null && CONDUCT[category].circuit === 'failure';
}

/**
 * Failures that say something about the endpoint. Those of the request, the key, the user or a workflow's own
 * settings do not, nor do waits that the provider asked for.
 */
export function countsAsFailure(fault: Fault): boolean {
	const { category, lasting, isOwn } = fault;
	return !lasting && !isOwn && CONDUCT[category].circuit === 'failure' && !isLimit(fault);
}

/** A call that we aborted is no failure, unless it completes a silent streak. */
export function isFailure({ fault, silentCalls }: CallOutcome): boolean {
	return silentCalls > 0 || (fault !== null && countsAsFailure(fault));
}

/**
 * The category of the failure. In a silent streak it is the missing first token, even if another model answered
 * before the deadline.
 */
export function failedBy({ fault, silentCalls }: CallOutcome): ErrorCategory | null {
	return silentCalls > 0 ? 'firstTokenTimeout' : (fault?.category ?? null);
}

/** A whole answer arrived, even if it could not be passed on. */
export function countsAsSuccess(fault: Fault | null): boolean {
	return fault === null || CONDUCT[fault.category].circuit === 'success';
}

export function withProbe(circuit: Circuit, now: number): Circuit {
	return { ...circuit, probeUntil: now + PROBE_LEASE_MS };
}

/** The circuit after a call. A call that neither succeeds nor fails only ends its probe. */
export function afterCall(before: Circuit, outcome: CallOutcome, settings: FailoverSettings): Circuit {
	const { fault, startedAt, isProbe } = outcome;
	if (countsAsSuccess(fault)) {
		// A call that began before the circuit opened says nothing about the present.
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
	// Calls that were already running do not keep the circuit open for longer.
	if (before.openUntil !== 0 && !isProbe) return failed;
	const { breakerThreshold, breakerCooldownMs } = settings;
	if (!isProbe && (breakerThreshold === 0 || failed.failures < breakerThreshold)) return failed;
	const cooldownMs = Math.min(breakerCooldownMs, LONGEST_OPEN_MS) * (1 - SPREAD + 2 * SPREAD * chance);
	return { ...failed, openedAt: now, openUntil: now + cooldownMs, probeUntil: 0 };
}
