import { createHash, createHmac } from 'node:crypto';

import { StoreBusy } from '../state/ledgerStore';
import type { DecisionRow, LedgerStore } from '../state/ledgerStore';
import type { Eventually } from '../state/store';
import type { Decision, Surroundings } from '../types';
import { rowOf } from './record';
import type { Origin } from './record';

/** Below the 200 ms that may be lost with a killed process, by what writing itself takes. */
const FLUSH_MS = 150;
/** Written in some milliseconds, so that neither this process nor another waits long. */
const BATCH = 500;
/** About 100 MB: more than this waits only where the file is locked for minutes. */
const MOST_WAITING = 100_000;
const PRUNE_EVERY_MS = 6 * 3_600_000;
const PRUNE_PAUSE_MS = 100;
/** For the last flush of a process; each try waits for the file itself. */
const LAST_TRIES = 20;

export interface Ledger {
	/**
	 * Notes a decision: at once, without waiting, and without ever failing. It is in the store some 150 ms later.
	 * @param prompt only where it is to be hashed; neither it nor its plain hash is kept
	 */
	record(decision: Decision, origin: Origin, prompt?: string): void;
	/**
	 * Writes what is waiting. At once where the store answers at once, so a listener for the end of the process may
	 * call it.
	 */
	flush(): Eventually<void>;
	/** What a person should know, one sentence each. */
	notices(): string[];
}

export function createLedger(store: LedgerStore, surroundings: Surroundings): Ledger {
	return new WaitingLedger(store, surroundings);
}

interface Entry {
	row: DecisionRow;
	/** Of the prompt; keyed with the store's salt when it is written. */
	digest: Buffer | null;
}

class WaitingLedger implements Ledger {
	private waiting: Entry[] = [];

	private isScheduled = false;

	/** With a store that takes its time. */
	private writing: Promise<void> | null = null;

	private prunedAt: number;

	private lost = 0;

	constructor(
		private readonly store: LedgerStore,
		private readonly surroundings: Surroundings,
	) {
		// Not while n8n starts.
		this.prunedAt = surroundings.now() - PRUNE_EVERY_MS + 60_000;
	}

	record(decision: Decision, origin: Origin, prompt?: string): void {
		if (this.waiting.length >= MOST_WAITING) {
			this.lost += 1;
			return;
		}
		const digest = prompt === undefined ? null : createHash('sha256').update(prompt).digest();
		this.waiting.push({ row: rowOf(decision, origin, null), digest });
		if (!this.isScheduled) void this.writeSoon();
	}

	flush(): Eventually<void> {
		for (let tries = 1; this.waiting.length > 0;) {
			try {
				const written = this.writing ?? this.writeBatch();
				if (written) return written.then(() => this.flush());
			} catch (error) {
				if (!(error instanceof StoreBusy)) this.drop();
				else if (++tries > LAST_TRIES) return;
			}
		}
	}

	notices(): string[] {
		if (this.lost === 0) return [];
		return [`${this.lost} decisions could not be written to the ledger and are missing from its reports.`];
	}

	private async writeSoon(): Promise<void> {
		this.isScheduled = true;
		while (this.waiting.length > 0) {
			await this.surroundings.sleep(FLUSH_MS);
			await this.writeWaiting();
		}
		this.isScheduled = false;
		await this.pruneInTime();
	}

	/** What was waiting when it began, with a breath between batches. */
	private async writeWaiting(): Promise<void> {
		for (let left = Math.ceil(this.waiting.length / BATCH); left > 0; left--) {
			try {
				await (this.writing ?? this.writeBatch());
			} catch (error) {
				if (error instanceof StoreBusy) return;
				this.drop();
			}
			if (left > 1) await this.surroundings.sleep(0);
		}
	}

	/** One batch from the front, which leaves the queue when it is written. */
	private writeBatch(): Promise<void> | undefined {
		const batch = this.waiting.slice(0, BATCH);
		const done = () => {
			this.waiting.splice(0, batch.length);
		};
		const written = this.write(batch);
		if (!(written instanceof Promise)) {
			done();
			return undefined;
		}
		this.writing = written.then(done).finally(() => {
			this.writing = null;
		});
		return this.writing;
	}

	private write(batch: readonly Entry[]): Eventually<void> {
		if (!batch.some(({ digest }) => digest)) return this.store.append(batch.map(({ row }) => row));
		const salt = this.store.salt();
		return salt instanceof Promise
			? salt.then((found) => this.store.append(batch.map((entry) => hashed(entry, found))))
			: this.store.append(batch.map((entry) => hashed(entry, salt)));
	}

	/** A store that refuses a batch for good must not hold up all that follow. */
	private drop(): void {
		this.lost += this.waiting.splice(0, BATCH).length;
	}

	private async pruneInTime(): Promise<void> {
		const now = this.surroundings.now();
		if (now - this.prunedAt < PRUNE_EVERY_MS) return;
		this.prunedAt = now;
		try {
			while (await this.store.prune(now)) await this.surroundings.sleep(PRUNE_PAUSE_MS);
		} catch {
			// Another process writes; the next round goes on where this one stopped.
		}
	}
}

function hashed({ row, digest }: Entry, salt: string): DecisionRow {
	if (!digest) return row;
	const hash = createHmac('sha256', salt).update(digest).digest('hex').slice(0, 16);
	return { ...row, promptHash: hash };
}
