/**
 * How far a weak model falls short: ridge regression of `strong − weak` with an offset a set, solved by conjugate gradients: of
 * words and shape for open prompts and for multiple-choice questions apart, plus a share of one of the shape alone for both
 * together, which says more of what was never trained on; then a logistic curve on held-out folds.
 */
import { TASKS } from '../router/types';
import { COMPLEXITY_INPUTS } from '../router/classify/local/terms';
import { BUCKETS } from '../router/classify/reading/hashedWords';
import { priorOf } from '../router/classify/local/denseFeatures';
import { topicOf } from '../router/classify/local/taskModel';
import { hashOf } from './random';

export interface OutcomeExample {
	rows: Int32Array;
	/** Word values as they were read, and brought to one length. */
	raw: Float32Array;
	values: Float32Array;
	inputs: Float32Array;
	/** How many of `rows` belong to the beginning up to the end of each line. */
	lineEnds: Int32Array;
	/** 0 open, 1 multiple choice. */
	form: number;
	dataset: string;
	/** What the set calls its subject. */
	category: string;
	group: string;
	/** Score of the strong model, 0…1; of our own prompts 1. */
	strong: number;
	/** Score of the strong model less that of the weak one, −1…1. */
	gain: number;
	/** Whether the strong model did better, 0…1. */
	needed: number;
}

export interface ComplexityModel {
	/** Two tables of `BUCKETS`, two rows of `COMPLEXITY_INPUTS`, one bias a form. */
	table: Float32Array;
	inputs: Float32Array;
	bias: Float32Array;
	offsets: Map<string, number>;
}

const TABLE_PULL = 50;
const INPUTS_PULL = 30;
/** As good as infinite: the weight stays 0. */
const BARRED = 1e12;
const OFFSET_PULL = 1e-3;
const ROUNDS = 30;
/** A set counts by its size to this power: the largest must not decide alone. */
const SIZE_POWER = 0.8;
/**
 * `corpus`: our own levels are judgements, not outcomes. `mmlupro`: ten answers to choose from leave less to luck than four, so
 * that a row tells more.
 */
const SET_WEIGHTS: Readonly<Record<string, number>> = { corpus: 6, mmlupro: 1.6 };

/** How much of the regression of the shape alone is added: to open prompts, to choices. Chosen by leaving out families. */
const SHARED = [0.5, 0.2];

/**
 * Subjects of exams where the strong model is at chance, or is no better than the weak one without both being good, tell of
 * the harness alone.
 */
const LEAST_LEAD = 0.06;
const GOOD = 0.75;
const FEWEST_ROWS = 20;
const CHANCE: Readonly<Record<string, number>> = { mmlu: 0.25, mmlupro: 0.1 };
const ABOVE_CHANCE = 0.05;

/** Without the subjects of exams in which nothing can be learned of what is hard. */
export function tellingExamples(examples: readonly OutcomeExample[]): OutcomeExample[] {
	const subjects = new Map<string, { rows: number; strong: number; gain: number }>();
	const keyOf = ({ dataset, category }: OutcomeExample) => `${dataset}/${category}`;
	for (const example of examples) {
		const subject = subjects.get(keyOf(example)) ?? { rows: 0, strong: 0, gain: 0 };
		subject.rows++;
		subject.strong += example.strong;
		subject.gain += example.gain;
		subjects.set(keyOf(example), subject);
	}
	return examples.filter((example) => {
		const chance = CHANCE[example.dataset];
		const subject = subjects.get(keyOf(example));
		if (chance === undefined || subject === undefined || subject.rows < FEWEST_ROWS) return true;
		const { rows, strong, gain } = subject;
		const alike = gain / rows < LEAST_LEAD && strong / rows < GOOD;
		return strong / rows >= chance + ABOVE_CHANCE && !alike;
	});
}

/** How much of a question's own gain is replaced by the mean gain of its subject, which is far less of a lottery. */
const SUBJECT_SHARE = 0.5;
/** A subject of so many rows counts half against the mean of its set. */
const SUBJECT_PULL = 5;

