import { TASKS, type Task } from '../types';
import type { Features } from './features';
import type { PromptView } from './promptView';

/** What the features say; the one seat of judgement, which a trained model can take. */
export interface TaskJudgement {
	task: Task;
	/** 0–1: how sure the task is. */
	confidence: number;
	/** 0–1: how likely a weak model is to fall short. */
	complexity: number;
}

/** Turns the features of a prompt into a judgement. Pure and without state. */
export type TaskModel = (features: Features, view: PromptView) => TaskJudgement;

/**
 * First version, by rules. Each task scores by its cue words and by the shape of the prompt; the scores
 * become shares by softmax. `confidence` is the leading share, lowered where little speaks for anything.
 *
 * `complexity = 1 / (1 + e^-z)`,
 * `z = prior(task) + 0.80·ln(1 + asked/12) + 0.30·ln(1 + difficulty) + 0.22·ln(1 + demands)
 *      + 0.12·ln(1 + mathSigns) + 0.10·ln(1 + numbers) + 0.12·ln(1 + steps) + 0.08·ln(1 + further questions)
 *      + 0.15·ln(1 + codeLength/200)`,
 * where `prior(task)` is the mean of `DIFFICULTY_OF_TASK` under the shares. As long as the windows hold the whole
 * prompt, no term but the prior can fall when something is added: more demands never make a task simpler.
 * The weights were set by hand after a regression on routing outcomes, where length says most, the task next.
 */
export const judgeByRules: TaskModel = (features) => {
	const scores = scoreTasks(features);
	const shares = softmax(scores);
	let task: Task = TASKS[0];
	for (const candidate of TASKS) if (shares[candidate] > shares[task]) task = candidate;
	const evidence = Math.max(0, ...TASKS.map((candidate) => scores[candidate]));
	const confidence = shares[task] * (1 - Math.exp(-evidence / 1.5));
	return { task, confidence: round(confidence), complexity: round(complexityOf(features, shares)) };
};

/** Chosen so that of the tasks named with confidence 0.5 about half and more are right. */
const TEMPERATURE = 1.1;

function softmax(scores: Record<Task, number>): Record<Task, number> {
	const shares = {} as Record<Task, number>;
	let sum = 0;
	for (const task of TASKS) sum += shares[task] = Math.exp(scores[task] / TEMPERATURE);
	for (const task of TASKS) shares[task] /= sum;
	return shares;
}

/** How likely a small model is to fall short on a short prompt of the task, as log-odds. */
const DIFFICULTY_OF_TASK: Record<Task, number> = {
	coding: -1,
	reasoning: -1.4,
	math: -1.5,
	legal: -1.6,
	analysis: -1.7,
	advice_planning: -2.1,
	qa: -2.2,
	business_writing: -2.3,
	creative: -2.4,
	extraction: -2.8,
	classification: -2.8,
	translation: -2.8,
	rewriting: -2.9,
	summarization: -2.9,
	chitchat: -3.4,
};

function complexityOf(features: Features, shares: Record<Task, number>): number {
	let z = 0;
	for (const task of TASKS) z += shares[task] * DIFFICULTY_OF_TASK[task];
	z += 0.8 * Math.log1p(features.asked / 12);
	z += 0.3 * Math.log1p(features.difficulty);
	z += 0.22 * Math.log1p(features.demands);
	z += 0.12 * Math.log1p(features.mathSigns);
	z += 0.1 * Math.log1p(features.numbers);
	z += 0.12 * Math.log1p(features.steps);
	z += 0.08 * Math.log1p(Math.max(0, features.questions - 1));
	z += 0.15 * Math.log1p(features.codeLength / 200);
	return 1 / (1 + Math.exp(-z));
}

/** The cue words of each task, and what the shape of a prompt adds to them. */
function scoreTasks(features: Features): Record<Task, number> {
	const scores = { ...features.cues };
	const { words } = features;
	// With nothing else to go by, a prompt asks for an answer.
	scores.qa += 0.3;
	if (words <= 14 && scores.chitchat > 0.7) scores.chitchat += 1;
	else if (words <= 4 && features.questions === 0 && features.pastedShare < 0.5) scores.chitchat += 0.4;
	// Code is what most requests that come with code are about, but `summarise this log` is not.
	if (features.containsCode) {
		const understood = features.codeShare > 0.8 ? 1.5 : 0;
		scores.coding += (1 + 2 * features.codeShare + understood) * (features.asksOutright ? 0.4 : 1);
	}
	scores.math += Math.min(2, 0.35 * features.mathSigns) * (1 - features.codeShare);
	scores.math += wordProblem(features);
	if (features.choices >= 2) scores.reasoning += 1.2;
	// A text and a question about it.
	else if (words > 80 && features.questions > 0 && features.questions <= 2 && !features.containsCode)
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
	const { numbers, words, questions, choices } = features;
	if (questions === 0 || choices > 1 || numbers < 3 || words > 150 || features.containsCode) return 0;
	return numbers / words > 0.05 ? 1 : 0.4;
}

/** Small talk is short; `you` in a long prompt is part of an assignment. */
function smallTalk(words: number, features: Features): number {
	if (features.containsCode || features.mathSigns > 2) return 0.1;
	if (words <= 12) return 1;
	return words <= 25 ? 0.5 : 0.12;
}

function round(value: number): number {
	return Math.round(value * 1000) / 1000;
}
