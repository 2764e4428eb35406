import { COMPLEXITY_INPUTS } from '../../router/classify/local/terms';
import type { OutcomeExample } from '../../train/complexityTraining';
import { solveRidge, type Row } from '../../train/ridge';

const rowOf = (dataset: string, aim: number): Row => {
	const example: OutcomeExample = {
		rows: new Int32Array(),
		raw: new Float32Array(),
		values: new Float32Array(),
		inputs: new Float32Array(COMPLEXITY_INPUTS),
		lineEnds: new Int32Array(),
		form: 1,
		dataset,
		category: '',
		group: '',
		strong: 1,
		gain: aim,
		needed: aim,
	};
	return { example, aim };
};

// Two rows of some other set shifted all scores of a fold, so that folds could not be ranked together.
it('the mean offset is that of the rows, and a set of one row hardly moves it', () => {
	const rows = [...Array.from({ length: 200 }, () => rowOf('large', 0.2)), rowOf('tiny', 1)];
	const { offsets, meanOffset } = solveRidge(rows, { tablePull: null, inputsPull: 1, rounds: 10 });
	expect(offsets.get('tiny')).toBeCloseTo(1, 2);
	expect(meanOffset).toBeCloseTo(0.204, 3);
});
