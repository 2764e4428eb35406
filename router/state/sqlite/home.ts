import { join } from 'node:path';

import type { Account } from '../budgets';
import type { BudgetBook, FactTable, LedgerBook } from '../books';
import { MemoryBudgets } from '../memory/budgets';
import { MemoryFactTable } from '../memory/factTable';
import { MemoryLedger } from '../memory/ledger';
import { newSalt } from '../memory/memory';
import { StateBusy } from '../terms';
import type { Surroundings } from '../../types';
import { SqliteBudgets } from './budgets';
import { SqliteFactTable } from './factTable';
import { isBroken, isBusy, isInPlace, NewerLedger, numberOf, openSqliteFile, setAside } from './file';
import type { SqliteFile } from './file';
import { SqliteLedger } from './ledger';

const FILE_NAME = 'ledger.sqlite';

export interface Backend {
	/** null: in memory. */
	file: SqliteFile | null;
	ledger: LedgerBook;
	budgets: BudgetBook;
	facts: FactTable;
}

/**
 * The file that is in use. Opened when first used. What is wrong with it never fails a call: a broken one is set aside
 * and a new one begun; where none can be written, what this process does is kept in its memory. Both are said in `notices`.
 */
export class Home {
	private readonly said: string[] = [];

	private backend: Backend | null = null;

	private blockMs = 0;

	/** @param folder where `ledger.sqlite` is kept; created where it is missing */
	constructor(
		private readonly folder: string,
		private readonly surroundings: Surroundings,
	) {}

	get notices(): readonly string[] {
		return this.said;
	}

	/** @throws StateBusy */
	use<T>(work: (backend: Backend) => T): T {
		return this.do(work, () => this.current());
	}

	/** Does not look whether the file is still in place: what writes does so soon after. @throws StateBusy */
	peek<T>(work: (backend: Backend) => T): T {
		return this.do(work, () => this.backend ?? this.current());
	}

	/** From now on each call waits for other processes, which holds up this one meanwhile. */
	block(ms: number): void {
		this.blockMs = ms;
		this.backend?.file?.db.exec(`PRAGMA busy_timeout = ${ms}`);
	}

	close(): void {
		this.backend?.file?.db.close();
		this.backend = null;
	}

	private do<T>(work: (backend: Backend) => T, backend: () => Backend): T {
		try {
			return work(backend());
		} catch (error) {
			if (isBusy(error)) throw error instanceof StateBusy ? error : new StateBusy({ cause: error });
			if (error instanceof RangeError || !this.backend?.file) throw error;
			return work(this.replace(this.backend, this.backend.file, error));
		}
	}

	/** Another process may have set the file aside, or a person removed it: what is written there would be lost. */
	private current(): Backend {
		const { backend } = this;
		if (backend && (backend.file === null || isInPlace(backend.file))) return backend;
		this.close();
		this.backend = this.open();
		return this.backend;
	}

	private open(): Backend {
		const path = join(this.folder, FILE_NAME);
		const fileNumber = numberOf(path);
		try {
			return inFile(openSqliteFile(path, this.blockMs));
		} catch (error) {
			if (isBusy(error)) throw error;
			return this.recover(error, path, fileNumber, []);
		}
	}

	/** The file turned out broken, or unwritable, while it was in use. */
	private replace(backend: Backend, { path, fileNumber }: SqliteFile, error: unknown): Backend {
		const spent = spentSoFar(backend, this.surroundings.now());
		this.close();
		this.backend = this.recover(error, path, fileNumber, spent);
		return this.backend;
	}

	private recover(
		error: unknown,
		path: string,
		fileNumber: number | null,
		spent: readonly Account[],
	): Backend {
		if (!isBroken(error)) return this.retreat(error, path, spent);
		try {
			const aside = setAside(path, fileNumber, this.surroundings.now());
			const file = inFile(openSqliteFile(path, this.blockMs));
			if (aside !== null)
				this.say(`The ledger file was broken. It was kept as ${aside} and a new one begun.`);
			return file;
		} catch (second) {
			return this.retreat(second, path, spent);
		}
	}

	private retreat(error: unknown, path: string, spent: readonly Account[]): Backend {
		this.say(
			`The ledger cannot be written (${path}: ${reasonOf(error)}). ` +
				'Usage and budgets are kept in memory until n8n restarts and are not shared with other processes.',
		);
		return this.inMemory(spent);
	}

	private inMemory(spent: readonly Account[]): Backend {
		const { random, now } = this.surroundings;
		return {
			file: null,
			ledger: new MemoryLedger(newSalt(random)),
			budgets: new MemoryBudgets(spent, now()),
			facts: new MemoryFactTable(),
		};
	}

	private say(notice: string): void {
		if (!this.said.includes(notice)) this.said.push(notice);
	}
}

function inFile(file: SqliteFile): Backend {
	return {
		file,
		ledger: new SqliteLedger(file.db),
		budgets: new SqliteBudgets(file.db, String(file.fileNumber)),
		facts: new SqliteFactTable(file.db),
	};
}

/** A full disk can still be read. */
function spentSoFar({ budgets }: Backend, now: number): Account[] {
	try {
		return budgets.accounts(now);
	} catch {
		return [];
	}
}

/** A code such as `EACCES` or `database or disk is full`; their messages would repeat the path. */
function reasonOf(error: unknown): string {
	if (error instanceof NewerLedger) return error.message;
	if (typeof error !== 'object' || error === null) return 'unknown';
	if ('errstr' in error && typeof error.errstr === 'string') return error.errstr;
	return 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
