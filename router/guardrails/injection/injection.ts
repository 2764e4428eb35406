import { PhraseTrie } from '../../text/phraseTrie';
import type { Breathe } from '../../text/pieces';
import {
	HIERARCHY_NOUNS,
	INJECTION_PHRASES,
	OVERRIDE_VERBS,
	REACHES_BACK,
	type InjectionMark,
} from './marks';

/** A mark counts together with others no further away than this. */
const NEIGHBOURHOOD = 2_000;
/** `ignore all of the previous …  instructions`: verb and object stand this close. */
const VERB_TO_OBJECT = 70;
/** `previous … instructions` */
const BACK_TO_OBJECT = 28;
/** Between verb and object no clause ends. */
const STOP = /[.!?,;:]\s|\n\n/;
const THRESHOLD = 1;

/** `phrase` is ours: what a prompt says is not passed on. */
type Token = { phrase: string } & (
	{ role: 'verb' | 'back' | 'noun' } | { role: 'mark'; mark: InjectionMark }
);

let trie: PhraseTrie<Token> | undefined;

/**
 * Whether a text tries to overrule the instructions of whoever runs the model: telling it to ignore them,
 * to reveal them, to play somebody without rules, or posing as a system message. Signs that say little
 * alone must stand together. Reads the whole text, in linear time.
 */
export function containsPromptInjection(text: string): boolean {
	return promptInjectionMark(text) !== null;
}

/** What gives such a text away, in the words of our lists: `"ignore … instructions"`; null where nothing does. */
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
	// In slices, so that the search ends soon after it is decided; a phrase across a border is read whole.
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
