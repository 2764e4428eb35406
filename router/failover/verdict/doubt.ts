/**
 * Whether an answer itself says that it is none, for the strategy `cascade`. Cautious: only short answers are
 * considered, quotations and words taken from the request do not count, and the degree depends on how much of the
 * answer the phrase makes up.
 */
import { APOLOGY, CANNOT, CONTRAST, UNSURE } from './doubtPhrases';

/** Letters in a short answer: two or three sentences. Longer ones say more than that they cannot answer. */
const SHORT = 240;

/** How many letters of an alphabet one Chinese, Japanese or Korean character counts for. */
const LETTERS_OF_A_CHARACTER = 2.5;
const CHARACTERS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

/** "I am not sure" is weaker than "I do not know". */
const WEIGHT = { cannot: 1, unsure: 0.6 };

/** Factor when a "but" follows: after "I do not know exactly, but" there is an answer. */
const WITH_CONTRAST = 0.5;

const QUOTED = /"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|「[^」]*」|『[^』]*』|‹[^›]*›/gu;
const SENTENCE = /[^.!?。！？\n]+[.!?。！？]*/gu;

export interface Doubt {
	kind: 'cannot' | 'unsure';
	/**
	 * 0–1: 1 if the whole answer is "I do not know", 0.6 if it is "I am not sure"; times the share of the answer that
	 * says so, not counting apologies and counter-questions; halved if a "but" follows.
	 */
	degree: number;
}

/** null: no doubt found. @param asked system message and prompt: a repetition of their words is no sign */
export function doubtIn(answer: string, asked: string): Doubt | null {
	// Code may contain any words.
	if (answer.trim().length > SHORT || answer.includes('```')) return null;
	const text = folded(answer);
	if (lengthOf(text) > SHORT) return null;
	const request = folded(asked);
	const kind = (['cannot', 'unsure'] as const).find((each) => says(each, unquoted(text), request));
	if (!kind) return null;
	const sentences = text.match(SENTENCE) ?? [text];
	const carrying = sentences.filter((sentence) => says(kind, unquoted(sentence), request));
	const rest = sentences.filter((sentence) => !carrying.includes(sentence) && saysMore(sentence));
	const [carried, other] = [carrying, rest].map((some) => lengthOf(some.join('')));
	const goesOn = CONTRAST.test(text.slice(endOfPhrase(kind, text)));
	return { kind, degree: (WEIGHT[kind] * (goesOn ? WITH_CONTRAST : 1) * carried) / (carried + other || 1) };
}

function says(kind: Doubt['kind'], text: string, request: string): boolean {
	const found = phrasesOf(kind).exec(text);
	return found !== null && !request.includes(found[0].trim());
}

function endOfPhrase(kind: Doubt['kind'], text: string): number {
	const found = phrasesOf(kind).exec(text);
	return found === null ? 0 : found.index + found[0].length;
}

function phrasesOf(kind: Doubt['kind']): RegExp {
	return kind === 'cannot' ? CANNOT : UNSURE;
}

function saysMore(sentence: string): boolean {
	const words = sentence.trim();
	return /[\p{L}\p{N}]/u.test(words) && !/(?:[?？]|か。?)$/u.test(words) && !APOLOGY.test(words);
}

function unquoted(text: string): string {
	return text.replace(QUOTED, ' ');
}

function lengthOf(text: string): number {
	const characters = text.match(CHARACTERS)?.length ?? 0;
	return text.trim().length + characters * (LETTERS_OF_A_CHARACTER - 1);
}

function folded(text: string): string {
	return text
		.normalize('NFC')
		.toLowerCase()
		.replace(/[’‘`´]/gu, "'")
		.replace(/[*_]+/gu, '')
		.replace(/[^\S\n]+/gu, ' ')
		.trim();
}
