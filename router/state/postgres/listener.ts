import type { PoolClient } from 'pg';

import type { Surroundings } from '../../types';
import type { Database } from './database';

export const CHANNEL = 'llm_router';

/** Poolers may take a `LISTEN` and never deliver: so long a test is waited for, in ms, and so long it is then left alone. */
const TEST_MS = 2_000;
const UNHEARD_MS = 60_000;

/** So long after a connection that was lost a new one is opened, in ms, as a server that restarts refuses all. */
const AGAIN_MS = 1_000;

/**
 * Hears what other processes do, on a connection of its own. While it does, who waits asks by himself only now and then: so it is
 * said as well when the connection is lost, and when there is one again, as something may have been missed.
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
		 * @param news the payload of a notification; `connected`: the database is there, again or for the first time; `lost`: nothing
		 * is heard any more
		 */
		private readonly hear: (news: string) => void,
	) {}

	/** Whether notifications arrive at present. */
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
				// The database is away, or was.
			} finally {
				this.leave();
			}
			await this.surroundings.sleep(pauseMs, this.over.signal);
		}
	}

	/** Until the connection ends. `pooled`: it is not ours alone; `unheard`: nothing is delivered on it. */
	private async listen(): Promise<'pooled' | 'unheard' | 'lost'> {
		const client = await this.db.connect();
		this.client = client;
		if (this.over.signal.aborted) return 'lost';
		// A pooler gives a number of its own to each client: a `LISTEN` there would stay with a connection that others use.
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
			// What was told before is known only to whoever looks.
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
		// Destroyed, as it listens.
		this.client?.release(true);
		this.client = null;
		if (!this.isHearing) return;
		this.isHearing = false;
		if (!this.over.signal.aborted) this.hear('lost');
	}
}
