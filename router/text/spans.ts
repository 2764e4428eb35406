import { piecesOf } from './pieces';
import type { Breathe } from './pieces';

/** Position of personal data: `text.slice(start, end)`. `kind` is a name such as `email` or `nationalId`. */
export interface Span {
	kind: string;
	start: number;
	end: number;
}

/**
 * Finds spans in any order. Overlapping ones are merged; the kind is that of the first, or of the longest if they
 * start together.
 */
export type SpanFinder = (text: string) => readonly Span[];

/** The spans of all finders, in order of position and without overlaps; reads a piece of the text at a time. */
export async function findInPieces(
	finders: readonly SpanFinder[],
	text: string,
	breathe: Breathe,
): Promise<Span[]> {
	const kept: Span[] = [];
	for (const piece of piecesOf(text)) {
		const found: Span[] = [];
		for (const find of finders) {
			for (const { kind, start, end } of find(piece.text)) {
				const at = start + piece.offset;
				if (at >= piece.from && at < piece.to) found.push({ kind, start: at, end: end + piece.offset });
			}
			await breathe();
		}
		const spans = found.filter(({ start, end }) => start >= 0 && start < end);
		// Spans of one piece begin before those of the next.
		for (const span of spans.sort(byPlace)) keep(kept, span);
	}
	return kept;
}

/** Spans after which other work gets a turn. */
const SPANS_A_PIECE = 1_000;

/** Merges two sorted lists, in order of position; overlapping spans become one that covers both. */
export async function merged(
	one: readonly Span[],
	other: readonly Span[],
	breathe: Breathe,
): Promise<Span[]> {
	const kept: Span[] = [];
	let at = 0;
	for (const [place, span] of one.entries()) {
		for (let next = other[at]; next && byPlace(next, span) < 0; next = other[++at]) keep(kept, next);
		keep(kept, span);
		if (place % SPANS_A_PIECE === 0) await breathe();
	}
	for (; at < other.length; at += 1) keep(kept, other[at]!);
	return kept;
}

/** Calls it for each span, and gives other work turns in between. */
export async function eachSpan(
	spans: readonly Span[],
	breathe: Breathe,
	work: (span: Span) => void,
): Promise<void> {
	for (const [place, span] of spans.entries()) {
		work(span);
		if (place % SPANS_A_PIECE === 0) await breathe();
	}
}

function byPlace(one: Span, other: Span): number {
	return one.start - other.start || other.end - one.end;
}

/** Of spans that overlap in part, nothing may remain uncovered. */
function keep(kept: Span[], span: Span): void {
	const last = kept.at(-1);
	if (last && span.start < last.end) last.end = Math.max(last.end, span.end);
	else kept.push({ ...span });
}
