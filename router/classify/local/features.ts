import { TASKS, type Task } from '../../types';
import { isDigit } from '../../text/characters';
import { CUE_TABLES, type Cue, cueTrie } from '../cues/cueTrie';
import type { LanguageGuess } from './language';
import { PASTED_WEIGHT as PASTED, type Line, type PromptView, weightAt } from '../reading/promptView';

/** What the task model sees of a prompt; every count is bounded by the windows of `PromptView`. */
export interface Features {
	/** How strongly the words of each task speak, weighted by where they stand; 0 where none does. */
	cues: Record<Task, number>;
	/** How many different words of difficulty and of demand. */
	difficulty: number;
	demands: number;
	/** Characters of the whole prompt. */
	length: number;
	/**
	 * How much is said, in words of six characters: prose counts whole, what is pasted and what lies beyond
	 * the windows by a quarter, a CJK character as half a word. Grows with everything that is added.
	 */
	asked: number;
	/** Words within the windows, CJK characters counted as half a word. */
	words: number;
	/** CJK characters of prose. */
	cjk: number;
	questions: number;
	numbers: number;
	/** Signs of mathematics: operators between operands, LaTeX commands, powers, roots. */
	mathSigns: number;
	/** Numbered or bulleted lines. */
	steps: number;
	/** Lines `(A) …` or `A. …`: a multiple-choice question. */
	choices: number;
	/** Share of the windows that is code, 0–1, and its characters. */
	codeShare: number;
	codeLength: number;
	/** Share of the windows that is pasted (code, data, quotes), 0–1. */
	pastedShare: number;
	containsCode: boolean;
	/** Whether some phrase says outright what to do, and it is not to program. */
	asksOutright: boolean;
	/** The language that the cue words speak for, where they agree. */
	cueLanguage: string | undefined;
}

/** What one distinct phrase of each strength adds. */
const STRENGTH = [0, 0.25, 0.8, 1.7, 3.2];
/** Many phrases of one task say little more than a few: the sum tends to this. */
const CEILING = 7;

export function readFeatures(view: PromptView, guess: LanguageGuess, containsCode: boolean): Features {
	const cues = readCues(view, guess);
	const shape = readShape(view);
	const windows = view.lines.reduce((sum, line) => sum + line.end - line.start, 0);
	return {
		...cues,
		...shape,
		length: view.text.length,
		asked: (view.proseLength + 2 * shape.cjk + 0.25 * (view.text.length - view.proseLength)) / 6,
		codeLength: view.codeLength,
		codeShare: windows === 0 ? 0 : view.codeLength / windows,
		pastedShare: windows === 0 ? 0 : 1 - view.proseLength / windows,
		containsCode,
	};
}

type CueFeatures = Pick<Features, 'cues' | 'difficulty' | 'demands' | 'cueLanguage' | 'asksOutright'>;

function readCues(view: PromptView, guess: LanguageGuess): CueFeatures {
	const { best, asksOutright } = findCues(view);
	const votes: Record<string, number> = {};
	for (const [cue, weight] of best) {
		if (cue.aim !== 'demands')
			votes[cue.language] = (votes[cue.language] ?? 0) + weight * STRENGTH[cue.strength];
	}
	const cueLanguage = winner(votes);
	const language = guess.reliable || cueLanguage === undefined ? guess.language : cueLanguage;
	const known = CUE_TABLES.some((table) => table.language === language);
	const cues = Object.fromEntries(TASKS.map((task) => [task, 0])) as Record<Task, number>;
	let difficulty = 0;
	let demands = 0;
	for (const [cue, weight] of best) {
		const trust = trustIn(cue.language, language, known);
		// These count alike wherever they stand, so that what follows them cannot make them count less.
		if (cue.aim === 'difficulty') difficulty += weight <= PASTED ? 0 : trust;
		else if (cue.aim === 'demands') demands += weight <= PASTED ? 0 : trust;
		else cues[cue.aim] += trust * weight * STRENGTH[cue.strength];
	}
	for (const task of TASKS) cues[task] = CEILING * (1 - Math.exp(-cues[task] / CEILING));
	return { cues, difficulty, demands, cueLanguage, asksOutright };
}

/** Tasks that come with the material to work on; what the material says is not what is asked. */
const ON_MATERIAL = new Set<Cue['aim']>([
	'translation',
	'summarization',
	'extraction',
	'classification',
	'rewriting',
]);
const IN_MATERIAL = 0.3;
/** A request is one short line at the start or end of a prompt that is several times as long. */
const LONGEST_REQUEST = 240;
const LONG_PROMPT = 500;

interface Match {
	cue: Cue;
	line: Line;
	from: number;
	to: number;
	weight: number;
}

