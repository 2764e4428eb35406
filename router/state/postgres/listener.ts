import type { PoolClient } from 'pg';

import type { Surroundings } from '../../types';
import type { Database } from './database';

export const CHANNEL = 'llm_router';

/** Some poolers accept `LISTEN` and never deliver. How long to wait for a test notification, and then until the next try, in ms. */
const TEST_MS = 2_000;
const UNHEARD_MS = 60_000;

/** Pause before reconnecting, in ms. */
const AGAIN_MS = 1_000;

/**
 * Receives notifications on a connection of its own. While it does, waiters poll only rarely, so they are also woken when the
 * connection is lost, and when there is a new one, as notifications may have been missed.
 */
export class Listener {
	private client: PoolClient | null = null;

	private isStarted = false;

	private isHearing = false;

	private readonly over = new AbortController();

	constructor(
		private readonly db: Database,
		private readonly surroundings: Surroundings,
		/**
		 * @param news payload of a notification; `connected`: there is a (new) connection; `lost`: notifications no longer arrive
		 */
		private readonly hear: (news: string) => void,
	) {}

	/** Whether notifications currently arrive. */
	get hears(): boolean {
		return this.isHearing;
	}

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
			let pauseMs = AGAIN_MS;
			try {
				const ended = await this.listen();
				if (ended === 'pooled') return;
				if (ended === 'unheard') pauseMs = UNHEARD_MS;
			} catch {
				// The database is away.
			} finally {
				this.leave();
			}
			await this.surroundings.sleep(pauseMs, this.over.signal);
		}
	}

	/** Listens until the connection ends. @returns `pooled`: behind a pooler; `unheard`: the test notification did not arrive */
	private async listen(): Promise<'pooled' | 'unheard' | 'lost'> {
		const client = await this.db.connect();
		this.client = client;
		if (this.over.signal.aborted) return 'lost';
		// A pooler makes up a process id for each client. A `LISTEN` through it would stick to a connection that others use.
		const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
		if (rows[0].pid !== Reflect.get(client, 'processID')) {
			this.hear('connected');
			return 'pooled';
		}
		const test = `test ${this.surroundings.random()}`;
		const patience = new AbortController();
		const ended = new Promise<void>((resolve) => {
			client.on('error', () => resolve());
			client.on('end', () => resolve());
			this.over.signal.addEventListener('abort', () => resolve(), { once: true });
		});
		client.on('notification', ({ payload = '' }) => {
			if (this.client !== client) return;
			if (payload !== test) return this.hear(payload);
			this.isHearing = true;
			patience.abort();
			// Earlier notifications were missed.
			this.hear('connected');
		});
		await client.query(`LISTEN ${CHANNEL}`);
		await this.db.query('SELECT pg_notify($1, $2)', [CHANNEL, test]);
		await Promise.race([this.surroundings.sleep(TEST_MS, patience.signal), ended]);
		if (!this.isHearing) {
			this.hear('connected');
			return 'unheard';
		}
		await ended;
		return 'lost';
	}

	private leave(): void {
		// Destroyed, as a pooled connection must not keep listening.
		this.client?.release(true);
		this.client = null;
		if (!this.isHearing) return;
		this.isHearing = false;
		if (!this.over.signal.aborted) this.hear('lost');
	}
}
