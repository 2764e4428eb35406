/** Ridge regression over hashed words and dense inputs, with an offset a set, solved by conjugate gradients. */
import { COMPLEXITY_INPUTS } from '../router/classify/local/terms';
import { BUCKETS } from '../router/classify/reading/hashedWords';
import type { OutcomeExample } from './complexityTraining';

export interface Row {
	example: OutcomeExample;
	aim: number;
}

export interface RidgeSettings {
	/** Pull to zero of the words; null: the shape alone. */
	tablePull: number | null;
	inputsPull: number;
	/** Steps of the solver. Few are a pull of their own. */
	rounds: number;
}

export interface Ridge {
	/** `BUCKETS` weights. */
	table: Float32Array;
	/** `COMPLEXITY_INPUTS` weights. */
	inputs: Float32Array;
	/** By set. */
	offsets: Map<string, number>;
	/** Of a row: a set of a few rows has an offset that is chance, and differs from fold to fold. */
	meanOffset: number;
}

/** As good as infinite: the weight stays 0. */
const BARRED = 1e12;
const OFFSET_PULL = 1e-3;
/** A set counts by its size to this power: the largest must not decide alone. */
const SIZE_POWER = 0.8;
/**
 * `corpus`: our own levels are judgements, not outcomes. `mmlupro`: ten answers to choose from leave less to luck than four, so
 * that a row tells more.
 */
const SET_WEIGHTS: Readonly<Record<string, number>> = { corpus: 4.5, mmlupro: 1.6 };

/** @param barred inputs whose weight stays 0 */
export function solveRidge(
	rows: readonly Row[],
	settings: RidgeSettings,
	barred: ReadonlySet<number> = new Set(),
): Ridge {
	const { tablePull, inputsPull, rounds } = settings;
	const counts = new Map<string, number>();
	for (const { example } of rows) counts.set(example.dataset, (counts.get(example.dataset) ?? 0) + 1);
	const places = new Map([...counts.keys()].map((set, i) => [set, i]));
	const weights = rows.map(
		({ example: { dataset } }) =>
			(SET_WEIGHTS[dataset] ?? 1) * ((counts.get(dataset) ?? 0) / 1_000) ** (SIZE_POWER - 1),
	);
	const inputsAt = BUCKETS;
	const offsetsAt = inputsAt + COMPLEXITY_INPUTS;
	const size = offsetsAt + places.size;
	const offsetOf = ({ dataset }: OutcomeExample) => offsetsAt + (places.get(dataset) ?? 0);
	const apply = (vector: Float64Array, example: OutcomeExample): number => {
		let sum = vector[offsetOf(example)];
		for (let j = 0; j < COMPLEXITY_INPUTS; j++) sum += vector[inputsAt + j] * example.inputs[j];
		if (tablePull === null) return sum;
		for (let i = 0; i < example.rows.length; i++) sum += vector[example.rows[i]] * example.values[i];
		return sum;
	};
	const spread = (vector: Float64Array, example: OutcomeExample, by: number, power: 1 | 2): void => {
		vector[offsetOf(example)] += by;
		for (let j = 0; j < COMPLEXITY_INPUTS; j++) vector[inputsAt + j] += by * example.inputs[j] ** power;
		if (tablePull === null) return;
		for (let i = 0; i < example.rows.length; i++) vector[example.rows[i]] += by * example.values[i] ** power;
	};
	const pulls = Float64Array.from({ length: size }, (_, i) => {
		if (i < inputsAt) return tablePull ?? 1;
		if (i >= offsetsAt) return OFFSET_PULL;
		return barred.has(i - inputsAt) ? BARRED : inputsPull;
	});
	const right = new Float64Array(size);
	const diagonal = pulls.slice();
	rows.forEach(({ example, aim }, i) => {
		spread(right, example, weights[i] * aim, 1);
		spread(diagonal, example, weights[i], 2);
	});
	const solution = solve(right, diagonal, rounds, (direction) => {
		const product = direction.map((value, i) => value * pulls[i]);
		rows.forEach(({ example }, i) => spread(product, example, weights[i] * apply(direction, example), 1));
		return product;
	});
	const offsets = new Map([...places].map(([set, i]) => [set, solution[offsetsAt + i]]));
	return {
		table: Float32Array.from(solution.subarray(0, inputsAt)),
		inputs: Float32Array.from(solution.subarray(inputsAt, offsetsAt)),
		offsets,
		meanOffset:
			rows.reduce((sum, { example }) => sum + (offsets.get(example.dataset) ?? 0), 0) /
			Math.max(1, rows.length),
	};
}

/** What a regression says of an example, with the offset of its set. */
export function tell({ table, inputs, offsets }: Ridge, example: OutcomeExample): number {
	let sum = offsets.get(example.dataset) ?? 0;
	for (let j = 0; j < COMPLEXITY_INPUTS; j++) sum += inputs[j] * example.inputs[j];
	for (let i = 0; i < example.rows.length; i++) sum += table[example.rows[i]] * example.values[i];
	return sum;
}

/** Conjugate gradients, preconditioned by the diagonal. */
export function solve(
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
