import { isDigit, isWord } from '../../text/characters';

/** Rows of the language table; a power of two. */
export const GRAM_ROWS = 1 << 13;
const MASK = GRAM_ROWS - 1;
const MOST_GRAMS = 2_048;
const LONGEST_GRAM = 4;
const BOUNDARY = 32;

/** Letter groups of a text as rows of the language table, each as often as it occurs. Valid until the next call. */
export interface GramBag {
	rows: Int32Array;
	size: number;
}

const bag: GramBag = { rows: new Int32Array(MOST_GRAMS), size: 0 };

/**
 * Every group of one to four letters of every word, the word's ends counting as letters, and every whole word.
 * Case is folded and accents stay, for they tell languages apart.
 */
export function readLetterGrams(text: string): GramBag {
	const lower = text.toLowerCase();
	bag.size = 0;
	let i = 0;
	while (i < lower.length && bag.size < MOST_GRAMS) {
		if (!isLetter(lower.charCodeAt(i))) {
			i++;
			continue;
		}
		const from = i;
		while (i < lower.length && isLetter(lower.charCodeAt(i))) i++;
		readWord(lower, from, i);
	}
	return bag;
}

/** Letters, and the apostrophe within words. */
function isLetter(code: number): boolean {
	return (isWord(code) && !isDigit(code) && code !== 95) || code === 39 || code === 0x2019;
}

function readWord(text: string, from: number, to: number): void {
	let word = 0x811c9dc5;
	for (let start = from - 1; start < to; start++) {
		let hash = 0x9747b28c;
		for (let length = 1; length <= LONGEST_GRAM; length++) {
			const at = start + length - 1;
			if (at > to) break;
			hash = mix(hash, at < from || at === to ? BOUNDARY : text.charCodeAt(at));
			// The word's end alone says nothing.
			if (length > 1 || start >= from) add(hash ^ Math.imul(length, 0x27d4eb2f));
		}
		if (start >= from) word = mix(word, text.charCodeAt(start));
	}
	add(word ^ 0x5bd1e995);
}

function mix(hash: number, code: number): number {
	return Math.imul(hash ^ code, 0x01000193);
}

function add(hash: number): void {
	if (bag.size === MOST_GRAMS) return;
	let h = hash ^ (hash >>> 16);
	h = Math.imul(h, 0x7feb352d);
	h ^= h >>> 15;
	bag.rows[bag.size++] = h & MASK;
}
