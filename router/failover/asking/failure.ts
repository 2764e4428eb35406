import type { ErrorCategory, Failure, Model } from '../../types';
import { seconds } from '../calling/deadlines';
import type { Block } from '../health/keyPool';
import type { Shortfall } from '../verdict/verdict';

/** A model's last word in a walk. */
export interface LastWord {
	model: Model;
	shortfall: Shortfall;
	/** False: it was passed over, and the shortfall says why. */
	asked: boolean;
}

/** Why a walk ended: at a failure of `by` no other model is asked for, out of time, cancelled, or with nobody left to ask. */
export type Ending = { kind: 'stopped'; by: Model } | { kind: 'outOfTime' | 'cancelled' | 'exhausted' };

/** What a person can do about it, where the node can do no more. */
const REMEDIES: Readonly<Partial<Record<ErrorCategory, string>>> = {
	rateLimited: 'Lower the concurrency or raise the limit with the provider.',
	quotaExhausted: 'Add credit with the provider or use another account.',
	overloaded: 'Try again later or add a model of another provider.',
	serverError: 'Try again later or add a model of another provider.',
	timeout: 'Raise the timeout or choose a faster model.',
	firstTokenTimeout: 'Raise First Token Timeout or add a model of another provider.',
	stalled: 'Raise Stall Timeout or add a model of another provider.',
	network: 'Check the base URL and whether n8n can reach it.',
	authentication: 'Check the API key in the credential.',
	modelNotFound: 'Check the model id and whether the key may use it.',
	invalidRequest: 'Change the prompt or the settings that the provider names.',
	contextOverflow: 'Shorten the prompt or add a model with a larger context window.',
	contentFiltered: 'Change the prompt, or name this category under Fallback On.',
	refused: 'Change the prompt, or name this category under Fallback On.',
	emptyAnswer: 'Change the prompt or raise Max Output Tokens.',
	truncated: 'Raise Max Output Tokens.',
	circuitOpen: 'Try again later or add a model of another provider.',
	invalidOutput: 'Make the JSON schema simpler, raise Max Output Tokens or use a stronger model.',
};

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
	const { category } = telling.shortfall;
	return { category, message: [saying(telling), REMEDIES[category], tried(words)].filter(Boolean).join(' ') };
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
	const unasked = { status: null, retryAfterMs: null };
	if (kind === 'rest' && rest) {
		const message = `It is left alone for ${seconds(rest.until - now)} more after an earlier failure (${rest.because}).`;
		return { ...unasked, category: rest.because, message };
	}
	const last = circuit.failedBy ? `, the last time with ${circuit.failedBy}` : '';
	const message = `It failed ${circuit.failures} times in a row${last}, and is left alone for a while.`;
	return { ...unasked, category: 'circuitOpen', message };
}
