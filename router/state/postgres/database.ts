/** Connections to PostgreSQL: few, opened when first needed, and given up for a moment where the server cannot be reached. */
import type { Pool, PoolClient, PoolConfig, QueryConfig } from 'pg';

import type { Surroundings } from '../../types';
import { StateBusy } from '../terms';
import { MIGRATIONS } from './schema';

/** n8n's own pools take most of what a server allows, so one process takes few. */
const MOST_CONNECTIONS = 3;
const CONNECT_MS = 3_000;
const STATEMENT_MS = 30_000;

/** A report over millions of decisions may take so long, in ms; then the server gives it up, and a little later we do. */
const REPORT_MS = 120_000;
const REPORT_GRACE_MS = 10_000;

/** So long nobody tries again after the server could not be reached, in ms. */
const AWAY_MS = 1_000;

/** Others have changed the same at the same moment: it is tried again so often, after a pause that doubles up to the last; in ms. */
const CONFLICT_TRIES = 12;
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 64;

/** Clocks that are no further apart are the same, in ms. */
const SKEW_MS = 1_000;

/** Any number that no other application is likely to lock by. */
const MIGRATION_LOCK = 7_215_630_841;

/** The server cannot be reached or used at the moment. */
export class DatabaseAway extends Error {
	/** @param mayBeDone it was sent, and whether it was done cannot be told */
	constructor(
		readonly mayBeDone: boolean,
		options?: ErrorOptions,
	) {
		super('The database cannot be reached', options);
		this.name = 'DatabaseAway';
	}
}

/** Nothing was done, or nobody knows: the same may be sent again later. */
export function isLater(error: unknown): boolean {
	return error instanceof DatabaseAway || error instanceof StateBusy;
}

/** A report was given up. The database is there. */
export class TooSlow extends Error {
	constructor(options?: ErrorOptions) {
		super('The report took longer than the database was given for it', options);
		this.name = 'TooSlow';
	}
}

/** Epoch ms by the server's clock, as a statement tells it. */
export const SERVER_CLOCK = '(extract(epoch FROM clock_timestamp()) * 1000)::float8';

export type Query = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

export class Database {
	private pool: Promise<Pool> | null = null;

	private isClosed = false;

	/** By the monotonic clock. */
	private awayUntil = 0;

	/** Why it cannot be used; null: it can. */
	away: string | null = null;

	/** Since when, by the monotonic clock. */
	private awaySince = 0;

	/** By how much the server's clock was ahead of the monotonic one, in ms; null: not known yet. */
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
				return await inTransaction(client, work);
			} finally {
				client.release();
			}
		});
	}

	/** Reads as much as it likes, all of it as it was at one moment. @throws DatabaseAway, TooSlow */
	async report<T>(work: (query: Query) => Promise<T>): Promise<T> {
		return await this.attempt(async (pool) => {
			const client = await pool.connect();
			try {
				const result = await inTransaction(client, async (query) => {
					// What is compiled just in time takes longer to compile than to run.
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

	/** A connection of its own, to listen with. @throws DatabaseAway */
	async connect(): Promise<PoolClient> {
		return await this.attempt(async (pool) => await pool.connect());
	}

	/** For how long it has been away for a reason that may pass by itself, in ms; `Infinity`: for one that does not. */
	get awayForMs(): number {
		if (this.away === null) return 0;
		return LASTING.test(this.away) ? Infinity : this.surroundings.monotonic() - this.awaySince;
	}

	/** What the server's clock shows, epoch ms. */
	saw(serverNow: number): void {
		this.serverAheadMs = serverNow - this.surroundings.monotonic();
	}

	/**
	 * What is to be added to a time of this process's clock, which may have been set, so that all processes count by the server's; in ms.
	 * @throws DatabaseAway where that was never seen and is away
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

	/** What comes next opens new connections. */
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
			// On new connections to what is there then.
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
				// A connection that nobody uses must not keep a process alive.
				allowExitOnIdle: true,
			});
			// A connection that ends while nobody uses it is no news.
			pool.on('error', () => undefined);
			// Of one that somebody uses his statement tells; without this the event would end the process.
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
				// Asked first, as `IF NOT EXISTS` wants the right to create one even where there is nothing to create.
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
	// Whatever the server's default is: each statement sees what was done before a lock was had.
	await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
	try {
		const result = await work(query);
		await client.query('COMMIT');
		return result;
	} catch (error) {
		// Behind one that still runs it would only wait.
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

/** By the server's own limit, or by ours. */
function isTooSlow(error: unknown): boolean {
	return codeOf(error) === '57014' || (error instanceof Error && error.message === 'Query read timeout');
}

/** Codes of the server: https://www.postgresql.org/docs/current/errcodes-appendix.html; serialization failure, deadlock. */
const CONFLICT = /^(40001|40P01)$/;

/** A statement took longer, or waited longer for a lock, than an administrator allows. */
const STOPPED = /^(57014|55P03)$/;

/** It takes no writing, as another one does since; or the tables are gone, so that they are made anew. */
const OTHER_PLACE = /^(25006|42P01|42883|3F000)$/;

/** No right to make the schema, no such user, no such database. */
const LASTING = /^(42501|28...|3D000)$/;

/** Of the network, and of a server that is not there for us. */
function isAway(error: unknown): boolean {
	if (error instanceof DatabaseAway) return true;
	const code = codeOf(error);
	if (/^(E[A-Z]+|08...|57P0[1-5]|53[0-9]..)$/.test(code) || LASTING.test(code) || OTHER_PLACE.test(code))
		return true;
	// What `pg` says of its own has no code.
	return (
		error instanceof Error &&
		/terminated|timeout|Connection ended|not queryable|after calling end/i.test(error.message)
	);
}

/** It was refused before a statement could be sent, or by a server that did nothing. */
function isUnsent(error: unknown): boolean {
	const code = codeOf(error);
	if (/^(ECONNREFUSED|ENOTFOUND|ENOENT|EAI_AGAIN|57P03|53...)$/.test(code)) return true;
	if (LASTING.test(code) || OTHER_PLACE.test(code)) return true;
	return error instanceof Error && /trying to connect/i.test(error.message);
}

/** Empty where it has none. */
function codeOf(error: unknown): string {
	return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function reasonOf(error: unknown): string {
	const code = codeOf(error);
	if (code !== '') return code;
	return error instanceof Error && /timeout/i.test(error.message) ? 'timeout' : 'connection lost';
}
