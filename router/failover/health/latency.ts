/** How fast an endpoint answers, as it was seen: for the hedge's delay and for the strategy `fastest`. */
import type { Model } from '../../types';
import type { FactStore, Latency } from '../../state/state';

/** Enough for a 95th percentile, few enough to follow a change within minutes. */
const KEPT = 100;

/** Weight of the newest in a moving average: new = old + 0.2 × (seen − old), so about the last ten count. */
const NEWEST_WEIGHT = 0.2;

/** What one call showed, in ms. */
export interface LatencySample {
	/** null where none came. */
	firstTokenMs: number | null;
	/** How long a first token was waited for in vain before the call was aborted; null where it was not. */
	waitedMs: number | null;
	/** From the first token to the end, and the output tokens; null where there was no whole answer. */
	answer: { ms: number; tokens: number } | null;
	/** So many calls before this one ended in silence, for so long that it was an outage unless this one was as slow. */
	endedOutage?: number;
}

/** What strategies read: all in ms, null where nothing is known. */
export interface ObservedSpeed {
	/** First-token times on record, at most 100. */
	samples: number;
	firstTokenMs: number | null;
	msPerToken: number | null;
}

/** What has been seen of the models' speeds; those of which nothing has are left out. */
export async function observedSpeeds(
	facts: FactStore,
	models: readonly Model[],
): Promise<Map<Model, ObservedSpeed>> {
	const known = await facts.read(models.map(({ endpoint: key }) => ({ kind: 'latency' as const, key })));
	const speeds = new Map<Model, ObservedSpeed>();
	models.forEach((model, index) => {
		const latency = known[index];
		if (!latency) return;
		const { firstTokens, firstTokenMs, msPerToken } = latency;
		speeds.set(model, { samples: firstTokens.length, firstTokenMs, msPerToken });
	});
	return speeds;
}

/**
 * The record after one more call. One that was aborted would have taken longer than it was waited for: it enters
 * as that, or as the average where the wait was shorter, so that slow models are learned and early aborts teach nothing.
 * What was waited for in an outage says nothing of the model's pace, and is forgotten when it is over.
 */
export function withSample(
	before: Readonly<Latency> | null,
	{ firstTokenMs, waitedMs, answer, endedOutage = 0 }: LatencySample,
): Readonly<Latency> | null {
	const latency: Latency = before
		? { ...before, firstTokens: [...before.firstTokens] }
		: { firstTokens: [], firstTokenMs: null, msPerToken: null };
	const waited = waitedMs === null ? null : Math.max(waitedMs, latency.firstTokenMs ?? 0);
	const first = firstTokenMs ?? waited;
	if (first === null && answer === null) return before;
	if (firstTokenMs !== null && endedOutage > 0) {
		const waits = latency.firstTokens.slice(-endedOutage);
		if (waits.every((ms) => ms > firstTokenMs)) latency.firstTokens.splice(-waits.length);
	}
	if (first !== null) {
		latency.firstTokens.push(first);
		if (latency.firstTokens.length > KEPT) latency.firstTokens.shift();
		latency.firstTokenMs = moved(latency.firstTokenMs, first);
	}
	// The first token's time is told apart, so a single token says nothing of the pace.
	if (answer && answer.tokens > 1)
		latency.msPerToken = moved(latency.msPerToken, answer.ms / (answer.tokens - 1));
	return latency;
}

/** Nearest rank. @param share 0 < share ≤ 1 */
export function percentile(values: readonly number[], share: number): number {
	// Sorts by number, and without calling back: this runs before every call.
	const sorted = Float64Array.from(values).sort();
	return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function moved(average: number | null, seen: number): number {
	return average === null ? seen : average + NEWEST_WEIGHT * (seen - average);
}