/** Each phrase once, with the weight of the best place where it stands. */
function findCues(view: PromptView): { best: Map<Cue, number>; asksOutright: boolean } {
	const matches: Match[] = [];
	for (const line of view.lines) {
		cueTrie().scan(view.text, line.start, line.end, (cue, from, to) => {
			matches.push({ cue, line, from, to, weight: weightAt(view, line, from) });
		});
	}
	const requests = requestLines(view, matches);
	let material = Infinity;
	let asksOutright = false;
	const best = new Map<Cue, number>();
	for (const { cue, line, from, to, weight } of matches) {
		const outright = cue.strength === 4 && cue.aim !== 'coding' && weight >= 1;
		const aside = from >= material || (requests.length > 0 && !requests.includes(line));
		if (outright && !aside) {
			asksOutright = true;
			if (ON_MATERIAL.has(cue.aim)) material = startOfMaterial(view.text, to, line.end);
		}
		const settled = aside ? weight * IN_MATERIAL : weight;
		if (settled > (best.get(cue) ?? 0)) best.set(cue, settled);
	}
	return { best, asksOutright };
}

/** The first and the last prose line of a long prompt, where they are short and say outright what to do. */
function requestLines(view: PromptView, matches: readonly Match[]): Line[] {
	if (view.text.length < LONG_PROMPT) return [];
	const prose = view.lines.filter((line) => line.kind === 'prose');
	return [...new Set([prose[0], prose[prose.length - 1]])].filter(
		(line) =>
			line !== undefined &&
			line.end - line.start <= LONGEST_REQUEST &&
			matches.some(
				(match) => match.line === line && match.cue.strength === 4 && ON_MATERIAL.has(match.cue.aim),
			),
	);
}

/** Behind the colon or the opening quote that follows the request, else from the next line on. */
function startOfMaterial(text: string, from: number, end: number): number {
	for (let i = from; i < end; i++) {
		const code = text.charCodeAt(i);
		// : " « „ “ and the full-width colon
		if (code === 58 || code === 34 || code === 0xab || code === 0x201e || code === 0x201c || code === 0xff1a)
			return i;
	}
	return end;
}

/** English words turn up in every language's prompts; words of a third language are false friends. */
function trustIn(ofCue: string, ofPrompt: string, known: boolean): number {
	if (ofCue === ofPrompt) return 1;
	if (ofCue === 'en') return known ? 0.85 : 1;
	return known ? 0 : 0.5;
}

function winner(votes: Record<string, number>): string | undefined {
	const ranked = Object.entries(votes).sort((a, b) => b[1] - a[1]);
	if (ranked.length === 0 || ranked[0][1] < STRENGTH[2]) return undefined;
	return ranked.length === 1 || ranked[0][1] >= 1.5 * ranked[1][1] ? ranked[0][0] : undefined;
}

type ShapeFeatures = Pick<
	Features,
	'words' | 'questions' | 'numbers' | 'mathSigns' | 'steps' | 'choices' | 'cjk'
>;

function readShape(view: PromptView): ShapeFeatures {
	const shape: ShapeFeatures = {
		words: 0,
		questions: 0,
		numbers: 0,
		mathSigns: 0,
		steps: 0,
		choices: 0,
		cjk: 0,
	};
	for (const line of view.lines) {
		if (line.isChoice) shape.choices++;
		else if (/^(?:\d{1,2}[.)]|[-*•]) /.test(view.text.slice(line.start, line.start + 4))) shape.steps++;
		countSigns(view.text, line.start, line.end, line.kind === 'prose', shape);
	}
	return shape;
}

function countSigns(text: string, start: number, end: number, prose: boolean, shape: ShapeFeatures): void {
	let previous = 32;
	for (let i = start; i < end; i++) {
		const code = text.charCodeAt(i);
		if (code > 32 && previous <= 32) shape.words++;
		if (code >= 0x3040 && code <= 0x9fff) {
			shape.words += 0.5;
			if (prose) shape.cjk++;
		}
		if (isDigit(code) && !isDigit(previous)) shape.numbers++;
		if (prose) {
			if (code === 63 || code === 0xff1f || code === 0x61f) shape.questions++;
			else if (isMathSign(text, i, code, previous)) shape.mathSigns++;
		}
		previous = code;
	}
}

/** `=`, `^`, `\frac`, `√`, `2 + 3`, `x/2`: not a hyphen or a slash between words. */
function isMathSign(text: string, i: number, code: number, previous: number): boolean {
	if (code === 61 || code === 94) return true;
	if (code === 92) return text.charCodeAt(i + 1) > 96;
	if ((code >= 0x2200 && code <= 0x22ff) || code === 0xd7 || code === 0xf7 || code === 0xb2 || code === 0xb3)
		return true;
	if (code === 43 || code === 42 || code === 47 || code === 37)
		return isDigit(previous) || isDigit(text.charCodeAt(i + 1));
	return false;
}
