import { COMPLEXITY_INPUTS } from './terms';
import { weightsMark } from './weights';

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

const HEADER_BYTES = 2;
const FLOATS = 1 + COMPLEXITY_INPUTS;
/** A row in two bytes, its value in one. */
const ROW_BYTES = 3;
const VALUE_STEPS = 255;

/** About 500 bytes: mark of the weights, complexity, inputs, rows, values; little-endian. */
export function encodeFingerprint({ rows, values, inputs, complexity }: Fingerprint): Buffer {
	const bytes = Buffer.alloc(HEADER_BYTES + 4 * FLOATS + ROW_BYTES * rows.length);
	let at = bytes.writeUInt16LE(weightsMark(), 0);
	at = bytes.writeFloatLE(complexity, at);
	for (const input of inputs) at = bytes.writeFloatLE(input, at);
	for (const row of rows) at = bytes.writeUInt16LE(row, at);
	for (const value of values) at = bytes.writeUInt8(Math.round(value * VALUE_STEPS), at);
	return bytes;
}

/** null where it was made by other weights, which were wrong elsewhere, or is damaged. */
export function decodeFingerprint(data: Uint8Array): Fingerprint | null {
	const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
	const count = (bytes.length - HEADER_BYTES - 4 * FLOATS) / ROW_BYTES;
	if (!Number.isInteger(count) || count < 0 || bytes.readUInt16LE(0) !== weightsMark()) return null;
	const floats = Float32Array.from({ length: FLOATS }, (_, i) => bytes.readFloatLE(HEADER_BYTES + 4 * i));
	const rowsAt = HEADER_BYTES + 4 * FLOATS;
	const valuesAt = rowsAt + 2 * count;
	return {
		rows: Uint16Array.from({ length: count }, (_, i) => bytes.readUInt16LE(rowsAt + 2 * i)),
		values: Float32Array.from({ length: count }, (_, i) => bytes.readUInt8(valuesAt + i) / VALUE_STEPS),
		inputs: floats.slice(1),
		complexity: floats[0],
	};
}
