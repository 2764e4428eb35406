/** Rows that wait on disk while the database is away. They survive the process; a later one on the same disk delivers them. */
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

/** Size limit of a file in bytes: some hundred thousand decisions. */
const MOST_BYTES = 128 * 1024 * 1024;
const AT_ONCE = 500;

/** Suffix of a file that is being delivered. */
const TAKEN = '.taken';

/** A file of another process may be delivered once it has not changed for this long, in ms. */
const QUIET_MS = 10_000;

/** Interval between looks for files of other processes, in ms. */
const LOOK_EVERY_MS = 1_000;

export interface OutboxOptions<Row> {
	folder: string;
	/** `decisions` or `settlements`. */
	kind: string;
	/** Unique to this process: only it writes to its file. */
	name: string;
	/** Wall clock in epoch ms, and monotonic clock in ms. */
	now(): number;
	monotonic(): number;
	/** Conversion to a JSON value, and back. */
	write(row: Row): unknown;
	read(written: unknown): Row;
}

export class Outbox<Row> {
	private readonly file: string;

	/** Rows lost because they could not be written, or were refused for good. */
	lost = 0;

	/** Whether files of other processes were there at the last look. */
	private hasOthers = false;

	private lookAt = -Infinity;

	private hasOwn = false;

	/** The delivery under way. */
	private delivering: Promise<void> | null = null;

	private takes = 0;

	constructor(private readonly options: OutboxOptions<Row>) {
		this.file = join(options.folder, `outbox-${options.kind}-${options.name}.jsonl`);
	}

	/** Synchronous, for process exit. Rows that cannot be written are counted as lost. */
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

	/** Whether nothing waits, neither of this process nor of one that ended. */
	get isEmpty(): boolean {
		const now = this.options.monotonic();
		if (now >= this.lookAt) {
			this.lookAt = now + LOOK_EVERY_MS;
			this.hasOthers = this.waiting().length > 0;
		}
		return !this.hasOwn && !this.hasOthers;
	}

	/**
	 * Sends all rows, oldest first. On a temporary error the rest stays, so `send` has to be idempotent. A row that is refused for good
	 * is dropped and counted as lost.
	 * @param isLater whether an error is temporary
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
		// Taken files hold the older rows.
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

	/** Removes a partly written line. */
	private cutTo(size: number | undefined): void {
		try {
			if (size !== undefined) truncateSync(this.file, size);
		} catch {
			// A broken line is skipped when read.
		}
	}

	/** Renames the file, uniquely, so that later rows go to a new one. @returns null if another process was faster */
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

	/** Whether the file is complete: ours, or unchanged for a while. A time in the future was written before the clock was set back. */
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

	/** @returns null if another process was faster, or the file cannot be read now */
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
				// Cut off when its process died.
				return [];
			}
		});
	}
}
