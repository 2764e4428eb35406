import type { Failure, Model } from '../../types';
import { seconds } from '../calling/deadlines';
import { CONDUCT } from '../conduct';
import type { Block } from '../health/keyPool';
import type { Fault } from '../terms';

/** The last fault of one model in a request. */
export interface LastFault {
	model: Model;
	fault: Fault;
	/** False: it was passed over, and the fault says why. */
	asked: boolean;
}

/**
 * Why a request ended without an answer: the failure of `by` allows no fallback, time ran out, it was cancelled, or
 * no candidate was left.
 */
export type Ending = { kind: 'stopped'; by: Model } | { kind: 'outOfTime' | 'cancelled' | 'exhausted' };

/**
 * The single reason reported for a request without an answer. It is the first choice's, since the models after it
 * only stood in for it; but a fault that ended the request by itself takes precedence.
 * @param faults one per model, in candidate order
 */
export function tellFailure(ending: Ending, faults: readonly LastFault[], totalTimeoutMs: number): Failure {
	if (ending.kind === 'cancelled') return { category: 'cancelled', message: 'The execution was cancelled.' };
	const telling = (ending.kind === 'stopped' && faults.find(({ model }) => model === ending.by)) || faults[0];
	if (ending.kind === 'outOfTime') {
		const so = `No answer within ${seconds(totalTimeoutMs)} in all. Raise Total Timeout or lower the other timeouts.`;
		return {
			category: 'timeout',
			message: [so, telling && saying(telling), tried(faults)].filter(Boolean).join(' '),
		};
	}
	if (!telling)
		return { category: 'invalidRequest', message: 'No model could be asked. Add one to the list.' };
	const { category, saysRemedy } = telling.fault;
	const { owner, remedy } = CONDUCT[category];
	// Faults of budgets and guardrails already say what can be done.
	const parts = [saying(telling), owner === 'user' || saysRemedy ? '' : remedy, tried(faults)];
	return { category, message: parts.filter(Boolean).join(' ') };
}

function saying({ model, fault }: LastFault): string {
	const message = fault.message.trim();
	return `${model.alias}: ${/[.!?…]$/.test(message) ? message : `${message}.`}`;
}

function tried(faults: readonly LastFault[]): string {
	const count = faults.filter(({ asked }) => asked).length;
	return count === 1 ? '1 model was tried.' : `${count === 0 ? 'No' : count} models were tried.`;
}

/** For people: why a model was passed over. During a cooldown the reason is whatever caused it. */
export function passedOver({ kind, health: { cooldown, circuit } }: Block, now: number): Fault {
	const unasked: { status: null; retryAfterMs: number | null } = { status: null, retryAfterMs: null };
	if (kind === 'cooldown' && cooldown) {
		const isAskedFor = CONDUCT[cooldown.because].cooldown === 'named';
		if (isAskedFor) unasked.retryAfterMs = cooldown.until - now;
		const message = `It is left alone for ${seconds(cooldown.until - now)} more after an earlier failure (${cooldown.because}).`;
		return { ...unasked, category: cooldown.because, message };
	}
	const last = circuit.failedBy ? `, the last time with ${circuit.failedBy}` : '';
	const message = `It failed ${circuit.failures} times in a row${last}, and is left alone for a while.`;
	return { ...unasked, category: 'circuitOpen', because: circuit.failedBy ?? undefined, message };
}

/** The model's limit would let the request through only after `ms`. */
export function inQueue(ms: number): Fault {
	return {
		category: 'rateLimited',
		message: `Its rate limit would let the request through in ${seconds(ms)}.`,
		status: null,
		retryAfterMs: ms,
	};
}
