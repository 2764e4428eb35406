/**
 * Learns from outcomes where the shipped complexity is wrong: Bayesian linear regression of what is left over, on
 * words, shape and the shipped complexity itself. It starts at nothing, and few outcomes move it little.
 */
import { COMPLEXITY_INPUTS } from './terms';
import type { Fingerprint } from './fingerprint';
import { BUCKETS } from '../reading/hashedWords';

export interface LearningOutcome {
	seen: Fingerprint;
	/** −1…1: by how much a strong model did better than a weak one. */
	gain: number;
}

/** What an answer of one model was found to be. */
export interface RatedAnswer {
	seen: Fingerprint;
	/** Whether the model that answered was one of the better half. */
	strong: boolean;
	/** 0–1: 1 where the answer fell short. */
	bad: number;
}

/** What is learned. Made by `learnCorrection`, read by `correctComplexity`. */
export interface Correction extends Regression {
	/** What prompts like these are off by on the whole, −1…1. */
	offset: number;
	/** 0–1: how much of the regression counts. */
	trust: number;
}

/** What is left over beside the offset. */
interface Regression {
	words: Float32Array;
	/** Of the inputs, the last of which is the complexity. */
	weights: Float64Array;
	/** Mean of the words that were learned from. */
	centre: Float32Array;
	/** How like `centre` a prompt must be to be wholly one of those. */
	likeness: number;
	means: Float64Array;
	/** 1 / standard deviation; 0 where an input never changed. */
	scales: Float64Array;
}

/** The newest count: more would take memory and time and tell of days long past. */
export const MOST_OUTCOMES = 1_000;

/** Variance of noise over that of what is to be learned: the best of 2, 5, 12, 30 on the outcome sets, 500 rows each. */
const PULL = 5;
/** How freely each part may move beside the words, which count 1; more of the complexity, and few rows turn it round. */
const FREEDOM = { inputs: 0.5, complexity: 0.05 };
/** With so many outcomes the offset counts half. */
const OFFSET_PULL = 50;
/** From so many outcomes on the regression counts in full where it holds on rows that were left out. */
const ENOUGH = 200;
/** Parts that take turns in being left out. */
const TURNS = 5;
/** So many of the learned-from prompts are taken for wholly alike. */
const ALIKE_SHARE = 0.95;
/** Below this share of their likeness a prompt is none of them. */
const UNLIKE = 0.6;
/** Inputs farther out than this, in standard deviations, are taken for this far. */
const FARTHEST = 3;
const ROUNDS = 100;
const PRECISE = 1e-6;

const INPUTS = COMPLEXITY_INPUTS + 1;
const FREEDOMS = Float64Array.from({ length: INPUTS }, (_, j) =>
	Math.sqrt(j === COMPLEXITY_INPUTS ? FREEDOM.complexity : FREEDOM.inputs / COMPLEXITY_INPUTS),
);

/** Some 30 ms for 500 outcomes, three times as long where the prompts are long. @returns null where there is nothing to learn from */
export function learnCorrection(outcomes: readonly LearningOutcome[]): Correction | null {
	const newest = outcomes.slice(-MOST_OUTCOMES);
	if (newest.length === 0) return null;
	const off = newest.reduce((sum, outcome) => sum + leftOver(outcome), 0);
	return {
		...regress(newest),
		offset: off / (newest.length + OFFSET_PULL),
		trust: trustIn(newest),
	};
}

const leftOver = ({ gain, seen }: LearningOutcome) => gain - seen.complexity;

/**
 * By how much rows that were left out differ, for each unit by which they are said to: what does not hold for them
 * is taken for chance.
 */
function trustIn(outcomes: readonly LearningOutcome[]): number {
	if (outcomes.length < 2 * TURNS) return 0;
	const said = new Float64Array(outcomes.length);
	for (let turn = 0; turn < TURNS; turn++) {
		const regression = regress(outcomes.filter((_, i) => i % TURNS !== turn));
		for (let i = turn; i < said.length; i += TURNS) said[i] = tell(regression, outcomes[i].seen);
	}
	const mean = said.reduce((sum, value) => sum + value, 0) / said.length;
	let together = 0;
	let squares = 0;
	outcomes.forEach((outcome, i) => {
		together += (said[i] - mean) * leftOver(outcome);
		squares += (said[i] - mean) ** 2;
	});
	if (squares === 0) return 0;
	const held = Math.max(0, Math.min(1, together / squares));
	return Math.min(1, (held * outcomes.length) / ENOUGH);
}

function regress(outcomes: readonly LearningOutcome[]): Regression {
	const seen = outcomes.map((outcome) => outcome.seen);
	const regression = {
		words: new Float32Array(BUCKETS),
		weights: new Float64Array(INPUTS),
		...describeWords(seen),
		...describeInputs(seen),
	};
	const inputs = seen.map((one) => readInputs(regression, one, likenessTo(regression, one)));
	const left = Float64Array.from(outcomes, leftOver);
	const mean = left.reduce((sum, value) => sum + value, 0) / left.length;
	const shares = solve(
		seen,
		inputs,
		left.map((value) => value - mean),
	);
	seen.forEach((one, i) => spread(regression, one, inputs[i], shares[i]));
	return regression;
}

function tell(regression: Regression, seen: Fingerprint): number {
	return gather(regression, seen, readInputs(regression, seen, likenessTo(regression, seen)));
}

/** 0–1, some microseconds. What is like nothing that was learned from hardly changes. */
export function correctComplexity(correction: Correction, seen: Fingerprint): number {
	const { offset, trust } = correction;
	const change = offset * likenessTo(correction, seen) + trust * tell(correction, seen);
	return settle(unsettle(seen.complexity) + change);
}

/** Ratings so few count half against the assumption that strong models never fall short. */
const FEW_RATINGS = 10;

