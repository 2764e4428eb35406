import { join } from 'node:path';

import type { Account, GovernanceStore } from './ledgerStore';
import { StoreBusy } from './ledgerStore';
import { MemoryBudgets, MemoryFacts, MemoryLedger } from './memory/ledger';
import { SqliteBudgets } from './sqlite/budgets';
import { isBroken, isBusy, isInPlace, NewerLedger, numberOf, openSqliteFile, setAside } from './sqlite/file';
import type { SqliteFile } from './sqlite/file';
import { SqliteFacts } from './sqlite/facts';
import { SqliteLedger } from './sqlite/ledger';

const FILE_NAME = 'ledger.sqlite';

export interface GovernanceOptions {
	/** Where `ledger.sqlite` is kept; created where it is missing. null keeps everything in this process. */
	folder: string | null;
	/** Epoch ms: names what is set aside. */
	now(): number;
	/** 0 ≤ x < 1: salts hashes where there is no file to do it. */
	random(): number;
}

export interface GovernanceHandle extends GovernanceStore {
	/** What a person should know, each once: one sentence with its reason. Empty while all is well. */
	notices(): readonly string[];
}

interface Backend {
	file: SqliteFile | null;
	ledger: SqliteLedger | MemoryLedger;
	budgets: SqliteBudgets | MemoryBudgets;
	facts: SqliteFacts | MemoryFacts;
}

/**
 * The ledger and budgets in a file that all processes of this machine share. Opened when first used. What is
 * wrong with the file never fails a call: a broken one is set aside and a new one begun; where none can be
 * written, what this process does is kept in its memory. Both are said in `notices`. Answers at once, so that the
 * last flush works while a process ends. Every method may throw StoreBusy.
 */
export function openGovernance(options: GovernanceOptions): GovernanceHandle {
	return new Governance(options);
}

class Governance implements GovernanceHandle {
	private readonly said: string[] = [];

	private backend: Backend | null = null;

	constructor(private readonly options: GovernanceOptions) {}

	notices = (): readonly string[] => this.said;

	append: GovernanceStore['append'] = (rows) => this.use(({ ledger }) => ledger.append(rows));

	usage: GovernanceStore['usage'] = (query) => this.use(({ ledger }) => ledger.usage(query));

	usageViews: GovernanceStore['usageViews'] = (spans, views) =>
		this.use(({ ledger }) => ledger.usageViews(spans, views));

	failures: GovernanceStore['failures'] = (span) => this.use(({ ledger }) => ledger.failures(span));

	attempts: GovernanceStore['attempts'] = (span) => this.use(({ ledger }) => ledger.attempts(span));

	rate: GovernanceStore['rate'] = (id, feedback) => this.use(({ ledger }) => ledger.rate(id, feedback));

	decisions: GovernanceStore['decisions'] = (query) => this.use(({ ledger }) => ledger.decisions(query));

	countLessons: GovernanceStore['countLessons'] = (learner, since) =>
		this.use(({ ledger }) => ledger.countLessons(learner, since));

	lessons: GovernanceStore['lessons'] = (learner, limit) =>
		this.use(({ ledger }) => ledger.lessons(learner, limit));

	earliest: GovernanceStore['earliest'] = () => this.use(({ ledger }) => ledger.earliest());

	prune: GovernanceStore['prune'] = (now) => this.use(({ ledger }) => ledger.prune(now));

	salt: GovernanceStore['salt'] = () => this.use(({ ledger }) => ledger.salt());

	reserve: GovernanceStore['reserve'] = (request) => this.use(({ budgets }) => budgets.reserve(request));

	settle: GovernanceStore['settle'] = (settlement) => this.use(({ budgets }) => budgets.settle(settlement));

	accounts: GovernanceStore['accounts'] = (now) => this.use(({ budgets }) => budgets.accounts(now));

	/** Several a call, so it does not look whether the file is still in place: what writes does so soon after. */
	readFact: GovernanceStore['readFact'] = (kind, key) =>
		this.use(
			({ facts }) => facts.readFact(kind, key),
			() => this.backend ?? this.current(),
		);

	listFacts: GovernanceStore['listFacts'] = (kind) => this.use(({ facts }) => facts.listFacts(kind));

	changeFact: GovernanceStore['changeFact'] = (kind, key, now, change, lifetimeMs) =>
		this.use(({ facts }) => facts.changeFact(kind, key, now, change, lifetimeMs));

	close(): void {
		this.backend?.ledger.close();
		this.backend = null;
	}

	private use<T>(work: (backend: Backend) => T, backend = () => this.current()): T {
		try {
			return work(backend());
		} catch (error) {
			if (isBusy(error)) throw error instanceof StoreBusy ? error : new StoreBusy({ cause: error });
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
		const { folder } = this.options;
		if (folder === null) return this.inMemory([]);
		const path = join(folder, FILE_NAME);
		const fileNumber = numberOf(path);
		try {
			return inFile(openSqliteFile(path));
		} catch (error) {
			if (isBusy(error)) throw error;
			return this.recover(error, path, fileNumber, []);
		}
	}

	/** The file turned out broken, or unwritable, while it was in use. */
	private replace(backend: Backend, { path, fileNumber }: SqliteFile, error: unknown): Backend {
		const spent = spentSoFar(backend, this.options.now());
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
			const aside = setAside(path, fileNumber, this.options.now());
			const file = inFile(openSqliteFile(path));
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
		const { random, now } = this.options;
		const salt = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
		return {
			file: null,
			ledger: new MemoryLedger(salt),
			budgets: new MemoryBudgets(spent, now()),
			facts: new MemoryFacts(),
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
		facts: new SqliteFacts(file.db),
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
