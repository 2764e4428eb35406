/** The answer cache: equal requests share one call as long as its answer is fresh. */
import { LONGEST_SLEEP_MS, zeroIsNone, tellFailure } from '../failover/failover';
import type { FailoverResult } from '../failover/failover';
import type { KeptAnswer, Landing } from '../state/state';
import type { KnownAnswers } from './terms';
import { NO_USAGE } from '../types';
import type { Answer, FinishReason, Model, Part, Surroundings, Usage } from '../types';

/** The answer of a fallback is kept for a minute at most, in ms, so that the first choice is soon asked again. */
export const STAND_IN_MS = 60_000;

/** Reasons of complete answers. An unknown reason may hide a cut-off one. */
const WHOLE: ReadonlySet<FinishReason> = new Set<FinishReason>(['stop', 'toolCalls']);

export interface Question {
	/** From `answerKey`. */
	key: string;
	/** How long an answer is fresh, in ms. */
	ttlMs: number;
	candidates: readonly Model[];
	/** Limits how long this item waits, in ms; 0: no limit. */
	totalTimeoutMs: number;
}

export interface CachingWorld {
	surroundings: Surroundings;
	signal?: AbortSignal;
	answers: KnownAnswers;
}

/** `cachedUsage` is the usage of the original call if the answer was cached, else null. */
export type Found = FailoverResult & { cachedUsage: Usage | null };

/**
 * The cached answer, or that of an equal request under way, or that of `ask`. Waiting is safe: if the request under
 * way is cancelled, the next one asks instead; if it gets no complete answer, each asks for itself.
 * @param ask receives the time spent waiting, in ms
 */
export async function askOnce(
	question: Question,
	ask: (waitedMs: number) => Promise<FailoverResult>,
	world: CachingWorld,
): Promise<Found> {
	const { surroundings, answers } = world;
	const cameAt = surroundings.monotonic();
	const waitedMs = (): number => surroundings.monotonic() - cameAt;
	for (;;) {
		const flight = answers.flights.of(question.key);
		if (!flight) return await lead(question, async () => await ask(waitedMs()), world);
		const endMs = zeroIsNone(question.totalTimeoutMs);
		const landing = await waitFor(flight, endMs - waitedMs(), world);
		if (typeof landing === 'object') return given(landing, question.candidates);
		if (landing === 'gone') return without('cancelled', endMs);
		if (waitedMs() >= endMs) return without('outOfTime', endMs);
		if (landing === 'failed') return asked(await askAndKeep(question, () => ask(waitedMs()), world));
	}
}

/** Looks the answer up or asks for it, while equal requests wait. */
async function lead(
	question: Question,
	ask: () => Promise<FailoverResult>,
	world: CachingWorld,
): Promise<Found> {
	const land = world.answers.flights.begin(question.key);
	let landing: Landing = 'failed';
	try {
		const known = await lookUp(question, world);
		if (known) {
			landing = known;
			return given(known, question.candidates);
		}
		const result = await askAndKeep(question, ask, world);
		landing = result.kept ?? (world.signal?.aborted ? 'cancelled' : 'failed');
		return asked(result);
	} finally {
		land(landing);
	}
}

async function lookUp({ key, ttlMs }: Question, world: CachingWorld): Promise<KeptAnswer | null> {
	const now = world.surroundings.now();
	const entry = await world.answers.cache.get(key, now);
	// Entries may be older than this item's limit, as other nodes may accept older answers.
	return entry && now - entry.keptAt < ttlMs ? entry.answer : null;
}

interface Asked {
	result: FailoverResult;
	/** null if the answer may not be cached. */
	kept: KeptAnswer | null;
}

async function askAndKeep(
	{ key, ttlMs, candidates }: Question,
	ask: () => Promise<FailoverResult>,
	{ surroundings, answers }: CachingWorld,
): Promise<Asked> {
	const result = await ask();
	const { answer, escalatedFrom, doubted } = result;
	if (!answer || doubted || !WHOLE.has(answer.finishReason)) return { result, kept: null };
	const kept = keptOf(answer, escalatedFrom);
	const isStandIn = answer.model !== candidates[0] && !escalatedFrom.includes(candidates[0]);
	const keptAt = surroundings.now();
	const expiresAt = keptAt + (isStandIn ? Math.min(ttlMs, STAND_IN_MS) : ttlMs);
	await answers.cache.put(key, { answer: kept, keptAt, expiresAt });
	return { result, kept };
}

function keptOf(answer: Answer, escalatedFrom: readonly Model[]): KeptAnswer {
	const { model, parts, text, json, finishReason, usage, usageEstimated } = answer;
	return {
		model: model.alias,
		parts: parts.every(({ type }) => type === 'text') ? null : JSON.stringify(parts),
		text,
		json: json === undefined ? null : JSON.stringify(json),
		finishReason,
		usage,
		usageEstimated,
		escalatedFrom: escalatedFrom.map(({ alias }) => alias),
	};
}

function asked({ result }: Asked): Found {
	return { ...result, cachedUsage: null };
}

/** A cached answer as a result: no attempts, no tokens. */
function given(kept: KeptAnswer, candidates: readonly Model[]): Found {
	const models = (aliases: readonly string[]) => candidates.filter(({ alias }) => aliases.includes(alias));
	// The key holds the candidates, so the model is among them.
	const [model] = models([kept.model]);
	const { parts, text, json, finishReason } = kept;
	return {
		answer: {
			model,
			parts: parts === null ? [{ type: 'text', text }] : (JSON.parse(parts) as Part[]),
			text,
			...(json !== null && { json: JSON.parse(json) as unknown }),
			finishReason,
			usage: NO_USAGE,
			usageEstimated: false,
		},
		failure: null,
		escalatedFrom: models(kept.escalatedFrom),
		doubted: false,
		attempts: [],
		notAsked: [],
		cachedUsage: kept.usage,
	};
}

function without(kind: 'cancelled' | 'outOfTime', totalTimeoutMs: number): Found {
	return {
		answer: null,
		failure: tellFailure({ kind }, [], totalTimeoutMs),
		escalatedFrom: [],
		doubted: false,
		attempts: [],
		notAsked: [],
		cachedUsage: null,
	};
}

/** `gone`: the waiting item was cancelled. `late`: its time is over. Leaves no timer behind. */
async function waitFor(
	flight: Promise<Landing>,
	leftMs: number,
	{ surroundings, signal }: CachingWorld,
): Promise<Landing | 'gone' | 'late'> {
	if (signal?.aborted) return 'gone';
	const timer = new AbortController();
	const stop = (): void => timer.abort('over');
	signal?.addEventListener('abort', stop, { once: true });
	const patience = surroundings
		.sleep(Math.min(Math.max(0, leftMs), LONGEST_SLEEP_MS), timer.signal)
		.then(() => (signal?.aborted ? ('gone' as const) : ('late' as const)));
	const landing = await Promise.race([flight, patience]);
	signal?.removeEventListener('abort', stop);
	stop();
	return landing;
}