/** What the regression aims at, in the order of the examples. */
function settleGains(examples: readonly OutcomeExample[]): Float64Array {
	const sets = meanGains(
		examples,
		({ dataset }) => dataset,
		() => 0,
		0,
	);
	const setMean = ({ dataset }: OutcomeExample) => sets.get(dataset) ?? 0;
	const subjectOf = ({ dataset, category }: OutcomeExample) => `${dataset}/${category}`;
	const subjects = meanGains(examples, subjectOf, setMean, SUBJECT_PULL);
	return Float64Array.from(examples, (example) => {
		// Open prompts differ within a subject by what is asked.
		if (example.form === 0) return example.gain;
		const subject = setMean(example) + (subjects.get(subjectOf(example)) ?? 0);
		return (1 - SUBJECT_SHARE) * example.gain + SUBJECT_SHARE * subject;
	});
}

/** Mean of `gain − base` by key, drawn to 0 by `pull` rows. */
function meanGains(
	examples: readonly OutcomeExample[],
	keyOf: (example: OutcomeExample) => string,
	base: (example: OutcomeExample) => number,
	pull: number,
): Map<string, number> {
	const sums = new Map<string, [sum: number, count: number]>();
	for (const example of examples) {
		const [sum, count] = sums.get(keyOf(example)) ?? [0, 0];
		sums.set(keyOf(example), [sum + example.gain - base(example), count + 1]);
	}
	return new Map([...sums].map(([key, [sum, count]]) => [key, sum / (count + pull)]));
}

/** Inputs that may only make an open prompt harder: what is asked, difficulty, demands, signs, steps, code. */
const RISING = Array.from({ length: 10 }, (_, i) => TASKS.length + i);
/** Means and marks of wording, which a further sentence could lower: not for open prompts. */
const NOT_FOR_OPEN = [15, 16, 17, 18].map((i) => TASKS.length + i);
/** Solves again without those that came out falling, at most this often. */
const CORRECTIONS = 3;

/** `barred` holds inputs known to be falling and takes those that are found. */
export function trainComplexity(
	examples: readonly OutcomeExample[],
	barred = new Set<number>(NOT_FOR_OPEN),
): ComplexityModel {
	const telling = tellingExamples(examples);
	const own = trainRising(telling, barred, true);
	const alike = telling.map((example) => ({ ...example, form: 0 }));
	const shared = trainRising(alike, new Set(NOT_FOR_OPEN), false);
	return {
		...own,
		inputs: own.inputs.map(
			(weight, i) =>
				weight + SHARED[Math.floor(i / COMPLEXITY_INPUTS)] * shared.inputs[i % COMPLEXITY_INPUTS],
		),
		bias: own.bias.map((bias, form) => bias + SHARED[form] * shared.bias[0]),
	};
}

function trainRising(
	examples: readonly OutcomeExample[],
	barred: Set<number>,
	withWords: boolean,
): ComplexityModel {
	for (let round = 0; ; round++) {
		const model = solveComplexity(examples, barred, withWords);
		const falling = RISING.filter((input) => model.inputs[input] < 0);
		if (falling.length === 0) return model;
		for (const input of falling) barred.add(input);
		if (round === CORRECTIONS) {
			for (const input of barred) model.inputs[input] = Math.max(0, model.inputs[input]);
			return model;
		}
	}
}

