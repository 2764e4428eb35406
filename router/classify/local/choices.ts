import { isDigit } from '../../text/characters';
import type { PromptView } from '../reading/promptView';

/** What a question with answers to choose from looks like; all 0 where there are none, but for `negated` and `statements`. */
export interface Choices {
	/** ln(1 + characters before the first answer / 100). */
	stem: number;
	/** ln(1 + mean characters of an answer / 20). */
	length: number;
	/** Share of the answers that hold a digit. */
	numeric: number;
	/** 1 where the wording is negative (`which is not …`). */
	negated: number;
	/** 1 where the answers are about numbered statements. */
	statements: number;
	/** Shares of the answers: with decimals, of a few characters, with a unit, whole numbers. */
	decimal: number;
	short: number;
	unit: number;
	whole: number;
	/** How many lengths the answers have, by their number. */
	lengths: number;
	/** Of the text before the answers: LaTeX marks, ln(1 + numbers), ln(1 + sentences), whether it ends in a question mark. */
	latex: number;
	numbers: number;
	sentences: number;
	asks: number;
}

const NEGATED = /\b(?:not|except|least|false)\b/i;
const STATEMENTS = /\bI{1,3}\b|\(i+\)|\bStatement 1\b/;
const LABEL = /^\(?[A-Ja-j][).] ?/;
const SHORT = 12;
const MOST_LATEX = 3;
/** Characters of a question that are looked at. */
const STEM_WINDOW = 4_000;

export function readChoices(view: PromptView): Choices {
	const answers = view.lines.filter((line) => line.isChoice);
	const first = answers.length > 0 ? answers[0].start : view.text.length;
	const head = view.text.slice(0, Math.min(first, 1_000));
	const wording = { negated: NEGATED.test(head) ? 1 : 0, statements: STATEMENTS.test(head) ? 1 : 0 };
	if (answers.length === 0) return { ...NO_ANSWERS, ...wording };
	const texts = answers.map(({ start, end }) => view.text.slice(start, end));
	const bodies = texts.map((text) => text.replace(LABEL, '').trim());
	const shareOf = (test: (body: string) => boolean) => bodies.filter(test).length / bodies.length;
	const characters = texts.reduce((sum, text) => sum + text.length, 0);
	return {
		...wording,
		...readStem(view.text.slice(0, Math.min(first, STEM_WINDOW))),
		stem: Math.log1p(first / 100),
		length: Math.log1p(characters / texts.length / 20),
		numeric: texts.filter(hasDigit).length / texts.length,
		decimal: shareOf((body) => /\d\.\d/.test(body)),
		short: shareOf((body) => body.length < SHORT),
		unit: shareOf((body) => /\d ?[a-zA-Z%°]/.test(body)),
		whole: shareOf((body) => /^-?\d+\.?0?$/.test(body)),
		lengths: new Set(bodies.map(({ length }) => length)).size / bodies.length,
	};
}

const NO_ANSWERS: Omit<Choices, 'negated' | 'statements'> = {
	stem: 0,
	length: 0,
	numeric: 0,
	decimal: 0,
	short: 0,
	unit: 0,
	whole: 0,
	lengths: 0,
	latex: 0,
	numbers: 0,
	sentences: 0,
	asks: 0,
};

function readStem(stem: string): Pick<Choices, 'latex' | 'numbers' | 'sentences' | 'asks'> {
	let latex = 0;
	let numbers = 0;
	let sentences = 0;
	let previous = 32;
	for (let i = 0; i < stem.length; i++) {
		const code = stem.charCodeAt(i);
		// $ and \
		if (code === 36 || code === 92) latex++;
		if (isDigit(code) && !isDigit(previous)) numbers++;
		if (code === 32 && previous === 46) sentences++;
		previous = code;
	}
	return {
		latex: Math.min(MOST_LATEX, latex) / MOST_LATEX,
		numbers: Math.log1p(numbers),
		sentences: Math.log1p(sentences),
		asks: stem.trimEnd().endsWith('?') ? 1 : 0,
	};
}

function hasDigit(text: string): boolean {
	for (let i = 0; i < text.length; i++) if (isDigit(text.charCodeAt(i))) return true;
	return false;
}
