import { LRUCache } from 'lru-cache';

import type { Surroundings } from '../../types';
import type { FactChange, FactKey, FactKinds, FactKind } from '../facts';
import type { MemoryFacts } from '../memory/facts';
import { valueAfter } from '../memory/facts';
import { isLater } from './database';
import type { Database } from './database';

/** Of so many facts it is known which version was seen last; of others it is found out. */
const MOST_VERSIONS = 20_000;

/** Who is overtaken waits a moment, ever longer, as all who are want to be next; in ms. */
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
 * Changes of facts that are one for all processes: each is made of what was seen last and written if that is still so, in one round
 * trip, which all that ask meanwhile share. Whoever was overtaken makes it anew of what there is now.
 */
export class ExactFacts {
	private readonly versions = new LRUCache<string, number>({ max: MOST_VERSIONS });

	private waiting: Waiting[] = [];

	private isBusy = false;

	constructor(
		private readonly db: Database,
		private readonly memory: MemoryFacts,
		private readonly surroundings: Surroundings,
		/** Whether a change of it has to be one for all. */
		private readonly isExact: (key: FactKey) => boolean,
		private readonly writer: string,
	) {}

	/** Changes of other facts among them are made in the same order, in memory alone. */
	update(changes: readonly FactChange[]): Promise<void> {
		return new Promise((done, failed) => {
			this.waiting.push({ changes, done, failed });
			if (!this.isBusy) void this.serve();
		});
	}

	/** What is there. */
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
				// As this process knows it.
				if (isLater(error)) void this.memory.update(changes);
				throw error;
			}
			if (overtakenBy === null) {
				for (const [name, { kind, key }] of exact) this.memory.set(kind, key, after.get(name) ?? null);
				// They may have changed meanwhile; of what is exact they found out what counts.
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

	/** What each fact would be, without being it yet. */
	private valuesAfter(changes: readonly FactChange[]): Map<string, Value> {
		const values = new Map<string, Value>();
		for (const change of changes) {
			const name = nameOf(change.kind, change.key);
			const before = values.has(name) ? (values.get(name) ?? null) : this.memory.get(change.kind, change.key);
			values.set(name, valueAfter(change, before));
		}
		return values;
	}

	/** null: it is written. */
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
