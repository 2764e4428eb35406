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
	const found: Span[] = [];
	for (const piece of piecesOf(text)) {
		for (const find of finders) {
			for (const { kind, start, end } of find(piece.text)) {
				const at = start + piece.offset;
				if (at >= piece.from && at < piece.to) found.push({ kind, start: at, end: end + piece.offset });
			}
		}
		await breathe();
	}
	return withoutOverlaps(found);
}

/** In order of place; of two that overlap one that covers both. */
export function withoutOverlaps(found: readonly Span[]): Span[] {
	const spans = found
		.filter(({ start, end }) => start >= 0 && start < end)
		.sort((a, b) => a.start - b.start || b.end - a.end);
	const kept: Span[] = [];
	for (const span of spans) {
		const last = kept.at(-1);
		// Of two that overlap in part nothing may be left over.
		if (last && span.start < last.end) last.end = Math.max(last.end, span.end);
		else kept.push({ ...span });
	}
	return kept;
}
