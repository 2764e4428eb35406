import { join } from 'node:path';

import type { CarriedAccount } from '../books';
import { MemoryBudgets } from '../memory/budgets';
import { MemoryFactTable } from '../memory/factTable';
import { MemoryLedger } from '../memory/ledger';
import { newSalt } from '../memory/memory';
import { StateBusy } from '../terms';
import type { Surroundings } from '../../types';
import { SqliteBudgets } from './budgets';
import { SqliteFactTable } from './factTable';
import {
	isBroken,
	isBusy,
	isOfValue,
	NewerLedger,
	numberOf,
	openSqliteFile,
	placeOf,
	setAside,
} from './file';
import type { SqliteFile } from './file';
import { SqliteLedger } from './ledger';

const FILE_NAME = 'ledger.sqlite';

/** Interval between tries to return to a file that could not be written, in ms. */
const RETURN_EVERY_MS = 5_000;

interface FileBackend {
	file: SqliteFile;
	ledger: SqliteLedger;
	budgets: SqliteBudgets;
	facts: SqliteFactTable;
}

interface MemoryBackend {
	file: null;
	ledger: MemoryLedger;
	budgets: MemoryBudgets;
	facts: MemoryFactTable;
}

export type Backend = FileBackend | MemoryBackend;

/**
 * The file in use, opened on first use. A fault of it never fails a call: a broken file is set aside and a new one started; if none can
 * be written, this process works in memory until one can be. `notices` says so.
 */
export class Home {
	private readonly said: string[] = [];

	private backend: Backend | null = null;

	private blockMs = 0;

	private readonly path: string;

	/** Why state is in memory at present; null if it is not. */
	private whyAway: string | null = null;

	/** Epoch ms. */
	private returnAt = 0;

	/** @param folder where `ledger.sqlite` is kept; created where it is missing */
	constructor(
		folder: string,
		private readonly surroundings: Surroundings,
	) {
		this.path = join(folder, FILE_NAME);
	}

	get notices(): readonly string[] {
		return this.whyAway === null ? this.said : [...this.said, this.whyAway];
	}

	/** @throws StateBusy */
	use<T>(work: (backend: Backend) => T): T {
		return this.do(work, () => this.current());
	}

	/** Skips the check that the file is still in place; the next write does it. @throws StateBusy */
	peek<T>(work: (backend: Backend) => T): T {
		return this.do(work, () => this.backend ?? this.current());
	}

	/** From now on each call waits for other processes, blocking this one. */
	block(ms: number): void {
		this.blockMs = ms;
		this.backend?.file?.db.exec(`PRAGMA busy_timeout = ${ms}`);
	}

	/** Tries to write what is in memory to the file first. */
	close(): void {
		if (this.backend?.file === null) this.comeBack(this.backend);
		this.backend?.file?.db.close();
		this.backend = null;
	}

	private do<T>(work: (backend: Backend) => T, backend: () => Backend): T {
		try {
			return work(backend());
		} catch (error) {
			if (isBusy(error)) throw error instanceof StateBusy ? error : new StateBusy({ cause: error });
			if (isOfValue(error) || !this.backend?.file) throw error;
			return work(this.replace(this.backend, this.backend.file, error));
		}
	}

	/** The file may have been set aside or removed: what is written to it would be lost. */
	private current(): Backend {
		const { backend } = this;
		if (!backend) return (this.backend = this.open());
		if (backend.file === null) return this.isTimeToReturn() ? this.comeBack(backend) : backend;
		const place = placeOf(backend.file);
		if (place === 'in place') return backend;
		return place === 'cut' ? this.reopen(backend) : this.leave();
	}

	private leave(): Backend {
		this.close();
		return (this.backend = this.open());
	}

	private open(): Backend {
		const { path } = this;
		const fileNumber = numberOf(path);
		try {
			return inFile(openSqliteFile(path, this.blockMs));
		} catch (error) {
			if (isBusy(error)) throw error;
			return this.recover(error, fileNumber, NOTHING);
		}
	}

