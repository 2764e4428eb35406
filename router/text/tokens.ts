// Our own: a real tokenizer's vocabulary is megabytes and 100 ms to load, and routing needs a size, not a count.
import { isDigit, isSpaceless, isWord } from './characters';

/** Up to here every character is counted; beyond, evenly spaced samples stand for the whole. */
const COUNT_WHOLE = 65_536;
const SAMPLES = 32;
const SAMPLE_LENGTH = 2_048;

/** What a tokenizer of the o200k family cuts text into, roughly. */
const enum Kind {
	Word3, // Latin words by their length
	Word6,
	Word9,
	Word12,
	WordLong,
	LongExtra, // characters beyond 12
	Foreign6, // words of Latin script in text that is not English
	Foreign9,
	Foreign12,
	ForeignLong,
	ForeignExtra,
	Rare, // words over three characters of a Latin-script language that the vocabulary knows less well
	Fluent, // words over six characters of French, Spanish and Portuguese, which it knows better
	Accented,
	Digits, // groups of up to three
	Punctuation, // runs
	PunctuationExtra, // characters of a run beyond the third, a change of character each
	Repeated, // the same character over and over
	Spaces, // runs of two or more, and line breaks
	Cyrillic,
	Russian, // the same letters in text that has some only Russian has
	Greek,
	Hebrew,
	Arabic,
	Persian, // likewise
	Indic,
	Thai,
	Hangul,
	Han,
	Kana,
	Other,
	Pair, // surrogate pairs: emoji
}

/**
 * Tokens that each kind costs. Fitted by
 * non-negative least squares on the relative error against o200k_base, over sentences of 35 languages,
 * everyday prose, prompts, and source files; the costs of very long words and runs are set by hand, so that a line
 * without spaces stays in proportion, and that of CJK characters between rare and everyday prose.
 */
const WEIGHT: Record<Kind, number> = {
	[Kind.Word3]: 0.94,
	[Kind.Word6]: 1.09,
	[Kind.Word9]: 1.11,
	[Kind.Word12]: 1.31,
	[Kind.WordLong]: 2,
	[Kind.LongExtra]: 0.3,
	[Kind.Foreign6]: 0.75,
	[Kind.Foreign9]: 2.14,
	[Kind.Foreign12]: 3.46,
	[Kind.ForeignLong]: 2.5,
	[Kind.ForeignExtra]: 0.3,
	[Kind.Rare]: 0.35,
	[Kind.Fluent]: -0.44,
	[Kind.Accented]: 0.32,
	[Kind.Digits]: 1.58,
	[Kind.Punctuation]: 0.74,
	[Kind.PunctuationExtra]: 0.3,
	[Kind.Repeated]: 0.03,
	[Kind.Spaces]: 0.62,
	[Kind.Cyrillic]: 0.39,
	[Kind.Russian]: 0.31,
	[Kind.Greek]: 0.42,
	[Kind.Hebrew]: 0.47,
	[Kind.Arabic]: 0.33,
	[Kind.Persian]: 0.42,
	[Kind.Indic]: 0.38,
	[Kind.Thai]: 0.45,
	[Kind.Hangul]: 0.74,
	[Kind.Han]: 0.71,
	[Kind.Kana]: 0.68,
	[Kind.Other]: 0.69,
	[Kind.Pair]: 2.6,
};
/** By `Kind`. */
const WEIGHTS = Float64Array.from(Object.values(WEIGHT));

