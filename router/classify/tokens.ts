import { isDigit, isSpaceless, isWord } from './characters';

/** Up to here every character is counted; beyond, evenly spaced samples stand for the whole. */
const COUNT_WHOLE = 65_536;
const SAMPLES = 32;
const SAMPLE_LENGTH = 2_048;

/**
 * What a tokenizer of the o200k family cuts text into, roughly, and how many tokens each costs. Fitted by
 * non-negative least squares on the relative error against o200k_base, over sentences of 35 languages,
 * prompts, and source files; the cost of very long words is set by hand, so that a line without spaces
 * stays in proportion.
 */
const WEIGHT = {
	word3: 0.92, // Latin words by their length
	word6: 1,
	word9: 1.21,
	word12: 1.46,
	wordLong: 2,
	longExtra: 0.3, // characters beyond 12
	foreign6: 0.63, // words of Latin script in text that is not English
	foreign9: 2.3,
	foreign12: 2.86,
	foreignLong: 2.95,
	foreignExtra: 0.3,
	rare: 0.41, // words over three characters of a Latin-script language that the vocabulary knows less well
	accented: 0.38,
	digits: 1.56, // groups of up to three
	punctuation: 0.9, // runs
	punctuationExtra: 0.04, // further characters of a run that differ from the one before
	spaces: 0.48, // runs of two or more, and line breaks
	cyrillic: 0.36,
	greek: 0.42,
	hebrew: 0.47,
	arabic: 0.38,
	indic: 0.39,
	thai: 0.45,
	hangul: 0.81,
	han: 0.82,
	kana: 0.79,
	other: 0.4,
	pair: 3.78, // surrogate pairs: emoji
} as const;
type TokenKind = keyof typeof WEIGHT;
export const TOKEN_KINDS = Object.keys(WEIGHT) as readonly TokenKind[];
const WEIGHTS = Float64Array.from(TOKEN_KINDS, (kind) => WEIGHT[kind]);
const KIND = Object.fromEntries(TOKEN_KINDS.map((kind, i) => [kind, i])) as Record<TokenKind, number>;

const ENGLISH_WORDS = wordSet('the and of to in is that for it you with on this be are your was have what not from');
const FOREIGN_WORDS = wordSet(
	'de la que el en los las del una un por con para est les des du et dans pour le und der die das ist nicht mit von zu ein den auf het een van zijn op te dat di il che per della non si em os um uma não ao como mais och',
);
const RARE_WORDS = wordSet(
	'se na nie jest do det som att och av ja on je u od po za și din cu az egy hogy bu ve bir yang dan dengan og til ei og ikke at for ne va este i w z są jak v sa je ze aj alebo ali kot in ki so pa za tai on ettei että ha is nem meg ez için ile',
);

/**
 * Tokens of a text as the o200k vocabulary would count them, within about 15 % for prose, code and CJK;
 * no vocabulary is loaded. Linear, and constant beyond 64 kB.
 */
export function estimateTokens(text: string): number {
	if (text.length === 0) return 0;
	if (text.length <= COUNT_WHOLE) return Math.max(1, Math.round(weigh(countKinds(text, 0, text.length))));
	const stride = (text.length - SAMPLE_LENGTH) / (SAMPLES - 1);
	let tokens = 0;
	for (let i = 0; i < SAMPLES; i++) {
		const start = Math.floor(i * stride);
		tokens += weigh(countKinds(text, start, start + SAMPLE_LENGTH));
	}
	return Math.round((tokens / (SAMPLES * SAMPLE_LENGTH)) * text.length);
}

function weigh(counts: Float64Array): number {
	let sum = 0;
	for (let i = 0; i < counts.length; i++) sum += counts[i] * WEIGHTS[i];
	return sum;
}

