import { ModelError } from '../../types';
import type { Model, Surroundings } from '../../types';
import type { FailoverSettings } from '../settings';

/** Defaults from the public contract, in ms. A reasoning model is silent for longer. */
const PLAIN = { firstTokenMs: 30_000, stallMs: 15_000 };
const REASONING = { firstTokenMs: 180_000, stallMs: 60_000 };

/** Node's timers fire at once beyond 2^31 ms, so a longer wait is made of several. */
export const LONGEST_SLEEP_MS = 1_000_000_000;

/** Durations in ms, `Infinity` for none; `endsAt` is the end of the whole request, by the monotonic clock. */
export interface Limits {
	firstTokenMs: number;
	stallMs: number;
	attemptMs: number;
	endsAt: number;
}

/** @param now by the monotonic clock */
export function limitsFor(model: Model, settings: FailoverSettings, endsAt: number, now: number): Limits {
	const usual = usualLimits(model);
	const limits = {
		firstTokenMs: zeroIsNone(settings.firstTokenTimeoutMs ?? usual.firstTokenMs),
		stallMs: zeroIsNone(settings.stallTimeoutMs ?? usual.stallMs),
		attemptMs: zeroIsNone(settings.attemptTimeoutMs),
		endsAt,
	};
	if (model.tierPatienceMs === undefined) return limits;
	// Leaves the standard tier enough time to answer instead.
	const left = endsAt - now;
	const own = left - Math.min(left / 2, usual.firstTokenMs * 2);
	return {
		...limits,
		firstTokenMs: Math.min(model.tierPatienceMs, own),
		stallMs: Math.max(limits.stallMs, REASONING.stallMs),
		attemptMs: own,
	};
}

/** What is known of a finished call. Times in ms. */
interface Ended {
	brokenOff: boolean;
	error: ModelError | null;
	firstTokenMs: number | null;
	ms: number;
}

/** The limits of a model unless a workflow sets its own. */
export function usualLimits(model: Model): Pick<Limits, 'firstTokenMs' | 'stallMs'> {
	return isReasoning(model) ? REASONING : PLAIN;
}

/**
 * The call was broken off sooner than it would have been by default: this workflow's settings caused it, so it must
 * not affect other workflows.
 */
export function isOwnDeadline(
	{ brokenOff, error, firstTokenMs, ms }: Ended,
	model: Model,
	settings: FailoverSettings,
): boolean {
	if (!brokenOff || !error || error.category === 'cancelled') return false;
	const usual = usualLimits(model);
	if (firstTokenMs === null) return ms < usual.firstTokenMs;
	return error.category !== 'stalled' || limitsFor(model, settings, Infinity, 0).stallMs < usual.stallMs;
}

/** By the catalogue, or because the user set a reasoning effort. Such a model is silent for longer. */
export function isReasoning(model: Model): boolean {
	return model.reasoning || (model.reasoningEffort ?? 'none') !== 'none';
}

export function zeroIsNone(ms: number): number {
	return ms > 0 ? ms : Infinity;
}

export interface Watch {
	/** A token arrived: from now on silence is a stall. */
	token(): void;
	/** Resolves with the reason when the first deadline passes; never resolves after `signal` has aborted. */
	passed: Promise<ModelError>;
}

/**
 * Watches the deadlines of one call, headers and body alike. There is only one sleep at a time: a token just moves
 * the deadline, and a sleep that ends too early is continued, so a stream of ten thousand tokens does not set ten
 * thousand timers.
 */
export function watchDeadlines(limits: Limits, surroundings: Surroundings, signal: AbortSignal): Watch {
	// Immune to changes of the system time.
	const now = (): number => surroundings.monotonic();
	const startedAt = now();
	let lastToken: number | null = null;

	const due = (): { at: number; error: () => ModelError } => {
		const silence =
			lastToken === null
				? { at: startedAt + limits.firstTokenMs, error: () => noFirstToken(limits.firstTokenMs) }
				: { at: lastToken + limits.stallMs, error: () => stalled(limits.stallMs) };
		const attempt = { at: startedAt + limits.attemptMs, error: () => tooLong(limits.attemptMs) };
		const total = { at: limits.endsAt, error: () => outOfTime() };
		return [silence, attempt, total].reduce((first, next) => (next.at < first.at ? next : first));
	};

	const passed = new Promise<ModelError>((resolve) => {
		void (async () => {
			while (!signal.aborted) {
				const { at, error } = due();
				const wait = at - now();
				if (wait <= 0) return resolve(error());
				// The first token may bring the deadline forward, to `stallMs` after it at the earliest.
				await surroundings.sleep(Math.min(wait, limits.stallMs, LONGEST_SLEEP_MS), signal);
			}
		})();
	});

	return {
		token: () => {
			lastToken = now();
		},
		passed,
	};
}

/** For people: `0.5 s`, `30 s`. */
export function seconds(ms: number): string {
	return `${Math.round(ms / 100) / 10} s`;
}

function noFirstToken(ms: number): ModelError {
	return new ModelError('firstTokenTimeout', `It sent nothing within ${seconds(ms)}.`);
}

function stalled(ms: number): ModelError {
	return new ModelError('stalled', `Its answer stopped midway and nothing followed for ${seconds(ms)}.`);
}

function tooLong(ms: number): ModelError {
	return new ModelError('timeout', `Its answer was not complete within ${seconds(ms)}.`);
}

function outOfTime(): ModelError {
	return new ModelError('timeout', 'Its answer was not complete when the total timeout was over.');
}
