import { TASKS, type Task } from '../../types';
import { complexityInputs, formOf, priorOf, taskInputs } from './denseFeatures';
import type { Features } from './features';
import { fingerprintOf, type Fingerprint } from './fingerprint';
import { BUCKETS, readWords, type WordBag } from '../reading/hashedWords';
import { correctComplexity, type Correction } from './learning';
import type { PromptView } from '../reading/promptView';
import { COMPLEXITY_INPUTS, type Form, TASK_INPUTS } from './terms';
import { knowsWord } from './vocabulary';
import { classifierWeights, type Weights } from './weights';

/** What the features say; the one seat of judgement. */
export interface TaskJudgement {
	task: Task;
	/** 0–1: how sure the task is. */
	confidence: number;
	/** The second best task and how sure it is; absent where it is not worth telling. */
	also?: { task: Task; confidence: number };
	/** 0–1: how likely a weak model is to fall short. */
	complexity: number;
}

/** Turns the features of a prompt into a judgement. Pure and without state. */
export type TaskModel = (features: Features, view: PromptView) => TaskJudgement;

const scores = new Float64Array(TASKS.length);

/**
 * Trained: for the task a multinomial logistic regression over words, cues and shape; for the complexity a
 * ridge regression of `strong score − weak score` over words, shape and the shares of the tasks, turned into a
 * probability by a logistic curve fitted to held-out folds. `train` makes the weights.
 */
export const judgeByWeights: TaskModel = (features, view) => {
	const reading = readByWeights(features, view);
	return judgementOf(reading, view, reading.complexity);
};

/** The same with what was learned from outcomes. */
export function judgeCorrectedBy(correction: Correction): TaskModel {
	return (features, view) => {
		const reading = readByWeights(features, view);
		return judgementOf(reading, view, correctComplexity(correction, seenIn(reading, features, view)));
	};
}

/** What the learner keeps of the prompt. */
export function fingerprintByWeights(features: Features, view: PromptView): Fingerprint {
	return seenIn(readByWeights(features, view), features, view);
}

interface Reading {
	words: WordBag;
	shares: Float64Array;
	/** 0–1, not rounded. */
	complexity: number;
}

function readByWeights(features: Features, view: PromptView): Reading {
	const weights = classifierWeights();
	const words = readWords(view);
	const shares = taskShares(features, words, wordNorm(words.asked, words.size), weights);
	return { words, shares, complexity: complexityOf(features, view, words, shares, weights) };
}

function judgementOf({ words, shares }: Reading, view: PromptView, complexity: number): TaskJudgement {
	const [task, second] = twoBest(shares);
	const known = familiarity(words, view, classifierWeights());
	const also = round(confidenceOf(shares[second], known));
	return {
		task: TASKS[task],
		confidence: round(confidenceOf(shares[task], known)),
		...(also >= LEAST_ALSO && { also: { task: TASKS[second], confidence: also } }),
		complexity: round(complexity),
	};
}

/** A second task that is less likely than this is noise. */
const LEAST_ALSO = 0.05;

function twoBest(shares: Float64Array): [best: number, second: number] {
	let best = 0;
	let second = -1;
	for (let k = 1; k < TASKS.length; k++) {
		if (shares[k] > shares[best]) [best, second] = [k, best];
		else if (second === -1 || shares[k] > shares[second]) second = k;
	}
	return [best, second];
}

function seenIn({ words, shares, complexity }: Reading, features: Features, view: PromptView): Fingerprint {
	return fingerprintOf(words, complexityInputs(features, view, shares), complexity);
}

/** Of words that nobody knows little can be told: a share counts as far as the words are known, else chance does. */
export function confidenceOf(share: number, known: number): number {
	return known * share + (1 - known) / TASKS.length;
}

/** Where this share of the words is known, the rest are names and do not matter. */
const KNOWN_ENOUGH = 0.5;

