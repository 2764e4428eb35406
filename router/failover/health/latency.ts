/** Observed speed of an endpoint, for the hedge delay and the strategy `fastest`. */
import type { Model } from '../../types';
import type { FactStore, Latency } from '../../state/state';

/** Enough for a 95th percentile, few enough to follow a change within minutes. */
const KEPT = 100;

/** Weight of the newest sample in a moving average: new = old + 0.2 × (seen − old), so about the last ten count. */
const NEWEST_WEIGHT = 0.2;

/** What one call showed, in ms. */
export interface LatencySample {
	/** null if none arrived. */
	firstTokenMs: number | null;
	/** How long the call waited for a first token in vain before it was aborted; null if it was not. */
	waitedMs: number | null;
	/** Time from the first token to the end, and the output tokens; null without a whole answer. */
	answer: { ms: number; tokens: number } | null;
	/** How many calls before this one were silent for so long that it was an outage, unless this call was as slow. */
	endedOutage?: number;
}

/** What strategies read: all in ms, null if unknown. */
export interface ObservedSpeed {
	/** Number of first-token times on record, at most 100. */
	samples: number;
	firstTokenMs: number | null;
	msPerToken: number | null;
}

/** Models without samples are left out. */
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
 * Adds one call to the record. An aborted call would have taken longer than its wait, so it enters as its wait, or as
 * the average if that is longer: slow models are learned, and early aborts teach nothing. Waits during an outage say
 * nothing about the model's speed and are removed when the outage is over.
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
	// The first token's time is recorded separately, so a single token says nothing about the speed.
	if (answer && answer.tokens > 1)
		latency.msPerToken = moved(latency.msPerToken, answer.ms / (answer.tokens - 1));
	return latency;
}

/** Nearest rank. @param share 0 < share ≤ 1 */
export function percentile(values: readonly number[], share: number): number {
	// Sorts numerically without a callback, because this runs before every call.
	const sorted = Float64Array.from(values).sort();
	return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function moved(average: number | null, seen: number): number {
	return average === null ? seen : average + NEWEST_WEIGHT * (seen - average);
}
