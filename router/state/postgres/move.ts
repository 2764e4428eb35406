import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Surroundings } from '../../types';
import type { KeptDecision } from '../decisions';
import { createSqliteState } from '../sqlite/sqlite';
import type { State } from '../terms';
import type { Database } from './database';
import type { PostgresLedger } from './ledger';

const PAGE = 500;

/**
 * Imports a ledger file once: decisions with ratings and lessons, and budgets. The file's salt identifies it. Several processes may
 * do so at once: decisions are idempotent, and only the first adds the budgets. The file is not changed.
 * @throws DatabaseAway
 */
export async function moveFile(
	db: Database,
	ledger: PostgresLedger,
	folder: string,
	surroundings: Surroundings,
): Promise<void> {
	if (!existsSync(join(folder, 'ledger.sqlite'))) return;
	const file = createSqliteState({ folder, surroundings });
	try {
		const name = await file.ledger.salt();
		const known = await db.query(`SELECT 1 FROM ${db.schema}.moves WHERE source = $1`, [name]);
		if (known.length > 0) return;
		await moveDecisions(file, ledger);
		const accounts = await file.budgets.accounts(surroundings.now());
		await db.transaction(async (query) => {
			const first = await query(
				`INSERT INTO ${db.schema}.moves (source) VALUES ($1) ON CONFLICT DO NOTHING RETURNING 1`,
				[name],
			);
			if (first.length === 0) return;
			for (const account of accounts) {
				const { scope, period, execution, startsAt, resetsAt, limitNano, spentNano, unknownCost } = account;
				await query(
					`INSERT INTO ${db.schema}.accounts AS a (scope, period, execution, starts_at, resets_at, limit_nano, spent_nano, ` +
						'unknown_cost, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (scope, period, execution, starts_at) ' +
						'DO UPDATE SET spent_nano = a.spent_nano + excluded.spent_nano, unknown_cost = a.unknown_cost + excluded.unknown_cost',
					[
						scope,
						period,
						execution,
						startsAt,
						resetsAt,
						limitNano,
						spentNano,
						unknownCost,
						Math.floor(surroundings.now()),
					],
				);
			}
		});
	} finally {
		await file.close();
	}
}

/** Newest first, as reports ask for those. */
async function moveDecisions({ history }: State, ledger: PostgresLedger): Promise<void> {
	let to = 2 ** 47;
	let seen = new Set<string>();
	for (;;) {
		const page = await history.decisions({
			span: { from: 0, to },
			where: {},
			limit: PAGE,
			offset: seen.size,
			withLessons: true,
		});
		if (page.length === 0) return;
		await ledger.append(page.map(({ feedback: _said, ...row }) => row));
		for (const { id, feedback } of page) if (feedback) await ledger.rate(id, feedback);
		// Several decisions may share a time: skip those of it that were already moved.
		const last = page[page.length - 1].at;
		const ofLast = (row: KeptDecision) => row.at === last;
		const again = last + 1 === to ? [...seen] : [];
		seen = new Set([...again, ...page.filter(ofLast).map(({ id }) => id)]);
		to = last + 1;
	}
}
