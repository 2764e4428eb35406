import { LRUCache } from 'lru-cache';

import type { Surroundings } from '../../types';
import type { FactChange, FactKey, FactKinds, FactKind } from '../facts';
import type { MemoryFacts } from '../memory/facts';
import { valueAfter } from '../memory/facts';
import { isLater } from './database';
import type { Database } from './database';

/** How many facts' versions are cached; for others the first swap fails and reports it. */
const MOST_VERSIONS = 20_000;

/** Backoff after a lost race, in ms. */
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 32;

type Value = Readonly<FactKinds[FactKind]> | null;

interface SeenRow {
	kind: FactKind;
	key: string;
	value: Value;
	version: number;
	isSame: boolean;
}

interface Waiting {
	changes: readonly FactChange[];
	done: () => void;
	failed: (error: unknown) => void;
}

/**
 * Facts that all processes share exactly. A change is computed from the last seen version and written if that is still current:
 * one round trip, batched over concurrent callers. After a lost race it is computed again from the current value.
 */
export class ExactFacts {
	private readonly versions = new LRUCache<string, number>({ max: MOST_VERSIONS });

	private waiting: Waiting[] = [];

	private isBusy = false;

	constructor(
		private readonly db: Database,
		private readonly memory: MemoryFacts,
		private readonly surroundings: Surroundings,
		/** Whether a change of the fact has to be exact. */
		private readonly isExact: (key: FactKey) => boolean,
		private readonly writer: string,
	) {}

	/** Other facts among the changes are only changed in memory, in the same order. */
	update(changes: readonly FactChange[]): Promise<void> {
		return new Promise((done, failed) => {
			this.waiting.push({ changes, done, failed });
			if (!this.isBusy) void this.serve();
		});
	}

	/** Records the version that was read or written. */
	saw({ kind, key }: FactKey, version: number): void {
		this.versions.set(nameOf(kind, key), Number(version));
	}

	private async serve(): Promise<void> {
		this.isBusy = true;
		while (this.waiting.length > 0) {
			const group = this.waiting;
			this.waiting = [];
			try {
				await this.make(group.flatMap(({ changes }) => changes));
				for (const { done } of group) done();
			} catch (error) {
				for (const { failed } of group) failed(error);
			}
		}
		this.isBusy = false;
	}

	private async make(changes: readonly FactChange[]): Promise<void> {
		const isExact = changes.map((change) => this.isExact(change));
		const { random, sleep } = this.surroundings;
		for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
			const after = this.valuesAfter(changes);
			const exact = new Map(
				changes.flatMap(({ kind, key }, i) => (isExact[i] ? [[nameOf(kind, key), { kind, key }]] : [])),
			);
			let overtakenBy: SeenRow[] | null;
			try {
				overtakenBy = await this.swap([...exact.values()], after);
			} catch (error) {
				// Apply it locally.
				if (isLater(error)) void this.memory.update(changes);
				throw error;
			}
			if (overtakenBy === null) {
				for (const [name, { kind, key }] of exact) this.memory.set(kind, key, after.get(name) ?? null);
				// Computed again, as local facts may have changed meanwhile.
				void this.memory.update(changes.filter((_, i) => !isExact[i]));
				return;
			}
			for (const { kind, key, value, version } of overtakenBy) {
				this.memory.set(kind, key, value);
				this.saw({ kind, key }, version);
			}
			await sleep(pause * random());
		}
	}

	/** The values after the changes, without applying them. */
	private valuesAfter(changes: readonly FactChange[]): Map<string, Value> {
		const values = new Map<string, Value>();
		for (const change of changes) {
			const name = nameOf(change.kind, change.key);
			const before = values.has(name) ? (values.get(name) ?? null) : this.memory.get(change.kind, change.key);
			values.set(name, valueAfter(change, before));
		}
		return values;
	}

	/** @returns null if written, else the current values */
	private async swap(
		keys: ReadonlyArray<Pick<FactKey, 'kind' | 'key'>>,
		after: ReadonlyMap<string, Value>,
	): Promise<SeenRow[] | null> {
		const wanted = keys.map(({ kind, key }) => ({
			kind,
			key,
			value: after.get(nameOf(kind, key)) ?? null,
			version: this.versions.get(nameOf(kind, key)) ?? 0,
			isTold: kind === 'health',
		}));
		const [{ overtaken }] = await this.db.query<{ overtaken: SeenRow[] | null }>(
			`SELECT ${this.db.schema}.swap($1, $2) AS overtaken`,
			[JSON.stringify(wanted), this.writer],
		);
		if (overtaken === null) for (const { kind, key, version } of wanted) this.saw({ kind, key }, version + 1);
		return overtaken;
	}
}

function nameOf(kind: FactKind, key: string): string {
	return `${kind} ${key}`;
}
