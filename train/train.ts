/**
 * Rebuilds the weights of the local classifier, to the byte:
 *
 *     npx tsx train/train.ts --data <folder with dev/> [--out <file>]
 *
 * Languages first, for the features of a prompt rest on its language; then tasks; then complexity, which
 * rests on the shares of the tasks.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TASKS } from '../router/types';
import { complexityInputs, formOf } from '../router/classify/local/denseFeatures';
import { FORMS } from '../router/classify/local/terms';
import type { LetterWeights } from '../router/classify/local/language';
import { encodeWeights, WEIGHTS_FILE, type Weights } from '../router/classify/local/weights';
import { crossValidateComplexity, trainComplexity, type OutcomeExample } from './complexityTraining';
import { fitOdds } from './oddsFitting';
import { readCorpus, readOutcomes, readRows, readTasks, type LanguageRow, type TaskRow } from './data';
import { trainLanguages } from './languageTraining';
import { seePrompt } from './prompts';
import { quantise, quantiseToLevels } from './quantise';
import { makeLongRows } from './longRows';
import { makeRequestRows } from './requestRows';
import type { SoftmaxModel } from './softmaxTraining';
import {
	askedOnly,
	crossValidate,
	encodeTasks,
	fitTemperature,
	MADE_SETS,
	sharesOf,
	trainTasks,
	type LabelledExample,
} from './taskTraining';
import { trainVocabulary } from './vocabularyTraining';
import { BUCKETS } from '../router/classify/reading/hashedWords';

/** What our levels stand for as a chance that the weak model falls short. */
const CHANCE_OF_LEVEL = { simple: 0.08, moderate: 0.35, complex: 0.75 };

export function encodeOutcomes(
	folder: string,
	letters: LetterWeights,
	tasks: SoftmaxModel,
	temperature: number,
): OutcomeExample[] {
	const encode = (
		prompt: string,
		dataset: string,
		category: string,
		group: string,
		strong: number,
		gain: number,
		needed: number,
	) => {
		const seen = seePrompt(prompt, letters);
		const { view, features, rows, raw, values, inputs, lineEnds } = seen;
		const shares = sharesOf(tasks, { ...askedOnly(seen), inputs, label: 0, weight: 1 }, temperature);
		const form = formOf(features, view);
		return {
			rows,
			raw,
			values,
			lineEnds,
			inputs: complexityInputs(features, view, shares).slice(),
			form,
			dataset,
			category,
			group,
			strong,
			gain,
			needed,
		};
	};
	const outcomes = [...readOutcomes(folder).values()].flat();
	return [
		...outcomes.map(({ prompt, dataset, category, group, strong, weak }) =>
			encode(prompt, dataset, category, group, strong, strong - weak, strong > weak ? 1 : 0),
		),
		...readCorpus().map(({ prompt, label, group, level }) =>
			encode(prompt, 'corpus', label, group, 1, CHANCE_OF_LEVEL[level], CHANCE_OF_LEVEL[level]),
		),
	];
}

export interface Trained {
	letters: LetterWeights;
	vocabulary: Int8Array;
	labelled: LabelledExample[];
	tasks: SoftmaxModel;
	temperature: number;
}

/** Everything up to the complexity; `bench routing` measures with the same steps. */
export function trainUpToTasks(folder: string): Trained {
	const letters = trainLanguages(readRows<LanguageRow>(folder, 'language'));
	const rows: TaskRow[] = [
		...readTasks(folder),
		...readCorpus(),
		...makeRequestRows(folder),
		...makeLongRows(folder),
	];
	const labelled = encodeTasks(rows, letters);
	const outcomes = [...readOutcomes(folder).values()].flat();
	// What was pasted into long rows is in many languages, and its words tell no task.
	const told = [...rows.filter(({ dataset }) => dataset !== 'long'), ...outcomes];
	const vocabulary = trainVocabulary(told.map(({ prompt }) => prompt));
	// What is made by a program is our own mould: how sure the model may be is told by what others wrote and the corpus.
	const held = crossValidate(labelled, 3).filter(({ example }) => !MADE_SETS.has(example.row.dataset));
	return { letters, vocabulary, labelled, tasks: trainTasks(labelled), temperature: fitTemperature(held) };
}

function trainAll(folder: string): Weights {
	const { letters, vocabulary, tasks, temperature } = trainUpToTasks(folder);
	console.log(`temperature ${temperature.toFixed(2)}`);
	const examples = encodeOutcomes(folder, letters, tasks, temperature);
	const held = crossValidateComplexity(examples);
	const complexity = trainComplexity(examples);
	const odds = FORMS.flatMap((form) => fitOdds(examples, held, form));
	console.log(`odds ${odds.map((value) => value.toFixed(2)).join(' ')}`);
	const words = quantiseToLevels(tasks.table, TASKS.length);
	const tables = FORMS.map((form) =>
		quantise(complexity.table.subarray(form * BUCKETS, (form + 1) * BUCKETS), 1),
	);
	return {
		...letters,
		vocabulary,
		taskWords: words.bytes,
		taskScale: words.scale,
		taskInputs: tasks.inputs,
		taskTemperature: Float32Array.of(temperature),
		complexityWords: Int8Array.from(tables.flatMap(({ bytes }) => [...bytes])),
		complexityScale: Float32Array.from(tables, ({ scale }) => scale[0]),
		complexityInputs: complexity.inputs,
		complexityOdds: Float32Array.from(odds),
		complexityBias: complexity.bias,
	};
}

if (require.main === module) {
	const { values } = parseArgs({ options: { data: { type: 'string' }, out: { type: 'string' } } });
	if (values.data === undefined) {
		console.error('Name the folder of the data: npx tsx train/train.ts --data <folder> [--out <file>]');
		process.exitCode = 1;
	} else {
		const file = encodeWeights(trainAll(join(values.data, 'dev')));
		writeFileSync(values.out ?? WEIGHTS_FILE, file);
		const { user, system } = process.cpuUsage();
		console.log(`${file.length} bytes, ${((user + system) / 1e6).toFixed(0)} s of work`);
	}
}
