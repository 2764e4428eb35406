import { isSpaceless } from '../../text/characters';
import { readLetterGrams } from '../reading/letterGrams';
import type { PromptView } from '../reading/promptView';
import { classifierWeights, LETTER_LANGUAGES, type Weights } from './weights';

/** `Und` is ISO 639's own code for a language that cannot be told. */
export const UNDETERMINED = 'und';
/** More of a text seldom changes the result. */
const SLICE = 180;
/** Fewer letters than this say nothing in a script that many languages share. */
const FEWEST_LETTERS = 4;

/** By how much the best of the scores must lead the next to be relied on. */
const RELIABLE_LEAD = 2.5;

/** What a language guess rests on. */
export interface LanguageGuess {
	/** ISO 639-1 (Norwegian `nb`), or `und`. */
	language: string;
	/** By how much the best language leads the next; Infinity where the script tells it. */
	lead: number;
	/** False where the text is too short to be sure of; other evidence may then decide. */
	reliable: boolean;
}

/** The language of what is asked; pasted code and data do not count. */
export function detectLanguage(
	view: PromptView,
	weights: LetterWeights = classifierWeights(),
): LanguageGuess {
	const text = proseSlice(view);
	const script = languageOfScript(text);
	if (script !== undefined) return { language: script, lead: Infinity, reliable: true };
	const words = cleanWords(text);
	if (letterCount(words) < FEWEST_LETTERS) return { language: UNDETERMINED, lead: 0, reliable: false };
	return languageOfLetters(words, weights);
}

/** The part of the weights that tells languages by their letters. */
export type LetterWeights = Pick<Weights, 'letters' | 'lettersScale'>;

const sums = new Int32Array(LETTER_LANGUAGES.length);
const scores = new Float64Array(LETTER_LANGUAGES.length);

/** Sum of the weights of every letter group; the lead of the best over the next says how sure it is. */
function languageOfLetters(words: string, { letters, lettersScale }: LetterWeights): LanguageGuess {
	const columns = LETTER_LANGUAGES.length;
	const { rows, size } = readLetterGrams(words);
	sums.fill(0);
	for (let i = 0; i < size; i++) {
		const row = rows[i] * columns;
		for (let k = 0; k < columns; k++) sums[k] += letters[row + k];
	}
	const norm = 1 / Math.sqrt(Math.max(1, size));
	let best = 0;
	for (let k = 0; k < columns; k++) {
		scores[k] = sums[k] * lettersScale[k] * norm;
		if (scores[k] > scores[best]) best = k;
	}
	let lead = Infinity;
	for (let k = 0; k < columns; k++) if (k !== best) lead = Math.min(lead, scores[best] - scores[k]);
	if (size === 0) return { language: UNDETERMINED, lead: 0, reliable: false };
	return { language: LETTER_LANGUAGES[best], lead, reliable: lead >= RELIABLE_LEAD && words.length > 14 };
}

/** So many letters of a request tell its language without what is pasted beside it. */
const TELLING = 15;

/** What is asked, where that stands out; else the first prose of the prompt. */
function proseSlice(view: PromptView): string {
	const request = view.request
		.map(({ start, end }) => view.text.slice(start, end))
		.join(' ')
		.slice(0, SLICE);
	if (letterCount(request) >= TELLING) return request;
	let slice = '';
	for (const line of view.lines) {
		if (line.kind !== 'prose') continue;
		slice += view.text.slice(line.start, Math.min(line.end, line.start + SLICE - slice.length)) + ' ';
		if (slice.length >= SLICE) break;
	}
	return slice;
}

/** What no language is spelled in: addresses, names of variables, code between backticks, numbers, tags. */
function cleanWords(text: string): string {
	return text
		.replace(/`[^`]{1,120}`/g, ' ')
		.replace(/\bhttps?:\/\/\S+|\bwww\.\S+|\S+@\S+|<[^<>]{1,80}>/g, ' ')
		.replace(/\\[a-zA-Z]+|\$[^$]{1,80}\$/g, ' ')
		.replace(/\S*[\d_{}=<>\\/|$^]\S*/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
}

function letterCount(text: string): number {
	let letters = 0;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if ((code | 32) >= 97 && (code | 32) <= 122) letters++;
		else if (code >= 0xc0) letters++;
	}
	return letters;
}

/** The language where the script alone tells it. A Han or Hangul character says about as much as three letters. */
function languageOfScript(text: string): string | undefined {
	const counts = { han: 0, kana: 0, ko: 0, th: 0, el: 0, he: 0, bn: 0, other: 0 };
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code < 0x370) {
			if ((code | 32) >= 97 && (code | 32) <= 122) counts.other++;
		} else if (code < 0x400) counts.el++;
		else if (code >= 0x590 && code <= 0x5ff) counts.he++;
		else if (code >= 0x980 && code <= 0x9ff) counts.bn++;
		else if (code >= 0xe00 && code <= 0xe7f) counts.th++;
		else if ((code >= 0xac00 && code <= 0xd7af) || (code >= 0x1100 && code <= 0x11ff)) counts.ko += 3;
		else if (code >= 0x3040 && code <= 0x30ff) counts.kana += 3;
		else if (isSpaceless(code)) counts.han += 3;
		else if (code < 0x2000) counts.other++;
	}
	if (counts.kana + counts.han > counts.other) {
		// Japanese prose is a third to a half kana; a stray one in Chinese text is a quotation.
		if (counts.kana * 8 > counts.han) return counts.kana + counts.han > 0 ? 'ja' : undefined;
		return 'zh';
	}
	for (const language of ['ko', 'th', 'el', 'he', 'bn'] as const) {
		if (counts[language] > counts.other) return language;
	}
	return undefined;
}
