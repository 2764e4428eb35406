import type { Content, Prompt } from '../types';
import { CUE_TABLES } from './cues/languages';
import { containsCode } from './reading/code';
import { readFeatures } from './local/features';
import type { Fingerprint } from './local/fingerprint';
import { detectLanguage, UNDETERMINED, type LanguageGuess } from './local/language';
import { viewPrompt } from './reading/promptView';
import { fingerprintByWeights, judgeByWeights, type TaskModel } from './local/taskModel';
import { levelOf, type ClassifierResult } from './terms';
import { estimateTokens } from '../text/tokens';

export { intentMatcher, noIntents } from './intents/matcher';
export type { IntentMatch, IntentMatcher } from './intents/matcher';
export { EmbeddedIntents, exampleTexts, promptTexts } from './intents/vectors';
export { VectorMemory } from './intents/vectorMemory';
export type { FoundIntents } from './intents/vectorMemory';
export { caseOf, keyOf, withJudgement } from './judge/judge';
export type { Case } from './judge/judge';
export { JudgeMemory } from './judge/memory';
export type { Finding } from './judge/memory';
export { decodeFingerprint, encodeFingerprint } from './local/fingerprint';
export type { Fingerprint } from './local/fingerprint';
export { learnCorrection, MOST_OUTCOMES, outcomesOf } from './local/learning';
export type { Correction } from './local/learning';
export { judgeCorrectedBy } from './local/taskModel';
export { COMPLEX_FROM, levelOf, MODERATE_FROM } from './terms';
export type { ClassifierResult } from './terms';

/** How a judge is asked and its answer read; loaded with the first one that is asked. */
export const judgeWords = async () => await import('./judge/request');

export interface Classifier {
	/**
	 * Synchronous and without side effects. With the `found` of a search that was made before, a prompt of megabytes takes
	 * no longer than one of some pages.
	 */
	classify(prompt: Prompt, found?: Findings): ClassifierResult;
}

/** What the guardrails found in a prompt; passed in, as rooms do not know one another. */
export interface Findings {
	personalData: boolean;
	/** What gave an attempt to overrule the instructions away; null: nothing did. */
	injectionMark: string | null;
}

/** Searches a prompt at once: where nobody has searched it before. */
export type Inspect = (text: string) => Findings;

/** The classifier that asks no model. Loads what it needs at its first prompt. */
export function createLocalClassifier(inspect: Inspect, judge: TaskModel = judgeByWeights): Classifier {
	return {
		classify: (prompt, found = inspect(prompt.text)) => classifyLocally(prompt, found, judge),
	};
}

/** What the learner keeps of a prompt: neither its words nor their order. */
export function fingerprintPrompt(text: string): Fingerprint {
	const view = viewPrompt(text);
	return fingerprintByWeights(readFeatures(view, detectLanguage(view), containsCode(text)), view);
}

function classifyLocally({ text, attachments }: Prompt, found: Findings, judge: TaskModel): ClassifierResult {
	const view = viewPrompt(text);
	const guess = detectLanguage(view);
	const code = containsCode(text);
	const features = readFeatures(view, guess, code);
	const { task, confidence, also, complexity } = judge(features, view);
	const contains: Content[] = [];
	if (code) contains.push('code');
	for (const kind of ['image', 'document', 'audio'] as const)
		if (attachments.includes(kind)) contains.push(kind);
	if (found.personalData) contains.push('personalData');
	if (found.injectionMark !== null) contains.push('promptInjection');
	return {
		task,
		complexity,
		level: levelOf(complexity),
		confidence,
		...(also && { also }),
		language: settleLanguage(guess, features.cueLanguage, features.words),
		tokens: estimateTokens(text),
		contains,
		intent: null,
		method: 'local',
	};
}

/** In so few words the words themselves know better than the statistics of their letters. */
const FEW_WORDS = 3;
/** Of a single word whose two best languages are closer than this, either may be right. */
const CLOSE = 0.4;

/** Elsewhere our cues know better only about languages that they know. */
function settleLanguage(guess: LanguageGuess, cueLanguage: string | undefined, words: number): string {
	if (guess.reliable) return guess.language;
	if (cueLanguage !== undefined && (words <= FEW_WORDS || hasCues(guess.language))) return cueLanguage;
	return words < 2 && guess.lead < CLOSE ? UNDETERMINED : guess.language;
}

/** `und` has none, and then the cues are all there is. */
function hasCues(language: string): boolean {
	return language === UNDETERMINED || CUE_TABLES.some((table) => table.language === language);
}
