import type { FactTable } from '../books';

const MOST_FACTS = 10_000;

/** Replaces the table of a file that cannot be used. Drops the facts unchanged for longest. */
export class MemoryFactTable implements FactTable {
	private readonly facts = new Map<string, string>();

	read(kind: string, key: string): string | null {
		return this.facts.get(JSON.stringify([kind, key])) ?? null;
	}

	list(wanted: string): Array<{ key: string; value: string }> {
		return [...this.facts].flatMap(([name, value]) => {
			const [kind, key] = JSON.parse(name) as [string, string];
			return kind === wanted ? [{ key, value }] : [];
		});
	}

	/** All facts written here and not deleted. */
	carried(): Array<{ kind: string; key: string; value: string }> {
		return [...this.facts].map(([name, value]) => {
			const [kind, key] = JSON.parse(name) as [string, string];
			return { kind, key, value };
		});
	}

	inOneStep<T>(work: () => T): T {
		return work();
	}

	write(kind: string, key: string, value: string | null): void {
		const name = JSON.stringify([kind, key]);
		this.facts.delete(name);
		if (value !== null) this.facts.set(name, value);
		if (this.facts.size > MOST_FACTS) this.facts.delete(this.facts.keys().next().value as string);
	}
}
