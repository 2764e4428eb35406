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

export class Outbox {
	private readonly file: string;

	lost = 0;

	/** @param name of this process: nobody else writes to its file */
	constructor(
		private readonly folder: string,
		name: string,
	) {
		this.file = join(folder, `outbox-${name}.jsonl`);
	}

	/** At once, as the end of a process cannot wait. What finds no room is lost, and counted. */
	put(rows: readonly DecisionRow[]): void {
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
			// Out of the way of what is put meanwhile; whoever is faster has it.
			const taken = `${path}.taken`;
			try {
				if (path !== taken && !name.endsWith('.taken')) renameSync(path, taken);
			} catch {
				continue;
			}
			const from = name.endsWith('.taken') ? path : taken;
			const rows = readRows(from).sort((a, b) => (a.id < b.id ? -1 : 1));
			for (let i = 0; i < rows.length; i += AT_ONCE) await append(rows.slice(i, i + AT_ONCE));
			rmSync(from, { force: true });
		}
	}

	private waiting(): string[] {
		try {
			return readdirSync(this.folder).filter((name) => /^outbox-.*\.jsonl(\.taken)?$/.test(name));
		} catch {
			return [];
		}
	}
}

function writable(row: DecisionRow): object {
	const { lesson } = row;
	return lesson ? { ...row, lesson: { ...lesson, seen: Buffer.from(lesson.seen).toString('base64') } } : row;
}

function readRows(path: string): DecisionRow[] {
	return readFileSync(path, 'utf8')
		.split('\n')
		.flatMap((line) => {
			try {
				// Written by us; a line that was cut off with the process is none.
				const row = JSON.parse(line) as DecisionRow & { lesson?: { seen: string } };
				const { lesson } = row;
				return [lesson ? { ...row, lesson: { ...lesson, seen: Buffer.from(lesson.seen, 'base64') } } : row];
			} catch {
				return [];
			}
		});
}
