// Our own: a real tokenizer's vocabulary is megabytes and 100 ms to load, and routing needs a size, not a count.
import { createHash } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import { isDigit, isSpaceless, isWord } from './characters';
import { TOKEN_WEIGHTS } from './tokenWeights';

/** Characters. Shorter texts are counted whole; in longer ones evenly spaced samples stand for the whole. */
const COUNT_WHOLE = 65_536;
const SAMPLES = 32;
const SAMPLE_LENGTH = 2_048;

/** Rows of weights for groups of three characters and for whole words; a power of two. */
export const TOKEN_ROWS = 1 << 15;
const MASK = TOKEN_ROWS - 1;
/**
 * In `TOKEN_WEIGHTS` each weight is one character, counted from `TOKEN_LOWEST`, in steps of 1/`TOKEN_STEPS` token;
 * `TOKEN_ZERO` means 0.
 */
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
 * Estimates the tokens of a text in the o200k vocabulary, without loading it. Within 15 % for a page of prose in 35
 * languages, see `docs/tokens.md`. Linear, and constant beyond 64 kB.
 */
export function estimateTokens(text: string): number {
	return isRemembered(text) ? remembered(text) : estimateWith(shipped(), text);
}

/** Lengths for which caching pays off, in characters: below, counting is as fast; above, sampling is. */
const REMEMBERED = { from: 2_000, to: 1_000_000 };

/** Enough for the texts of all current conversations, a few dozen bytes each. */
const MOST_REMEMBERED = 5_000;

const counted = new LRUCache<string, number>({ max: MOST_REMEMBERED });

const isRemembered = ({ length }: string): boolean => length >= REMEMBERED.from && length <= REMEMBERED.to;

/** Cached, because an agent sends its tools' results again with each step. The text itself is not stored. */
function remembered(text: string): number {
	const key = createHash('sha256').update(text).digest('base64');
	const known = counted.get(key);
	if (known !== undefined) return known;
	const tokens = estimateWith(shipped(), text);
	counted.set(key, tokens);
	return tokens;
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

/** What a text consists of besides words. */
const enum Kind {
	Words, // tokens by the weights
	Digits, // groups of up to three, and the space before a number
	Signs, // runs
	Joined, // a sign right before a word, which may belong to it
	MoreSigns, // beyond the second of a run
	Repeated, // the same sign again
	Spaces, // runs of two and more, and line breaks
	Pair, // surrogate pairs: emoji
	Han,
	Kana,
	Hangul,
}

/**
 * Tokens that each kind costs, by non-negative least squares on the relative error of pages in 35 languages and code.
 */
export const COSTS = [1, 1.4, 0.4, 0.2, 0.65, 0.03, 1.1, 2.6, 0.77, 0.68, 0.74];

const BOUNDARY = 32;

function weigh(weights: Float32Array, text: string, start: number, end: number): number {
	return countKinds(weights, text, start, end).reduce((sum, count, kind) => sum + count * COSTS[kind], 0);
}

/** How often each `Kind` occurs between `start` and `end`. */
export function countKinds(weights: Float32Array, text: string, start: number, end: number): Float64Array {
	const counts = new Float64Array(COSTS.length);
	let i = start;
	while (i < end) {
		const code = text.charCodeAt(i);
		if (isDense(code)) {
			counts[code >= 0xac00 ? Kind.Hangul : code <= 0x30ff ? Kind.Kana : Kind.Han]++;
			i++;
		} else if (isLetter(code)) {
			const to = endOfWord(text, i, end);
			let word = weights[wordRow(text, i, to)];
			for (let at = i; at < to; at++) word += weights[groupAt(text, i, at, to)];
			counts[Kind.Words] += Math.max(1, word);
			i = to;
		} else if (isDigit(code)) {
			const from = i;
			while (i < end && isDigit(text.charCodeAt(i))) i++;
			// Unlike a word, a number does not include the space before it.
			const apart = from > start && text.charCodeAt(from - 1) === 32 ? 1 : 0;
			counts[Kind.Digits] += Math.ceil((i - from) / 3) + apart;
		} else if (code >= 0xd800 && code <= 0xdbff) {
			counts[Kind.Pair]++;
			i += 2;
		} else i = isSpace(code) ? endOfSpaces(text, i, end, counts) : endOfSigns(text, i, end, counts);
	}
	return counts;
}

function endOfSigns(text: string, from: number, end: number, counts: Float64Array): number {
	let i = from;
	for (let previous = 0; i < end && isSign(text.charCodeAt(i)); i++) {
		const sign = text.charCodeAt(i);
		if (i >= from + 2) counts[sign === previous ? Kind.Repeated : Kind.MoreSigns]++;
		previous = sign;
	}
	const joined = i === from + 1 && i < end && isLetter(text.charCodeAt(i));
	counts[joined ? Kind.Joined : Kind.Signs]++;
	return Math.max(i, from + 1);
}

/** Start and end of each word, as `estimateTokens` splits a text. */
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

/** Rows of the weights that are added up for a word: its own, and one per character. */
export function groupsOf(text: string, from: number, to: number): number[] {
	const groups = [wordRow(text, from, to)];
	for (let at = from; at < to; at++) groups.push(groupAt(text, from, at, to));
	return groups;
}

/** Common words are one token, whatever letters they consist of. */
function wordRow(text: string, from: number, to: number): number {
	let hash = 0x2545f491;
	for (let at = from; at < to; at++) {
		const code = text.charCodeAt(at);
		hash = Math.imul(hash ^ (at === from ? lower(code) : code), 0x01000193);
	}
	hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
	return (hash ^ (hash >>> 13)) & MASK;
}

function groupAt(text: string, from: number, at: number, to: number): number {
	const code = text.charCodeAt(at);
	let hash = Math.imul(at > from ? text.charCodeAt(at - 1) : BOUNDARY, 0x01000193);
	// Capitalized words count as the same word.
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
		// The tokenizers split `camelCase` at its capitals.
		if (upper && wasLower) return i;
		wasLower = !upper;
	}
	return end;
}

function isLetter(code: number): boolean {
	return isWord(code) && !isDigit(code) && code !== 95 && !isDense(code);
}

/** Scripts whose characters all cost about the same: Han, kana, Hangul. */
function isDense(code: number): boolean {
	return code > 0x3000 && (isSpaceless(code) || (code >= 0xac00 && code <= 0xd7af));
}

function isSpace(code: number): boolean {
	return code <= 32 || code === 0xa0;
}

function isSign(code: number): boolean {
	const isPair = code >= 0xd800 && code <= 0xdbff;
	return !isPair && !isSpace(code) && !isLetter(code) && !isDense(code) && !isDigit(code);
}

/** A single space belongs to the word after it. Consecutive line breaks count as one. */
function endOfSpaces(text: string, from: number, end: number, counts: Float64Array): number {
	let i = from;
	let breaks = 0;
	let previous = 0;
	for (; i < end && isSpace(text.charCodeAt(i)); i++) {
		const code = text.charCodeAt(i);
		if (code === 10 && previous !== 10 && previous !== 13) breaks++;
		previous = code;
	}
	if (breaks > 0) counts[Kind.Spaces] += breaks + (previous !== 10 ? 1 : 0);
	else if (i - from > 1) counts[Kind.Spaces]++;
	counts[Kind.Repeated] += Math.max(0, i - from - 16);
	return i;
}
