import type { Surroundings } from '../../types';
import { LocalSemaphores } from '../semaphore';
import type { Permit, Semaphore, Semaphores } from '../semaphore';
import { isLater } from './database';
import type { Database } from './database';
import { CHANNEL } from './listener';

/** Polling interval of a waiter, in ms. */
const ASK_EVERY_MS = 250;

/**
 * A place is passed from call to call within the process for this long, in ms, without a round trip; then other processes get it. If no
 * call takes it within the second time, it is given back.
 */
const LEASE_MS = 1_000;
const PASS_ON_MS = 5;

/** After a lease ends the process takes no place of the key for this long, in ms, as other processes hear of the free one later. */
const YIELD_MS = 40;

/** Permits expire after a minute, so that those of a dead process come free; live processes renew theirs. */
const RENEW_EVERY_MS = 20_000;

/** A permit in the database. */
interface Place {
	holder: string;
	/** By the monotonic clock. */
	takenAt: number;
}

/** Places shared by all processes. Taking one waits for at most one round trip, leaving for none. */
export class PostgresSemaphores implements Semaphores {
	private readonly own: LocalSemaphores;

	private readonly held = new Set<string>();

	/** Free places held for the next call of this process. */
	private readonly spare = new Map<string, Place[]>();

	/** By key: until when other processes go first, by the monotonic clock. */
	private readonly yields = new Map<string, number>();

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
		const { monotonic } = this.surroundings;
		const until = monotonic() + patienceMs;
		// First come, first served within the process; not across processes.
		const own = await this.own.acquire(key, limit, patienceMs, signal);
		if (!own) return null;
		try {
			for (;;) {
				const spare = this.spare.get(key)?.pop();
				const yieldMs = this.yieldMs(key);
				const place = spare ?? (yieldMs > 0 ? null : await this.take(key, limit));
				if (place) return this.permit(key, place, own);
				const leftMs = until - monotonic();
				if (leftMs <= 0 || signal?.aborted) {
					own.release();
					return null;
				}
				await this.wait(Math.min(leftMs, yieldMs > 0 ? yieldMs : ASK_EVERY_MS), signal);
			}
		} catch (error) {
			// Without the database the limit applies per process.
			if (isLater(error)) return own;
			own.release();
			throw error;
		}
	}

	/** A place may be free. */
	wake(): void {
		for (const waiter of this.waiting) waiter.abort('over');
	}

	stop(): void {
		this.over.abort();
		this.wake();
	}

	private async take(key: string, limit: number): Promise<Place | null> {
		const { monotonic, random } = this.surroundings;
		const place = { holder: `${monotonic()} ${random()}`, takenAt: monotonic() };
		const [row] = await this.db.query<{ taken: boolean }>(
			`SELECT ${this.db.schema}.acquire($1, $2, $3) AS taken`,
			[key, place.holder, limit],
		);
		if (!row.taken) return null;
		this.held.add(place.holder);
		if (!this.isRenewing) void this.renew();
		return place;
	}

	private yieldMs(key: string): number {
		const leftMs = (this.yields.get(key) ?? 0) - this.surroundings.monotonic();
		if (leftMs <= 0) this.yields.delete(key);
		return leftMs;
	}

	private permit(key: string, place: Place, own: Permit): Permit {
		return {
			release: () => {
				own.release();
				const now = this.surroundings.monotonic();
				if (now - place.takenAt < LEASE_MS) void this.passOn(key, place);
				else {
					this.yields.set(key, now + YIELD_MS);
					void this.give(key, place);
				}
			},
		};
	}

	private async passOn(key: string, place: Place): Promise<void> {
		const places = this.spare.get(key) ?? [];
		this.spare.set(key, places);
		places.push(place);
		this.wake();
		await this.surroundings.sleep(PASS_ON_MS, this.over.signal);
		const at = places.indexOf(place);
		if (at === -1) return;
		places.splice(at, 1);
		if (places.length === 0) this.spare.delete(key);
		await this.give(key, place);
	}

	/** A place that cannot be given back expires. */
	private async give(key: string, { holder }: Place): Promise<void> {
		this.held.delete(holder);
		try {
			await this.db.query(
				`WITH gone AS (DELETE FROM ${this.db.schema}.permits WHERE key = $1 AND holder = $2 RETURNING 1) ` +
					"SELECT pg_notify($3, 'left') FROM gone",
				[key, holder, CHANNEL],
			);
		} catch {
			// It expires.
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
				// The place may expire, and others take it.
			}
		}
		this.isRenewing = false;
	}
}
