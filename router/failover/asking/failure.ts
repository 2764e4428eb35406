import type { Failure, Model } from '../../types';
import { seconds } from '../calling/deadlines';
import { CONDUCT } from '../conduct';
import type { Block } from '../health/keyPool';
import type { Shortfall } from '../terms';

/** A model's last word in a walk. */
export interface LastWord {
	model: Model;
	shortfall: Shortfall;
	/** False: it was passed over, and the shortfall says why. */
	asked: boolean;
}

/** Why a walk ended: at a failure of `by` no other model is asked for, out of time, cancelled, or with nobody left to ask. */
export type Ending = { kind: 'stopped'; by: Model } | { kind: 'outOfTime' | 'cancelled' | 'exhausted' };

/**
 * The one reason for a walk without an answer. It is the first choice's, as what came after only stood in for it;
 * but what ended the walk by itself is said before that.
 * @param words one a model, in the order of the candidates
 */
export function tellFailure(ending: Ending, words: readonly LastWord[], totalTimeoutMs: number): Failure {
	if (ending.kind === 'cancelled') return { category: 'cancelled', message: 'The execution was cancelled.' };
	const telling = (ending.kind === 'stopped' && words.find(({ model }) => model === ending.by)) || words[0];
	if (ending.kind === 'outOfTime') {
		const so = `No answer within ${seconds(totalTimeoutMs)} in all. Raise Total Timeout or lower the other timeouts.`;
		return {
			category: 'timeout',
			message: [so, telling && saying(telling), tried(words)].filter(Boolean).join(' '),
		};
	}
	if (!telling)
		return { category: 'invalidRequest', message: 'No model could be asked. Add one to the list.' };
	const { category, saysRemedy } = telling.shortfall;
	const { owner, remedy } = CONDUCT[category];
	// A budget and a guardrail say themselves what can be done.
	const parts = [saying(telling), owner === 'user' || saysRemedy ? '' : remedy, tried(words)];
	return { category, message: parts.filter(Boolean).join(' ') };
}

function saying({ model, shortfall }: LastWord): string {
	const message = shortfall.message.trim();
	return `${model.alias}: ${/[.!?…]$/.test(message) ? message : `${message}.`}`;
}

function tried(words: readonly LastWord[]): string {
	const count = words.filter(({ asked }) => asked).length;
	return count === 1 ? '1 model was tried.' : `${count === 0 ? 'No' : count} models were tried.`;
}

/** Why a model was passed over, for people. What called for a rest is its reason still. */
export function passedOver({ kind, health: { rest, circuit } }: Block, now: number): Shortfall {
	const unasked: { status: null; retryAfterMs: number | null } = { status: null, retryAfterMs: null };
	if (kind === 'rest' && rest) {
		const isAskedFor = CONDUCT[rest.because].cooldown === 'named';
		if (isAskedFor) unasked.retryAfterMs = rest.until - now;
		const message = `It is left alone for ${seconds(rest.until - now)} more after an earlier failure (${rest.because}).`;
		return { ...unasked, category: rest.because, message };
	}
	const last = circuit.failedBy ? `, the last time with ${circuit.failedBy}` : '';
	const message = `It failed ${circuit.failures} times in a row${last}, and is left alone for a while.`;
	return { ...unasked, category: 'circuitOpen', because: circuit.failedBy ?? undefined, message };
}

/** Its limit would let the request through only so much later. */
export function inQueue(ms: number): Shortfall {
	return {
		category: 'rateLimited',
		message: `Its rate limit would let the request through in ${seconds(ms)}.`,
		status: null,
		retryAfterMs: ms,
	};
}
