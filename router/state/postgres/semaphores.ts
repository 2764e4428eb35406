import type { Surroundings } from '../../types';
import { LocalSemaphores } from '../semaphore';
import type { Permit, Semaphore, Semaphores } from '../semaphore';
import { DatabaseAway } from './database';
import type { Database } from './database';
import { CHANNEL } from './listener';

/** Who waits asks again this often where nothing is heard, in ms. */
const ASK_EVERY_MS = 250;

/** A permit of a process that died is free after a minute; those of the living are renewed. */
const RENEW_EVERY_MS = 20_000;

/** Places that all processes have together: one round trip to take one, none that is waited for to leave it. */
export class PostgresSemaphores implements Semaphores {
	private readonly own: LocalSemaphores;

	private readonly held = new Set<string>();

	private readonly waiting = new Set<AbortController>();

	private readonly over = new AbortController();

	private isRenewing = false;

	constructor(
		private readonly db: Database,
		private readonly surroundings: Surroundings,
	) {
		this.own = new LocalSemaphores(surroundings);
	}

	local(key: string): Semaphore {
		return this.own.local(key);
	}

	async acquire(
		key: string,
		limit: number,
		patienceMs: number,
		signal?: AbortSignal,
	): Promise<Permit | null> {
		const { monotonic, random } = this.surroundings;
		const until = monotonic() + patienceMs;
		// In order within the process; at the database first come is first served only by chance.
		const own = await this.own.acquire(key, limit, patienceMs, signal);
		if (!own) return null;
		const holder = `${monotonic()} ${random()}`;
		try {
			while (!(await this.take(key, holder, limit))) {
				const leftMs = until - monotonic();
				if (leftMs <= 0 || signal?.aborted) {
					own.release();
					return null;
				}
				await this.wait(Math.min(leftMs, ASK_EVERY_MS), signal);
			}
		} catch (error) {
			// Without the database each process has the limit for itself.
			if (error instanceof DatabaseAway) return own;
			own.release();
			throw error;
		}
		this.held.add(holder);
		if (!this.isRenewing) void this.renew();
		return {
			release: () => {
				own.release();
				this.held.delete(holder);
				void this.give(key, holder);
			},
		};
	}

	/** Somebody has left. */
	wake(): void {
		for (const waiter of this.waiting) waiter.abort('over');
	}

	stop(): void {
		this.over.abort();
		this.wake();
	}

	private async take(key: string, holder: string, limit: number): Promise<boolean> {
		const [row] = await this.db.query<{ taken: boolean }>(
			`SELECT ${this.db.schema}.acquire($1, $2, $3) AS taken`,
			[key, holder, limit],
		);
		return row.taken;
	}

	/** What cannot be given back is free after a minute. */
	private async give(key: string, holder: string): Promise<void> {
		try {
			await this.db.query(
				`WITH gone AS (DELETE FROM ${this.db.schema}.permits WHERE key = $1 AND holder = $2 RETURNING 1) ` +
					"SELECT pg_notify($3, 'left') FROM gone",
				[key, holder, CHANNEL],
			);
		} catch {
			// It ends by itself.
		}
	}

	private async wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
		const waiter = new AbortController();
		this.waiting.add(waiter);
		const stop = (): void => waiter.abort('over');
		signal?.addEventListener('abort', stop, { once: true });
		await this.surroundings.sleep(ms, waiter.signal);
		signal?.removeEventListener('abort', stop);
		this.waiting.delete(waiter);
	}

	private async renew(): Promise<void> {
		this.isRenewing = true;
		while (this.held.size > 0 && !this.over.signal.aborted) {
			await this.surroundings.sleep(RENEW_EVERY_MS, this.over.signal);
			try {
				await this.db.query(
					`UPDATE ${this.db.schema}.permits SET expires_at = clock_timestamp() + interval '60 seconds' WHERE holder = ANY($1)`,
					[[...this.held]],
				);
			} catch {
				// Away; others may take the place then.
			}
		}
		this.isRenewing = false;
	}
}
