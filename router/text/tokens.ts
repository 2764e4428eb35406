// Our own: a real tokenizer's vocabulary is megabytes and 100 ms to load, and routing needs a size, not a count.
import { isDigit, isWord } from './characters';
import { TOKEN_WEIGHTS } from './tokenWeights';

/** Up to here every character is counted; beyond, evenly spaced samples stand for the whole. */
const COUNT_WHOLE = 65_536;
const SAMPLES = 32;
const SAMPLE_LENGTH = 2_048;

/** Weights of groups of three characters; a power of two. */
export const TOKEN_ROWS = 1 << 13;
const MASK = TOKEN_ROWS - 1;
/** In `TOKEN_WEIGHTS` each weight is one character from `LOWEST` on, so many steps a token; `ZERO` is none. */
export const TOKEN_STEPS = 40;
export const TOKEN_ZERO = 20;
export const TOKEN_LOWEST = 35;

let decoded: Float32Array | undefined;

function shipped(): Float32Array {
	decoded ??= Float32Array.from(
		{ length: TOKEN_ROWS },
		(_, i) => (TOKEN_WEIGHTS.charCodeAt(i) - TOKEN_LOWEST - TOKEN_ZERO) / TOKEN_STEPS,
	);
	return decoded;
}

/**
 * Tokens of a text as the o200k vocabulary would count them; no vocabulary is loaded. Within 15 % for a page of prose in 35
 * languages, see `docs/tokens.md`. Linear, and constant beyond 64 kB.
 */
export function estimateTokens(text: string): number {
	return estimateWith(shipped(), text);
}

export function estimateWith(weights: Float32Array, text: string): number {
	if (text.length === 0) return 0;
	if (text.length <= COUNT_WHOLE) return Math.max(1, Math.round(weigh(weights, text, 0, text.length)));
	const stride = (text.length - SAMPLE_LENGTH) / (SAMPLES - 1);
	let tokens = 0;
	for (let i = 0; i < SAMPLES; i++) {
		const start = Math.floor(i * stride);
		tokens += weigh(weights, text, start, start + SAMPLE_LENGTH);
	}
	return Math.round((tokens / (SAMPLES * SAMPLE_LENGTH)) * text.length);
}

/** What stands between words, in tokens. Fitted by least squares on the relative error, as `train/tokenTraining.ts` prints. */
const COST = {
	/** A group of up to three digits. */
	digits: 1.0,
	/** A run of signs; each sign of it beyond the second; a sign like the one before. */
	signs: 0.8,
	moreSigns: 0.35,
	repeated: 0.03,
	/** A run of two spaces and more, or a line break. */
	spaces: 0.8,
	/** A surrogate pair: an emoji. */
	pair: 2.6,
};

const BOUNDARY = 32;

function weigh(weights: Float32Array, text: string, start: number, end: number): number {
	let sum = 0;
	let i = start;
	while (i < end) {
		const code = text.charCodeAt(i);
		if (isLetter(code)) {
			const to = endOfWord(text, i, end);
			let word = 0;
			for (let at = i; at < to; at++) word += weights[groupAt(text, i, at, to)];
			sum += Math.max(1, word);
			i = to;
		} else if (isDigit(code)) {
			const from = i;
			while (i < end && isDigit(text.charCodeAt(i))) i++;
			sum += COST.digits * Math.ceil((i - from) / 3);
		} else if (code >= 0xd800 && code <= 0xdbff) {
			sum += COST.pair;
			i += 2;
		} else if (isSpace(code)) {
			const to = endOfSpaces(text, i, end);
			sum += spacesBetween(text, i, to);
			i = to;
		} else {
			const from = i;
			for (let previous = 0; i < end && isSign(text.charCodeAt(i)); i++) {
				const sign = text.charCodeAt(i);
				if (i >= from + 2) sum += sign === previous ? COST.repeated : COST.moreSigns;
				previous = sign;
			}
			if (i === from) i++;
			sum += COST.signs;
		}
	}
	return sum;
}

/** Where each word begins and ends, as `estimateTokens` cuts a text. */
export function* wordsOf(text: string): Generator<readonly [from: number, to: number]> {
	for (let i = 0; i < text.length;) {
		if (!isLetter(text.charCodeAt(i))) {
			i++;
			continue;
		}
		const to = endOfWord(text, i, text.length);
		yield [i, to];
		i = to;
	}
}

/** Rows of the weights that a word adds up, one a character. */
export function groupsOf(text: string, from: number, to: number): number[] {
	const groups: number[] = [];
	for (let at = from; at < to; at++) groups.push(groupAt(text, from, at, to));
	return groups;
}

function groupAt(text: string, from: number, at: number, to: number): number {
	const code = text.charCodeAt(at);
	let hash = Math.imul(at > from ? text.charCodeAt(at - 1) : BOUNDARY, 0x01000193);
	// A capital at the start of a word is the same word.
	hash = Math.imul(hash ^ (at === from ? lower(code) : code), 0x01000193);
	hash = Math.imul(hash ^ (at + 1 < to ? text.charCodeAt(at + 1) : BOUNDARY), 0x85ebca6b);
	return (hash ^ (hash >>> 15)) & MASK;
}

function lower(code: number): number {
	const isCapital =
		(code >= 65 && code <= 90) ||
		(code >= 0xc0 && code <= 0xde) ||
		(code >= 0x391 && code <= 0x3a9) ||
		(code >= 0x410 && code <= 0x42f);
	return isCapital ? code + 32 : code;
}

function endOfWord(text: string, from: number, end: number): number {
	let wasLower = false;
	for (let i = from; i < end; i++) {
		const code = text.charCodeAt(i);
		if (!isLetter(code)) return i;
		const upper = code >= 65 && code <= 90;
		// The tokenizers cut `camelCase` before its humps.
		if (upper && wasLower) return i;
		wasLower = !upper;
	}
	return end;
}

function isLetter(code: number): boolean {
	return isWord(code) && !isDigit(code) && code !== 95;
}

function isSpace(code: number): boolean {
	return code <= 32 || code === 0xa0;
}

function isSign(code: number): boolean {
	return !isSpace(code) && !isLetter(code) && !isDigit(code) && !(code >= 0xd800 && code <= 0xdbff);
}

function endOfSpaces(text: string, from: number, end: number): number {
	let i = from;
	while (i < end && isSpace(text.charCodeAt(i))) i++;
	return i;
}

/** A single space belongs to the word behind it. Line breaks that stand together are one. */
function spacesBetween(text: string, from: number, to: number): number {
	let breaks = 0;
	let previous = 0;
	for (let i = from; i < to; i++) {
		const code = text.charCodeAt(i);
		if (code === 10 && previous !== 10 && previous !== 13) breaks++;
		previous = code;
	}
	const run = to - from;
	const long = COST.repeated * Math.max(0, run - 16);
	if (breaks > 0) return COST.spaces * (breaks + (previous !== 10 ? 1 : 0)) + long;
	return run > 1 ? COST.spaces + long : 0;
}
