/** Multinomial logistic regression over sparse rows and a few dense inputs, by AdaGrad. */
import { seeded, shuffle } from './random';
import { softmax } from '../router/classify/local/taskModel';

export interface Example {
	rows: Int32Array;
	/** One value a row. */
	values: Float32Array;
	/** Dense inputs; the same number for every example, or none. */
	inputs: Float32Array;
	label: number;
	weight: number;
}

export interface SoftmaxSettings {
	columns: number;
	tableRows: number;
	epochs: number;
	rate: number;
	/** Pull to zero of the table and of the dense weights. */
	tablePull: number;
	inputsPull: number;
	/** This much of the label is spread over all columns. */
	smoothing: number;
	seed: number;
}

/** `table`: a row of columns each; `inputs`: a row of dense weights a column. */
export interface SoftmaxModel {
	table: Float32Array;
	inputs: Float32Array;
}

export function scoreSoftmax(model: SoftmaxModel, example: Example, scores: Float64Array): void {
	const columns = scores.length;
	const { rows, values, inputs } = example;
	scores.fill(0);
	for (let i = 0; i < rows.length; i++) {
		const at = rows[i] * columns;
		for (let k = 0; k < columns; k++) scores[k] += values[i] * model.table[at + k];
	}
	for (let k = 0; k < columns; k++)
		for (let j = 0; j < inputs.length; j++) scores[k] += model.inputs[k * inputs.length + j] * inputs[j];
}

export function trainSoftmax(examples: readonly Example[], settings: SoftmaxSettings): SoftmaxModel {
	const { columns, epochs, smoothing } = settings;
	const width = examples[0].inputs.length;
	const model = {
		table: new Float32Array(settings.tableRows * columns),
		inputs: new Float32Array(columns * width),
	};
	const tableSquares = new Float32Array(model.table.length).fill(1e-6);
	const inputSquares = new Float32Array(model.inputs.length).fill(1e-6);
	const random = seeded(settings.seed);
	const order = examples.map((_, i) => i);
	const slope = new Float64Array(columns);
	for (let epoch = 0; epoch < epochs; epoch++) {
		shuffle(order, random);
		const rate = settings.rate * (1 - epoch / epochs) + settings.rate / 10;
		for (const place of order) {
			const { rows, values, inputs, label, weight } = examples[place];
			scoreSoftmax(model, examples[place], slope);
			softmax(slope);
			for (let k = 0; k < columns; k++)
				slope[k] = (slope[k] - (k === label ? 1 - smoothing : 0) - smoothing / columns) * weight;
			for (let i = 0; i < rows.length; i++)
				step(model.table, tableSquares, rows[i] * columns, slope, values[i], settings.tablePull, rate);
			for (let k = 0; k < columns; k++) {
				for (let j = 0; j < width; j++) {
					const at = k * width + j;
					const gradient = slope[k] * inputs[j] + settings.inputsPull * model.inputs[at];
					inputSquares[at] += gradient * gradient;
					model.inputs[at] -= (rate * gradient) / Math.sqrt(inputSquares[at]);
				}
			}
		}
	}
	return model;
}

function step(
	table: Float32Array,
	squares: Float32Array,
	row: number,
	slope: Float64Array,
	value: number,
	pull: number,
	rate: number,
): void {
	for (let k = 0; k < slope.length; k++) {
		const at = row + k;
		const gradient = slope[k] * value + pull * table[at];
		squares[at] += gradient * gradient;
		table[at] -= (rate * gradient) / Math.sqrt(squares[at]);
	}
}

/** Weights that make rare labels count, by the `power` of how rare they are. */
export function balance(examples: readonly Example[], columns: number, power: number): void {
	const counts = new Float64Array(columns);
	for (const { label } of examples) counts[label]++;
	for (const example of examples)
		example.weight *= (examples.length / columns / counts[example.label]) ** power;
}
