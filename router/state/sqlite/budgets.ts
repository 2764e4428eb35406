import type { DatabaseSync, StatementSync } from 'node:sqlite';

import { judge, LONGEST_BELIEVED_HOLD_MS, MOST_ACCOUNTS_LISTED } from '../budgets';
import type { Account, AccountKey, Hold, ReserveRequest, ReserveResult, Settlement } from '../budgets';
import type { BudgetBook, Carried, CarriedAccount } from '../books';
import { inTransaction } from './file';
import type { Period } from '../../types';
import { DAY_MS } from '../../types/time';

/** The report says so if there are more. */
const MOST_LISTED = MOST_ACCOUNTS_LISTED;

/** Sums are capped at the largest exact integer. */
const MOST_NANO = Number.MAX_SAFE_INTEGER;

/** `used_at` is updated at most this often, in ms, as each update changes two more pages of the file. */
const USE_NOTED_MS = 60_000;

const COLUMNS =
	'id, scope, period, execution, starts_at, resets_at, limit_nano, spent_nano, reserved_nano, unknown_cost, used_at';

interface Entry {
	id: number;
	account: Account;
	usedAt: number;
}

/** Budgets in the file. Each call is one transaction. */
export class SqliteBudgets implements BudgetBook {
	private readonly find: StatementSync;

	private readonly open: StatementSync;

	private readonly expire: StatementSync;

	private readonly giveBack: StatementSync;

	private readonly insertReservation: StatementSync;

	private readonly deleteReservation: StatementSync;

	private readonly hold: StatementSync;

	private readonly book: StatementSync;

	/** Row numbers of reservations taken over from another book, by their id there. */
	private readonly adopted = new Map<string, number>();

	/** @param tag identifies this file, so that a reservation of a file that was set aside is not mistaken for one of this */
	constructor(
		private readonly db: DatabaseSync,
		private readonly tag: string,
	) {
		this.find = db.prepare(
			`SELECT ${COLUMNS} FROM accounts WHERE scope = ? AND period = ? AND execution = ? AND starts_at = ?`,
		);
		this.open = db.prepare(
			'INSERT INTO accounts (scope, period, execution, starts_at, resets_at, limit_nano, used_at) VALUES (?, ?, ?, ?, ?, ?, ?) ' +
				'ON CONFLICT DO UPDATE SET limit_nano = excluded.limit_nano, used_at = excluded.used_at ' +
				`RETURNING ${COLUMNS}`,
		);
		this.expire = db.prepare(
			`DELETE FROM reservations WHERE account = ?1 AND (expires_at <= ?2 OR expires_at > ?2 + ${LONGEST_BELIEVED_HOLD_MS}) RETURNING amount_nano`,
		);
		this.giveBack = db.prepare('UPDATE accounts SET reserved_nano = reserved_nano - ? WHERE id = ?');
		this.insertReservation = db.prepare(
			// Random ids that JavaScript can hold exactly.
			`INSERT INTO reservations (id, account, amount_nano, expires_at) VALUES (random() & ${Number.MAX_SAFE_INTEGER}, ?, ?, ?)`,
		);
		this.deleteReservation = db.prepare('DELETE FROM reservations WHERE id = ? RETURNING amount_nano');
		this.hold = db.prepare('UPDATE accounts SET reserved_nano = reserved_nano + ? WHERE id = ?');
		this.book = db.prepare(
			`UPDATE accounts SET spent_nano = min(spent_nano + ?, ${MOST_NANO}), reserved_nano = reserved_nano - ?, unknown_cost = unknown_cost + ? ` +
				`WHERE scope = ? AND period = ? AND execution = ? AND starts_at = ? RETURNING ${COLUMNS}`,
		);
	}

	reserve({ accounts, amountNano, now, expiresAt }: ReserveRequest): ReserveResult {
		return inTransaction(this.db, () => {
			const entries = accounts.map((account) => this.current(account, now));
			const verdicts = entries.map(({ account }) => judge(account, amountNano));
			for (const outcome of ['exceeded', 'reserved'] as const) {
				const entry = entries[verdicts.indexOf(outcome)];
				if (entry) return { outcome, account: entry.account };
			}
			const holds = entries.map(({ id }, i): Hold => {
				const { lastInsertRowid } = this.insertReservation.run(id, amountNano, Math.ceil(expiresAt));
				this.hold.run(amountNano, id);
				return { account: accounts[i], id: `${this.tag}:${lastInsertRowid}` };
			});
			return { outcome: 'granted', holds };
		});
	}

	settle({ holds, spentNano, now }: Settlement): Account[] {
		return inTransaction(this.db, () =>
			holds.map(({ account, id }) => {
				const reservation = this.deleteReservation.get(this.reservationNumber(id));
				const heldNano = Number(reservation?.amount_nano ?? 0);
				const { scope, period, execution, startsAt } = account;
				const book = () =>
					this.book.get(
						spentNano ?? 0,
						heldNano,
						Number(spentNano === null),
						scope,
						period,
						execution,
						startsAt,
					);
				const booked = book();
				if (booked) return entryOf(booked).account;
				// The file was replaced since the reservation.
				this.openAccount(account, now);
				return entryOf(book()).account;
			}),
		);
	}

	accounts(now: number): Account[] {
		return this.list(now, MOST_LISTED).map(({ account }) => account);
	}

