/** The gate on memory: what is still held after a collection must not grow. */

export interface Sample {
	/** Ms since the start. */
	at: number;
	/** After a collection. */
	heapBytes: number;
	rssBytes: number;
}

export interface Span {
	from: number;
	to: number;
}

export interface MemoryGate {
	early: Span;
	late: Span;
	/** How much larger the late one may be: a share, or so many bytes where they are more. */
	share: number;
	bytes: number;
}

const MINUTE = 60_000;

/**
 * Of ten minutes the second and the last, within 10 %. In a run of one minute the heap is still settling (code is
 * compiled, statements are prepared), so the second and the last ten seconds are compared, with 25 % or 4 MB allowed:
 * enough to notice what leaks 3 kB an item at 200 items a second.
 */
export function gateFor(ms: number): MemoryGate {
	// The last samples may be late.
	if (ms >= 4 * MINUTE) {
		const late = { from: ms - MINUTE, to: Infinity };
		return { early: { from: MINUTE, to: 2 * MINUTE }, late, share: 0.1, bytes: 0 };
	}
	const length = ms / 6;
	const late = { from: ms - length, to: Infinity };
	return { early: { from: length, to: 2 * length }, late, share: 0.25, bytes: 4e6 };
}

/** The median over a span. NaN where nothing was sampled. */
export function heapIn(samples: readonly Sample[], { from, to }: Span): number {
	const heaps = samples.filter(({ at }) => at >= from && at <= to).map(({ heapBytes }) => heapBytes);
	return heaps.sort((one, other) => one - other)[Math.floor(heaps.length / 2)] ?? NaN;
}

export function hasGrown(samples: readonly Sample[], gate: MemoryGate): boolean {
	const early = heapIn(samples, gate.early);
	// Without samples nothing is proven.
	return !(heapIn(samples, gate.late) <= early + Math.max(gate.share * early, gate.bytes));
}
