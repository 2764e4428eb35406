import type { DatabaseSync } from 'node:sqlite';

import type { TimeSpan } from '../decisions';
import { firstIdAt } from './decisionId';

/** Decisions of one step: some milliseconds of work for the slowest of our reads. */
const STEP = 4_000;

/** Ids: the first is in it, the last is not. */
export type Window = readonly [from: Uint8Array, to: Uint8Array];

/** The decisions of a span in windows of a few thousand, the oldest first. */
export function* windowsOf(db: DatabaseSync, { from, to }: TimeSpan): Generator<Window> {
	const next = db.prepare(
		`SELECT id FROM decisions WHERE id >= ? AND id < ? ORDER BY id LIMIT 1 OFFSET ${STEP}`,
	);
	let start: Uint8Array = firstIdAt(from);
	for (;;) {
		const end = next.get(start, firstIdAt(to))?.id as Uint8Array | undefined;
		yield [start, end ?? firstIdAt(to)];
		if (!end) return;
		start = end;
	}
}

/** The newest first. */
export function* windowsBackOf(db: DatabaseSync, { from, to }: TimeSpan): Generator<Window> {
	const next = db.prepare(
		`SELECT id FROM decisions WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1 OFFSET ${STEP - 1}`,
	);
	let end: Uint8Array = firstIdAt(to);
	for (;;) {
		const start = next.get(firstIdAt(from), end)?.id as Uint8Array | undefined;
		yield [start ?? firstIdAt(from), end];
		if (!start) return;
		end = start;
	}
}
