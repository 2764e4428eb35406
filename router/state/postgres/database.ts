/** A small connection pool, opened on first use. After a connection error no query is tried for a second. */
import type { Pool, PoolClient, PoolConfig, QueryConfig } from 'pg';

import type { Surroundings } from '../../types';
import { StateBusy } from '../terms';
import { MIGRATIONS } from './schema';

/** n8n's own pools take most of what a server allows, so one process takes few. */
const MOST_CONNECTIONS = 3;
const CONNECT_MS = 3_000;
const STATEMENT_MS = 30_000;

/** Time limit of a report, in ms, and how much later the client gives up than the server. */
const REPORT_MS = 120_000;
const REPORT_GRACE_MS = 10_000;

/** Pause after a connection error, in ms. */
const AWAY_MS = 1_000;

/** Retries after a serialization failure or deadlock, with pauses that double up to a limit, in ms. */
const CONFLICT_TRIES = 12;
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 64;

/** Clock differences below this are ignored, in ms. */
const SKEW_MS = 1_000;

/** Any number that no other application is likely to lock by. */
const MIGRATION_LOCK = 7_215_630_841;

/** The server cannot be reached or used at present. */
export class DatabaseAway extends Error {
	/** @param mayBeDone the statement was sent, and its outcome is unknown */
	constructor(
		readonly mayBeDone: boolean,
		options?: ErrorOptions,
	) {
		super('The database cannot be reached', options);
		this.name = 'DatabaseAway';
	}
}

/** Whether the statement failed for a temporary reason and may be sent again. */
export function isLater(error: unknown): boolean {
	return error instanceof DatabaseAway || error instanceof StateBusy;
}

/** A report exceeded its time limit. The database works. */
export class TooSlow extends Error {
	constructor(options?: ErrorOptions) {
		super('The report took longer than the database was given for it', options);
		this.name = 'TooSlow';
	}
}

/** SQL: the server's clock in epoch ms. */
export const SERVER_CLOCK = '(extract(epoch FROM clock_timestamp()) * 1000)::float8';

export type Query = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

export class Database {
	private pool: Promise<Pool> | null = null;

	private isClosed = false;

	/** By the monotonic clock. */
	private awayUntil = 0;

	/** Error code or reason why the database cannot be used; null if it can. */
	away: string | null = null;

	/** Start of the outage, by the monotonic clock. */
	private awaySince = 0;

	/** Server clock minus monotonic clock, in ms; null before the first connection. */
	private serverAheadMs: number | null = null;

	constructor(
		private readonly config: PoolConfig,
		readonly schema: string,
		private readonly surroundings: Surroundings,
	) {}

	/** One statement, one round trip. @throws DatabaseAway */
	query: Query = async (sql, values = []) =>
		await this.attempt(async (pool) => (await pool.query(sql, [...values])).rows);

