/**
 * Measures how well the local classifier tells easy prompts from hard ones, as it would on prompts it never saw:
 *
 *     npm run bench -- routing --data <folder with dev/ and measure-only/>
 *
 * Every set by itself. Nothing is measured on a row that was trained on: outcome sets by cross-validation grouped by question
 * (`held out`) and with the whole family and its questions in other sets left out (`left out`), tasks by folds that leave
 * whole sets out. `measure-only`, the questions of customers and the long documents are never trained on.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { TASKS } from '../../router/types';
import { apgr, interval, randomInterval, type Outcome } from '../measures/apgr';
import { FIRST_OUTCOMES, FIRST_TASKS } from '../measures/firstVersion';
import { makeLongDocuments } from '../measures/longDocuments';
import { FAMILIES, trainWithout } from '../measures/unseen';
import customerQuestions from '../../test/router/classify/customerQuestions.json';
import everydayPrompts from '../../test/router/classify/everydayPrompts.json';
import { FORMS } from '../../router/classify/local/terms';
import { fitOdds } from '../../train/oddsFitting';
import {
	crossValidateComplexity,
	FOLDS,
	foldOf,
	scoreComplexity,
	type OutcomeExample,
} from '../../train/complexityTraining';
import {
	questionOf,
	readOutcomes,
	readRows,
	readTasks,
	type LanguageRow,
	type TaskRow,
} from '../../train/data';
import { trainLanguages } from '../../train/languageTraining';
import { hashOf } from '../../train/random';
import {
	crossValidate,
	encodeTasks,
	MADE_SETS,
	OWN_SETS,
	fitTemperature,
	sharesOf,
} from '../../train/taskTraining';
import { encodeOutcomes, trainUpToTasks, type Trained } from '../../train/train';
import { detectLanguage } from '../../router/classify/local/language';
import { viewPrompt } from '../../router/classify/reading/promptView';
import { softmax } from '../../router/classify/local/taskModel';

/** APGR of arXiv 2406.18665, tables 1–3: trained on arena data only, and augmented. */
const PUBLISHED: Record<string, string> = {
	mmlu: 'BERT .502/.572, causal LLM .499/.600, matrix factorisation .524/.597, similarity .473/.603',
	gsm8k: 'BERT .438/.531, causal LLM .461/.622, matrix factorisation .475/.565, similarity .475/.568',
};

const show = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(3));
const range = ([low, high]: readonly [number, number]) => `${show(low)}–${show(high)}`;

function measureOutcomes(folder: string, trained: Trained): void {
	const examples = encodeOutcomes(folder, trained.letters, trained.tasks, trained.temperature);
	const rows = [...readOutcomes(folder).values()].flat();
	const held = crossValidateComplexity(examples);
	const unseen = scoreUnseen(examples);
	const heldAreas: number[] = [];
	const unseenAreas: number[] = [];
	for (const set of new Set(rows.map(({ dataset }) => dataset))) {
		const places = rows.flatMap(({ dataset }, i) => (dataset === set ? [i] : []));
		const outcomes = (score: (i: number) => number): Outcome[] =>
			places.map((i) => ({ score: score(i), strong: rows[i].strong, weak: rows[i].weak }));
		const own = outcomes((i) => held[i]);
		const without = outcomes((i) => unseen[i]);
		heldAreas.push(apgr(own));
		unseenAreas.push(apgr(without));
		const [firstHeld, firstUnseen] = FIRST_OUTCOMES[set] ?? [NaN, NaN];
		console.log(
			`${set}, ${own.length} rows: APGR held out ${show(apgr(own))} (95 % ${range(interval(own))}), first version ${show(firstHeld)}; left out ${show(apgr(without))} (95 % ${range(interval(without))}), first version ${show(firstUnseen)}; length ${show(apgr(outcomes((i) => rows[i].prompt.length)))}; random .500 (95 % ${range(randomInterval(own))})`,
		);
		if (PUBLISHED[set] !== undefined) console.log(`  published, arena data / augmented: ${PUBLISHED[set]}`);
	}
	console.log(
		'MT-Bench and RouterArena are in no file of dev: `left out` shows what a family shows that was never trained on.',
	);
	const mean = (areas: number[]) => show(areas.reduce((a, b) => a + b, 0) / areas.length);
	console.log(`mean over sets: APGR held out ${mean(heldAreas)}, left out ${mean(unseenAreas)}`);
	console.log(`calibration: expected error ${show(calibrationError(examples, held))} on held-out folds`);
	compareLevels(examples, held);
}

