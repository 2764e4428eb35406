import type { PoolConfig } from 'pg';

import type { Surroundings } from '../../types';
import type { Settlement } from '../budgets';
import type { DecisionRow, History } from '../decisions';
import { StateBusy } from '../terms';
import type { State } from '../terms';
import { PostgresBudgets } from './budgets';
import { Database, DatabaseAway, isLater, TooSlow } from './database';
import { PostgresFacts } from './facts';
import { PostgresLedger } from './ledger';
import { Listener } from './listener';
import { moveFile } from './move';
import { Outbox } from './outbox';
import type { OutboxOptions } from './outbox';
import { PostgresSemaphores } from './semaphores';

export interface PostgresOptions {
	/** Includes the password. */
	connection: PoolConfig;
	/** Name of the schema for all tables: letters, digits and underscores. */
	schema: string;
	/** Decisions and settlements wait here while the server is away. */
	folder: string;
	surroundings: Surroundings;
	/** How long budgets wait for a server that went away before the process goes on alone, in ms. */
	restartPatienceMs?: number;
	/** Sums for reports are made from this many decisions on; default 50,000. */
	summedFrom?: number;
}

/** Long enough for a restart. */
const RESTART_PATIENCE_MS = 10_000;

/** State shared by all processes of an n8n, on any machine. Connects on first use. */
export function createPostgresState(options: PostgresOptions): State {
	const { connection, schema, folder, surroundings, restartPatienceMs = RESTART_PATIENCE_MS } = options;
	if (!/^[a-z_][a-z0-9_]{0,62}$/i.test(schema)) throw new RangeError(`"${schema}" is no name of a schema`);
	const db = new Database(connection, `"${schema}"`, surroundings);
	const facts = new PostgresFacts(db, surroundings, () => listener.start());
	const ledger = new PostgresLedger(db, options.summedFrom);
	const semaphores = new PostgresSemaphores(db, surroundings);
	const name = `${Math.floor(surroundings.now())}-${surroundings.random().toString(36).slice(2)}`;
	const { now, monotonic } = surroundings;
	const outbox = new Outbox<DecisionRow>({ folder, kind: 'decisions', name, now, monotonic, ...DECISIONS });
	const settlements = new Outbox<Settlement>({
		folder,
		kind: 'settlements',
		name,
		now,
		monotonic,
		...SETTLEMENTS,
	});
	const budgets = new PostgresBudgets(db, settlements, surroundings, restartPatienceMs);
	const settled = new Set<() => void>();
	const listener = new Listener(db, surroundings, (news) => {
		const isAny = news === 'connected' || news === 'lost';
		if (news === 'connected') void deliver();
		if (news === 'facts' || isAny) void facts.look();
		if (news === 'left' || isAny) semaphores.wake();
		if (news === 'settled' || isAny) for (const tell of settled) tell();
	});
	let salt: string | null = null;
	let moving: Promise<void> | null = null;
	/** Imports a ledger file that was used before; a failure is retried with the next call. */
	const moved = async (): Promise<void> => {
		moving ??= moveFile(db, ledger, folder, surroundings).catch(() => {
			moving = null;
		});
		await moving;
	};
	const append = async (rows: readonly DecisionRow[]): Promise<void> => {
		try {
			if (!outbox.isEmpty) await outbox.deliver((waiting) => ledger.append(waiting), isLater);
			await ledger.append(rows);
		} catch (error) {
			if (!(error instanceof DatabaseAway)) throw error;
			outbox.put(rows);
		}
	};
	/** Delivers what has waited for the database. */
	async function deliver(): Promise<void> {
		await append([]).catch(() => undefined);
		await budgets.sendUnsent().catch(() => undefined);
	}
	return {
		facts,
		budgets: {
			reserve: async (request) => {
				listener.start();
				await moved();
				return await budgets.reserve(request);
			},
			settle: async (settlement) => await budgets.settle(settlement),
			accounts: async (now) => await busyIfAway(() => budgets.accounts(now)),
			onSettled: (tell) => void settled.add(tell),
			hearsSettlements: () => listener.hears,
		},
		ledger: {
			append,
			// Delivered by the next process.
			appendNow: (rowsFor) => outbox.put(rowsFor(salt ?? '')),
			rate: async (id, feedback) => await busyIfAway(() => ledger.rate(id, feedback)),
			prune: async (now) => await busyIfAway(() => ledger.prune(now)),
			salt: async () => (salt ??= await busyIfAway(() => ledger.salt())),
		},
		history: historyOf(ledger, async () => {
			await moved();
			if (!outbox.isEmpty) await append([]);
		}),
		semaphores: {
			local: (key) => semaphores.local(key),
			acquire: async (...wanted) => {
				listener.start();
				return await semaphores.acquire(...wanted);
			},
		},
		notices: () => noticesOf(db, outbox.lost, settlements.lost),
		flush: async () => await facts.tell(),
		async close() {
			await facts.tell();
			await deliver();
			stop();
			await db.close();
		},
		closeNow: stop,
	};

	function stop(): void {
		listener.stop();
		budgets.stop();
		facts.stop();
		semaphores.stop();
	}
}

