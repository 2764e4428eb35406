/** What waits on disk while the database is away: it outlives the process, and is delivered by it or by the next one. */
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

/** Some hundred thousand decisions, in bytes. */
const MOST_BYTES = 128 * 1024 * 1024;
const AT_ONCE = 500;

/** Added to the name of a file that is being delivered. */
const TAKEN = '.taken';

/** A file of another process is left to it until it was not written to for so long, in ms. */
const QUIET_MS = 10_000;

export interface OutboxOptions<Row> {
	folder: string;
	/** Of what waits: `decisions`, … */
	kind: string;
	/** Of this process: nobody else writes to its file. */
	name: string;
	/** Epoch ms. */
	now(): number;
	/** A row as JSON can hold it, and back. */
	write(row: Row): unknown;
	read(written: unknown): Row;
}

export class Outbox<Row> {
	private readonly file: string;

	/** Rows that found no room. */
	lost = 0;

	constructor(private readonly options: OutboxOptions<Row>) {
		this.file = join(options.folder, `outbox-${options.kind}-${options.name}.jsonl`);
	}

	/** At once, as the end of a process cannot wait. What finds no room is lost, and counted. */
	put(rows: readonly Row[]): void {
		if (rows.length === 0) return;
		const { folder, write } = this.options;
		try {
			mkdirSync(folder, { recursive: true });
			if (existsSync(this.file) && statSync(this.file).size > MOST_BYTES)
				throw new RangeError('The outbox is full');
			appendFileSync(this.file, rows.map((row) => `${JSON.stringify(write(row))}\n`).join(''));
		} catch {
			this.lost += rows.length;
		}
	}

	/** Whether nothing waits, of this process or of one that ended before it could deliver. */
	get isEmpty(): boolean {
		return this.waiting().length === 0;
	}

	/** In the order in which they were put. What was not delivered stays; what is delivered twice has to count once. */
	async deliver(send: (rows: readonly Row[]) => Promise<void>): Promise<void> {
		// What was taken before came before.
		const isTaken = (name: string): number => Number(name.endsWith(TAKEN));
		for (const name of this.waiting().sort((a, b) => isTaken(b) - isTaken(a))) {
			const path = join(this.options.folder, name);
			const from = name.endsWith(TAKEN) ? path : take(path);
			if (from === null) continue;
			const rows = this.rowsOf(from);
			for (let i = 0; i < rows.length; i += AT_ONCE) await send(rows.slice(i, i + AT_ONCE));
			rmSync(from, { force: true });
		}
	}

	/** Whether nobody writes to it at this moment: ours, or not changed for a while. */
	private isOver(path: string): boolean {
		return path.startsWith(this.file) || this.options.now() - statSync(path).mtimeMs > QUIET_MS;
	}

	private waiting(): string[] {
		const { folder, kind } = this.options;
		const isOurs = (name: string) => name.startsWith(`outbox-${kind}-`) && /\.jsonl(\.taken)?$/.test(name);
		try {
			return readdirSync(folder).filter((name) => isOurs(name) && this.isOver(join(folder, name)));
		} catch {
			return [];
		}
	}

	/** A line that was cut off with its process is none; where another process was faster there are none. */
	private rowsOf(path: string): Row[] {
		try {
			return readFileSync(path, 'utf8')
				.split('\n')
				.flatMap((line) => (line.endsWith('}') ? [this.options.read(JSON.parse(line))] : []));
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