/** The score of every outcome from a model that saw neither its family nor its question. */
function scoreUnseen(examples: readonly OutcomeExample[]): Float64Array {
	const scores = new Float64Array(examples.length);
	for (const family of new Set(Object.values(FAMILIES))) {
		const model = trainWithout(examples, family);
		examples.forEach((example, i) => {
			if (family.includes(example.dataset)) scores[i] = scoreComplexity(model, example);
		});
	}
	return scores;
}

/** Ten bands of equal width, every set counting alike; the curve is fitted on the other folds. */
function calibrationError(examples: readonly OutcomeExample[], scores: Float64Array): number {
	const counts = new Map<string, number>();
	for (const { dataset } of examples) counts.set(dataset, (counts.get(dataset) ?? 0) + 1);
	const bands = Array.from({ length: 10 }, () => ({ weight: 0, chance: 0, needed: 0 }));
	for (let fold = 0; fold < FOLDS; fold++) {
		const others = examples.flatMap((example, i) => (foldOf(example) === fold ? [] : [i]));
		const odds = FORMS.map((form) =>
			fitOdds(
				others.map((i) => examples[i]),
				Float64Array.from(others, (i) => scores[i]),
				form,
			),
		);
		examples.forEach((example, i) => {
			if (foldOf(example) !== fold || example.dataset === 'corpus') return;
			const [slope, intercept] = odds[example.form];
			const chance = 1 / (1 + Math.exp(-slope * scores[i] - intercept));
			const weight = 1 / (counts.get(example.dataset) ?? 1);
			const band = bands[Math.min(9, Math.floor(chance * 10))];
			band.weight += weight;
			band.chance += weight * chance;
			band.needed += weight * example.needed;
		});
	}
	const whole = bands.reduce((sum, { weight }) => sum + weight, 0);
	return bands.reduce((sum, { chance, needed }) => sum + Math.abs(chance - needed), 0) / whole;
}

/** Mean complexity of our own prompts by the level we gave them. */
function compareLevels(examples: readonly OutcomeExample[], scores: Float64Array): void {
	const odds = fitOdds(examples, scores, 0);
	for (const [level, gain] of [
		['simple', 0.08],
		['moderate', 0.35],
		['complex', 0.75],
	] as const) {
		const values = examples
			.flatMap((example, i) =>
				example.dataset === 'corpus' && example.form === 0 && example.gain === gain ? [scores[i]] : [],
			)
			.map((score) => 1 / (1 + Math.exp(-odds[0] * score - odds[1])))
			.sort((a, b) => a - b);
		const at = (share: number) => show(values[Math.floor(share * (values.length - 1))]);
		console.log(
			`corpus, ${level}: complexity quartiles ${at(0.25)} ${at(0.5)} ${at(0.75)} over ${values.length}`,
		);
	}
}

/** Every row by a model that never saw it, but rows of the same set: what the other halves of these sets will show. */
function measureTasksWithinSets(trained: Trained): void {
	const byRow = trained.labelled.map((example) =>
		MADE_SETS.has(example.row.dataset)
			? example
			: { ...example, row: { ...example.row, group: questionOf(example.row.prompt) } },
	);
	const held = crossValidate(byRow).filter(({ example }) => !OWN_SETS.has(example.row.dataset));
	reportTasks(
		'dev, its rows left out',
		held.map(({ example, scores }) => ({ row: example.row, shares: softmax(scores) })),
	);
}

function measureTasks(folder: string, trained: Trained): void {
	measureTasksWithinSets(trained);
	const held = crossValidate(trained.labelled).filter(({ example }) => !MADE_SETS.has(example.row.dataset));
	const temperature = fitTemperature(held);
	const judged = held.map(({ example, scores }) => ({
		row: example.row,
		shares: softmax(scores.map((score) => score / temperature)),
	}));
	reportTasks(
		'dev, its sets left out',
		judged.filter(({ row }) => row.dataset !== 'corpus'),
	);
	reportTasks(
		'corpus, its files left out',
		judged.filter(({ row }) => row.dataset === 'corpus'),
	);
	const report = (name: string, rows: readonly TaskRow[]) =>
		reportTasks(
			name,
			encodeTasks(rows, trained.letters).map((example) => ({
				row: example.row,
				shares: sharesOf(trained.tasks, example, trained.temperature),
			})),
		);
	report('measure-only, never trained on', readTasks(join(folder, 'measure-only')));
	report('made, never trained on', [...readCustomers(), ...readEveryday(), ...readLongDocuments()]);
}

function readCustomers(): TaskRow[] {
	return Object.entries(customerQuestions).flatMap(([fifty, questions]) =>
		Object.values(questions)
			.flat()
			.map((prompt): TaskRow => ({ prompt, label: 'qa', dataset: `customers, ${fifty} fifty`, group: '' })),
	);
}

