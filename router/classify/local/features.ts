import { TASKS, type Task } from '../../types';
import { isDigit } from '../../text/characters';
import { type Cue, cueTrie } from '../cues/cueTrie';
import { CUE_TABLES } from '../cues/languages';
import type { LanguageGuess } from './language';
import type { Line } from '../reading/lines';
import { PASTED_WEIGHT as PASTED, type PromptView, weightAt } from '../reading/promptView';
import { isWithin } from '../reading/request';

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
	/** The same of what is asked alone, where a request stands out from what is pasted; else of the whole. */
	request: Asked;
	/** Whether some phrase says outright what to do, and it is not to program. */
	asksOutright: boolean;
	/** The language that the cue words speak for, where they agree. */
	cueLanguage: string | undefined;
}

/** Counts of the request. */
export type Asked = Pick<Features, 'words' | 'questions' | 'numbers' | 'mathSigns'>;

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
		request: readRequest(view, shape),
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
/** Beside a request that stands out, of which only the ends are read. */
const BESIDE = 0.1;

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
	let material = Infinity;
	let asksOutright = false;
	const best = new Map<Cue, number>();
	for (const { cue, line, from, to, weight } of matches) {
		const outright = cue.strength === 4 && cue.aim !== 'coding' && weight >= 1;
		const beside = view.request.length > 0 && !isWithin(view.request, from);
		const aside = from >= material || (beside && cue.aim !== 'difficulty' && cue.aim !== 'demands');
		if (outright && !aside) {
			asksOutright = true;
			if (ON_MATERIAL.has(cue.aim)) material = startOfMaterial(view.text, to, line.end);
		}
		const settled = aside ? weight * (beside ? BESIDE : IN_MATERIAL) : weight;
		if (settled > (best.get(cue) ?? 0)) best.set(cue, settled);
	}
	return { best, asksOutright };
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

const noShape = (): ShapeFeatures => ({
	words: 0,
	questions: 0,
	numbers: 0,
	mathSigns: 0,
	steps: 0,
	choices: 0,
	cjk: 0,
});

function readShape(view: PromptView): ShapeFeatures {
	const shape = noShape();
	for (const line of view.lines) {
		if (line.isChoice) shape.choices++;
		else if (/^(?:\d{1,2}[.)]|[-*•]) /.test(view.text.slice(line.start, line.start + 4))) shape.steps++;
		countSigns(view.text, line.start, line.end, line.kind === 'prose', shape);
	}
	return shape;
}

function readRequest(view: PromptView, whole: ShapeFeatures): Asked {
	if (view.request.length === 0) return whole;
	const shape = noShape();
	for (const { start, end } of view.request) countSigns(view.text, start, end, true, shape);
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
