import { fold, isSpaceless, isWord } from '../../text/characters';
import type { Line } from './lines';
import { PASTED_WEIGHT, type PromptView, weightAt } from './promptView';
import { isWithin } from './request';

/** Rows of the weight table; a power of two. */
export const BUCKETS = 1 << 16;
const MASK = BUCKETS - 1;

/** More different words than this say nothing new; bounds time whatever the prompt holds. */
const MOST_FEATURES = 4_096;
/** Enough to see whether the words of a prompt are known. */
const MOST_WORDS = 256;
/** The windows of a prompt hold no more lines than this. */
const MOST_LINES = 2_048;

/** Salts that keep the same word apart by where and how it stands. */
const ANYWHERE = 0x1b873593;
const REQUEST = 0x27d4eb2f;
const PAIR = 0x165667b1;
const STEM = 0x2545f491;
const OPENING = 0x5bd1e995;
const PASTED = 0x61c88647;
const REACHED = 0x3c6ef372;

/** What a pasted word says, and what it says beside a request that stands out. */
const PASTED_VALUE = 0.3;
const ASIDE = 0.12;

/**
 * What a prompt says, as rows of the weight table with a value each: words, pairs of words, beginnings of
 * words, the words that open the prompt and its last line, and, apart from these, words of what is pasted.
 * Every row once, with the best of its values. A prompt's bag is valid until the next one is read.
 */
export interface WordBag {
	rows: Int32Array;
	values: Float32Array;
	/** The same for who wants to know what is asked: beside a request that stands out, all else counts as pasted. */
	asked: Float32Array;
	size: number;
	/** Hashes of the words of prose as they come, numbers and single spaceless characters left out. */
	words: Int32Array;
	wordCount: number;
	/** `size` after each line. */
	lineEnds: Int32Array;
	lines: number;
}

const bag: WordBag = {
	rows: new Int32Array(MOST_FEATURES),
	values: new Float32Array(MOST_FEATURES),
	asked: new Float32Array(MOST_FEATURES),
	size: 0,
	words: new Int32Array(MOST_WORDS),
	wordCount: 0,
	lineEnds: new Int32Array(MOST_LINES),
	lines: 0,
};
/** Where in `bag` a row stands, valid where `stamps` holds the current prompt's stamp. */
const places = new Int32Array(BUCKETS);
const stamps = new Int32Array(BUCKETS);
let stamp = 0;

/** Reads the words within the windows of `view`. */
export function readWords(view: PromptView): WordBag {
	bag.size = 0;
	bag.wordCount = 0;
	bag.lines = 0;
	stamp = (stamp + 1) | 0;
	let firstProse: Line | undefined;
	let lastProse: Line | undefined;
	for (const line of view.lines) {
		if (line.kind !== 'prose' || line.isChoice) continue;
		firstProse ??= line;
		lastProse = line;
	}
	for (const line of view.lines) {
		readLine(view, line, line === firstProse || line === lastProse);
		if (bag.lines < MOST_LINES) bag.lineEnds[bag.lines++] = bag.size;
	}
	return bag;
}

/** Words at the start of the first and of the last line of prose that count as its opening. */
const OPENING_WORDS = 4;
/** So far from the first word of a request stands what it is about: `write … article`. */
const REACH = 9;

function readLine(view: PromptView, line: Line, opens: boolean): void {
	const { text } = view;
	const { end } = line;
	const prose = line.kind === 'prose' && !line.isChoice;
	const pasted = view.request.length > 0 ? ASIDE / PASTED_VALUE : 1;
	let previous = 0;
	let opener = 0;
	let place = 0;
	let i = line.start;
	while (i < end) {
		const code = text.charCodeAt(i);
		const spaceless = code > 0x3000 && isSpaceless(code);
		if (!spaceless && !isWord(code)) {
			// A question mark decides much; other signs only end a pair where they end a clause.
			if (code === 63 || code === 0xff1f || code === 0x61f)
				add(REQUEST ^ 63, 1, view.request.length === 0 || isWithin(view.request, i) ? 1 : 0);
			if (code !== 32 && code !== 39 && code !== 45) previous = 0;
			i++;
			continue;
		}
		const from = i;
		let hash = 0x811c9dc5;
		let stem = 0;
		let digits = true;
		if (spaceless) {
			hash = mix(hash, code);
			i++;
		} else {
			for (let c = code; ;) {
				const folded = fold(c);
				if (folded < 48 || folded > 57) digits = false;
				hash = mix(hash, folded);
				i++;
				if (i - from === 5) stem = hash;
				if (i >= end) break;
				c = text.charCodeAt(i);
				if ((c > 0x3000 && isSpaceless(c)) || !isWord(c)) break;
			}
			// Which number it is says nothing, how long it is a little.
			if (digits) hash = 0x9e3779b9 + Math.min(i - from, 4);
		}
		place++;
		if (!prose) {
			add(hash ^ PASTED, PASTED_VALUE, pasted);
			continue;
		}
		if (!digits && bag.wordCount < MOST_WORDS) bag.words[bag.wordCount++] = hash;
		const weight = weightAt(view, line, from);
		const near = weight >= 1;
		// Beside a request, what stands elsewhere tells how hard it is, not what is asked.
		const aside = view.request.length > 0 && !isWithin(view.request, from);
		const share = aside ? 0 : 1;
		if (aside) put(hash ^ PASTED, 0, ASIDE);
		add(hash ^ ANYWHERE, near ? 0.7 : 0.35, share);
		if (near) add(hash ^ REQUEST, 1, share);
		if (stem !== 0 && i - from > 5) add(stem ^ STEM, near ? 0.7 : 0.3, share);
		if (previous !== 0 && weight > PASTED_WEIGHT) add(mix(previous ^ PAIR, hash), near ? 0.8 : 0.3, share);
		if (view.request.some(({ start }) => start === from)) place = 1;
		const opening = opens || (view.request.length > 0 && !aside);
		if (opening && place === 1) opener = hash;
		else if (opening && place <= REACH) add(mix(opener ^ REACHED, hash), 0.7, share);
		if (opening && place <= OPENING_WORDS) add(hash ^ (OPENING + (place === 1 ? 1 : 0)), 0.8, share);
		previous = hash;
	}
}

function mix(hash: number, code: number): number {
	return Math.imul(hash ^ code, 0x01000193);
}

/** `share`: how much of the value counts for what is asked. */
function add(hash: number, value: number, share = 1): void {
	put(hash, value, value * share);
}

function put(hash: number, value: number, asked: number): void {
	let h = hash ^ (hash >>> 16);
	h = Math.imul(h, 0x7feb352d);
	h ^= h >>> 15;
	const row = h & MASK;
	if (stamps[row] === stamp) {
		const place = places[row];
		if (value > bag.values[place]) bag.values[place] = value;
		if (asked > bag.asked[place]) bag.asked[place] = asked;
		return;
	}
	if (bag.size === MOST_FEATURES) return;
	stamps[row] = stamp;
	places[row] = bag.size;
	bag.rows[bag.size] = row;
	bag.values[bag.size] = value;
	bag.asked[bag.size] = asked;
	bag.size++;
}
