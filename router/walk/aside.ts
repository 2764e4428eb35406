/** Calls beside the answer's own, for whoever judges or embeds a prompt: short, optional, and never in its way. */
import { createRedaction, findPersonalData, nationalIdFinder } from '../guardrails/guardrails';
import { DEFAULTS } from '../failover/failover';
import type { FailoverSettings, FailoverWorld } from '../failover/failover';
import type { Breathe } from '../text/pieces';
import { textOf, userMessage } from '../text/parts';
import { findInPieces } from '../text/spans';
import { ModelError } from '../types';
import type { Attempt, Intent, Prompt } from '../types';

/** Longest `Retry-After` that such a call waits for, in ms. */
const PATIENCE_MS = 2_000;

/** What another model may be shown. */
export interface Shown {
	text: string;
	intents: readonly Intent[];
}

/**
 * Prompt and intent examples, redacted if necessary; null if no other model may see the prompt. Redacted before they
 * are shortened, so that no half of a number is left over.
 */
export async function presentable(
	{ text }: Prompt,
	intents: readonly Intent[],
	redacts: boolean,
	breathe: Breathe,
): Promise<Shown | null> {
	const finders = [findPersonalData, await nationalIdFinder()];
	if (!redacts) {
		const found = await findInPieces(finders, text, breathe);
		return found.length === 0 ? { text, intents } : null;
	}
	const redaction = createRedaction(finders, breathe);
	const masked = async (words: string): Promise<string> => {
		const request = { messages: [userMessage(words)], format: { type: 'text' as const }, limits: {} };
		return textOf((await redaction.redact(request)).messages[0].parts);
	};
	const masksExamples = async ({ examples, ...intent }: Intent): Promise<Intent> => ({
		...intent,
		examples: await Promise.all(examples.map(masked)),
	});
	return { text: await masked(text), intents: await Promise.all(intents.map(masksExamples)) };
}

/** At most half of the item's time. */
export function asideTimeout(mostMs: number, { totalTimeoutMs }: FailoverSettings): number {
	return totalTimeoutMs > 0 ? Math.min(mostMs, totalTimeoutMs / 2) : mostMs;
}

export function asideSettings(failover: FailoverSettings, timeoutMs: number): FailoverSettings {
	return {
		...failover,
		maxRetries: Math.min(1, failover.maxRetries),
		attemptTimeoutMs: 0,
		firstTokenTimeoutMs: 0,
		stallTimeoutMs: 0,
		// The deadline below comes first; this only keeps longer waits from being started.
		totalTimeoutMs: timeoutMs + 1,
		retryAfterPatienceMs: Math.min(PATIENCE_MS, failover.retryAfterPatienceMs),
		hedgeAfterMs: 0,
		fallbackOn: DEFAULTS.fallbackOn,
		escalation: undefined,
		withoutLastResort: true,
	};
}

export interface Deadline {
	/** Aborts when the execution is cancelled or the time is over. */
	signal: AbortSignal;
	isOver(): boolean;
	end(): void;
}

/** @param words for people, what it did not do in time */
export function startDeadline(
	ms: number,
	words: string,
	{ surroundings, signal }: Pick<FailoverWorld, 'surroundings' | 'signal'>,
): Deadline {
	const late = new AbortController();
	const done = new AbortController();
	void surroundings.sleep(ms, done.signal).then(() => {
		if (!done.signal.aborted) late.abort(new ModelError('timeout', words));
	});
	return {
		signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
		isOver: () => late.signal.aborted,
		end: () => done.abort('over'),
	};
}

/** @param late what it did not do in time; null: it was in time */
export function asideAttempt(
	attempt: Attempt,
	purpose: NonNullable<Attempt['purpose']>,
	late: string | null,
): Attempt {
	const cutOff = late !== null && attempt.outcome === 'cancelled';
	return { ...attempt, ...(cutOff && { outcome: 'timeout' as const, message: late }), purpose };
}
