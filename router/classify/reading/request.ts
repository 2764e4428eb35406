/** Where a long prompt says what to do: a short line above, below or around what is pasted. */
import { cueTrie, type Cue } from '../cues/cueTrie';
import type { Line, Stretch } from './lines';

/** Shorter prompts are request throughout. */
const LONG_PROMPT = 400;
/** More than this is no request but what it is about. */
const LONGEST = 320;
/** A request is a small part of what it stands beside. */
const SHARE = 3;

/** What must speak for it that the beginning or the end of a prompt is its request. */
const ENOUGH = 1.5;
/** One end speaks so much more clearly that the other is taken for pasted. */
const CLEARER = 1.5;
const BOUNDARY = 1;
const OTHER_FORM = 0.75;
const COLON = 1.5;
const QUESTION = 0.75;
const OF_CUE = [0, 0, 1, 2, 3];

/** A greeting or a thank-you opens and ends letters. */
const SAYS_NOTHING: ReadonlySet<Cue['aim']> = new Set(['chitchat', 'difficulty', 'demands']);

interface Candidate extends Stretch {
	score: number;
}

/** The one or two stretches of a long prompt that say what to do; none where it cannot be told from the rest. */
export function findRequest(text: string, lines: readonly Line[]): Stretch[] {
	if (text.length < LONG_PROMPT || lines.length === 0) return [];
	const head = score(text, headOf(text, lines), false);
	const tail = score(text, tailOf(text, lines), true);
	const best = Math.max(head?.score ?? 0, tail?.score ?? 0);
	if (best < ENOUGH) return [];
	return [head, tail].flatMap((one) =>
		one && one.score >= ENOUGH && one.score > best - CLEARER ? [{ start: one.start, end: one.end }] : [],
	);
}

/** Whether `position` lies in one of them. */
export function isWithin(stretches: readonly Stretch[], position: number): boolean {
	for (const { start, end } of stretches) if (position >= start && position < end) return true;
	return false;
}

interface Edge extends Stretch {
	/** Set apart from what follows or goes before, by a blank line or by more. */
	apart: boolean;
	/** Beside it stands no prose but a fence, a tag, a table, a quoted mail, a line of signs. */
	byForm: boolean;
}

/** The first paragraph, where the prompt begins with prose; of a longer one its first sentence. */
function headOf(text: string, lines: readonly Line[]): Edge | undefined {
	const { start } = lines[0];
	if (!saysSomething(text, lines[0])) return undefined;
	let last = 0;
	while (last + 1 < lines.length && !isBreak(text, lines[last], lines[last + 1])) last++;
	const { end } = lines[last];
	const byForm = last + 1 < lines.length && !saysSomething(text, lines[last + 1]);
	if (end - start <= LONGEST) return { start, end, apart: true, byForm };
	// One line of its own, above a text that no blank line sets apart.
	if (lines[0].end - start <= LONGEST && last > 0)
		return { start, end: lines[0].end, apart: false, byForm: false };
	const cut = endOfSentence(text, start, start + LONGEST);
	return cut === -1 ? undefined : { start, end: cut, apart: false, byForm: false };
}

/** The last paragraph, likewise; of a longer one its last sentence. */
function tailOf(text: string, lines: readonly Line[]): Edge | undefined {
	let first = lines.length - 1;
	const { end } = lines[first];
	if (!saysSomething(text, lines[first])) return undefined;
	while (first > 0 && !isBreak(text, lines[first - 1], lines[first])) first--;
	const { start } = lines[first];
	const byForm = first > 0 && !saysSomething(text, lines[first - 1]);
	if (first > 0 && end - start <= LONGEST) return { start, end, apart: true, byForm };
	const last = lines[lines.length - 1];
	if (lines.length > 1 && last.end - last.start <= LONGEST)
		return { start: last.start, end, apart: false, byForm: false };
	const cut = startOfLastSentence(text, Math.max(last.start, end - LONGEST), end);
	return cut === -1 ? undefined : { start: cut, end, apart: false, byForm: false };
}

/** Prose with words in it: `"""`, `---` and `***` only set apart. */
function saysSomething(text: string, line: Line): boolean {
	return (
		line.kind === 'prose' &&
		!line.isChoice &&
		/[\p{L}\p{N}]{2}|\p{Lo}/u.test(text.slice(line.start, Math.min(line.end, line.start + 80)))
	);
}

function isBreak(text: string, above: Line, below: Line): boolean {
	if (!saysSomething(text, above) || !saysSomething(text, below)) return true;
	const gap = text.slice(above.end, below.start);
	return gap.length > 80 || gap.indexOf('\n') !== gap.lastIndexOf('\n');
}

const isEnd = (code: number) =>
	code === 46 ||
	code === 33 ||
	code === 63 ||
	code === 58 ||
	code === 0x3002 ||
	code === 0xff01 ||
	code === 0xff1f ||
	code === 0xff1a ||
	code === 0x61f;
const isWide = (code: number) => code >= 0x3000;

function endOfSentence(text: string, from: number, to: number): number {
	for (let i = from; i < to && i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (isEnd(code) && i - from > 8 && (isWide(code) || text.charCodeAt(i + 1) <= 32)) return i + 1;
	}
	return -1;
}

function startOfLastSentence(text: string, from: number, to: number): number {
	for (let i = to - 3; i > from; i--) {
		const code = text.charCodeAt(i);
		if (!isEnd(code) || (!isWide(code) && text.charCodeAt(i + 1) > 32)) continue;
		let start = i + 1;
		while (start < to && text.charCodeAt(start) <= 32) start++;
		return start;
	}
	return -1;
}

function score(text: string, edge: Edge | undefined, last: boolean): Candidate | undefined {
	if (edge === undefined) return undefined;
	const { start, end, apart, byForm } = edge;
	if ((end - start) * SHARE > text.length) return undefined;
	let strongest = 0;
	cueTrie().scan(text, start, end, ({ aim, strength }) => {
		if (!SAYS_NOTHING.has(aim)) strongest = Math.max(strongest, strength);
	});
	let points = OF_CUE[strongest] + (apart ? BOUNDARY : 0) + (byForm ? OTHER_FORM : 0);
	const sign = text.charCodeAt(lastSign(text, start, end));
	// `Please sort this:` introduces what stands below it.
	if (!last && (sign === 58 || sign === 0xff1a)) points += apart ? COLON : COLON - 0.5;
	if (sign === 63 || sign === 0xff1f || sign === 0x61f) points += QUESTION;
	return { start, end, score: points };
}

function lastSign(text: string, start: number, end: number): number {
	let i = end - 1;
	while (i > start && text.charCodeAt(i) <= 32) i--;
	return i;
}
