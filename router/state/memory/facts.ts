import { believed } from '../believed';
import type { FactChange, FactKey, FactKind, FactKinds, FactStore, Known } from '../facts';

/** Far more models and keys than one n8n has. Beyond it the facts of a kind that are unchanged for longest are dropped. */
const MOST_FACTS = 10_000;

/** Facts of this process only. */
export class MemoryFacts implements FactStore {
	private readonly facts: { [K in FactKind]: Map<string, Readonly<FactKinds[K]>> } = {
		health: new Map(),
		latency: new Map(),
		silence: new Map(),
		traffic: new Map(),
		rateWindow: new Map(),
		outage: new Map(),
		conversation: new Map(),
		pace: new Map(),
	};

	/** @param now epoch ms */
	constructor(private readonly now: () => number) {}

	async read<const Keys extends readonly FactKey[]>(keys: Keys): Promise<Known<Keys>> {
		// TypeScript cannot see that map keeps the tuple.
		return keys.map(({ kind, key }) => this.get(kind, key)) as Known<Keys>;
	}

	async update(changes: readonly FactChange[]): Promise<void> {
		for (const change of changes) this.apply(change);
	}

	async list<K extends FactKind>(kind: K): Promise<Array<{ key: string; value: Readonly<FactKinds[K]> }>> {
		return this.all(kind);
	}

	all<K extends FactKind>(kind: K): Array<{ key: string; value: Readonly<FactKinds[K]> }> {
		return [...this.facts[kind]].map(([key, value]) => ({ key, value }));
	}

	get<K extends FactKind>(kind: K, key: string): Readonly<FactKinds[K]> | null {
		return believed(kind, this.facts[kind].get(key) ?? null, this.now());
	}

	set<K extends FactKind>(kind: K, key: string, value: Readonly<FactKinds[K]> | null): void {
		const facts: Map<string, Readonly<FactKinds[K]>> = this.facts[kind];
		facts.delete(key);
		if (value === null) return;
		facts.set(key, value);
		if (facts.size > MOST_FACTS) facts.delete(facts.keys().next().value as string);
	}

	private apply(change: FactChange): void {
		const before = this.get(change.kind, change.key);
		const after = valueAfter(change, before);
		if (after !== before) this.set(change.kind, change.key, after);
	}
}

/** Applies a change. The cast is in this one place, as the types cannot tie a change to the kind of its fact. */
export function valueAfter(
	{ change }: FactChange,
	before: Readonly<FactKinds[FactKind]> | null,
): Readonly<FactKinds[FactKind]> | null {
	return (change as (value: typeof before) => typeof before)(before);
}
