import { fold, isSpaceless, isWord } from '../../text/characters';
import type { Line, Stretch } from '../reading/lines';
import { viewPrompt } from '../reading/promptView';
import { COMMON_WORDS } from './commonWords';

/** Hashed features of a sentence with their weights. */
export type Features = ReadonlyMap<number, number>;

/** Most sentences that are read of a long prompt, within the windows of `viewPrompt`. */
const MOST_SENTENCES = 60;
const SENTENCE_END = /[.!?。！？;\n]+(?=\s|$)|[。！？]+/u;

/** Weights of a word, of its letter groups together, and of the pair with the word before. */
const WHOLE = 1;
const PARTS = 0.8;
const PAIR = 0.4;
/** Factor for common words. */
const COMMON = 0.3;

/** The features of each sentence separately, because an intent is stated in one sentence of a long mail. */
export function readSentences(text: string): Features[] {
	const { lines } = viewPrompt(text);
	return sentencesIn(text, proseIn(lines))
		.slice(0, MOST_SENTENCES)
		.map(readSentence)
		.filter((features) => features.size > 0);
}

/** All lines if none is prose. */
export function proseIn(lines: readonly Line[]): readonly Line[] {
	const prose = lines.filter(({ kind }) => kind === 'prose');
	return prose.length > 0 ? prose : lines;
}

export function sentencesIn(text: string, stretches: readonly Stretch[]): string[] {
	return stretches
		.flatMap(({ start, end }) => text.slice(start, end).split(SENTENCE_END))
		.filter((sentence) => sentence.trim() !== '');
}

/** Words, letter groups and word pairs, without case and accents. */
export function readSentence(sentence: string): Features {
	const features = new Map<number, number>();
	const add = (feature: string, value: number): void => {
		const hash = hashOf(feature);
		features.set(hash, Math.max(features.get(hash) ?? 0, value));
	};
	let previous = '';
	for (const word of wordsOf(sentence)) {
		const worth = COMMON_WORDS.has(word) ? COMMON : 1;
		const groups = groupsOf(word);
		if (isDense(word)) {
			for (const group of groups) add(`g${group}`, GRAMMAR.test(group) ? COMMON : 1);
			continue;
		}
		add(`w${word}`, WHOLE * worth);
		for (const group of groups) add(`g${group}`, worth * Math.sqrt(PARTS / groups.length));
		if (previous !== '') add(`p${previous} ${word}`, PAIR);
		previous = word;
	}
	return features;
}

/** Chinese, Japanese and Korean: words are short and not separated, or have endings attached. */
function isDense(word: string): boolean {
	const first = word.charCodeAt(0);
	return isSpaceless(first) || (first >= 0xac00 && first <= 0xd7af);
}

/** Common words there: Japanese endings and particles, and the commonest Chinese words. */
const GRAMMAR = /^[\u3040-\u309f]+$|^[的我你您们請请了是在有吗呢么什这那个不怎想要可以时候和]+$/u;

/** Runs of letters and digits, folded. In scripts without spaces a whole run counts as one word. */
function wordsOf(text: string): string[] {
	const words: string[] = [];
	let word = '';
	let wasSpaceless = false;
	for (let i = 0; i < text.length; i++) {
		const code = fold(text.charCodeAt(i));
		const spaceless = isSpaceless(code);
		const within = spaceless || isWord(code);
		if (word !== '' && (!within || spaceless !== wasSpaceless)) {
			words.push(word);
			word = '';
		}
		if (within) word += String.fromCharCode(code);
		wasSpaceless = spaceless;
	}
	if (word !== '') words.push(word);
	return words;
}

/** Groups of three and four letters, word ends included; one to three characters in scripts with short words. */
function groupsOf(word: string): string[] {
	const dense = isDense(word);
	const text = dense ? word : `_${word}_`;
	const groups: string[] = [];
	for (const length of dense ? [1, 2, 3] : [3, 4]) {
		for (let at = 0; at + length <= text.length; at++) groups.push(text.slice(at, at + length));
	}
	return groups;
}

/** FNV-1a. */
function hashOf(feature: string): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < feature.length; i++) hash = Math.imul(hash ^ feature.charCodeAt(i), 0x01000193);
	return hash;
}
