/** The words that the models have seen often enough to know. */
import { readWords } from '../router/classify/reading/hashedWords';
import { viewPrompt } from '../router/classify/reading/promptView';
import { learnWord, VOCABULARY_BITS } from '../router/classify/local/vocabulary';

/** A word of fewer prompts than this may be a name or a slip of the pen. */
const FEWEST_PROMPTS = 3;

export function trainVocabulary(prompts: readonly string[]): Int8Array {
	const counts = new Map<number, number>();
	for (const prompt of prompts) {
		const { words, wordCount } = readWords(viewPrompt(prompt));
		for (const word of new Set(words.subarray(0, wordCount))) counts.set(word, (counts.get(word) ?? 0) + 1);
	}
	const filter = new Int8Array(VOCABULARY_BITS / 8);
	for (const [word, count] of counts) if (count >= FEWEST_PROMPTS) learnWord(filter, word);
	return filter;
}