	/** @throws DatabaseAway */
	async transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
		return await this.attempt(async (pool) => {
			const client = await pool.connect();
			try {
				const result = await inTransaction(client, work);
				client.release();
				return result;
			} catch (error) {
				// Not rolled back then: its next user would find itself in a failed transaction.
				client.release(isTooSlow(error));
				throw error;
			}
		});
	}

	/** A read-only transaction over one snapshot, with a longer time limit. @throws DatabaseAway, TooSlow */
	async report<T>(work: (query: Query) => Promise<T>): Promise<T> {
		return await this.attempt(async (pool) => {
			const client = await pool.connect();
			try {
				const result = await inTransaction(client, async (query) => {
					// JIT compilation would take longer than the query.
					await query(
						'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL jit = off; ' +
							`SET LOCAL statement_timeout = ${REPORT_MS}`,
					);
					return await work(slowly(client));
				});
				client.release();
				return result;
			} catch (error) {
				client.release(true);
				throw isTooSlow(error) ? new TooSlow({ cause: error }) : error;
			}
		});
	}

	/** A connection for LISTEN, to be released by the caller. @throws DatabaseAway */
	async connect(): Promise<PoolClient> {
		return await this.attempt(async (pool) => await pool.connect());
	}

	/** How long the database has been away, in ms; `Infinity` if it will not come back by itself. */
	get awayForMs(): number {
		if (this.away === null) return 0;
		return LASTING.test(this.away) ? Infinity : this.surroundings.monotonic() - this.awaySince;
	}

	/** Records the server's clock. @param serverNow epoch ms */
	saw(serverNow: number): void {
		this.serverAheadMs = serverNow - this.surroundings.monotonic();
	}

	/**
	 * Offset in ms from this process's clock, which may be wrong or be set, to the server's clock, which all processes share.
	 * @throws DatabaseAway if there never was a connection
	 */
	async clockShiftMs(): Promise<number> {
		if (this.serverAheadMs === null) await this.attempt(async () => undefined);
		const { monotonic, now } = this.surroundings;
		const shiftMs = (this.serverAheadMs ?? now() - monotonic()) + monotonic() - now();
		return Math.abs(shiftMs) < SKEW_MS ? 0 : shiftMs;
	}

	async close(): Promise<void> {
		this.isClosed = true;
		await this.leave();
	}

	/** Drops the pool; the next query opens a new one. */
	private async leave(): Promise<void> {
		const pool = await this.pool?.catch(() => null);
		this.pool = null;
		await pool?.end();
	}

	/** @throws DatabaseAway, StateBusy */
	private async attempt<T>(work: (pool: Pool) => Promise<T>): Promise<T> {
		for (let tries = 1; ; tries += 1) {
			try {
				return await this.attemptOnce(work);
			} catch (error) {
				const code = codeOf(error);
				if (STOPPED.test(code) || (CONFLICT.test(code) && tries === CONFLICT_TRIES)) {
					throw new StateBusy({ cause: error });
				}
				if (!CONFLICT.test(code)) throw error;
			}
			const pause = Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);
			await this.surroundings.sleep(pause * this.surroundings.random());
		}
	}

	private async attemptOnce<T>(work: (pool: Pool) => Promise<T>): Promise<T> {
		if (this.isClosed || this.surroundings.monotonic() < this.awayUntil) throw new DatabaseAway(false);
		try {
			this.pool ??= this.open();
			const result = await work(await this.pool);
			this.away = null;
			return result;
		} catch (error) {
			if (!isAway(error)) throw error;
			if (this.away === null) this.awaySince = this.surroundings.monotonic();
			this.awayUntil = this.surroundings.monotonic() + AWAY_MS;
			this.away = reasonOf(error);
			// Reconnect, perhaps to another server, and migrate again.
			if (OTHER_PLACE.test(codeOf(error))) void this.leave().catch(() => undefined);
			throw new DatabaseAway(!isUnsent(error), { cause: error });
		}
	}

	private async open(): Promise<Pool> {
		try {
			const { Pool: PgPool } = await import('pg');
			const pool = new PgPool({
				...this.config,
				max: MOST_CONNECTIONS,
				connectionTimeoutMillis: CONNECT_MS,
				idleTimeoutMillis: 30_000,
				query_timeout: STATEMENT_MS,
				application_name: 'llm-router',
				// Idle connections must not keep the process alive.
				allowExitOnIdle: true,
			});
			// Losing an idle connection does not matter.
			pool.on('error', () => undefined);
			// The running statement fails anyway; an unhandled `error` event would end the process.
			pool.on('connect', (client) => client.on('error', () => undefined));
			await this.migrate(pool);
			return pool;
		} catch (error) {
			this.pool = null;
			throw error;
		}
	}

	private async migrate(pool: Pool): Promise<void> {
		const client = await pool.connect();
		try {
			await inTransaction(client, async (query) => {
				await query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
				const [{ clock }] = await query<{ clock: number }>(`SELECT ${SERVER_CLOCK} AS clock`);
				this.saw(clock);
				// `CREATE SCHEMA IF NOT EXISTS` needs the right to create even if the schema exists.
				const [{ found }] = await query<{ found: string | null }>('SELECT to_regnamespace($1) AS found', [
					this.schema,
				]);
				if (found === null) await query(`CREATE SCHEMA ${this.schema}`);
				await query(`SET LOCAL search_path TO ${this.schema}`);
				await query('CREATE TABLE IF NOT EXISTS versions (version integer PRIMARY KEY)');
				const [{ version }] = await query<{ version: number }>(
					'SELECT coalesce(max(version), 0) AS version FROM versions',
				);
				for (let next = version; next < MIGRATIONS.length; next++) {
					await query(
						MIGRATIONS[next].replaceAll(
							'LANGUAGE plpgsql',
							`LANGUAGE plpgsql SET search_path = ${this.schema}`,
						),
					);
					await query('INSERT INTO versions VALUES ($1)', [next + 1]);
				}
			});
		} finally {
			client.release();
		}
	}
}

