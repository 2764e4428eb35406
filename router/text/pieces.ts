/** Reads long texts a piece at a time, so that n8n is not blocked. */

/** Characters that are searched in one go: some milliseconds of work for the slowest of our searches. */
const PIECE = 16_384;
/** In characters: no finding is longer, and nothing further away affects one. */
const MARGIN = 512;
/** After working this long, in ms, other work gets a turn. */
const TURN_MS = 8;

/** Resolves when other work had a turn; undefined if none is due yet. */
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

/** Part of a text with its surroundings: findings that begin between `from` and `to` belong to it. */
export interface Piece {
	text: string;
	/** Position of `text` in the whole. */
	offset: number;
	from: number;
	to: number;
}

/** A short text as a whole; a longer one in pieces that end between words if possible. */
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
	// Only searched near the end: in a text without such a gap each search would go back to the start of the text.
	const end = text.slice(most - MARGIN, most + 1);
	for (const gap of ['\n', ' ']) {
		const at = end.lastIndexOf(gap);
		if (at > 0) return most - MARGIN + at + 1;
	}
	return most;
}
