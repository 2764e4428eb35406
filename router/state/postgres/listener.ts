import type { PoolClient } from 'pg';

import type { Surroundings } from '../../types';
import type { Database } from './database';

export const CHANNEL = 'llm_router';

/** A pooler in transaction mode takes a `LISTEN` and never delivers: so long a test is waited for, in ms. */
const TEST_MS = 2_000;
const AGAIN_MS = 5_000;

/**
 * Hears what other processes do, on a connection of its own. Where nothing is delivered the connection is given up: whoever
 * waits looks by himself from time to time anyway, which this only makes sooner.
 */
export class Listener {
	private client: PoolClient | null = null;

	private isStarted = false;

	private readonly over = new AbortController();

	constructor(
		private readonly db: Database,
		private readonly surroundings: Surroundings,
		/** @param news the payload of a notification; `connected`: the database is there, again or for the first time */
		private readonly hear: (news: string) => void,
	) {}

	start(): void {
		if (this.isStarted) return;
		this.isStarted = true;
		void this.keepListening();
	}

	stop(): void {
		this.over.abort();
		this.leave();
	}

	private async keepListening(): Promise<void> {
		while (!this.over.signal.aborted) {
			try {
				if (!(await this.listen())) return;
			} catch {
				// The database is away, or was.
			}
			this.leave();
			await this.surroundings.sleep(AGAIN_MS, this.over.signal);
		}
	}

	/** Until the connection ends. False: nothing is delivered on it. */
	private async listen(): Promise<boolean> {
		const client = await this.db.connect();
		if (this.over.signal.aborted) {
			client.release();
			return false;
		}
		this.client = client;
		// A pooler gives a number of its own to each client: a `LISTEN` there would stay with a connection that others use.
		const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
		if (rows[0].pid !== Reflect.get(client, 'processID')) {
			this.hear('connected');
			return false;
		}
		const test = `test ${this.surroundings.random()}`;
		const patience = new AbortController();
		let isHeard = false;
		const ended = new Promise<void>((resolve) => {
			client.on('error', () => resolve());
			client.on('end', () => resolve());
			this.over.signal.addEventListener('abort', () => resolve(), { once: true });
		});
		client.on('notification', ({ payload = '' }) => {
			if (payload !== test) return this.hear(payload);
			isHeard = true;
			patience.abort();
		});
		await client.query(`LISTEN ${CHANNEL}`);
		await this.db.query('SELECT pg_notify($1, $2)', [CHANNEL, test]);
		this.hear('connected');
		await Promise.race([this.surroundings.sleep(TEST_MS, patience.signal), ended]);
		if (isHeard) await ended;
		return isHeard;
	}

	private leave(): void {
		// Destroyed, as it listens.
		this.client?.release(true);
		this.client = null;
	}
}
