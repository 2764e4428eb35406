import { piecesOf } from './pieces';
import type { Breathe } from './pieces';

/** Where personal data stands: `text.slice(start, end)`. `kind` is a name such as `email` or `nationalId`. */
export interface Span {
	kind: string;
	start: number;
	end: number;
}

/** Finds spans in any order; where two overlap the one that begins earlier counts, of two at one place the longer. */
export type SpanFinder = (text: string) => readonly Span[];

/** What any of the finders finds, in order of place and without overlaps; a piece of the text at a time. */
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
		// Those of a piece begin before those of the next.
		for (const span of spans.sort(byPlace)) keep(kept, span);
	}
	return kept;
}

/** Spans between which others get their turn. */
const SPANS_A_PIECE = 1_000;

/** Those of two lists in order of place, in that order; of two that overlap one that covers both. */
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

/** Does it to each, with turns for others in between. */
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

/** Of two that overlap in part nothing may be left over. */
function keep(kept: Span[], span: Span): void {
	const last = kept.at(-1);
	if (last && span.start < last.end) last.end = Math.max(last.end, span.end);
	else kept.push({ ...span });
}
