import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Cache size of this process. */
const MOST_REMEMBERED = 20_000;

/** Longer names are cut. */
const LONGEST_NAME = 200;

/** Repeated texts, stored once and referred to by number. Names are only added, so a number never changes its meaning. */
export class Names {
	private readonly numbers = new Map<string, number>();

	/** Numbers given out in the open transaction, dropped if it is rolled back. */
	private readonly pending = new Map<string, number>();

	private readonly insert: StatementSync;

	private readonly select: StatementSync;

	private readonly selectAll: StatementSync;

	constructor(db: DatabaseSync) {
		this.insert = db.prepare('INSERT INTO names (text) VALUES (?) ON CONFLICT DO NOTHING');
		this.select = db.prepare('SELECT id FROM names WHERE text = ?');
		this.selectAll = db.prepare('SELECT id, text FROM names');
	}

	/** To be called within a transaction; `keep` or `forget` follows it. */
	numberOf(text: string | null): number | null {
		if (text === null) return null;
		const name = text.slice(0, LONGEST_NAME);
		const known = this.numbers.get(name) ?? this.pending.get(name);
		if (known !== undefined) return known;
		this.insert.run(name);
		const number = Number(this.select.get(name)?.id);
		this.pending.set(name, number);
		return number;
	}

	keep(): void {
		if (this.numbers.size > MOST_REMEMBERED) this.numbers.clear();
		for (const [name, number] of this.pending) this.numbers.set(name, number);
		this.pending.clear();
	}

	forget(): void {
		this.pending.clear();
	}

	/** Texts by number. */
	all(): Map<number, string> {
		return new Map(this.selectAll.all().map(({ id, text }) => [Number(id), String(text)]));
	}
}