function solveComplexity(
	examples: readonly OutcomeExample[],
	barred: ReadonlySet<number>,
	withWords: boolean,
): ComplexityModel {
	const sets = [...new Set(examples.map(({ dataset }) => dataset))];
	const place = new Map(sets.map((set, i) => [set, i]));
	const counts = new Float64Array(sets.length);
	for (const { dataset } of examples) counts[place.get(dataset) ?? 0]++;
	const weights = examples.map(
		({ dataset }) =>
			(SET_WEIGHTS[dataset] ?? 1) * (counts[place.get(dataset) ?? 0] / 1_000) ** (SIZE_POWER - 1),
	);
	const inputsAt = 2 * BUCKETS;
	const offsetsAt = inputsAt + 2 * COMPLEXITY_INPUTS;
	const size = offsetsAt + sets.length;
	const apply = (vector: Float64Array, example: OutcomeExample): number => {
		let sum = vector[offsetsAt + (place.get(example.dataset) ?? 0)];
		const inputs = inputsAt + example.form * COMPLEXITY_INPUTS;
		for (let j = 0; j < COMPLEXITY_INPUTS; j++) sum += vector[inputs + j] * example.inputs[j];
		if (!withWords) return sum;
		const table = example.form * BUCKETS;
		for (let i = 0; i < example.rows.length; i++) sum += vector[table + example.rows[i]] * example.values[i];
		return sum;
	};
	const spread = (vector: Float64Array, example: OutcomeExample, by: number, power: 1 | 2): void => {
		vector[offsetsAt + (place.get(example.dataset) ?? 0)] += by;
		const inputs = inputsAt + example.form * COMPLEXITY_INPUTS;
		for (let j = 0; j < COMPLEXITY_INPUTS; j++) vector[inputs + j] += by * example.inputs[j] ** power;
		if (!withWords) return;
		const table = example.form * BUCKETS;
		for (let i = 0; i < example.rows.length; i++)
			vector[table + example.rows[i]] += by * example.values[i] ** power;
	};
	const pulls = Float64Array.from({ length: size }, (_, i) =>
		barred.has(i - inputsAt) ? BARRED : i < inputsAt ? TABLE_PULL : i < offsetsAt ? INPUTS_PULL : OFFSET_PULL,
	);
	const gains = settleGains(examples);
	const right = new Float64Array(size);
	const diagonal = pulls.slice();
	examples.forEach((example, i) => {
		spread(right, example, weights[i] * gains[i], 1);
		spread(diagonal, example, weights[i], 2);
	});
	const solution = solve(right, diagonal, ROUNDS, (direction) => {
		const product = direction.map((value, i) => value * pulls[i]);
		examples.forEach((example, i) => spread(product, example, weights[i] * apply(direction, example), 1));
		return product;
	});
	const offsets = new Map(sets.map((set, i) => [set, solution[offsetsAt + i]]));
	return {
		table: Float32Array.from(solution.subarray(0, inputsAt)),
		inputs: Float32Array.from(solution.subarray(inputsAt, offsetsAt)),
		bias: Float32Array.from([0, 1], (form) => {
			const own = sets.filter((set) =>
				examples.some((example) => example.dataset === set && example.form === form),
			);
			return own.reduce((sum, set) => sum + (offsets.get(set) ?? 0), 0) / Math.max(1, own.length);
		}),
		offsets,
	};
}

/** Conjugate gradients, preconditioned by the diagonal. */
function solve(
	right: Float64Array,
	diagonal: Float64Array,
	rounds: number,
	multiply: (direction: Float64Array) => Float64Array,
): Float64Array {
	const solution = new Float64Array(right.length);
	const residual = right.slice();
	const scaled = residual.map((value, i) => value / diagonal[i]);
	const direction = scaled.slice();
	const dot = (a: Float64Array, b: Float64Array) => {
		let sum = 0;
		for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
		return sum;
	};
	let size = dot(residual, scaled);
	for (let round = 0; round < rounds && size > 1e-12; round++) {
		const product = multiply(direction);
		const length = size / dot(direction, product);
		for (let i = 0; i < solution.length; i++) {
			solution[i] += length * direction[i];
			residual[i] -= length * product[i];
			scaled[i] = residual[i] / diagonal[i];
		}
		const next = dot(residual, scaled);
		for (let i = 0; i < direction.length; i++) direction[i] = scaled[i] + (next / size) * direction[i];
		size = next;
	}
	return solution;
}

/** The score without the offset of a set, as the classifier computes it. */
export function scoreComplexity(model: ComplexityModel, example: OutcomeExample): number {
	let score = model.bias[example.form] + priorOf(example.inputs, example.form);
	const inputs = example.form * COMPLEXITY_INPUTS;
	for (let j = 0; j < COMPLEXITY_INPUTS; j++) score += model.inputs[inputs + j] * example.inputs[j];
	const { rows, raw, lineEnds } = example;
	const words = { rows, values: raw, size: rows.length, lineEnds, lines: lineEnds.length };
	return score + topicOf(words, model.table, example.form);
}

