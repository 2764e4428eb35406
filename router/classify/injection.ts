import { PhraseTrie } from './phraseTrie';
import {
	HIERARCHY_NOUNS,
	INJECTION_PHRASES,
	OVERRIDE_VERBS,
	REACHES_BACK,
	type InjectionMark,
} from './injectionMarks';

/** A mark counts together with others no further away than this. */
const NEIGHBOURHOOD = 2_000;
/** `ignore all of the previous …  instructions`: verb and object stand this close. */
const VERB_TO_OBJECT = 70;
/** `previous … instructions` */
const BACK_TO_OBJECT = 28;
/** Between verb and object no clause ends. */
const STOP = /[.!?,;:]\s|\n\n/;
const THRESHOLD = 1;

type Token = { role: 'verb' | 'back' | 'noun' } | { role: 'mark'; mark: InjectionMark };

let trie: PhraseTrie<Token> | undefined;

/**
 * Whether a text tries to overrule the instructions of whoever runs the model: telling it to ignore them,
 * to reveal them, to play somebody without rules, or posing as a system message. Signs that say little
 * alone must stand together. Reads the whole text, in linear time.
 */
export function containsPromptInjection(text: string): boolean {
	trie ??= buildTrie();
	const lastSeen = new Map<string, { at: number; weight: number }>();
	let verbAt = -1;
	let backAt = -1;
	let found = false;
	const see = (kind: string, weight: number, at: number): void => {
		if (weight >= THRESHOLD) found = true;
		if (found) return;
		lastSeen.set(kind, { at, weight });
		let sum = 0;
		for (const seen of lastSeen.values()) if (at - seen.at <= NEIGHBOURHOOD) sum += seen.weight;
		if (sum >= THRESHOLD) found = true;
	};
	// In slices, so that the walk ends soon after the verdict; a phrase across a border is read whole.
	for (let start = 0; start < text.length && !found; start += SLICE) {
		trie.scan(text, start, Math.min(text.length, start + SLICE + LONGEST_PHRASE), (token, from, to) => {
			if (token.role === 'mark') see(token.mark.kind, token.mark.weight, from);
			else if (token.role === 'verb') verbAt = to;
			else if (token.role === 'back') {
				if (verbAt !== -1 && from - verbAt <= VERB_TO_OBJECT) backAt = to;
			} else if (
				backAt > verbAt &&
				verbAt !== -1 &&
				from - backAt <= BACK_TO_OBJECT &&
				from - verbAt <= VERB_TO_OBJECT
			) {
				if (!STOP.test(text.slice(verbAt, from))) see('override', 1, from);
			}
		});
	}
	return found;
}

const SLICE = 32_768;
const LONGEST_PHRASE = 64;

function buildTrie(): PhraseTrie<Token> {
	const built = new PhraseTrie<Token>();
	const addAll = (phrases: string, token: Token) => {
		for (const phrase of phrases.split(/\s+\|\s+/)) built.add(phrase.trim(), token);
	};
	addAll(OVERRIDE_VERBS, { role: 'verb' });
	addAll(REACHES_BACK, { role: 'back' });
	addAll(HIERARCHY_NOUNS, { role: 'noun' });
	for (const mark of INJECTION_PHRASES) addAll(mark.phrases, { role: 'mark', mark });
	return built;
}
