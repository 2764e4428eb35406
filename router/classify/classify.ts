import type { Classification, Content, Level, Prompt } from '../types';
import { containsCode } from './reading/code';
import { readFeatures } from './local/features';
import type { Fingerprint } from './local/fingerprint';
import { containsPromptInjection } from '../guardrails/injection/injection';
import { detectLanguage, UNDETERMINED, type LanguageGuess } from './local/language';
import { findPersonalData } from '../guardrails/personalData/personalData';
import { viewPrompt } from './reading/promptView';
import { fingerprintByWeights, judgeByWeights, type TaskModel } from './local/taskModel';
import { estimateTokens } from '../text/tokens';

/** All of a classification but the time it took, which whoever has a clock measures. */
export type Verdict = Omit<Classification, 'ms'>;

export interface Classifier {
	/** Synchronous and without side effects; linear in the length of the prompt. */
	classify(prompt: Prompt): Verdict;
}

/** From here a prompt is `moderate`: a small model falls short on about one in three and more. */
export const MODERATE_FROM = 0.3;
/** From here it is `complex`: it falls short on more of them than not. */
export const COMPLEX_FROM = 0.55;

export function levelOf(complexity: number): Level {
	if (complexity >= COMPLEX_FROM) return 'complex';
	return complexity >= MODERATE_FROM ? 'moderate' : 'simple';
}

/** The classifier that asks no model. Loads what it needs at its first prompt. */
export function createLocalClassifier(judge: TaskModel = judgeByWeights): Classifier {
	return { classify: (prompt) => classifyLocally(prompt, judge) };
}

/** What the learner keeps of a prompt: neither its words nor their order. */
export function fingerprintPrompt(text: string): Fingerprint {
	const view = viewPrompt(text);
	return fingerprintByWeights(readFeatures(view, detectLanguage(view), containsCode(text)), view);
}

function classifyLocally({ text, attachments }: Prompt, judge: TaskModel): Verdict {
	const view = viewPrompt(text);
	const guess = detectLanguage(view);
	const code = containsCode(text);
	const features = readFeatures(view, guess, code);
	const { task, confidence, complexity } = judge(features, view);
	const contains: Content[] = [];
	if (code) contains.push('code');
	for (const kind of ['image', 'document', 'audio'] as const)
		if (attachments.includes(kind)) contains.push(kind);
	if (findPersonalData(text).length > 0) contains.push('personalData');
	if (containsPromptInjection(text)) contains.push('promptInjection');
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
