import { TASKS, type Task } from '../../types';
import { isAsciiLetter } from '../../text/characters';
import { readChoices } from './choices';
import type { Features } from './features';
import type { PromptView } from '../reading/promptView';
import { scoreTasks } from './taskScores';
import { COMPLEXITY_INPUTS, type Form, TASK_INPUTS } from './terms';

const taskVector = new Float32Array(TASK_INPUTS);
const complexityVector = new Float32Array(COMPLEXITY_INPUTS);

/** What the task model weighs beside the words: cues, scores by rule, shape. Valid until the next call. */
export function taskInputs(features: Features): Float32Array {
	const x = taskVector;
	const { cues, words, request } = features;
	const { numbers } = request;
	const standsOut = request.words < words;
	const scores = scoreTasks(features);
	let leading: Task = TASKS[0];
	for (const task of TASKS) if (cues[task] > cues[leading]) leading = task;
	let i = 0;
	x[i++] = 1;
	for (const task of TASKS) x[i++] = cues[task] / 3;
	for (const task of TASKS) x[i++] = task === leading && cues[task] > 1 ? 1 : 0;
	for (const task of TASKS) x[i++] = scores[task] / 2;
	x[i++] = Math.log1p(words) / 3;
	x[i++] = words <= 4 ? 1 : 0;
	x[i++] = words <= 14 ? 1 : 0;
	x[i++] = words <= 40 ? 1 : 0;
	x[i++] = words > 150 ? 1 : 0;
	x[i++] = Math.min(3, request.questions) / 2;
	x[i++] = request.questions > 0 && request.words <= 40 ? 1 : 0;
	x[i++] = Math.log1p(numbers) / 2;
	x[i++] = request.words > 0 ? Math.min(1, (4 * numbers) / request.words) : 0;
	x[i++] = Math.log1p(request.mathSigns) / 2;
	x[i++] = features.choices >= 2 ? 1 : 0;
	x[i++] = Math.log1p(features.steps) / 2;
	x[i++] = features.codeShare;
	x[i++] = features.pastedShare;
	x[i++] = features.containsCode ? 1 : 0;
	x[i++] = features.asksOutright ? 1 : 0;
	x[i++] = features.cjk > 0 ? 1 : 0;
	x[i++] = Math.log1p(features.difficulty);
	x[i++] = Math.log1p(features.demands) / 2;
	x[i++] = standsOut ? 1 : 0;
	x[i++] = standsOut ? Math.log1p(request.words) / 3 : 0;
	x[i] = standsOut && request.questions > 0 ? 1 : 0;
	return x;
}

/** What the complexity model weighs beside the words. Valid until the next call. */
export function complexityInputs(
	features: Features,
	view: PromptView,
	shares: ArrayLike<number>,
): Float32Array {
	const x = complexityVector;
	const asked = Math.log1p(features.asked / 12);
	const choices = readChoices(view);
	let i = 0;
	for (let task = 0; task < TASKS.length; task++) x[i++] = shares[task];
	x[i++] = asked;
	x[i++] = (asked * asked) / 3;
	x[i++] = Math.log1p(features.difficulty);
	x[i++] = Math.log1p(features.demands);
	x[i++] = Math.log1p(features.mathSigns);
	x[i++] = Math.log1p(features.numbers) / 2;
	x[i++] = Math.log1p(features.steps) / 2;
	x[i++] = Math.log1p(Math.max(0, features.questions - 1));
	x[i++] = Math.log1p(features.codeLength / 200);
	x[i++] = Math.log1p(features.words) / 3;
	x[i++] = features.choices >= 2 ? 1 : 0;
	x[i++] = Math.log1p(features.choices) / 2;
	x[i++] = choices.stem;
	x[i++] = choices.length;
	x[i++] = choices.numeric;
	x[i++] = wordLength(view);
	x[i++] = view.text.includes('__') ? 1 : 0;
	x[i++] = choices.negated;
	x[i++] = choices.statements;
	x[i++] = choices.decimal;
	x[i++] = choices.short;
	x[i++] = choices.unit;
	x[i++] = choices.whole;
	x[i++] = choices.lengths;
	x[i++] = choices.latex;
	x[i++] = choices.numbers;
	x[i++] = choices.sentences;
	x[i++] = choices.asks;
	x[i++] = choices.decimal * choices.stem;
	x[i++] = choices.short * choices.numbers;
	x[i++] = choices.unit * choices.numbers;
	x[i] = choices.whole * choices.numbers;
	return x;
}

const PRIOR_OF_LENGTH = { open: 0.3, choices: 0.2 };
const PRIOR_OF_EXACT = 0.15;
/** From this share of coding and mathematics on a prompt counts as such. */
const EXACT_FROM = 1 / 8;

/**
 * What is hard whatever the outcomes show: a long prompt, and, where the answer is open, one that asks for code or mathematics.
 * It holds where nothing was trained on; little, so that what was trained on stands.
 */
export function priorOf(inputs: ArrayLike<number>, form: Form): number {
	const length = Math.tanh(inputs[TASKS.length] / 2);
	if (form !== 0) return PRIOR_OF_LENGTH.choices * length;
	const exact = inputs[TASKS.indexOf('coding')] + inputs[TASKS.indexOf('math')];
	return PRIOR_OF_LENGTH.open * length + PRIOR_OF_EXACT * Math.min(1, exact / EXACT_FROM);
}

/** Behind the answers: what is wanted is more than a letter. */
const WANTS_REASONS = /step[- ]by[- ]step|explain|reason|justify|show (?:your|all) work|think|\\boxed/i;

/** More answers leave less to luck, and such exams are of another kind. */
const FEW_ANSWERS = 5;

/** Questions with answers to choose from, of which a bare letter is wanted, are weighed by weights of their own. */
export function formOf({ choices }: Features, { lines, text }: PromptView): Form {
	if (choices < 2) return 0;
	let last = lines.length - 1;
	while (last > 0 && !lines[last].isChoice) last--;
	if (WANTS_REASONS.test(text.slice(lines[last].end, lines[last].end + 600))) return 0;
	return choices <= FEW_ANSWERS ? 1 : 2;
}

/** Mean letters of a word in ASCII, less five, by fives. */
function wordLength(view: PromptView): number {
	let letters = 0;
	let words = 0;
	let previous = false;
	for (const line of view.lines) {
		for (let i = line.start; i < line.end; i++) {
			const letter = isAsciiLetter(view.text.charCodeAt(i));
			if (letter) letters++;
			if (letter && !previous) words++;
			previous = letter;
		}
		previous = false;
	}
	return words > 0 ? letters / words / 5 - 1 : 0;
}