/** How often each of `TOKEN_KINDS` occurs between `start` and `end`. */
export function countKinds(text: string, start: number, end: number): Float64Array {
	const counts = new Float64Array(TOKEN_KINDS.length);
	// By length of the word: up to 3, 6, 9, 12, more; and the characters beyond 12.
	const lengths = [0, 0, 0, 0, 0, 0];
	let english = 0;
	let foreign = 0;
	let rare = 0;
	let i = start;
	while (i < end) {
		const code = text.charCodeAt(i);
		if (isLatin(code)) {
			const from = i;
			i = endOfWord(text, i, end, counts);
			const length = i - from;
			lengths[length <= 3 ? 0 : length <= 6 ? 1 : length <= 9 ? 2 : length <= 12 ? 3 : 4]++;
			if (length > 12) lengths[5] += length - 12;
			if (length <= 5) {
				const key = wordKey(text, from, i);
				if (ENGLISH_WORDS.has(key)) english++;
				else if (RARE_WORDS.has(key)) rare++;
				else if (FOREIGN_WORDS.has(key)) foreign++;
			}
		} else if (isDigit(code)) {
			const from = i;
			while (i < end && isDigit(text.charCodeAt(i))) i++;
			counts[KIND.digits] += Math.ceil((i - from) / 3);
		} else if (isSpace(code)) {
			i = endOfSpaces(text, i, end, counts);
		} else if (code < 0x2000 ? !isWord(code) : code < 0x3000 || code >= 0xff00) {
			i = endOfPunctuation(text, i, end, counts);
		} else {
			i = countScript(text, i, end, code, counts);
		}
	}
	const offset = Math.max(foreign, rare) > english ? KIND.foreign6 - 1 : KIND.word3;
	if (rare > Math.max(foreign, english)) counts[KIND.rare] = lengths[1] + lengths[2] + lengths[3] + lengths[4];
	counts[KIND.word3] += lengths[0];
	for (let k = 1; k < lengths.length; k++) counts[offset + k] += lengths[k];
	return counts;
}

function endOfWord(text: string, from: number, end: number, counts: Float64Array): number {
	let i = from;
	let lower = false;
	for (; i < end; i++) {
		const code = text.charCodeAt(i);
		if (!isLatin(code)) break;
		const upper = code >= 65 && code <= 90;
		// The tokenizers cut `camelCase` before its humps.
		if (upper && lower) break;
		if (!upper) lower = true;
		if (code >= 0xc0) counts[KIND.accented]++;
	}
	return i;
}

function endOfSpaces(text: string, from: number, end: number, counts: Float64Array): number {
	let i = from;
	let breaks = 0;
	for (; i < end; i++) {
		const code = text.charCodeAt(i);
		if (!isSpace(code)) break;
		if (code === 10) breaks++;
	}
	const run = i - from;
	if (breaks > 0 || run > 1) counts[KIND.spaces] += 1 + (breaks > 0 && text.charCodeAt(i - 1) !== 10 ? 1 : 0);
	return i;
}

function endOfPunctuation(text: string, from: number, end: number, counts: Float64Array): number {
	let i = from;
	let previous = 0;
	counts[KIND.punctuation]++;
	for (; i < end; i++) {
		const code = text.charCodeAt(i);
		if (isSpace(code) || isWord(code) || (code >= 0x3000 && code < 0xff00)) break;
		if (i > from && code !== previous) counts[KIND.punctuationExtra]++;
		previous = code;
	}
	return Math.max(i, from + 1);
}

function countScript(text: string, i: number, end: number, code: number, counts: Float64Array): number {
	if (code >= 0x400 && code <= 0x52f) {
		const from = i;
		while (i < end && text.charCodeAt(i) >= 0x400 && text.charCodeAt(i) <= 0x52f) i++;
		counts[KIND.cyrillic] += i - from;
		return i;
	}
	if (code >= 0xd800 && code <= 0xdbff) {
		counts[KIND.pair]++;
		return i + 2;
	}
	counts[scriptKind(code)]++;
	return i + 1;
}

function scriptKind(code: number): number {
	if (code >= 0x370 && code <= 0x3ff) return KIND.greek;
	if (code >= 0x590 && code <= 0x77f) return code < 0x600 ? KIND.hebrew : KIND.arabic;
	if (code >= 0x900 && code <= 0xdff) return KIND.indic;
	if (code >= 0xe00 && code <= 0xeff) return KIND.thai;
	if (code >= 0xac00 && code <= 0xd7af) return KIND.hangul;
	if (code >= 0x3040 && code <= 0x30ff) return KIND.kana;
	if (isSpaceless(code)) return KIND.han;
	return KIND.other;
}

function isLatin(code: number): boolean {
	const lower = code | 32;
	if (lower >= 97 && lower <= 122) return true;
	return (code >= 0xc0 && code <= 0x24f && code !== 0xd7 && code !== 0xf7) || (code >= 0x1e00 && code <= 0x1eff);
}

function isSpace(code: number): boolean {
	return code <= 32 || code === 0xa0;
}

/** A short word as one number, case folded for ASCII. */
function wordKey(text: string, from: number, to: number): number {
	let key = 0;
	for (let i = from; i < to; i++) key = (key * 613 + (text.charCodeAt(i) | 32)) % 2_147_483_647;
	return key;
}

function wordSet(words: string): Set<number> {
	return new Set(words.split(' ').map((word) => wordKey(word, 0, word.length)));
}
