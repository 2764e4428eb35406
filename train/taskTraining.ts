/** The task of a prompt. */
import { TASKS } from '../router/types';
import { BUCKETS } from '../router/classify/reading/hashedWords';
import type { LetterWeights } from '../router/classify/local/language';
import { softmax } from '../router/classify/local/taskModel';
import type { TaskRow } from './data';
import { seePrompt, type SeenPrompt } from './prompts';
import { hashOf } from './random';
import { balance, scoreSoftmax, trainSoftmax, type Example, type SoftmaxModel } from './softmaxTraining';

export interface LabelledExample extends Example {
	row: TaskRow;
}

export function encodeTasks(rows: readonly TaskRow[], letters: LetterWeights): LabelledExample[] {
	return rows.map((row) => {
		const seen = seePrompt(row.prompt, letters);
		const { rows: words, values } = askedOnly(seen);
		const { inputs } = seen;
		return { row, rows: words, values, inputs, label: TASKS.indexOf(row.label), weight: 1 };
	});
}

/** The words that count for what is asked. */
export function askedOnly({ rows, asked }: SeenPrompt): { rows: Int32Array; values: Float32Array } {
	const kept = (_: number, i: number) => asked[i] > 0;
	return { rows: rows.filter(kept), values: asked.filter((value) => value > 0) };
}

/** What we wrote ourselves. */
export const OWN_SETS: ReadonlySet<string> = new Set(['corpus', 'requests', 'long']);
/** And had a program put together. */
export const MADE_SETS: ReadonlySet<string> = new Set(['requests', 'long']);

/**
 * How often a row counts, so that thousands of our own requests do not outvote what people really wrote. Chosen on
 * held-out rows and whole held-out sets of `dev/task` and on held-out files of the corpus: more for the sets of others
 * names their rows better and the corpus worse.
 */
function weightOf({ dataset }: TaskRow): number {
	if (dataset === 'corpus') return 2;
	// Of small talk there are many rows, each much like the next.
	if (MADE_SETS.has(dataset) || dataset === 'clinc_smalltalk') return 1;
	return 9;
}

export function trainTasks(examples: readonly LabelledExample[], epochs = 12): SoftmaxModel {
	const weighed = examples.map((example) => ({ ...example, weight: 1 }));
	balance(weighed, TASKS.length, 0.5);
	for (const example of weighed) example.weight *= weightOf(example.row);
	return trainSoftmax(weighed, {
		columns: TASKS.length,
		tableRows: BUCKETS,
		epochs,
		rate: 0.06,
		tablePull: 3e-3,
		inputsPull: 1e-3,
		smoothing: 0.05,
		seed: 7,
	});
}

export function sharesOf(model: SoftmaxModel, example: Example, temperature = 1): Float64Array {
	const scores = new Float64Array(TASKS.length);
	scoreSoftmax(model, example, scores);
	for (let k = 0; k < scores.length; k++) scores[k] /= temperature;
	return softmax(scores);
}

/** Folds by group (a data set, a file of the corpus, a request): every example is judged by a model that never saw its group. */
export function crossValidate(
	examples: readonly LabelledExample[],
	folds = 5,
): Array<{ example: LabelledExample; scores: Float64Array }> {
	const foldOf = ({ row }: LabelledExample) => hashOf(row.group) % folds;
	return Array.from({ length: folds }, (_, fold) => {
		const model = trainTasks(examples.filter((example) => foldOf(example) !== fold));
		return examples
			.filter((example) => foldOf(example) === fold)
			.map((example) => {
				const scores = new Float64Array(TASKS.length);
				scoreSoftmax(model, example, scores);
				return { example, scores };
			});
	}).flat();
}

/** The temperature of 0.4…3 under which held-out labels are likeliest, every label counting alike. */
export function fitTemperature(held: ReadonlyArray<{ example: Example; scores: Float64Array }>): number {
	const counts = new Float64Array(TASKS.length);
	for (const { example } of held) counts[example.label]++;
	let best = 1;
	let lowest = Infinity;
	for (let temperature = 0.4; temperature <= 3; temperature += 0.05) {
		let loss = 0;
		for (const { example, scores } of held)
			loss -=
				Math.log(softmax(scores.map((score) => score / temperature))[example.label] + 1e-12) /
				counts[example.label];
		if (loss < lowest) [lowest, best] = [loss, temperature];
	}
	return best;
}
