/** What waits on disk while the database is away: it outlives the process, and is delivered by it or by the next one. */
import {
	appendFileSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	truncateSync,
} from 'node:fs';
import { basename, join } from 'node:path';

/** Some hundred thousand decisions, in bytes. */
const MOST_BYTES = 128 * 1024 * 1024;
const AT_ONCE = 500;

/** Added to the name of a file that is being delivered. */
const TAKEN = '.taken';

/** A file of another process is left to it until it was not written to for so long, in ms. */
const QUIET_MS = 10_000;

/** Files of other processes are looked for this often, in ms. */
const LOOK_EVERY_MS = 1_000;

export interface OutboxOptions<Row> {
	folder: string;
	/** Of what waits: `decisions`, … */
	kind: string;
	/** Of this process: nobody else writes to its file. */
	name: string;
	/** Epoch ms, and ms by the monotonic clock. */
	now(): number;
	monotonic(): number;
	/** A row as JSON can hold it, and back. */
	write(row: Row): unknown;
	read(written: unknown): Row;
}

export class Outbox<Row> {
	private readonly file: string;

	/** Rows that found no room. */
	lost = 0;

	/** Whether others' files were there when they were last looked for. */
	private hasOthers = false;

	private lookAt = -Infinity;

	private hasOwn = false;

	/** One at a time. */
	private delivering: Promise<void> | null = null;

	private takes = 0;

	constructor(private readonly options: OutboxOptions<Row>) {
		this.file = join(options.folder, `outbox-${options.kind}-${options.name}.jsonl`);
	}

	/** At once, as the end of a process cannot wait. What finds no room is lost, and counted. */
	put(rows: readonly Row[]): void {
		if (rows.length === 0) return;
		const { folder, write } = this.options;
		let size: number | undefined;
		try {
			mkdirSync(folder, { recursive: true });
			size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
			if (size > MOST_BYTES) throw new RangeError('The outbox is full');
			appendFileSync(this.file, rows.map((row) => `${JSON.stringify(write(row))}\n`).join(''));
			this.hasOwn = true;
		} catch {
			this.lost += rows.length;
			this.cutTo(size);
		}
	}

	/** Whether nothing waits, of this process or of one that ended before it could deliver. */
	get isEmpty(): boolean {
		const now = this.options.monotonic();
		if (now >= this.lookAt) {
			this.lookAt = now + LOOK_EVERY_MS;
			this.hasOthers = this.waiting().length > 0;
		}
		return !this.hasOwn && !this.hasOthers;
	}

	/**
	 * In the order in which they were put. What was not delivered stays; what is delivered twice has to count once. A row that is refused
	 * for good is lost, and holds up no other.
	 * @param isLater whether an error says that it may go later
	 */
	async deliver(
		send: (rows: readonly Row[]) => Promise<void>,
		isLater: (error: unknown) => boolean,
	): Promise<void> {
		this.delivering ??= this.deliverAll(send, isLater).finally(() => {
			this.delivering = null;
		});
		await this.delivering;
	}

	private async deliverAll(
		send: (rows: readonly Row[]) => Promise<void>,
		isLater: (error: unknown) => boolean,
	): Promise<void> {
		// What was taken before came before.
		const isTaken = (name: string): number => Number(name.endsWith(TAKEN));
		for (const name of this.waiting().sort((a, b) => isTaken(b) - isTaken(a))) {
			const path = join(this.options.folder, name);
			const from = name.endsWith(TAKEN) ? path : this.take(path);
			const rows = from === null ? null : this.rowsOf(from);
			if (from === null || rows === null) continue;
			for (let i = 0; i < rows.length; i += AT_ONCE) {
				const some = rows.slice(i, i + AT_ONCE);
				try {
					await send(some);
				} catch (error) {
					if (isLater(error)) throw error;
					await this.sendEach(some, send, isLater);
				}
			}
			rmSync(from, { force: true });
		}
		const left = this.waiting();
		this.hasOwn = left.some((name) => name.startsWith(basename(this.file)));
		this.hasOthers = left.length > 0;
	}

	private async sendEach(
		rows: readonly Row[],
		send: (rows: readonly Row[]) => Promise<void>,
		isLater: (error: unknown) => boolean,
	): Promise<void> {
		for (const row of rows) {
			try {
				await send([row]);
			} catch (error) {
				if (isLater(error)) throw error;
				this.lost += 1;
			}
		}
	}

	/** A line that found no room may have left its beginning. */
	private cutTo(size: number | undefined): void {
		try {
			if (size !== undefined) truncateSync(this.file, size);
		} catch {
			// It is passed over when it is read.
		}
	}

	/** Out of the way of what is put meanwhile, under a name that no other file gets. null: another process was faster. */
	private take(path: string): string | null {
		this.takes += 1;
		const taken = `${path}.${this.options.name}-${this.takes}${TAKEN}`;
		try {
			renameSync(path, taken);
			return taken;
		} catch {
			return null;
		}
	}

	/** Whether nobody writes to it at this moment: ours, or not changed for a while. A time to come is of a clock that was set back. */
	private isOver(path: string): boolean {
		return path.startsWith(this.file) || Math.abs(this.options.now() - statSync(path).mtimeMs) > QUIET_MS;
	}

	private waiting(): string[] {
		const { folder, kind } = this.options;
		const isOurs = (name: string) =>
			name.startsWith(`outbox-${kind}-`) && /\.jsonl(\.taken|\.[^.]+\.taken)?$/.test(name);
		try {
			return readdirSync(folder).filter((name) => isOurs(name) && this.isOver(join(folder, name)));
		} catch {
			return [];
		}
	}

	/** null: another process was faster, or it cannot be read and is left as it is. */
	private rowsOf(path: string): Row[] | null {
		let text: string;
		try {
			text = readFileSync(path, 'utf8');
		} catch {
			return null;
		}
		return text.split('\n').flatMap((line) => {
			try {
				return line === '' ? [] : [this.options.read(JSON.parse(line))];
			} catch {
				// Cut off with its process.
				return [];
			}
		});
	}
}
