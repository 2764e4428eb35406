import type { Surroundings } from '../types';
import { StoreBusy } from './ledgerStore';
import type { FactStore } from './ledgerStore';
import { createMemoryStore } from './memory/memory';
import { CONVERSATION_MS } from './store';
import type { FactKind, Facts, Store } from './store';

/**
 * Where each kind lives. `shared`: in the file, read and written there at once, so that all processes heed one
 * circuit. `kept`: in this process, copied to the file now and then for the next start. `own`: in this process alone.
 */
const PLACES: Readonly<Record<FactKind, 'shared' | 'kept' | 'own'>> = {
	health: 'shared',
	outage: 'shared',
	allowance: 'shared',
	conversation: 'shared',
	latency: 'kept',
	silence: 'own',
	traffic: 'own',
};

/** Kinds of which there is no end: what has not changed for so long, in ms, is forgotten as others are written. */
const LIFETIMES: Readonly<Partial<Record<FactKind, number>>> = { conversation: CONVERSATION_MS };

const KEEP_EVERY_MS = 1_000;
const BUSY_TRIES = 10;
const BUSY_PAUSE_MS = 10;

export interface SharedStore extends Store {
	/** Writes what is only copied now and then; for the end of a process. */
	flush(): void;
}

type Change<K extends FactKind> = (before: Facts[K] | null) => Facts[K] | null;

/** The facts of a machine: they outlive a restart, and its processes share what makes them leave an endpoint alone. */
export function createSharedStore(facts: FactStore, surroundings: Surroundings): SharedStore {
	return new FileBackedStore(facts, surroundings);
}

class FileBackedStore implements SharedStore {
	private readonly memory = createMemoryStore();

	/** Keys of `kept` facts that were looked for in the file, and those that have changed since they were written. */
	private readonly loaded = new Set<string>();

	private readonly changed = new Map<string, { kind: FactKind; key: string }>();

	private isScheduled = false;

	constructor(
		private readonly facts: FactStore,
		private readonly surroundings: Surroundings,
	) {}

	turnstile: Store['turnstile'] = (key) => this.memory.turnstile(key);

	read: Store['read'] = (kind, key) => {
		if (PLACES[kind] === 'shared') return this.readShared(kind, key);
		if (PLACES[kind] === 'kept') this.load(kind, key);
		return this.memory.read(kind, key);
	};

	update<K extends FactKind>(kind: K, key: string, change: Change<K>): void | Promise<void> {
		if (PLACES[kind] === 'shared') return this.updateShared(kind, key, change);
		if (PLACES[kind] === 'kept') {
			this.load(kind, key);
			this.changed.set(nameOf(kind, key), { kind, key });
			if (!this.isScheduled) void this.flushSoon();
		}
		return this.memory.update(kind, key, change);
	}

	flush(): void {
		const now = this.surroundings.now();
		for (const [name, { kind, key }] of [...this.changed]) {
			try {
				const value = JSON.stringify(this.memory.read(kind, key));
				this.facts.changeFact(kind, key, now, () => (value === 'null' ? null : value));
				this.changed.delete(name);
			} catch (error) {
				// It stays changed, so the next round writes it.
				if (!(error instanceof StoreBusy)) throw error;
			}
		}
	}

	private readShared<K extends FactKind>(kind: K, key: string): Facts[K] | null {
		try {
			return parsed<Facts[K]>(this.facts.readFact(kind, key));
		} catch (error) {
			if (error instanceof StoreBusy) return null;
			throw error;
		}
	}

	/** Most changes of a healthy endpoint change nothing: those need no turn at the file. */
	private updateShared<K extends FactKind>(kind: K, key: string, change: Change<K>): void | Promise<void> {
		const apply = (before: string | null) => {
			const after = change(parsed<Facts[K]>(before));
			return after === null ? null : JSON.stringify(after);
		};
		try {
			const before = this.facts.readFact(kind, key);
			if (apply(before) === before) return;
			this.facts.changeFact(kind, key, this.surroundings.now(), apply, LIFETIMES[kind]);
		} catch (error) {
			if (!(error instanceof StoreBusy)) throw error;
			return this.updateLater(kind, key, apply);
		}
	}

	private async updateLater(
		kind: FactKind,
		key: string,
		apply: (before: string | null) => string | null,
	): Promise<void> {
		for (let tries = 1; tries <= BUSY_TRIES; tries++) {
			await this.surroundings.sleep(BUSY_PAUSE_MS * (0.5 + this.surroundings.random()));
			try {
				return this.facts.changeFact(kind, key, this.surroundings.now(), apply, LIFETIMES[kind]);
			} catch (error) {
				if (!(error instanceof StoreBusy)) throw error;
			}
		}
	}

	/** What an earlier process has copied to the file, once. */
	private load<K extends FactKind>(kind: K, key: string): void {
		const name = nameOf(kind, key);
		if (this.loaded.has(name)) return;
		const found = this.readShared(kind, key);
		this.loaded.add(name);
		if (found !== null) void this.memory.update(kind, key, () => found);
	}

	private async flushSoon(): Promise<void> {
		this.isScheduled = true;
		await this.surroundings.sleep(KEEP_EVERY_MS);
		this.isScheduled = false;
		this.flush();
	}
}

function nameOf(kind: FactKind, key: string): string {
	return `${kind} ${key}`;
}

function parsed<T>(value: string | null): T | null {
	// Written by this package; a later version of the file is not opened.
	return value === null ? null : (JSON.parse(value) as T);
}
