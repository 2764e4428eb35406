import { TASKS, type Task } from '../types';
import type { Features } from './features';

/** What the features say; the one seat of judgement, which a trained model can take. */
export interface TaskJudgement {
	task: Task;
	/** 0–1: how sure the task is. */
	confidence: number;
	/** 0–1: how likely a weak model is to fall short. */
	complexity: number;
}

/** Turns the features of a prompt into a judgement. Pure and without state. */
export type TaskModel = (features: Features) => TaskJudgement;

/**
 * First version, by rules. Each task scores by its cue words and by the shape of the prompt; the scores
 * become shares by softmax. `confidence` is the leading share, lowered where little speaks for anything.
 *
 * `complexity = 1 / (1 + e^-z)`,
 * `z = prior(task) + 0.55·ln(1 + words/12) + 0.35·ln(1 + difficulty) + 0.16·ln(1 + demands)
 *      + 0.30·ln(1 + mathSigns) + 0.12·ln(1 + numbers) + 0.25·ln(1 + steps) + 0.15·ln(1 + extra questions)
 *      + 0.30·ln(1 + codeLength/200) + 0.10·ln(1 + length/4000)`,
 * where `prior(task)` is the mean of `DIFFICULTY_OF_TASK` under the shares. No term but the prior can fall
 * when something is added to a prompt, so that more demands never make a prompt simpler for its task.
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

/** Where the shares are sharper than this, the words of a prompt would have to be contradicting themselves. */
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
	coding: -1.1,
	math: -0.9,
	legal: -1.2,
	reasoning: -1.1,
	analysis: -1.3,
	advice_planning: -1.7,
	business_writing: -1.9,
	creative: -1.9,
	qa: -1.9,
	extraction: -2.2,
	summarization: -2.3,
	classification: -2.3,
	rewriting: -2.3,
	translation: -2.2,
	chitchat: -3.2,
};

function complexityOf(features: Features, shares: Record<Task, number>): number {
	let z = 0;
	for (const task of TASKS) z += shares[task] * DIFFICULTY_OF_TASK[task];
	z += 0.55 * Math.log1p(features.words / 12);
	z += 0.35 * Math.log1p(features.difficulty);
	z += 0.16 * Math.log1p(features.demands);
	z += 0.3 * Math.log1p(features.mathSigns);
	z += 0.12 * Math.log1p(features.numbers);
	z += 0.25 * Math.log1p(features.steps);
	z += 0.15 * Math.log1p(Math.max(0, features.questions - 1));
	z += 0.3 * Math.log1p(features.codeLength / 200);
	z += 0.1 * Math.log1p(features.length / 4000);
	return 1 / (1 + Math.exp(-z));
}

/** The cue words of each task, and what the shape of a prompt adds to them. */
function scoreTasks(features: Features): Record<Task, number> {
	const scores = { ...features.cues };
	const { words } = features;
	if (features.containsCode) scores.coding += 1 + 2 * features.codeShare;
	// Nothing but code: the request is understood.
	if (features.codeShare > 0.8) scores.coding += 1.5;
	scores.math += Math.min(2, 0.35 * features.mathSigns) * (1 - features.codeShare);
	scores.math += wordProblem(features);
	if (features.choices >= 2) scores.reasoning += 1.2;
	scores.chitchat *= smallTalk(words, features);
	// A long prompt is not asked in passing, and most of its words are material.
	if (words > 25) scores.qa *= 0.8;
	if (features.questions > 0 && words <= 40) scores.qa += 0.5;
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
