import type { Task } from '../../types';
import type { Features } from './features';

/** The cue words of each task, and what the shape of a prompt adds to them. */
export function scoreTasks(features: Features): Record<Task, number> {
	const scores = { ...features.cues };
	const { words, request } = features;
	// With nothing else to go by, a prompt asks for an answer.
	scores.qa += 0.3;
	if (words <= 14 && scores.chitchat > 0.7) scores.chitchat += 1;
	else if (words <= 4 && features.questions === 0 && features.pastedShare < 0.5) scores.chitchat += 0.4;
	// Code is what most requests that come with code are about, but `summarise this log` is not.
	if (features.containsCode) {
		const understood = features.codeShare > 0.8 ? 1.5 : 0;
		scores.coding += (1 + 2 * features.codeShare + understood) * (features.asksOutright ? 0.4 : 1);
	}
	scores.math += Math.min(2, 0.35 * request.mathSigns) * (1 - features.codeShare);
	scores.math += wordProblem(features);
	if (features.choices >= 2) scores.reasoning += 1.2;
	// A text and a question about it.
	else if (words > 80 && request.questions > 0 && request.questions <= 2 && !features.containsCode)
		scores.extraction += 0.8;
	// Data without a word of what to do with it.
	if (features.pastedShare > 0.9 && !features.containsCode) scores.extraction += 0.6;
	scores.chitchat *= smallTalk(words, features);
	// A long prompt is not asked in passing, and most of its words are material.
	if (words > 25) scores.qa *= 0.8;
	if (features.questions > 0 && words <= 40) scores.qa += 0.2;
	return scores;
}

/** A story with at least three numbers that ends in a question. */
function wordProblem(features: Features): number {
	const { choices } = features;
	const { numbers, words, questions } = features.request;
	if (questions === 0 || choices > 1 || numbers < 3 || words > 150 || features.containsCode) return 0;
	return numbers / words > 0.05 ? 1 : 0.4;
}

/** Small talk is short; `you` in a long prompt is part of an assignment. */
function smallTalk(words: number, features: Features): number {
	if (features.containsCode || features.mathSigns > 2) return 0.1;
	if (words <= 12) return 1;
	return words <= 25 ? 0.5 : 0.12;
}