/** 0–1: whether the words of the prompt are words that the models were trained on. */
export function familiarity(
	{ words, wordCount }: WordBag,
	view: PromptView,
	{ vocabulary }: Pick<Weights, 'vocabulary'>,
): number {
	// What holds no words but code, data, figures or a spaceless script is told by other means.
	if (wordCount === 0) return view.lines.length > 0 ? 1 : 0;
	let known = 0;
	for (let i = 0; i < wordCount; i++) if (knowsWord(vocabulary, words[i])) known++;
	return Math.min(1, known / wordCount / KNOWN_ENOUGH);
}

/** Brings the word values of every prompt to one length, so that long prompts do not drown their shape. */
export function wordNorm(values: Float32Array, size: number): number {
	let sum = 0;
	for (let i = 0; i < size; i++) sum += values[i] * values[i];
	return 2 / Math.sqrt(Math.max(sum, 4));
}

function taskShares(features: Features, words: WordBag, norm: number, weights: Weights): Float64Array {
	const tasks = TASKS.length;
	const { taskWords, taskScale } = weights;
	scores.fill(0);
	for (let i = 0; i < words.size; i++) {
		const value = words.asked[i];
		if (value === 0) continue;
		const row = words.rows[i] * tasks;
		for (let k = 0; k < tasks; k++) scores[k] += value * taskWords[row + k];
	}
	const x = taskInputs(features);
	for (let k = 0; k < tasks; k++) {
		let sum = scores[k] * taskScale[k] * norm;
		const row = k * TASK_INPUTS;
		for (let j = 0; j < TASK_INPUTS; j++) sum += weights.taskInputs[row + j] * x[j];
		scores[k] = sum / weights.taskTemperature[0];
	}
	return softmax(scores);
}

/** In place. */
export function softmax(values: Float64Array): Float64Array {
	let highest = -Infinity;
	for (const value of values) if (value > highest) highest = value;
	let sum = 0;
	for (let k = 0; k < values.length; k++) sum += values[k] = Math.exp(values[k] - highest);
	for (let k = 0; k < values.length; k++) values[k] /= sum;
	return values;
}

function complexityOf(
	features: Features,
	view: PromptView,
	words: WordBag,
	shares: Float64Array,
	weights: Weights,
): number {
	const form = formOf(features, view);
	const topic = topicOf(words, weights.complexityWords, form) * weights.complexityScale[form];
	let score = weights.complexityBias[form] + topic;
	const x = complexityInputs(features, view, shares);
	for (let j = 0; j < COMPLEXITY_INPUTS; j++)
		score += weights.complexityInputs[form * COMPLEXITY_INPUTS + j] * x[j];
	score += priorOf(x, form);
	const odds = weights.complexityOdds[2 * form] * score + weights.complexityOdds[2 * form + 1];
	return 1 / (1 + Math.exp(-odds));
}

/** The part of a bag that a model weighs. */
export type WordRows = Pick<WordBag, 'rows' | 'values' | 'size' | 'lineEnds' | 'lines'>;

/**
 * What the words say of how hard it is. An open prompt is as hard as the hardest of its beginnings, line by line:
 * a further demand never makes a task simpler.
 */
export function topicOf(words: WordRows, table: ArrayLike<number>, form: Form): number {
	const start = form * BUCKETS;
	let sum = 0;
	let squares = 0;
	let highest = -Infinity;
	let line = 0;
	for (let i = 0; i < words.size; i++) {
		const value = words.values[i];
		sum += value * table[start + words.rows[i]];
		squares += value * value;
		if (form !== 0) continue;
		while (line < words.lines && words.lineEnds[line] <= i) line++;
		if (words.lineEnds[line] === i + 1)
			highest = Math.max(highest, (2 * sum) / Math.sqrt(Math.max(squares, 4)));
	}
	const whole = (2 * sum) / Math.sqrt(Math.max(squares, 4));
	return Math.max(highest, whole);
}

function round(value: number): number {
	return Math.round(value * 1000) / 1000;
}
