import type { FactKind, Facts, Store } from '../store';
import { Turnstile } from '../turnstile';

/** Far more models and keys than one n8n has; of each kind the facts longest unchanged give way, old conversations too. */
const MAX_ENTRIES = 10_000;

/** Facts in this process only: they are gone when it ends, and other workers do not see them. */
export function createMemoryStore(): Store {
	const facts: { [K in FactKind]: Map<string, Facts[K]> } = {
		health: new Map(),
		latency: new Map(),
		silence: new Map(),
		traffic: new Map(),
		allowance: new Map(),
		outage: new Map(),
		conversation: new Map(),
	};
	const turnstiles = new Map<string, Turnstile>();
	return {
		read: (kind, key) => facts[kind].get(key) ?? null,
		update<K extends FactKind>(kind: K, key: string, change: (before: Facts[K] | null) => Facts[K] | null) {
			const kept: Map<string, Facts[K]> = facts[kind];
			const before = kept.get(key) ?? null;
			const after = change(before);
			if (before !== null) kept.delete(key);
			if (after !== null) keep(kept, key, after);
		},
		turnstile(key) {
			const known = turnstiles.get(key);
			if (known) return known;
			const turnstile = new Turnstile();
			keep(turnstiles, key, turnstile);
			return turnstile;
		},
	};
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
	map.set(key, value);
	if (map.size > MAX_ENTRIES) map.delete(map.keys().next().value as string);
}