export const FOLDS = 5;
export const foldOf = ({ group }: OutcomeExample) => hashOf(group) % FOLDS;

/** The score of every example from a model that never saw its group, in the examples' order. */
export function crossValidateComplexity(examples: readonly OutcomeExample[]): Float64Array {
	const scores = new Float64Array(examples.length);
	const barred = new Set<number>(NOT_FOR_OPEN);
	for (let fold = 0; fold < FOLDS; fold++) {
		const model = trainComplexity(
			examples.filter((example) => foldOf(example) !== fold),
			barred,
		);
		examples.forEach((example, i) => {
			if (foldOf(example) === fold) scores[i] = scoreComplexity(model, example);
		});
	}
	return scores;
}

/** A set of fewer prompts of a form says nothing of how sure its scores are. */
const FEWEST_OF_SET = 100;

interface OddsRow {
	set: number;
	score: number;
	needed: number;
	weight: number;
}

/**
 * `slope` and `intercept` of the log-odds that the strong model is needed, every set counting alike. The slope is that within
 * sets: which pair of models a set was answered by says nothing of how hard a prompt is.
 */
export function fitOdds(
	examples: readonly OutcomeExample[],
	scores: Float64Array,
	form: number,
): [number, number] {
	const counts = new Map<string, number>();
	for (const { dataset, form: own } of examples)
		if (own === form) counts.set(dataset, (counts.get(dataset) ?? 0) + 1);
	const sets = [...counts].filter(([, count]) => count >= FEWEST_OF_SET).map(([set]) => set);
	const rows = examples.flatMap(({ dataset, form: own, needed }, i): OddsRow[] => {
		const set = sets.indexOf(dataset);
		if (own !== form || set === -1) return [];
		return [{ set, score: scores[i], needed, weight: 1 / (counts.get(dataset) ?? 1) }];
	});
	const slope = slopeWithin(rows, sets.length);
	return [slope, commonIntercept(rows, slope)];
}

const STEPS = 40;
/** As far as one step of Newton may go. */
const FARTHEST = 1;
const step = (by: number) => Math.max(-FARTHEST, Math.min(FARTHEST, by));
const chanceOf = (odds: number) => 1 / (1 + Math.exp(-odds));

/** Newton over a slope and an intercept a set. */
function slopeWithin(rows: readonly OddsRow[], sets: number): number {
	const intercepts = new Float64Array(sets);
	let slope = 1;
	for (let round = 0; round < STEPS; round++) {
		const [pull, bend, mixed] = [0, 1, 2].map(() => new Float64Array(sets));
		let ofSlope = 0;
		let bendOfSlope = 1e-6;
		for (const { set, score, needed, weight } of rows) {
			const chance = chanceOf(slope * score + intercepts[set]);
			const curve = weight * chance * (1 - chance);
			pull[set] += weight * (chance - needed);
			bend[set] += curve;
			mixed[set] += curve * score;
			ofSlope += weight * (chance - needed) * score;
			bendOfSlope += curve * score * score;
		}
		for (let set = 0; set < sets; set++) {
			ofSlope -= (mixed[set] * pull[set]) / (bend[set] + 1e-9);
			bendOfSlope -= mixed[set] ** 2 / (bend[set] + 1e-9);
		}
		const change = step(ofSlope / Math.max(bendOfSlope, 1e-9));
		slope -= change;
		for (let set = 0; set < sets; set++)
			intercepts[set] -= step((pull[set] - mixed[set] * change) / (bend[set] + 1e-9));
	}
	return slope;
}

function commonIntercept(rows: readonly OddsRow[], slope: number): number {
	let intercept = 0;
	for (let round = 0; round < STEPS; round++) {
		let pull = 0;
		let bend = 1e-9;
		for (const { score, needed, weight } of rows) {
			const chance = chanceOf(slope * score + intercept);
			pull += weight * (chance - needed);
			bend += weight * chance * (1 - chance);
		}
		intercept -= step(pull / bend);
	}
	return intercept;
}
