/** Joins cache and failover: equal requests are answered by one call, as long as its answer is fresh. */
import { LONGEST_SLEEP_MS, zeroIsNone, tellFailure } from '../failover/failover';
import type { FailoverResult } from '../failover/failover';
import type { KeptAnswer, Landing } from '../state/state';
import type { KnownAnswers } from './terms';
import { NO_USAGE } from '../types';
import type { Answer, FinishReason, Model, Part, Surroundings, Usage } from '../types';

/** The answer of a stand-in is kept for a minute at most, in ms, so that the first choice is soon asked again. */
export const STAND_IN_MS = 60_000;

/** What is known to be whole: an unknown reason may hide a limit. */
const WHOLE: ReadonlySet<FinishReason> = new Set<FinishReason>(['stop', 'toolCalls']);

export interface Question {
	/** A hash of all that shapes the answer. */
	key: string;
	/** For how long an answer is fresh, in ms. */
	ttlMs: number;
	candidates: readonly Model[];
	/** For the waits of this item; 0: no limit. */
	totalTimeoutMs: number;
}

export interface CachingWorld {
	surroundings: Surroundings;
	signal?: AbortSignal;
	answers: KnownAnswers;
}

/** An answer without a call of its own says what its call had used. */
export type Found = FailoverResult & { cachedUsage: Usage | null };

/**
 * The answer that is known, else that of an equal request which is under way, else that of `ask`. Whoever waits loses
 * nothing: if the one that asks is cancelled, the next one asks in its place; if it has no whole answer, each asks for
 * itself, as without a cache.
 * @param ask gets how long was waited before, in ms
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

/** Looks the answer up or asks for it, while equal requests wait for what comes of it. */
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
	// Another node with the same question may put up with older answers.
	return entry && now - entry.keptAt < ttlMs ? entry.answer : null;
}

interface Asked {
	result: FailoverResult;
	/** null: not an answer to be given again. */
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

/** The answer for this item: no attempt was made and no token used. */
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

/** `gone`: whoever waited was cancelled. `late`: it has no more time. Leaves no timer behind. */
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
