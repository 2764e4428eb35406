import { PhraseTrie } from '../../text/phraseTrie';
import type { Breathe } from '../../text/pieces';
import {
	HIERARCHY_NOUNS,
	INJECTION_PHRASES,
	OVERRIDE_VERBS,
	REACHES_BACK,
	type InjectionMark,
} from './marks';

/** Marks count together up to this distance, in characters. */
const NEIGHBOURHOOD = 2_000;
/** `ignore all of the previous …  instructions`: largest distance between verb and object. */
const VERB_TO_OBJECT = 70;
/** `previous … instructions`: largest distance. */
const BACK_TO_OBJECT = 28;
/** A clause must not end between verb and object. */
const STOP = /[.!?,;:]\s|\n\n/;
const THRESHOLD = 1;

/** `phrase` is from our lists, because the prompt's own words are not passed on. */
type Token = { phrase: string } & (
	{ role: 'verb' | 'back' | 'noun' } | { role: 'mark'; mark: InjectionMark }
);

let trie: PhraseTrie<Token> | undefined;

/**
 * Whether a text tries to overrule the instructions of whoever runs the model: telling it to ignore or reveal them,
 * to play somebody without rules, or posing as a system message. Weak signs only count together. Reads the whole
 * text, in linear time.
 */
export function containsPromptInjection(text: string): boolean {
	return promptInjectionMark(text) !== null;
}

/** The phrase from our lists that gives the text away: `"ignore … instructions"`; null if nothing does. */
export function promptInjectionMark(text: string): string | null {
	const search = searchMark(text);
	for (;;) {
		const { done, value } = search.next();
		if (done) return value;
	}
}

/** The same, a piece of the text at a time. */
export async function promptInjectionMarkInPieces(text: string, breathe: Breathe): Promise<string | null> {
	const search = searchMark(text);
	for (;;) {
		const { done, value } = search.next();
		if (done) return value;
		await breathe();
	}
}

function* searchMark(text: string): Generator<undefined, string | null> {
	trie ??= buildTrie();
	const lastSeen = new Map<string, { at: number; weight: number; phrase: string }>();
	let verb = '';
	let verbAt = -1;
	let backAt = -1;
	let found: string | null = null;
	const see = (kind: string, weight: number, at: number, phrase: string): void => {
		if (found !== null) return;
		if (weight >= THRESHOLD) found = quoted([phrase]);
		lastSeen.set(kind, { at, weight, phrase });
		const near = [...lastSeen.values()].filter((seen) => at - seen.at <= NEIGHBOURHOOD);
		if (near.reduce((sum, seen) => sum + seen.weight, 0) >= THRESHOLD) {
			found ??= quoted(near.map((seen) => seen.phrase));
		}
	};
	// In slices, so that the search stops soon after it is decided. A phrase across a border is read whole.
	for (let start = 0; start < text.length && found === null; start += SLICE) {
		trie.scan(text, start, Math.min(text.length, start + SLICE + LONGEST_PHRASE), (token, from, to) => {
			if (token.role === 'mark') see(token.mark.kind, token.mark.weight, from, token.phrase);
			else if (token.role === 'verb') {
				verb = token.phrase;
				verbAt = to;
			} else if (token.role === 'back') {
				if (verbAt !== -1 && from - verbAt <= VERB_TO_OBJECT) backAt = to;
			} else if (
				backAt > verbAt &&
				verbAt !== -1 &&
				from - backAt <= BACK_TO_OBJECT &&
				from - verbAt <= VERB_TO_OBJECT
			) {
				if (!STOP.test(text.slice(verbAt, from))) see('override', 1, from, `${verb} … ${token.phrase}`);
			}
		});
		yield undefined;
	}
	return found;
}

function quoted(phrases: readonly string[]): string {
	return phrases.map((phrase) => `"${phrase}"`).join(' and ');
}

const SLICE = 32_768;
const LONGEST_PHRASE = 64;

function buildTrie(): PhraseTrie<Token> {
	const built = new PhraseTrie<Token>();
	const addAll = (phrases: string, tokenOf: (phrase: string) => Token) => {
		for (const part of phrases.split(/\s+\|\s+/)) {
			const phrase = part.trim();
			built.add(phrase, tokenOf(phrase.replace(/\*$/, '')));
		}
	};
	addAll(OVERRIDE_VERBS, (phrase) => ({ role: 'verb', phrase }));
	addAll(REACHES_BACK, (phrase) => ({ role: 'back', phrase }));
	addAll(HIERARCHY_NOUNS, (phrase) => ({ role: 'noun', phrase }));
	for (const mark of INJECTION_PHRASES) addAll(mark.phrases, (phrase) => ({ role: 'mark', mark, phrase }));
	return built;
}
