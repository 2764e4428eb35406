/**
 * How far a weak model falls short: ridge regression of `strong − weak` on words and shape. Open prompts by themselves; choices
 * all together without the subjects that tell nothing, plus what choices of few and of many answers leave over by themselves;
 * and to open prompts a share of a regression of the shape alone over all, which says more of what was never trained on.
 */
import { TASKS } from '../router/types';
import { COMPLEXITY_INPUTS, FORMS, type Form } from '../router/classify/local/terms';
import { BUCKETS } from '../router/classify/reading/hashedWords';
import { priorOf } from '../router/classify/local/denseFeatures';
import { topicOf } from '../router/classify/local/taskModel';
import { hashOf } from './random';
import { solveRidge, tell, type Ridge, type RidgeSettings, type Row } from './ridge';

export interface OutcomeExample {
	rows: Int32Array;
	/** Word values as they were read, and brought to one length. */
	raw: Float32Array;
	values: Float32Array;
	inputs: Float32Array;
	/** How many of `rows` belong to the beginning up to the end of each line. */
	lineEnds: Int32Array;
	form: Form;
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
	/** A table of `BUCKETS`, a row of `COMPLEXITY_INPUTS` and a bias a form. */
	table: Float32Array;
	inputs: Float32Array;
	bias: Float32Array;
}

/** Pulls that stood the test of held-out rows. */
const OF_WORDS: RidgeSettings = { tablePull: 50, inputsPull: 30, rounds: 30 };
const OF_CHOICES: RidgeSettings = { tablePull: 50, inputsPull: 30, rounds: 15 };
/** What choices of one form leave over, and how much of it is added. */
const OF_FORM = {
	1: { tablePull: 25, inputsPull: 30, rounds: 15, share: 1 },
	2: { tablePull: 80, inputsPull: 48, rounds: 15, share: 0.5 },
};
/** With fewer examples a form stays with what all choices have in common. */
const FEWEST_OF_FORM = 1_000;

/** How much of the regression of the shape alone is added to open prompts. Chosen by leaving out families. */
const SHARED = 0.5;

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

/** What the regression aims at. */
function settleGains(examples: readonly OutcomeExample[]): Map<OutcomeExample, number> {
	const sets = meanGains(
		examples,
		({ dataset }) => dataset,
		() => 0,
		0,
	);
	const setMean = ({ dataset }: OutcomeExample) => sets.get(dataset) ?? 0;
	const subjectOf = ({ dataset, category }: OutcomeExample) => `${dataset}/${category}`;
	const subjects = meanGains(examples, subjectOf, setMean, SUBJECT_PULL);
	const settle = (example: OutcomeExample) => {
		// Open prompts differ within a subject by what is asked.
		if (example.form === 0) return example.gain;
		const subject = setMean(example) + (subjects.get(subjectOf(example)) ?? 0);
		return (1 - SUBJECT_SHARE) * example.gain + SUBJECT_SHARE * subject;
	};
	return new Map(examples.map((example) => [example, settle(example)]));
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
/** Means, marks of wording and what answers look like, which a further sentence could lower: not for open prompts. */
const NOT_FOR_OPEN = Array.from(
	{ length: COMPLEXITY_INPUTS - TASKS.length - 15 },
	(_, i) => TASKS.length + 15 + i,
);
/** Solves again without those that came out falling, at most this often. */
const CORRECTIONS = 3;

/** `barred` holds inputs known to be falling for open prompts and takes those that are found. */
export function trainComplexity(
	examples: readonly OutcomeExample[],
	barred = new Set<number>(NOT_FOR_OPEN),
): ComplexityModel {
	const gains = settleGains(examples);
	const telling = tellingExamples(examples).map((example) => ({ example, aim: gains.get(example) ?? 0 }));
	const open = telling.filter(({ example }) => example.form === 0);
	const shape = trainRising(telling, new Set(NOT_FOR_OPEN), { ...OF_WORDS, tablePull: null });
	const choices = solveRidge(
		telling.filter(({ example }) => example.form !== 0),
		OF_CHOICES,
	);
	const heads = FORMS.map((form) =>
		form === 0 ? trainRising(open, barred, OF_WORDS) : trainChoices(examples, gains, choices, form),
	);
	const model = {
		table: new Float32Array(FORMS.length * BUCKETS),
		inputs: new Float32Array(FORMS.length * COMPLEXITY_INPUTS),
		bias: new Float32Array(FORMS.length),
	};
	for (const form of FORMS) {
		model.table.set(heads[form].table, form * BUCKETS);
		model.inputs.set(heads[form].inputs, form * COMPLEXITY_INPUTS);
		model.bias[form] = (form === 0 ? heads[0] : choices).meanOffset;
	}
	for (let i = 0; i < COMPLEXITY_INPUTS; i++) model.inputs[i] += SHARED * shape.inputs[i];
	model.bias[0] += SHARED * shape.meanOffset;
	return model;
}

/** What all choices have in common, and a share of what those of this form leave over: all their subjects, for they will be asked. */
function trainChoices(
	examples: readonly OutcomeExample[],
	gains: ReadonlyMap<OutcomeExample, number>,
	common: Ridge,
	form: 1 | 2,
): Ridge {
	const own = examples.filter((example) => example.form === form);
	if (own.length < FEWEST_OF_FORM) return common;
	const { share, ...settings } = OF_FORM[form];
	const left = solveRidge(
		own.map((example) => ({ example, aim: (gains.get(example) ?? 0) - tell(common, example) })),
		settings,
	);
	return {
		table: common.table.map((weight, i) => weight + share * left.table[i]),
		inputs: common.inputs.map((weight, i) => weight + share * left.inputs[i]),
		offsets: common.offsets,
		meanOffset: common.meanOffset,
	};
}

function trainRising(rows: readonly Row[], barred: Set<number>, settings: RidgeSettings): Ridge {
	for (let round = 0; ; round++) {
		const model = solveRidge(rows, settings, barred);
		const falling = RISING.filter((input) => model.inputs[input] < 0);
		if (falling.length === 0) return model;
		for (const input of falling) barred.add(input);
		if (round === CORRECTIONS) {
			for (const input of barred) model.inputs[input] = Math.max(0, model.inputs[input]);
			return model;
		}
	}
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
