import { kindOfLine } from './promptView';

const SCAN_WHOLE = 16_384;
const SAMPLES = 8;
const SAMPLE_LENGTH = 2_048;
/** Fenced blocks of these are data or text, not code. */
const DATA_FENCES = new Set([
	'json',
	'csv',
	'text',
	'txt',
	'markdown',
	'md',
	'plaintext',
	'log',
	'tsv',
	'plain',
]);

/**
 * Whether a text holds program code: a fenced block that is not marked as data, or at least two lines
 * that read as statements and make up a tenth of the lines, or one that says so beyond doubt. Looks at the
 * whole of a text of 16 kB, at even samples of a longer one, and at the first fences wherever they are.
 */
export function containsCode(text: string): boolean {
	if (hasCodeFence(text)) return true;
	if (text.length <= SCAN_WHOLE) return hasCodeLines(text, 0, text.length);
	const stride = (text.length - SAMPLE_LENGTH) / (SAMPLES - 1);
	for (let i = 0; i < SAMPLES; i++) {
		const start = Math.floor(i * stride);
		if (hasCodeLines(text, start, start + SAMPLE_LENGTH)) return true;
	}
	return false;
}

function hasCodeFence(text: string): boolean {
	let at = text.indexOf('```');
	for (let pairs = 0; at !== -1 && pairs < 50; pairs++) {
		const close = text.indexOf('```', at + 3);
		if (close === -1) return false;
		const head = /^[\w+#.-]{0,20}/.exec(text.slice(at + 3, at + 24))?.[0].toLowerCase() ?? '';
		const body = text.slice(at + 3 + head.length, Math.min(close, at + 4_096));
		if (head !== '' && !DATA_FENCES.has(head)) return true;
		if (head === '' && hasCodeLines(body, 0, body.length)) return true;
		at = text.indexOf('```', close + 3);
	}
	return false;
}

const BEYOND_DOUBT =
	/^(?:def \w+\(.*\).*:\s*$|(?:export |async )*function \w*\(|(?:public|private) (?:static )?\w+[\w<>[\]]* \w+\(|#include ?<|SELECT .{1,200} FROM \w|select [\w*., ]{1,80} from \w+(?: where|;|$)|INSERT INTO \w+|CREATE TABLE \w|(?:const|let|var) \w+ ?= ?|import \w[\w.]* from ['"]|from [\w.]+ import \w|console\.log\(|class \w+(?:\(.*\))?:\s*$|<\?php|#!\/(?:bin|usr)|using namespace )/;
/** Code that is written into a sentence: `foo.bar(x)`, `x => x + 1`, `if (a == b) {`. */
const INLINE =
	/\bdef \w+\(|\bfunction ?\w*\([\w, ]*\) ?\{|=> ?[{(\w]|\bconsole\.log\(|\w+\.\w+\([^)]{0,80}\);|\bSELECT [\w*, .]{1,80} FROM \w|\b(?:const|let|var) \w+ ?= ?\S|#include ?</;

/** What all inline code has: a sign that prose seldom needs. */
function hasBrackets(text: string, start: number, end: number): boolean {
	for (let i = start; i < end && i < start + 240; i++) {
		const code = text.charCodeAt(i);
		// ( ; < = { and the S of SELECT
		if (
			code === 40 ||
			code === 59 ||
			code === 60 ||
			code === 61 ||
			code === 123 ||
			(code === 83 && text.startsWith('SELECT', i))
		)
			return true;
	}
	return false;
}

function hasCodeLines(text: string, from: number, to: number): boolean {
	let lines = 0;
	let code = 0;
	let start = from;
	while (start < to) {
		const next = text.indexOf('\n', start);
		const end = next === -1 || next > to ? to : next;
		let first = start;
		while (first < end && text.charCodeAt(first) <= 32) first++;
		if (first < end) {
			lines++;
			const kind = kindOfLine(text, first, end);
			if (kind === 'code') code++;
			if (kind === 'code' || hasBrackets(text, first, end)) {
				const line = text.slice(first, Math.min(end, first + 240));
				if (BEYOND_DOUBT.test(line) || INLINE.test(line)) return true;
			}
		}
		start = end + 1;
	}
	return code >= 2 && code * 10 >= lines;
}
