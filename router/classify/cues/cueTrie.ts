import { TASKS, type Task } from '../../types';
import { PhraseTrie } from '../../text/phraseTrie';
import { CUE_TABLES } from './languages';
import type { Strength } from './terms';

/** One phrase of one language, and what it speaks for. */
export interface Cue {
	aim: Task | 'difficulty' | 'demands';
	strength: Strength;
	language: string;
}

let built: PhraseTrie<Cue> | undefined;

/** All phrases of all languages in one trie, built at the first prompt. */
export function cueTrie(): PhraseTrie<Cue> {
	built ??= buildTrie();
	return built;
}

function buildTrie(): PhraseTrie<Cue> {
	const trie = new PhraseTrie<Cue>();
	for (const { language, cues, difficulty, demands } of CUE_TABLES) {
		const add = (phrases: string, aim: Cue['aim'], strength: Strength) => {
			for (const phrase of phrases.split(' | ')) trie.add(phrase, { aim, strength, language });
		};
		for (const task of TASKS) {
			for (const strength of [1, 2, 3, 4] as const) {
				const phrases = cues[task]?.[strength];
				if (phrases !== undefined) add(phrases, task, strength);
			}
		}
		add(difficulty, 'difficulty', 2);
		add(demands, 'demands', 1);
	}
	return trie;
}
