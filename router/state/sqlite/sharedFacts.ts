import type { Surroundings } from '../../types';
import { believed } from '../believed';
import type { FactTable } from '../books';
import { CONVERSATION_MS } from '../facts';
import type { FactChange, FactKey, FactKind, FactKinds, FactStore, Known } from '../facts';
import { MemoryFacts, valueAfter } from '../memory/facts';
import { StateBusy } from '../terms';
import type { Line } from './line';

/**
 * Where each kind lives. `shared`: in the file, read and written immediately, so that all processes heed one circuit. `kept`: in this
 * process, copied to the file now and then for the next start. `own`: in this process alone.
 */
const PLACES: Readonly<Record<FactKind, 'shared' | 'kept' | 'own'>> = {
	health: 'shared',
	outage: 'shared',
	rateWindow: 'shared',
	conversation: 'shared',
	latency: 'kept',
	silence: 'own',
	traffic: 'own',
	pace: 'own',
};

/** Lifetimes in ms of kinds with unlimited keys; expired facts are deleted while others are written. */
const LIFETIMES: Readonly<Partial<Record<FactKind, number>>> = { conversation: CONVERSATION_MS };

const KEEP_EVERY_MS = 1_000;

/** How long a change waits for other processes before it is dropped, in ms. */
const PATIENCE_MS = 250;

type Value = Readonly<FactKinds[FactKind]> | null;

/** Result of one change. */
interface Outcome {
	kind: FactKind;
	key: string;
	value: Value;
	/** Only of a shared kind. */
	json: string | null;
	isChanged: boolean;
}

/** Facts of a machine: they survive a restart, and all its processes heed circuits and cooldowns. */
export class SharedFacts implements FactStore {
	private readonly memory: MemoryFacts;

	/** `kept` facts that were loaded from the file, and those changed since they were last copied to it. */
	private readonly loaded = new Set<string>();

	private readonly changed = new Map<string, KeyOfAny>();

	private isScheduled = false;

	/** @param use runs the work on the current table; throws StateBusy */
	constructor(
		private readonly use: <T>(work: (table: FactTable) => T) => T,
		private readonly line: Line,
		private readonly surroundings: Surroundings,
	) {
		this.memory = new MemoryFacts(surroundings.now);
	}

	async read<const Keys extends readonly FactKey[]>(keys: Keys): Promise<Known<Keys>> {
		// TypeScript cannot see that map keeps the tuple.
		return keys.map(({ kind, key }) => this.value(kind, key)) as Known<Keys>;
	}

	/** Most updates of a healthy endpoint change nothing in the file and need no lock. */
	async update(changes: readonly FactChange[]): Promise<void> {
		let outcomes = this.outcomesOf(changes);
		if (outcomes.some(({ kind, isChanged }) => isChanged && PLACES[kind] === 'shared')) {
			try {
				await this.line.write(() => {
					outcomes = this.use((table) => this.write(changes, table));
					this.keepOwn(outcomes);
				}, PATIENCE_MS);
				return;
			} catch {
				// Shared changes are dropped; local ones are kept below.
			}
		}
		this.keepOwn(outcomes);
	}

	async list<K extends FactKind>(kind: K): Promise<Array<{ key: string; value: Readonly<FactKinds[K]> }>> {
		await this.flush();
		const listed = await this.line.read(() => this.use((table) => table.list(kind)), 4 * PATIENCE_MS);
		return listed.map(({ key, value }) => ({ key, value: parsed(value) as FactKinds[K] }));
	}

	async flush(): Promise<void> {
		try {
			await this.line.write(() => this.flushNow(), PATIENCE_MS);
		} catch {
			// The facts stay marked as changed and are written with the next flush.
		}
	}

	flushNow(): void {
		if (this.changed.size === 0) return;
		this.use((table) =>
			table.inOneStep(() => {
				const now = this.surroundings.now();
				for (const { kind, key } of this.changed.values()) {
					const value = this.memory.get(kind, key);
					table.write(kind, key, value === null ? null : JSON.stringify(value), now);
				}
			}),
		);
		this.changed.clear();
	}

	private write(changes: readonly FactChange[], table: FactTable): Outcome[] {
		return table.inOneStep(() => {
			const outcomes = this.outcomesOf(changes, table);
			const now = this.surroundings.now();
			for (const { kind, key, json, isChanged } of outcomes) {
				if (isChanged && PLACES[kind] === 'shared') table.write(kind, key, json, now, LIFETIMES[kind]);
			}
			return outcomes;
		});
	}

	/** @param table within a transaction; absent: reads outside of one */
	private outcomesOf(changes: readonly FactChange[], table?: FactTable): Outcome[] {
		const outcomes: Outcome[] = [];
		for (const change of changes) {
			const { kind, key } = change;
			const earlier = outcomes.findLast((outcome) => outcome.kind === kind && outcome.key === key);
			if (PLACES[kind] === 'shared') {
				const before = earlier ? earlier.json : table ? table.read(kind, key) : this.jsonOf(kind, key);
				const value = valueAfter(change, this.believed(kind, before));
				const json = value === null ? null : JSON.stringify(value);
				outcomes.push({ kind, key, value, json, isChanged: json !== before });
			} else {
				const before = earlier ? earlier.value : this.value(kind, key);
				const value = valueAfter(change, before);
				outcomes.push({ kind, key, value, json: null, isChanged: value !== before });
			}
		}
		return outcomes;
	}

	private keepOwn(outcomes: readonly Outcome[]): void {
		for (const { kind, key, value, isChanged } of outcomes) {
			if (PLACES[kind] === 'shared' || !isChanged) continue;
			this.memory.set(kind, key, value);
			if (PLACES[kind] !== 'kept') continue;
			this.changed.set(nameOf(kind, key), { kind, key });
			if (!this.isScheduled) void this.flushSoon();
		}
	}

	private value(kind: FactKind, key: string): Value {
		if (PLACES[kind] === 'shared') return this.believed(kind, this.jsonOf(kind, key));
		if (PLACES[kind] === 'kept') this.load(kind, key);
		return this.memory.get(kind, key);
	}

	private believed(kind: FactKind, json: string | null): Value {
		return believed(kind, parsed(json), this.surroundings.now());
	}

	/** Loads what an earlier process copied to the file, once. */
	private load(kind: FactKind, key: string): void {
		const name = nameOf(kind, key);
		if (this.loaded.has(name)) return;
		this.loaded.add(name);
		const found = parsed(this.jsonOf(kind, key));
		if (found !== null) this.memory.set(kind, key, found);
	}

	/** null if unknown, or if other processes hold the file. */
	private jsonOf(kind: FactKind, key: string): string | null {
		try {
			return this.use((table) => table.read(kind, key));
		} catch (error) {
			if (error instanceof StateBusy) return null;
			throw error;
		}
	}

	private async flushSoon(): Promise<void> {
		this.isScheduled = true;
		await this.surroundings.sleep(KEEP_EVERY_MS);
		this.isScheduled = false;
		await this.flush();
	}
}

interface KeyOfAny {
	kind: FactKind;
	key: string;
}

function nameOf(kind: FactKind, key: string): string {
	return `${kind} ${key}`;
}

/** Written by this package; a later version of the file is not opened. */
function parsed(json: string | null): Value {
	return json === null ? null : (JSON.parse(json) as Value);
}