/**
 * Nobody rates both models' answers to one prompt. A strong model is taken to fall short as often as it does on the
 * whole, and a weak one as often as the shipped weights say: a strong one that does well tells nothing of it, for it
 * may have been asked because the prompt is hard.
 */
export function outcomesOf(ratings: readonly RatedAnswer[]): LearningOutcome[] {
	const ofStrong = ratings.filter(({ strong }) => strong);
	const strongBad = ofStrong.reduce((sum, { bad }) => sum + bad, 0) / (ofStrong.length + FEW_RATINGS);
	return ratings.map(({ seen, strong, bad }) => ({
		seen,
		gain: strong ? seen.complexity + strongBad - bad : bad - strongBad,
	}));
}

function describeWords(seen: readonly Fingerprint[]): Pick<Regression, 'centre' | 'likeness'> {
	const centre = new Float32Array(BUCKETS);
	for (const { rows, values } of seen)
		for (let i = 0; i < rows.length; i++) centre[rows[i]] += values[i] / seen.length;
	const others = seen
		.map((one) => dot(one, centre) - one.values.reduce((sum, value) => sum + value * value, 0) / seen.length)
		.sort((a, b) => b - a);
	return { centre, likeness: Math.max(1e-3, others[Math.floor(ALIKE_SHARE * (others.length - 1))]) };
}

function describeInputs(seen: readonly Fingerprint[]): Pick<Regression, 'means' | 'scales'> {
	const means = new Float64Array(INPUTS);
	const squares = new Float64Array(INPUTS);
	for (const one of seen) {
		for (let j = 0; j < INPUTS; j++) {
			const value = inputOf(one, j);
			means[j] += value / seen.length;
			squares[j] += value ** 2 / seen.length;
		}
	}
	const scales = squares.map((square, j) => {
		const deviation = Math.sqrt(Math.max(0, square - means[j] ** 2));
		return deviation > 1e-3 ? 1 / deviation : 0;
	});
	return { means, scales };
}

function inputOf({ inputs, complexity }: Fingerprint, j: number): number {
	return j < COMPLEXITY_INPUTS ? inputs[j] : Math.log(complexity + 1e-3) - Math.log(1 + 1e-3 - complexity);
}

/** 0–1: whether it is one of the prompts that were learned from, by its words. */
function likenessTo(
	{ centre, likeness }: Pick<Regression, 'centre' | 'likeness'>,
	seen: Fingerprint,
): number {
	return Math.max(0, Math.min(1, (dot(seen, centre) / likeness - UNLIKE) / (1 - UNLIKE)));
}

/** All but the words; of a prompt of another kind they tell nothing. */
function readInputs(
	{ means, scales }: Pick<Regression, 'means' | 'scales'>,
	seen: Fingerprint,
	alike: number,
): Float64Array {
	return means.map((mean, j) => {
		const away = (inputOf(seen, j) - mean) * scales[j];
		return alike * FREEDOMS[j] * Math.max(-FARTHEST, Math.min(FARTHEST, away));
	});
}

function dot({ rows, values }: Fingerprint, table: Float32Array): number {
	let sum = 0;
	for (let i = 0; i < rows.length; i++) sum += values[i] * table[rows[i]];
	return sum;
}

type Weights = Pick<Regression, 'words' | 'weights'>;

function gather({ words, weights }: Weights, seen: Fingerprint, inputs: Float64Array): number {
	let sum = dot(seen, words);
	for (let j = 0; j < INPUTS; j++) sum += weights[j] * inputs[j];
	return sum;
}

function spread(
	{ words, weights }: Weights,
	{ rows, values }: Fingerprint,
	inputs: Float64Array,
	by: number,
): void {
	for (let i = 0; i < rows.length; i++) words[rows[i]] += by * values[i];
	for (let j = 0; j < INPUTS; j++) weights[j] += by * inputs[j];
}

/** How much each outcome counts: (likeness of the outcomes to one another + `PULL`) · x = `left`, by conjugate gradients. */
function solve(
	seen: readonly Fingerprint[],
	inputs: readonly Float64Array[],
	left: Float64Array,
): Float64Array {
	const shares = new Float64Array(left.length);
	const residual = left.slice();
	const direction = left.slice();
	const trial = { words: new Float32Array(BUCKETS), weights: new Float64Array(INPUTS) };
	const squares = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0);
	let size = squares(residual);
	const enough = size * PRECISE ** 2;
	for (let round = 0; round < ROUNDS && size > enough; round++) {
		trial.words.fill(0);
		trial.weights.fill(0);
		seen.forEach((one, i) => spread(trial, one, inputs[i], direction[i]));
		const product = direction.map((value, i) => gather(trial, seen[i], inputs[i]) + PULL * value);
		const step = size / product.reduce((sum, value, i) => sum + value * direction[i], 0);
		for (let i = 0; i < shares.length; i++) {
			shares[i] += step * direction[i];
			residual[i] -= step * product[i];
		}
		const next = squares(residual);
		for (let i = 0; i < shares.length; i++) direction[i] = residual[i] + (next / size) * direction[i];
		size = next;
	}
	return shares;
}

/** Nearer than this to 0 or to 1, each step counts less, so that a correction leaves 0–1 nowhere and keeps the order. */
const END = 0.1;

/** 0–1 as a number that may grow and fall without bounds; itself between the ends. */
function unsettle(complexity: number): number {
	if (complexity > 0.5) return 1 - unsettle(1 - complexity);
	return complexity >= END ? complexity : END + END * Math.log(Math.max(1e-6, complexity) / END);
}

/** The way back. */
function settle(value: number): number {
	if (value > 0.5) return 1 - settle(1 - value);
	return value >= END ? value : END * Math.exp((value - END) / END);
}
