/** A limit that lets nothing through for so long is an outage (public contract), in ms. */
export const OUTAGE_MS = 60_000;

/** Nobody was refused for so long, in ms: the pace is forgotten. */
export const FORGOTTEN_MS = 600_000;

/** Where the provider names no time: the first wait, doubled each time up to the last (public contract), in ms. */
export const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;

/** One that has refused so often after the time it named is asked later, and ever wider like one that names none. */
const BELIEVED = 2;
const BROKEN_WORD = 1.25;

/** How long a key is shut, in ms. @param refusals in a row before @param namedMs what the provider named; null: nothing @param chance 0–1 */
export function waitAfter(refusals: number, namedMs: number | null, chance: number): number {
	const spaced = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** refusals);
	// Half of it at least, or a wait of nothing would ask again at once.
	const jittered = spaced * (0.5 + chance / 2);
	if (namedMs === null) return jittered;
	return refusals < BELIEVED ? namedMs : Math.max(namedMs * BROKEN_WORD, jittered);
}
