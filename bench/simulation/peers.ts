/**
 * How a plain SDK and a plain list of fallbacks conduct themselves over the same providers, by their documented defaults:
 * the OpenAI SDK tries twice more after a refused connection, 408, 409, 429 and 5xx, waits what `Retry-After` says
 * or half a second doubling to eight with up to a quarter off, and gives a call ten minutes. A fallback list
 * goes to the next model on an error. Neither looks into the answer: an empty or unfinished one passes as success.
 */
import type { Fate, Pace, SimulatedProvider } from './provider';

const RETRIES = 2;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** The longest `Retry-After` that the SDK heeds. */
const LONGEST_HEEDED_MS = 60_000;
export const CALL_TIMEOUT_MS = 600_000;

export interface Conduct {
	ms: number;
	attempts: number;
	end: 'whole' | 'error' | 'nonsense';
}

/** One model with the SDK's own retries. */
export function sdk(provider: SimulatedProvider, at: number, pace: Pace, random: () => number): Conduct {
	let ms = 0;
	for (let attempts = 1; ; attempts++) {
		const fate = provider.fate(at + ms, pace);
		ms += lengthOf(fate);
		if (fate.end === 'whole') return { ms, attempts, end: 'whole' };
		if (fate.end === 'empty' || fate.end === 'unfinished') return { ms, attempts, end: 'nonsense' };
		// A stream that breaks after its first part is not tried again: the caller has the part.
		if (attempts > RETRIES || fate.end === 'cut') return { ms, attempts, end: 'error' };
		ms += waitBefore(attempts, fate, random);
	}
}

/** Models in order, each with the SDK's own retries. */
export function fallbackList(
	providers: readonly SimulatedProvider[],
	at: number,
	pace: Pace,
	random: () => number,
): Conduct {
	const sum: Conduct = { ms: 0, attempts: 0, end: 'error' };
	for (const provider of providers) {
		const { ms, attempts, end } = sdk(provider, at + sum.ms, pace, random);
		sum.ms += ms;
		sum.attempts += attempts;
		sum.end = end;
		if (end !== 'error') break;
	}
	return sum;
}

function lengthOf(fate: Fate): number {
	return fate.end === 'silent' ? CALL_TIMEOUT_MS : fate.ms;
}

function waitBefore(retry: number, fate: Fate, random: () => number): number {
	const named = fate.end === 'error' ? fate.retryAfterMs : undefined;
	if (named !== undefined && named <= LONGEST_HEEDED_MS) return named;
	return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (retry - 1)) * (1 - 0.25 * random());
}
