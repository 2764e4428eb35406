import { createHash, createHmac } from 'node:crypto';

import { StateBusy } from '../state/state';
import type { DecisionRow, LedgerSink } from '../state/state';
import type { Decision, Surroundings } from '../types';
import { rowOf } from './record';
import type { Origin } from './record';
import { HOUR_MS } from '../types/time';

export { createBudgets } from './budgets';
export { PER } from './budgetTexts';
export type { Budget, Budgets, ItemSpending } from './budgets';
export { decisionsReport } from './decisionsReport';
export type { DecisionsReportQuery } from './decisionsReport';
export { instantOf } from './instants';
export { modelsUsed } from './modelsUsed';
export { overview } from './overview';
export type { Overview } from './overview';
export { budgetsReport, GROUP_BY, RANGES, usageReport } from './usageReport';
export type { BudgetRow, GroupBy, RangeQuery, UsageReportQuery, UsageRow } from './usageReport';

/** Delay of a write: below the 200 ms that may be lost with a killed process, less the write itself. */
const FLUSH_MS = 150;
/** Decisions per write, which takes some milliseconds. */
const BATCH = 500;
/** About 100 MB; only reached if the store is locked for minutes. */
const MOST_WAITING = 100_000;
const PRUNE_EVERY_MS = 6 * HOUR_MS;
const PRUNE_PAUSE_MS = 100;
/** Tries of a flush while others hold the state. */
const FLUSH_TRIES = 20;

export interface Ledger {
	/**
	 * Queues a decision; never waits or fails. Written some 150 ms later.
	 * @param prompt given if it is to be hashed; neither it nor its unkeyed hash is stored
	 */
	record(decision: Decision, origin: Origin, prompt?: string): void;
	/** Writes queued decisions. */
	flush(): Promise<void>;
	/** Synchronous flush for process exit. */
	flushNow(): void;
	/** Messages for the user, one sentence each. */
	notices(): string[];
}

export function createLedger(sink: LedgerSink, surroundings: Surroundings): Ledger {
	return new WaitingLedger(sink, surroundings);
}

interface Entry {
	row: DecisionRow;
	/** Hash of the prompt; keyed with the ledger's salt when written. */
	digest: Buffer | null;
	/** A long prompt whose digest is made when the row is written. */
	prompt?: string;
}

/** A prompt of more characters is digested in pieces of so many: hashing 20 MB at a stroke would keep the event loop. */
const DIGESTED_AT_ONCE = 500_000;

/** So many long prompts wait for their hash at most, as they are kept whole until then; the rows of others get none. */
const MOST_LONG = 100;

class WaitingLedger implements Ledger {
	private waiting: Entry[] = [];

	private isScheduled = false;

	/** The write under way. */
	private writing: Promise<void> | null = null;

	/** By the monotonic clock, as the other may be set. */
	private prunedAt: number;

	private lost = 0;

	constructor(
		private readonly sink: LedgerSink,
		private readonly surroundings: Surroundings,
	) {
		// First a minute after start.
		this.prunedAt = surroundings.monotonic() - PRUNE_EVERY_MS + 60_000;
	}

	record(decision: Decision, origin: Origin, prompt?: string): void {
		if (this.waiting.length >= MOST_WAITING) {
			this.lost += 1;
			return;
		}
		const row = rowOf(decision, origin, null);
		const isLong = prompt !== undefined && prompt.length > DIGESTED_AT_ONCE;
		const isKept = isLong && this.waiting.filter((entry) => entry.prompt !== undefined).length < MOST_LONG;
		this.waiting.push({
			row,
			digest: prompt === undefined || isLong ? null : createHash('sha256').update(prompt).digest(),
			...(isKept && { prompt }),
		});
		if (!this.isScheduled) void this.writeSoon();
	}

	async flush(): Promise<void> {
		for (let tries = 0; this.waiting.length > 0 && tries < FLUSH_TRIES;) {
			if (!(await this.writeBatch())) tries += 1;
		}
	}

	flushNow(): void {
		const entries = this.waiting.splice(0);
		if (entries.length === 0) return;
		for (const entry of entries) for (const _piece of digesting(entry));
		this.sink.appendNow((salt) => entries.map((entry) => hashed(entry, salt)));
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

	/** Writes what was queued at the start, yielding between batches. */
	private async writeWaiting(): Promise<void> {
		for (let left = Math.ceil(this.waiting.length / BATCH); left > 0; left--) {
			if (!(await this.writeBatch())) return;
			if (left > 1) await this.surroundings.sleep(0);
		}
	}

	/** Writes the first batch. @returns false if others hold the state and it is still queued */
	private async writeBatch(): Promise<boolean> {
		try {
			this.writing ??= this.write(this.waiting.slice(0, BATCH)).finally(() => {
				this.writing = null;
			});
			await this.writing;
		} catch (error) {
			if (error instanceof StateBusy) return false;
		}
		return true;
	}

	private async write(batch: readonly Entry[]): Promise<void> {
		try {
			for (const entry of batch) for (const _piece of digesting(entry)) await this.surroundings.sleep(0);
			const salt = batch.some(({ digest }) => digest) ? await this.sink.salt() : '';
			await this.sink.append(batch.map((entry) => hashed(entry, salt)));
		} catch (error) {
			if (error instanceof StateBusy) throw error;
			// A row that is refused for good must not block or discard others: halve the batch until it is alone.
			if (batch.length > 1) return await this.write(batch.slice(0, Math.ceil(batch.length / 2)));
			this.lost += batch.length;
		}
		// `flushNow` may have emptied the queue meanwhile.
		if (this.waiting[0] === batch[0]) this.waiting.splice(0, batch.length);
	}

	private async pruneInTime(): Promise<void> {
		const { now: clock, monotonic } = this.surroundings;
		if (monotonic() - this.prunedAt < PRUNE_EVERY_MS) return;
		this.prunedAt = monotonic();
		const now = clock();
		try {
			while (await this.sink.prune(now)) await this.surroundings.sleep(PRUNE_PAUSE_MS);
		} catch {
			// The next round continues.
		}
	}
}

/** Makes the digest of a long prompt, a piece a step. */
function* digesting(entry: Entry): Generator<void> {
	const { prompt } = entry;
	if (prompt === undefined) return;
	const hash = createHash('sha256');
	for (let at = 0; at < prompt.length; at += DIGESTED_AT_ONCE) {
		hash.update(prompt.slice(at, at + DIGESTED_AT_ONCE));
		yield;
	}
	entry.digest = hash.digest();
	delete entry.prompt;
}

function hashed({ row, digest }: Entry, salt: string): DecisionRow {
	if (!digest) return row;
	const hash = createHmac('sha256', salt).update(digest).digest('hex').slice(0, 16);
	return { ...row, promptHash: hash };
}