/** JSON has no bytes. Files are only read back by this package. */
const DECISIONS: Pick<OutboxOptions<DecisionRow>, 'write' | 'read'> = {
	write: ({ lesson, ...row }) =>
		lesson ? { ...row, lesson: { ...lesson, seen: Buffer.from(lesson.seen).toString('base64') } } : row,
	read(written) {
		const { lesson, ...row } = written as DecisionRow & { lesson?: { seen: unknown } };
		return lesson ? { ...row, lesson: { ...lesson, seen: Buffer.from(String(lesson.seen), 'base64') } } : row;
	},
};
const SETTLEMENTS: Pick<OutboxOptions<Settlement>, 'write' | 'read'> = {
	write: (settlement) => settlement,
	read: (written) => written as Settlement,
};

/** Reports fail at once if the database is away. */
async function busyIfAway<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw error instanceof DatabaseAway || error instanceof TooSlow ? new StateBusy({ cause: error }) : error;
	}
}

function historyOf(ledger: PostgresLedger, before: () => Promise<void>): History {
	const asked = async <T>(work: () => Promise<T>): Promise<T> => {
		await before();
		return await busyIfAway(work);
	};
	return {
		usage: (query) => asked(() => ledger.usage(query)),
		usageViews: (spans, views) => asked(() => ledger.usageViews(spans, views)),
		failures: (span) => asked(() => ledger.failures(span)),
		attempts: (span) => asked(() => ledger.attempts(span)),
		decisions: (query) => asked(() => ledger.decisions(query)),
		countLessons: (learner, since) => asked(() => ledger.countLessons(learner, since)),
		lessons: (learner, limit) => asked(() => ledger.lessons(learner, limit)),
		earliest: () => asked(() => ledger.earliest()),
	};
}

function noticesOf(db: Database, lost: number, lostSettlements: number): string[] {
	const notices: string[] = [];
	if (db.away === '42501') {
		notices.push(
			`The database does not let this n8n make its schema. Let an administrator run: CREATE SCHEMA ${db.schema} ` +
				'AUTHORIZATION <the user of n8n>; until then budgets and circuits are known to this process alone.',
		);
	} else if (db.away !== null) {
		notices.push(
			`The database of the LLM Router cannot be reached (${db.away}). Items are answered all the same: budgets and circuits ` +
				'are known to this process alone, and decisions wait on disk until it is back.',
		);
	}
	if (lost > 0) {
		notices.push(
			`${lost} decisions are lost: the disk had no room while the database was away, or it refused them.`,
		);
	}
	if (lostSettlements > 0) {
		notices.push(
			`The cost of ${lostSettlements} calls is missing from budgets: the disk had no room while the database was away, or it refused them.`,
		);
	}
	return notices;
}
