import { COMPLEXITY_INPUTS } from './denseFeatures';

/** What the learner keeps of a prompt: which words it may have held, as numbers that many words share, and its shape. */
export interface Fingerprint {
	/** Rows of the table of hashed words, each once. */
	rows: Uint16Array;
	/** How much each row counts; the squares sum to at most 1. */
	values: Float32Array;
	/** As `complexityInputs` fills them. */
	inputs: Float32Array;
	/** 0–1: what the shipped weights said. */
	complexity: number;
}

/** Rows beyond the weightiest of these tell nothing new of a prompt; bounds what is kept of it. */
const MOST_ROWS = 256;
/** A prompt of few words must not be known by each of them; in the values of `readWords`. */
const SHORTEST = 2;

/** @param size how many of `rows` and `values` count @param inputs copied */
export function fingerprintOf(
	words: { rows: ArrayLike<number>; values: ArrayLike<number>; size: number },
	inputs: Float32Array,
	complexity: number,
): Fingerprint {
	const places = Array.from({ length: words.size }, (_, i) => i);
	const kept =
		words.size <= MOST_ROWS
			? places
			: places.sort((a, b) => words.values[b] - words.values[a] || a - b).slice(0, MOST_ROWS);
	let squares = 0;
	for (const i of kept) squares += words.values[i] ** 2;
	const length = Math.max(SHORTEST, Math.sqrt(squares));
	return {
		rows: Uint16Array.from(kept, (i) => words.rows[i]),
		values: Float32Array.from(kept, (i) => words.values[i] / length),
		inputs: Float32Array.from({ length: COMPLEXITY_INPUTS }, (_, j) => inputs[j]),
		complexity,
	};
}
