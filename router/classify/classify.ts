import type { Content, Prompt } from '../types';
import { containsCode } from './reading/code';
import { readFeatures } from './local/features';
import type { Fingerprint } from './local/fingerprint';
import { detectLanguage, UNDETERMINED, type LanguageGuess } from './local/language';
import { viewPrompt } from './reading/promptView';
import { fingerprintByWeights, judgeByWeights, type TaskModel } from './local/taskModel';
import { levelOf, type Verdict } from './terms';
import { estimateTokens } from '../text/tokens';

export { intentMatcher, noIntents } from './intents/matcher';
export type { IntentMatcher } from './intents/matcher';
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
export type { Verdict } from './terms';

export interface Classifier {
	/** Synchronous and without side effects; linear in the length of the prompt. */
	classify(prompt: Prompt): Verdict;
}

/** What the guardrails find in a text; passed in, as rooms do not know one another. */
export interface Detectors {
	personalData(text: string): boolean;
	promptInjection(text: string): boolean;
}

/** The classifier that asks no model. Loads what it needs at its first prompt. */
export function createLocalClassifier(detect: Detectors, judge: TaskModel = judgeByWeights): Classifier {
	return { classify: (prompt) => classifyLocally(prompt, detect, judge) };
}

/** What the learner keeps of a prompt: neither its words nor their order. */
export function fingerprintPrompt(text: string): Fingerprint {
	const view = viewPrompt(text);
	return fingerprintByWeights(readFeatures(view, detectLanguage(view), containsCode(text)), view);
}

function classifyLocally({ text, attachments }: Prompt, detect: Detectors, judge: TaskModel): Verdict {
	const view = viewPrompt(text);
	const guess = detectLanguage(view);
	const code = containsCode(text);
	const features = readFeatures(view, guess, code);
	const { task, confidence, complexity } = judge(features, view);
	const contains: Content[] = [];
	if (code) contains.push('code');
	for (const kind of ['image', 'document', 'audio'] as const)
		if (attachments.includes(kind)) contains.push(kind);
	if (detect.personalData(text)) contains.push('personalData');
	if (detect.promptInjection(text)) contains.push('promptInjection');
	return {
		task,
		complexity,
		level: levelOf(complexity),
		confidence,
		language: settleLanguage(guess, features.cueLanguage, features.words),
		tokens: estimateTokens(text),
		contains,
		intent: null,
		method: 'local',
	};
}

/** In a few words the words themselves know better than the statistics of their letters. */
function settleLanguage(guess: LanguageGuess, cueLanguage: string | undefined, words: number): string {
	if (guess.reliable) return guess.language;
	if (cueLanguage !== undefined) return cueLanguage;
	return words < 2 ? UNDETERMINED : guess.language;
}