async function inTransaction<T>(client: PoolClient, work: (query: Query) => Promise<T>): Promise<T> {
	const query: Query = async (sql, values = []) =>
		(await (values.length === 0 ? client.query(sql) : client.query(sql, [...values]))).rows;
	// Independent of the server's default: statements after a lock must see what was committed before it.
	await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
	try {
		const result = await work(query);
		await client.query('COMMIT');
		return result;
	} catch (error) {
		// A ROLLBACK would queue behind the running statement.
		if (!isTooSlow(error)) await client.query('ROLLBACK').catch(() => undefined);
		throw error;
	}
}

function slowly(client: PoolClient): Query {
	return async (sql, values = []) => {
		const query: QueryConfig & { query_timeout: number } = {
			text: sql,
			values: [...values],
			query_timeout: REPORT_MS + REPORT_GRACE_MS,
		};
		return (await client.query(query)).rows;
	};
}

/** The server's time limit, or the client's. */
function isTooSlow(error: unknown): boolean {
	return codeOf(error) === '57014' || (error instanceof Error && error.message === 'Query read timeout');
}

/** Serialization failure, deadlock. Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const CONFLICT = /^(40001|40P01)$/;

/** Cancelled by `statement_timeout` or `lock_timeout`, which an administrator may have set. */
const STOPPED = /^(57014|55P03)$/;

/** Read-only server, as after a failover; missing table, function or schema, as after DROP SCHEMA. */
const OTHER_PLACE = /^(25006|42P01|42883|3F000)$/;

/** No right to create the schema, login refused, no such database. */
const LASTING = /^(42501|28...|3D000)$/;

/** Network errors, and a server that is shutting down, full or refuses us. */
function isAway(error: unknown): boolean {
	if (error instanceof DatabaseAway) return true;
	const code = codeOf(error);
	// Its message speaks of a timeout too.
	if (STOPPED.test(code)) return false;
	if (/^(E[A-Z]+|08...|57P0[1-5]|53[0-9]..)$/.test(code) || LASTING.test(code) || OTHER_PLACE.test(code))
		return true;
	// Errors raised by `pg` itself have no code.
	return (
		error instanceof Error &&
		/terminated|timeout|Connection ended|not queryable|after calling end/i.test(error.message)
	);
}

/** Whether the statement certainly had no effect. */
function isUnsent(error: unknown): boolean {
	const code = codeOf(error);
	if (/^(ECONNREFUSED|ENOTFOUND|ENOENT|EAI_AGAIN|57P03|53...)$/.test(code)) return true;
	if (LASTING.test(code) || OTHER_PLACE.test(code)) return true;
	return error instanceof Error && /trying to connect/i.test(error.message);
}

/** SQLSTATE or Node.js error code; empty if there is none. */
function codeOf(error: unknown): string {
	return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function reasonOf(error: unknown): string {
	const code = codeOf(error);
	if (code !== '') return code;
	return error instanceof Error && /timeout/i.test(error.message) ? 'timeout' : 'connection lost';
}
