import type { DatabaseSync, StatementSync } from 'node:sqlite';

import type { FactTable } from '../books';
import { inTransaction } from './file';

/**
 * Each write of a kind with a lifetime also checks this many facts for expiry: those with the next keys, which is a random sample, as
 * keys are hashes. As several are checked for each one added, expired facts stay a minority.
 */
const LOOKED_AT = 4;

/** Facts about endpoints in the file, for all processes that share it. */
export class SqliteFactTable implements FactTable {
	private readonly select: StatementSync;

	private readonly upsert: StatementSync;

	private readonly forget: StatementSync;

	private readonly forgetOld: StatementSync;

	constructor(private readonly db: DatabaseSync) {
		this.select = db.prepare('SELECT value FROM facts WHERE kind = ? AND key = ?');
		this.upsert = db.prepare(
			'INSERT INTO facts (kind, key, value, changed_at) VALUES (?, ?, ?, ?) ' +
				'ON CONFLICT DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at',
		);
		this.forget = db.prepare('DELETE FROM facts WHERE kind = ? AND key = ?');
		this.forgetOld = db.prepare(
			'DELETE FROM facts WHERE kind = ?1 AND changed_at < ?3 AND key IN ' +
				`(SELECT key FROM facts WHERE kind = ?1 AND key > ?2 ORDER BY key LIMIT ${LOOKED_AT})`,
		);
	}

	read(kind: string, key: string): string | null {
		const row = this.select.get(kind, key);
		return row ? String(row.value) : null;
	}

	list(kind: string): Array<{ key: string; value: string }> {
		return this.db
			.prepare('SELECT key, value FROM facts WHERE kind = ? ORDER BY key')
			.all(kind)
			.map(({ key, value }) => ({ key: String(key), value: String(value) }));
	}

	inOneStep<T>(work: () => T): T {
		return inTransaction(this.db, work);
	}

	write(kind: string, key: string, value: string | null, now: number, lifetimeMs = Infinity): void {
		if (value === null) this.forget.run(kind, key);
		else this.upsert.run(kind, key, value, Math.floor(now));
		if (lifetimeMs < Infinity) this.forgetOld.run(kind, key, Math.floor(now - lifetimeMs));
	}
}
