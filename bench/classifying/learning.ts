/**
 * Measures what the learner makes of outcomes of a family that the shipped weights have never seen:
 *
 *     npm run bench -- learning --data <folder with dev/>
 *
 * For each family the complexity is trained without it and without its questions in other sets; then so many of its
 * rows are learned from, and the order of the rest is measured before and after, with no question on both sides.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fingerprintOf, type Fingerprint } from '../../router/classify/local/fingerprint';
import {
	correctComplexity,
	learnCorrection,
	outcomesOf,
	type Correction,
	type LearningOutcome,
} from '../../router/classify/local/learning';
import { apgr } from '../measures/apgr';
import { FAMILIES, outsideOf, trainWithout } from '../measures/unseen';
import { FORMS } from '../../router/classify/local/terms';
import { fitOdds } from '../../train/oddsFitting';
import {
	crossValidateComplexity,
	scoreComplexity,
	type OutcomeExample,
} from '../../train/complexityTraining';
import { readOutcomes } from '../../train/data';
import { seeded, shuffle } from '../../train/random';
import { encodeOutcomes, trainUpToTasks } from '../../train/train';

/** Rows to learn from. A family needs enough further rows to measure on. */
const SIZES = [10, 50, 100, 200, 500];
const LEFT_OVER = 150;
const SEEDS = 20;

interface Row {
	seen: Fingerprint;
	group: string;
	strong: number;
	weak: number;
}

/** What is known of the rows that are learned from. */
type Knowledge = (rows: readonly Row[], seed: number) => LearningOutcome[];

const KNOWLEDGE: Record<string, Knowledge> = {
	'both models': (rows) => rows.map(({ seen, strong, weak }) => ({ seen, gain: strong - weak })),
	'one of them': (rows, seed) => {
		const random = seeded(seed + 1_000);
		return outcomesOf(
			rows.map(({ seen, strong, weak }) => {
				const isStrong = random() < 0.5;
				return { seen, strong: isStrong, bad: 1 - (isStrong ? strong : weak) };
			}),
		);
	},
	'only the weak': (rows) =>
		outcomesOf(rows.map(({ seen, weak }) => ({ seen, strong: false, bad: 1 - weak }))),
};

/** Rows of the first set of the family, as a classifier that never saw the family sees them. */
function readFamily(
	folder: string,
	examples: readonly OutcomeExample[],
	held: Float64Array,
	family: readonly string[],
): Row[] {
	const model = trainWithout(examples, family);
	const outside = outsideOf(examples, family);
	const others = examples.filter((_, i) => outside[i]);
	const scores = held.filter((_, i) => outside[i]);
	const odds = FORMS.map((form) => fitOdds(others, scores, form));
	const outcomes = [...readOutcomes(folder).values()].flat();
	return outcomes.flatMap(({ dataset, strong, weak }, i) => {
		if (dataset !== family[0]) return [];
		const example = examples[i];
		const [slope, intercept] = odds[example.form];
		const complexity = 1 / (1 + Math.exp(-slope * scoreComplexity(model, example) - intercept));
		const words = { rows: example.rows, values: example.raw, size: example.rows.length };
		return [{ seen: fingerprintOf(words, example.inputs, complexity), group: example.group, strong, weak }];
	});
}

/** APGR before and after, of one random choice of `size` rows. */
function measureOnce(rows: readonly Row[], size: number, know: Knowledge, seed: number): [number, number] {
	const shuffled = shuffle([...rows], seeded(seed));
	const known = shuffled.slice(0, size);
	const groups = new Set(known.map(({ group }) => group));
	const rest = shuffled.slice(size).filter(({ group }) => !groups.has(group));
	const correction = learnCorrection(know(known, seed));
	const area = (scoreOf: (seen: Fingerprint) => number) =>
		apgr(rest.map(({ seen, strong, weak }) => ({ score: scoreOf(seen), strong, weak })));
	return [area((seen) => rounded(seen.complexity)), area((seen) => rounded(corrected(correction, seen)))];
}

function corrected(correction: Correction | null, seen: Fingerprint): number {
	return correction === null ? seen.complexity : correctComplexity(correction, seen);
}

/** As the classifier gives it. */
const rounded = (complexity: number) => Math.round(complexity * 1_000) / 1_000;
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const spreadOf = (values: readonly number[]) => Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)));
const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;

function measureFamily(name: string, rows: readonly Row[]): void {
	console.log(`${name}, ${rows.length} rows`);
	for (const [knowledge, know] of Object.entries(KNOWLEDGE)) {
		for (const size of SIZES.filter((count) => count + LEFT_OVER <= rows.length)) {
			const runs = Array.from({ length: SEEDS }, (_, seed) => measureOnce(rows, size, know, seed));
			const gains = runs.map(([before, after]) => after - before);
			console.log(
				`  ${knowledge}, ${size} outcomes: APGR ${mean(runs.map(([before]) => before)).toFixed(3)} → ${mean(
					runs.map(([, after]) => after),
				).toFixed(
					3,
				)}, ${signed(mean(gains))} (standard deviation ${spreadOf(gains).toFixed(3)}, worst ${signed(
					Math.min(...gains),
				)})`,
			);
		}
	}
}

/** Median of the time it takes to learn from 500 outcomes, and to correct one complexity. */
function measureTime(rows: readonly Row[]): void {
	const outcomes = KNOWLEDGE['both models'](rows.slice(0, 500), 0);
	const times = Array.from({ length: 11 }, () => {
		const start = performance.now();
		learnCorrection(outcomes);
		return performance.now() - start;
	}).sort((a, b) => a - b);
	const correction = learnCorrection(outcomes);
	const start = performance.now();
	for (const { seen } of rows) corrected(correction, seen);
	const each = ((performance.now() - start) / rows.length) * 1_000;
	console.log(
		`time: learning from 500 outcomes ${times[5].toFixed(1)} ms, one correction ${each.toFixed(1)} µs`,
	);
}

function measure(folder: string): void {
	const { letters, tasks, temperature } = trainUpToTasks(folder);
	const examples = encodeOutcomes(folder, letters, tasks, temperature);
	// For the odds alone: what a score is worth as a chance, from rows outside of the family.
	const held = crossValidateComplexity(examples);
	console.log(
		`Means over ${SEEDS} random choices of the rows that are learned from; measured on all others.`,
	);
	for (const [name, family] of Object.entries(FAMILIES)) {
		const rows = readFamily(folder, examples, held, family);
		measureFamily(name, rows);
		if (name === 'mmlu') measureTime(rows);
	}
}

const { values } = parseArgs({ options: { data: { type: 'string' } } });
if (values.data === undefined) {
	console.error('Name the folder of the data: npm run bench -- learning --data <folder>');
	process.exitCode = 1;
} else {
	measure(join(values.data, 'dev'));
}