const ENGLISH_WORDS = wordSet(
	'the and of to that for it you with on this be are your was have what not from',
);
const FOREIGN_WORDS = wordSet(
	'und der die das ist nicht mit von zu ein den auf het een van zijn op te dat voor aan ik bij nog maar wel dus ook niet kan uit er om wordt sich dem im als auch ich wir sie di il che per della non si sono come gli del una',
);
const FLUENT_WORDS = wordSet(
	'de la que el en los las con para des du et dans pour le est les pas vous nous je qui sur ce por su lo me mi es um uma não ao mais os com em',
);
const RARE_WORDS = wordSet(
	'na se nie jest det som att och av ja on je u od po za și din cu az egy hogy bu ve bir yang dan dengan og til ei og ikke at for ne va este i w z są jak v sa je ze aj alebo ali kot in ki so pa za tai on ettei että ha is nem meg ez için ile',
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

/** How often each `Kind` occurs between `start` and `end`. */
function countKinds(text: string, start: number, end: number): Float64Array {
	const counts = new Float64Array(WEIGHTS.length);
	// By length of the word: up to 3, 6, 9, 12, more; and the characters beyond 12.
	const lengths = [0, 0, 0, 0, 0, 0];
	let english = 0;
	let foreign = 0;
	let rare = 0;
	let fluent = 0;
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
				else if (FLUENT_WORDS.has(key)) fluent++;
			}
		} else if (isDigit(code)) {
			const from = i;
			while (i < end && isDigit(text.charCodeAt(i))) i++;
			counts[Kind.Digits] += Math.ceil((i - from) / 3);
		} else if (isSpace(code)) {
			i = endOfSpaces(text, i, end, counts);
		} else if (code < 0x2000 ? !isWord(code) : code < 0x3000 || code >= 0xff00) {
			i = endOfPunctuation(text, i, end, counts);
		} else {
			i = countScript(i, code, counts);
		}
	}
	const offset = Math.max(foreign, rare, fluent) > english ? Kind.Foreign6 - 1 : Kind.Word3;
	if (counts[Kind.Russian] > 0) moveAll(counts, Kind.Cyrillic, Kind.Russian);
	if (counts[Kind.Persian] > 0) moveAll(counts, Kind.Arabic, Kind.Persian);
	const longer = lengths[1] + lengths[2] + lengths[3] + lengths[4];
	if (rare > Math.max(foreign, english, fluent)) counts[Kind.Rare] = longer;
	else if (fluent > Math.max(foreign, english)) counts[Kind.Fluent] = lengths[2] + lengths[3] + lengths[4];
	counts[Kind.Word3] += lengths[0];
	for (let k = 1; k < lengths.length; k++) counts[offset + k] += lengths[k];
	return counts;
}

function moveAll(counts: Float64Array, from: number, to: number): void {
	counts[to] += counts[from];
	counts[from] = 0;
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
		if (code >= 0xc0) counts[Kind.Accented]++;
	}
	return i;
}

function endOfSpaces(text: string, from: number, end: number, counts: Float64Array): number {
	let i = from;
	// Line breaks that stand together are one.
	let breaks = 0;
	let previous = 0;
	for (; i < end; i++) {
		const code = text.charCodeAt(i);
		if (!isSpace(code)) break;
		if (code === 10 && previous !== 10 && previous !== 13) breaks++;
		previous = code;
	}
	const run = i - from;
	if (breaks > 0) counts[Kind.Spaces] += breaks + (previous !== 10 ? 1 : 0);
	else if (run > 1) counts[Kind.Spaces]++;
	if (run > 16) counts[Kind.Repeated] += run - 16;
	return i;
}

function endOfPunctuation(text: string, from: number, end: number, counts: Float64Array): number {
	let i = from;
	let previous = 0;
	counts[Kind.Punctuation]++;
	for (; i < end; i++) {
		const code = text.charCodeAt(i);
		if (isSpace(code) || isWord(code) || (code >= 0x3000 && code < 0xff00)) break;
		if (i > from + 2) counts[code === previous ? Kind.Repeated : Kind.PunctuationExtra]++;
		previous = code;
	}
	return Math.max(i, from + 1);
}

function countScript(i: number, code: number, counts: Float64Array): number {
	if (code >= 0x400 && code <= 0x52f) {
		counts[RUSSIAN_ONLY.has(code) ? Kind.Russian : Kind.Cyrillic]++;
		return i + 1;
	}
	if (code >= 0xd800 && code <= 0xdbff) {
		counts[Kind.Pair]++;
		return i + 2;
	}
	counts[scriptKind(code)]++;
	return i + 1;
}

const RUSSIAN_ONLY = new Set(Array.from('ыэёЫЭЁ', (letter) => letter.charCodeAt(0)));
const PERSIAN_ONLY = new Set(Array.from('پچگیک', (letter) => letter.charCodeAt(0)));

function scriptKind(code: number): number {
	if (code >= 0x370 && code <= 0x3ff) return Kind.Greek;
	if (code >= 0x590 && code <= 0x77f) {
		if (code < 0x600) return Kind.Hebrew;
		return PERSIAN_ONLY.has(code) ? Kind.Persian : Kind.Arabic;
	}
	if (code >= 0x900 && code <= 0xdff) return Kind.Indic;
	if (code >= 0xe00 && code <= 0xeff) return Kind.Thai;
	if (code >= 0xac00 && code <= 0xd7af) return Kind.Hangul;
	if (code >= 0x3040 && code <= 0x30ff) return Kind.Kana;
	if (isSpaceless(code)) return Kind.Han;
	return Kind.Other;
}

function isLatin(code: number): boolean {
	const lower = code | 32;
	if (lower >= 97 && lower <= 122) return true;
	return (
		(code >= 0xc0 && code <= 0x24f && code !== 0xd7 && code !== 0xf7) || (code >= 0x1e00 && code <= 0x1eff)
	);
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
