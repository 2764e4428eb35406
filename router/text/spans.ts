/** Where personal data stands: `text.slice(start, end)`. `kind` is a name such as `email` or `nationalId`. */
export interface Span {
	kind: string;
	start: number;
	end: number;
}

/** Finds spans in any order; where two overlap the one that begins earlier counts, of two at one place the longer. */
export type SpanFinder = (text: string) => readonly Span[];

/** What any of the finders finds, in order of place and without overlaps. */
export function findWith(finders: readonly SpanFinder[], text: string): Span[] {
	const spans = finders
		.flatMap((find) => find(text))
		.filter(({ start, end }) => start >= 0 && start < end && end <= text.length)
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
