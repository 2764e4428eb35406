/** Decisions that wait on disk while the database is away: they outlive the process, and are delivered once. */
import {
	appendFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
} from 'node:fs';
import { join } from 'node:path';

import type { DecisionRow } from '../decisions';

/** Some hundred thousand decisions, in bytes. */
const MOST_BYTES = 128 * 1024 * 1024;
const AT_ONCE = 500;

/** Added to the name of a file that is being delivered. */
const TAKEN = '.taken';

/** A file of another process is left to it until it was not written to for so long, in ms. */
const QUIET_MS = 10_000;

export class Outbox {
	private readonly file: string;

	lost = 0;

	/** @param name of this process: nobody else writes to its file */
	constructor(
		private readonly folder: string,
		name: string,
		/** Epoch ms. */
		private readonly now: () => number,
	) {
		this.file = join(folder, `outbox-${name}.jsonl`);
	}

	/** At once, as the end of a process cannot wait. What finds no room is lost, and counted. */
	put(rows: readonly DecisionRow[]): void {
		if (rows.length === 0) return;
		try {
			mkdirSync(this.folder, { recursive: true });
			if (existsSync(this.file) && statSync(this.file).size > MOST_BYTES)
				throw new RangeError('The outbox is full');
			appendFileSync(this.file, rows.map((row) => `${JSON.stringify(writable(row))}\n`).join(''));
		} catch {
			this.lost += rows.length;
		}
	}

	/** Whether anything waits, of this process or of one that ended before it could deliver. */
	get isEmpty(): boolean {
		return this.waiting().length === 0;
	}

	/** In order of their ids. What was not delivered stays. A row that is delivered twice counts once. */
	async deliver(append: (rows: readonly DecisionRow[]) => Promise<void>): Promise<void> {
		for (const name of this.waiting()) {
			const path = join(this.folder, name);
			const from = name.endsWith(TAKEN) ? path : take(path);
			if (from === null) continue;
			const rows = readRows(from)?.sort((a, b) => (a.id < b.id ? -1 : 1)) ?? [];
			for (let i = 0; i < rows.length; i += AT_ONCE) await append(rows.slice(i, i + AT_ONCE));
			rmSync(from, { force: true });
		}
	}

	/** Whether nobody writes to it at this moment: ours, or not changed for a while. */
	private isOver(path: string): boolean {
		return path.startsWith(this.file) || this.now() - statSync(path).mtimeMs > QUIET_MS;
	}

	private waiting(): string[] {
		try {
			const files = readdirSync(this.folder).filter((name) => /^outbox-.*\.jsonl(\.taken)?$/.test(name));
			return files.filter((name) => this.isOver(join(this.folder, name)));
		} catch {
			return [];
		}
	}
}

/** Out of the way of what is put meanwhile. null: another process was faster, or what was taken before is not delivered yet. */
function take(path: string): string | null {
	const taken = `${path}${TAKEN}`;
	try {
		if (existsSync(taken)) return null;
		renameSync(path, taken);
		return taken;
	} catch {
		return null;
	}
}

function writable(row: DecisionRow): object {
	const { lesson } = row;
	return lesson ? { ...row, lesson: { ...lesson, seen: Buffer.from(lesson.seen).toString('base64') } } : row;
}

/** null: another process was faster. */
function readRows(path: string): DecisionRow[] | null {
	return (
		textOf(path)
			?.split('\n')
			.flatMap((line) => {
				try {
					// Written by us; a line that was cut off with the process is none.
					const row = JSON.parse(line) as DecisionRow & { lesson?: { seen: string } };
					const { lesson } = row;
					return [lesson ? { ...row, lesson: { ...lesson, seen: Buffer.from(lesson.seen, 'base64') } } : row];
				} catch {
					return [];
				}
			}) ?? null
	);
}

function textOf(path: string): string | null {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return null;
	}
}