function readEveryday(): TaskRow[] {
	return Object.entries(everydayPrompts).flatMap(([sixty, languages]) =>
		Object.values(languages)
			.flat()
			.map(({ prompt, label }): TaskRow => ({
				prompt,
				label: z.enum(TASKS).parse(label),
				dataset: `everyday, ${sixty} sixty`,
				group: '',
			})),
	);
}

function readLongDocuments(): TaskRow[] {
	return makeLongDocuments().map(({ prompt, task, place }) => ({
		prompt,
		label: task,
		dataset: `${place} 1–50 kB`,
		group: '',
	}));
}

function reportTasks(name: string, judged: Array<{ row: TaskRow; shares: Float64Array }>): void {
	const random = Array.from(judged, (_, i) => i);
	const right = judged.map(({ row, shares }) =>
		TASKS[shares.indexOf(Math.max(...shares))] === row.label ? 1 : 0,
	);
	const sets = new Map<string, [right: number, topTwo: number, all: number]>();
	let gap = 0;
	const bands = Array.from({ length: 10 }, () => [0, 0]);
	const tally = TASKS.map(() => ({ all: 0, named: 0, right: 0 }));
	judged.forEach(({ row, shares }, i) => {
		const set = sets.get(row.dataset) ?? [0, 0, 0];
		const own = shares[TASKS.indexOf(row.label)];
		const better = shares.filter((other) => other > own).length;
		sets.set(row.dataset, [set[0] + right[i], set[1] + (better < 2 ? 1 : 0), set[2] + 1]);
		const best = shares.indexOf(Math.max(...shares));
		tally[TASKS.indexOf(row.label)].all++;
		tally[best].named++;
		tally[best].right += right[i];
		const band = bands[Math.min(9, Math.floor(shares[best] * 10))];
		band[0] += right[i];
		band[1] += shares[best];
	});
	for (const [hits, chance] of bands) gap += Math.abs(hits - chance);
	const macro = (atLeast: number) => {
		const scores = tally
			.filter(({ all }) => all >= atLeast)
			.map(({ all, named, right: hits }) => (2 * hits) / (all + named));
		return `${show(scores.reduce((a, b) => a + b, 0) / scores.length)} of ${scores.length} labels`;
	};
	const share = right.reduce<number>((sum, hit) => sum + hit, 0) / random.length;
	const half = 1.96 * Math.sqrt((share * (1 - share)) / random.length);
	console.log(
		`task, ${name}: ${show(share)} (95 % ${range([share - half, share + half])}) of ${judged.length}, macro-F1 ${macro(1)}, ${macro(20)} with 20 rows and more, calibration error ${show(gap / judged.length)}`,
	);
	for (const [set, [hits, topTwo, all]] of sets) {
		const own = hits / all;
		const width = 1.96 * Math.sqrt((own * (1 - own)) / all);
		const first = FIRST_TASKS[set];
		const before = first ? `; first version ${first.map(show).join(', ')}` : '';
		console.log(
			`  ${set}: ${show(own)} (95 % ${range([own - width, Math.min(1, own + width)])}) of ${all}, of the two best ${show(topTwo / all)}${before}`,
		);
	}
}

function measureLanguages(folder: string): void {
	const rows = readRows<LanguageRow>(folder, 'language');
	const kinds = new Map<string, [right: number, all: number]>();
	for (let fold = 0; fold < FOLDS; fold++) {
		const inFold = ({ text }: LanguageRow) => hashOf(text) % FOLDS === fold;
		const letters = trainLanguages(rows.filter((row) => !inFold(row)));
		for (const row of rows.filter(inFold)) {
			const kind = kinds.get(row.dataset) ?? [0, 0];
			const right = detectLanguage(viewPrompt(row.text), letters).language === row.lang;
			kinds.set(row.dataset, [kind[0] + (right ? 1 : 0), kind[1] + 1]);
		}
	}
	for (const [kind, [right, all]] of kinds) {
		const share = right / all;
		const half = 1.96 * Math.sqrt((share * (1 - share)) / all);
		console.log(`language, ${kind}: ${show(share)} (95 % ${range([share - half, share + half])}) of ${all}`);
	}
}

const { values } = parseArgs({ options: { data: { type: 'string' } } });
if (values.data === undefined) {
	console.error('Name the folder of the data: npm run bench -- routing --data <folder>');
	process.exitCode = 1;
} else {
	const dev = join(values.data, 'dev');
	console.log(
		'Trained on: dev/task, dev/routing-*, dev/language, the corpus and our own requests; measured on held-out parts of them.',
	);
	const trained = trainUpToTasks(dev);
	measureTasks(values.data, trained);
	measureLanguages(dev);
	measureOutcomes(dev, trained);
}