	/** Everything that another book needs to take over. */
	snapshot(now: number): CarriedAccount[] {
		const holds = this.db.prepare(
			`SELECT id, amount_nano, expires_at FROM reservations WHERE account = ?1 AND expires_at > ?2 AND expires_at <= ?2 + ${LONGEST_BELIEVED_HOLD_MS}`,
		);
		return this.list(now, -1).map(({ id, account }) => ({
			account,
			holds: holds.all(id, Math.floor(now)).map((row) => ({
				id: `${this.tag}:${row.id}`,
				amountNano: Number(row.amount_nano),
				expiresAt: Number(row.expires_at),
			})),
		}));
	}

	/** Takes over what another book has recorded. Its reservations keep their ids. */
	adopt({ accounts, settled }: Carried, now: number): void {
		inTransaction(this.db, () => {
			for (const id of settled) {
				const row = this.db
					.prepare('DELETE FROM reservations WHERE id = ? RETURNING account, amount_nano')
					.get(this.reservationNumber(id));
				if (row) this.giveBack.run(row.amount_nano, row.account);
			}
			for (const { account, holds } of accounts) {
				const { spentNano, unknownCost } = account;
				if (spentNano === 0 && unknownCost === 0 && holds.length === 0) continue;
				const { id } = this.openAccount(account, now);
				this.db
					.prepare(
						`UPDATE accounts SET spent_nano = min(spent_nano + ?, ${MOST_NANO}), unknown_cost = unknown_cost + ? WHERE id = ?`,
					)
					.run(spentNano, unknownCost, id);
				for (const { id: name, amountNano, expiresAt } of holds) {
					const { lastInsertRowid } = this.insertReservation.run(id, amountNano, Math.ceil(expiresAt));
					this.hold.run(amountNano, id);
					this.adopted.set(name, Number(lastInsertRowid));
				}
			}
		});
	}

	/** Raises the spend to at least the known one, after part of the file was lost. */
	raiseTo(known: readonly CarriedAccount[], now: number): void {
		inTransaction(this.db, () => {
			for (const { account } of known) {
				const { id } = this.openAccount(account, now);
				this.db
					.prepare('UPDATE accounts SET spent_nano = max(spent_nano, ?) WHERE id = ?')
					.run(account.spentNano, id);
			}
		});
	}

	/** The fullest first, without expired reservations. @param most -1: all */
	private list(now: number, most: number): Entry[] {
		return this.db
			.prepare(
				`SELECT ${COLUMNS.replace('reserved_nano', 'held AS reserved_nano')} FROM ` +
					'(SELECT a.*, (SELECT coalesce(sum(amount_nano), 0) FROM reservations r WHERE r.account = a.id AND r.expires_at > :now ' +
					`AND r.expires_at <= :now + ${LONGEST_BELIEVED_HOLD_MS}) AS held ` +
					'FROM accounts a WHERE a.resets_at > :now OR (a.resets_at IS NULL AND a.used_at > :yesterday)) ' +
					'ORDER BY CASE WHEN limit_nano > 0 THEN (spent_nano + held) * 1.0 / limit_nano ELSE 1 END DESC, id LIMIT :most',
			)
			.all({ now: Math.floor(now), yesterday: Math.floor(now - DAY_MS), most })
			.map(entryOf);
	}

	/** The account, after removing expired reservations. */
	private current(key: AccountKey & { limitNano: number }, now: number): Entry {
		const entry = this.openAccount(key, now);
		if (entry.account.reservedNano === 0) return entry;
		const expired = this.expire.all(entry.id, Math.floor(now));
		if (expired.length === 0) return entry;
		const amount = expired.reduce((sum, { amount_nano: nano }) => sum + Number(nano), 0);
		this.giveBack.run(amount, entry.id);
		return { ...entry, account: { ...entry.account, reservedNano: entry.account.reservedNano - amount } };
	}

	private openAccount(key: AccountKey & { limitNano: number }, now: number): Entry {
		const { scope, period, execution, startsAt, resetsAt, limitNano } = key;
		const found = this.find.get(scope, period, execution, startsAt);
		if (found) {
			const entry = entryOf(found);
			const isNoted = Math.abs(now - entry.usedAt) < USE_NOTED_MS;
			if (isNoted && entry.account.limitNano === limitNano) return entry;
		}
		return entryOf(this.open.get(scope, period, execution, startsAt, resetsAt, limitNano, Math.floor(now)));
	}

	private reservationNumber(id: string): number {
		const adopted = this.adopted.get(id);
		if (adopted !== undefined) return adopted;
		const [tag, number] = id.split(':');
		return tag === this.tag ? Number(number) : -1;
	}
}

function entryOf(row: ReturnType<StatementSync['get']>): Entry {
	if (!row) throw new Error('An account of the ledger has vanished');
	return {
		id: Number(row.id),
		usedAt: Number(row.used_at),
		account: {
			scope: String(row.scope),
			// Only ever written from `PERIODS`.
			period: String(row.period) as Period,
			execution: String(row.execution),
			startsAt: Number(row.starts_at),
			resetsAt: row.resets_at === null ? null : Number(row.resets_at),
			limitNano: Number(row.limit_nano),
			spentNano: Number(row.spent_nano),
			reservedNano: Number(row.reserved_nano),
			unknownCost: Number(row.unknown_cost),
		},
	};
}
