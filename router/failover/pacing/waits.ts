/** A limit that lets nothing through for this long is an outage (public contract), in ms. */
export const OUTAGE_MS = 60_000;

/** After this long without a refusal, in ms, the pace is forgotten. */
export const FORGOTTEN_MS = 600_000;

/** If the provider names no time: the first wait, doubled each time up to the longest (public contract), in ms. */
export const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;

/**
 * A provider that has refused this often after the time it named is asked later, at growing intervals as if it named
 * none.
 */
const BELIEVED = 2;
const BROKEN_WORD = 1.25;

/**
 * How long a key is shut, in ms.
 * @param refusals in a row before
 * @param namedMs what the provider named; null: nothing
 * @param chance 0–1
 */
export function waitAfter(refusals: number, namedMs: number | null, chance: number): number {
	const spaced = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** refusals);
	// At least half of it, since a wait near zero would ask again at once.
	const jittered = spaced * (0.5 + chance / 2);
	if (namedMs === null) return jittered;
	return refusals < BELIEVED ? namedMs : Math.max(namedMs * BROKEN_WORD, jittered);
}
