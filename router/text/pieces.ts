/** Long texts a piece at a time, so that n8n goes on meanwhile. */

/** Characters that are searched at once: some milliseconds of work for the slowest of our searches. */
const PIECE = 16_384;
/** No finding is longer, and nothing farther away than this changes one; in characters. */
const MARGIN = 512;
/** Work this long, and others get their turn; in ms. */
const TURN_MS = 8;

/** Resolves when others had their turn; undefined where it is not yet time. */
export type Breathe = () => Promise<void> | undefined;

export function breatheWith(clock: {
	now(): number;
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}): Breathe {
	let since = clock.now();
	return () => {
		if (clock.now() - since < TURN_MS) return undefined;
		return clock.sleep(0).then(() => {
			since = clock.now();
		});
	};
}

/** Part of a text with its surroundings: what begins from `from` to `to` belongs to it. */
export interface Piece {
	text: string;
	/** Where `text` stands in the whole. */
	offset: number;
	from: number;
	to: number;
}

/** A short text whole; of a longer one pieces that end between words where they can. */
export function* piecesOf(text: string): Generator<Piece> {
	for (let from = 0; from < text.length;) {
		const to = endOfPiece(text, from);
		const offset = Math.max(0, from - MARGIN);
		yield { text: text.slice(offset, Math.min(text.length, to + MARGIN)), offset, from, to };
		from = to;
	}
}

function endOfPiece(text: string, from: number): number {
	const most = from + PIECE;
	if (most + MARGIN >= text.length) return text.length;
	// Looked for near the end alone: a text without such a gap would be gone through from here to its start, for each piece.
	const end = text.slice(most - MARGIN, most + 1);
	for (const gap of ['\n', ' ']) {
		const at = end.lastIndexOf(gap);
		if (at > 0) return most - MARGIN + at + 1;
	}
	return most;
}