	/** The file turned out broken or unwritable while in use. */
	private replace(backend: FileBackend, { fileNumber }: SqliteFile, error: unknown): Backend {
		const known = knownSoFar(backend, this.surroundings.now());
		this.close();
		return (this.backend = this.recover(error, fileNumber, known));
	}

	/** The log was removed: what was written to it is probably lost. */
	private reopen(backend: FileBackend): Backend {
		const now = this.surroundings.now();
		const known = knownSoFar(backend, now);
		this.say(
			`The file ${FILE_NAME}-wal was removed or exchanged while n8n was running. It is a part of the ledger: leave it ` +
				'alone. What budgets had spent still counts; some of the latest decisions may be missing from reports.',
		);
		const after = this.leave();
		if (after.file !== null) after.budgets.raiseTo(known.accounts, now);
		return after;
	}

	private recover(error: unknown, fileNumber: number | null, known: Known): Backend {
		if (!isBroken(error)) return this.retreat(error, known);
		try {
			const aside = setAside(this.path, fileNumber, this.surroundings.now());
			const file = inFile(openSqliteFile(this.path, this.blockMs));
			if (aside !== null)
				this.say(`The ledger file was broken. It was kept as ${aside} and a new one begun.`);
			return file;
		} catch (second) {
			return this.retreat(second, known);
		}
	}

	private retreat(error: unknown, { accounts, salt }: Known): Backend {
		const { random, now } = this.surroundings;
		this.whyAway =
			`The ledger cannot be written (${this.path}: ${reasonOf(error)}). Usage and budgets are kept in memory until it can ` +
			'be, and are not shared with other processes.';
		this.returnAt = now() + RETURN_EVERY_MS;
		return {
			file: null,
			ledger: new MemoryLedger(salt ?? newSalt(random)),
			budgets: new MemoryBudgets(accounts, now()),
			facts: new MemoryFactTable(),
		};
	}

	/** Also true after the clock was set back. */
	private isTimeToReturn(): boolean {
		const now = this.surroundings.now();
		return now >= this.returnAt || now < this.returnAt - RETURN_EVERY_MS;
	}

	/** Returns to the file, if it can be written, with everything recorded in memory. */
	private comeBack(memory: MemoryBackend): Backend {
		const now = this.surroundings.now();
		this.returnAt = now + RETURN_EVERY_MS;
		let file: FileBackend | null = null;
		try {
			file = inFile(openSqliteFile(this.path, this.blockMs));
			// Budgets last: all before it may safely be written twice.
			file.ledger.append(memory.ledger.carried());
			for (const { id, feedback } of memory.ledger.carriedFeedback()) file.ledger.rate(id, feedback);
			const { facts } = file;
			facts.inOneStep(() => {
				for (const { kind, key, value } of memory.facts.carried()) facts.write(kind, key, value, now);
			});
			file.budgets.adopt(memory.budgets.carried(), now);
			this.whyAway = null;
			return (this.backend = file);
		} catch {
			file?.file.db.close();
			return memory;
		}
	}

	private say(notice: string): void {
		if (!this.said.includes(notice)) this.said.push(notice);
	}
}

/** What is carried over when a file is left. */
interface Known {
	accounts: CarriedAccount[];
	/** null if it cannot be read. */
	salt: string | null;
}

const NOTHING: Known = { accounts: [], salt: null };

function inFile(file: SqliteFile): FileBackend {
	return {
		file,
		ledger: new SqliteLedger(file.db),
		budgets: new SqliteBudgets(file.db, String(file.fileNumber)),
		facts: new SqliteFactTable(file.db),
	};
}

/** As far as it can be read, for instance on a full disk. */
function knownSoFar({ budgets, ledger }: FileBackend, now: number): Known {
	try {
		return { accounts: budgets.snapshot(now), salt: ledger.salt() };
	} catch {
		return NOTHING;
	}
}

/** A code such as `EACCES` or `database or disk is full`; their messages would repeat the path. */
function reasonOf(error: unknown): string {
	if (error instanceof NewerLedger) return error.message;
	if (typeof error !== 'object' || error === null) return 'unknown';
	if ('errstr' in error && typeof error.errstr === 'string') return error.errstr;
	return 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
