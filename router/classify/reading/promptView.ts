import { isAsciiLetter, isDigit } from '../../text/characters';
import type { Line, LineKind, Stretch } from './lines';
import { findRequest } from './request';

/** What is asked stands at the start or at the end; of a long prompt only this much of each is read. */
const WINDOW = 1_000;
const NEAR = 600;
const NEAREST = 160;

/** The prompt with what is asked told apart from what is pasted. */
export interface PromptView {
	text: string;
	lines: readonly Line[];
	/** Where prose begins and ends; what stands near either counts most. */
	proseStart: number;
	proseEnd: number;
	/** Characters of prose within the windows. */
	proseLength: number;
	/** Characters of the windows that are code. */
	codeLength: number;
	/** What of a long prompt says what to do; empty where that cannot be told from the rest. */
	request: readonly Stretch[];
}

/** Reads head and tail of the prompt; at most about 2,000 characters, however long the prompt is. */
export function viewPrompt(text: string): PromptView {
	const lines: Line[] = [];
	if (text.length <= 2 * WINDOW) readLines(text, 0, text.length, false, lines);
	else {
		readLines(text, 0, WINDOW, false, lines);
		const tail = text.length - WINDOW;
		readLines(text, tail, text.length, opensInsideFence(text, tail), lines);
	}
	const prose = lines.filter((line) => line.kind === 'prose');
	const sum = (kind: LineKind) =>
		lines.reduce((total, line) => total + (line.kind === kind ? line.end - line.start : 0), 0);
	return {
		text,
		lines,
		proseStart: prose[0]?.start ?? 0,
		proseEnd: prose[prose.length - 1]?.end ?? text.length,
		proseLength: sum('prose'),
		codeLength: sum('code'),
		request: findRequest(text, lines),
	};
}

/** What a phrase within code, data or quoted mail says about what is asked. */
export const PASTED_WEIGHT = 0.12;

/** How much a phrase at `position` on `line` says about what is asked: 0.1 (pasted) to 1.6 (opens or ends the prompt). */
export function weightAt(view: PromptView, line: Line, position: number): number {
	if (line.kind !== 'prose') return PASTED_WEIGHT;
	if (line.isChoice) return 0.3;
	const distance = Math.min(position - view.proseStart, view.proseEnd - position);
	const near = distance < NEAREST ? 1.3 : distance < NEAR ? 1 : 0.4;
	// A request is a short line; a line of a thousand characters is a document.
	const length = line.end - line.start;
	const ofManyLines = view.proseLength > 400 && length < 240;
	return near * (ofManyLines && distance < NEAREST ? 1.25 : 1);
}

function readLines(text: string, from: number, to: number, fenced: boolean, lines: Line[]): void {
	let inFence = fenced;
	let start = from;
	while (start < to) {
		const next = text.indexOf('\n', start);
		const end = next === -1 || next > to ? to : next;
		const first = skipBlank(text, start, end);
		if (first < end) {
			if (text.startsWith('```', first) || text.startsWith('~~~', first)) inFence = !inFence;
			else {
				const isChoice = CHOICE.test(text.slice(first, Math.min(end, first + 8)));
				const kind = inFence || continuesCode(lines, start, first) ? 'code' : kindOfLine(text, first, end);
				lines.push({ start: first, end, kind, isChoice });
			}
		}
		start = end + 1;
	}
}

/** An indented line right below code is code. */
function continuesCode(lines: readonly Line[], start: number, first: number): boolean {
	const above = lines[lines.length - 1];
	return first - start >= 2 && above !== undefined && above.kind === 'code' && above.end === start - 1;
}

/** An odd number of fences after the cut means that the cut went through a fenced block. */
function opensInsideFence(text: string, from: number): boolean {
	let fences = 0;
	for (let at = text.indexOf('```', from); at !== -1; at = text.indexOf('```', at + 3)) fences++;
	return fences % 2 === 1;
}

const CHOICE = /^\(?[A-Ja-j][).] ?\S/;
const CODE_STARTS =
	/^(?:import |from [\w.]+ import|export |const |let |var |def |class \w+[\s(:{]|return\b.*[;)]|if ?\(|for ?\(|while ?\(|else\b ?[{:]|for \w+(?:, ?\w+)* in .+:$|while .+:$|if [\w.]+ ?(?:==|!=|<|>|in |is |not ).*:$|with \w+.* as \w+:$|elif |try[: {]|except[: ]|catch ?\(|function\b ?\w*\(|public |private |protected |static |#include|using \w+;|using namespace|package \w|fn |func |SELECT [\w*"(.`]|FROM [\w."`]+(?: AS \w+)?,?$|(?:LEFT|INNER|RIGHT|CROSS|FULL)? ?(?:OUTER )?JOIN \w|WHERE \w|(?:GROUP|ORDER) BY \w|HAVING \w|LIMIT \d|INSERT INTO|UPDATE \w+ SET|CREATE (?:TABLE|VIEW)|DELETE FROM|\$\w+ ?=|>>> |\/\/|\/\*|assert |print\(|echo |sudo |npm |pip |git |docker |curl |@\w+\(|<\?php|<script|<style|#!\/)/;
const DATA_STARTS =
	/^(?:[{[]\s*$|[{[]["'{[\d]|[}\]],?$|"[^"]{1,60}"\s*:|<\/?[a-zA-Z!][^>]{0,200}>?|\|.*\||---+$|===+$)/;

/** What a line is, told by how it begins and ends. Looks at no more than its first 240 characters. */
export function kindOfLine(text: string, start: number, end: number): LineKind {
	const first = text.charCodeAt(start);
	if (first === 62 && !text.startsWith('>>>', start)) return 'quote';
	const line = text.slice(start, Math.min(end, start + 240)).trimEnd();
	if (CODE_STARTS.test(line)) return 'code';
	if (DATA_STARTS.test(line)) return 'data';
	return looksLikeCode(line) ? 'code' : 'prose';
}

/** Ends as a statement, or holds more operators than prose does. */
function looksLikeCode(line: string): boolean {
	const last = line.charCodeAt(line.length - 1);
	const statement = last === 59 || last === 123 || last === 125;
	let signs = 0;
	let letters = 0;
	for (let i = 0; i < line.length; i++) {
		const code = line.charCodeAt(i);
		if (isAsciiLetter(code) || isDigit(code) || code > 127 || code === 32) letters++;
		else if (CODE_SIGNS.has(code)) signs++;
	}
	if (statement && (signs >= 2 || line.length < 4)) return true;
	if (line.includes('\\')) return false;
	return (
		signs >= 4 &&
		signs * 7 > letters &&
		/[\w\])] ?(?:=|=>|->|==|\+=|\|\|) ?|\w\(.*\)|\);?$/.test(line) &&
		!/[?.!]$/.test(line)
	);
}

const CODE_SIGNS = new Set(Array.from('=(){}[];<>_|&', (sign) => sign.charCodeAt(0)));

function skipBlank(text: string, start: number, end: number): number {
	let i = start;
	while (i < end && text.charCodeAt(i) <= 32) i++;
	return i;
}
