import { isExpired, judge } from '../budgets';
import type { Account, AccountKey, Hold, ReserveRequest, ReserveResult, Settlement } from '../budgets';
import type { BudgetBook, Carried, CarriedAccount } from '../books';
import type { NanoDollars } from '../../types';
import { DAY_MS } from '../../types/time';

const MOST_ACCOUNTS = 10_000;

interface Entry {
	account: Account;
	usedAt: number;
	reservations: Map<string, { amountNano: NanoDollars; expiresAt: number }>;
}

const OWN = 'memory:';

/** Budgets of this process only. */
export class MemoryBudgets implements BudgetBook {
	private readonly entries = new Map<string, Entry>();

	private readonly before = new Map<string, Account>();

	/** Settled reservations of the previous book. */
	private readonly settled: string[] = [];

	private reservations = 0;

	/** @param known accounts taken over from another book */
	constructor(
		known: readonly CarriedAccount[] = [],
		private readonly now = 0,
	) {
		for (const { account, holds } of known) {
			const reservations = new Map(holds.map((hold) => [hold.id, hold]));
			const reservedNano = holds.reduce((sum, { amountNano }) => sum + amountNano, 0);
			this.before.set(nameOf(account), account);
			this.entries.set(nameOf(account), {
				account: { ...account, reservedNano },
				usedAt: now,
				reservations,
			});
		}
	}

	/** Differences to what was taken over. */
	carried(): Carried {
		const accounts = [...this.entries].map(([name, { account, reservations }]): CarriedAccount => {
			const before = this.before.get(name);
			const spentNano = account.spentNano - (before?.spentNano ?? 0);
			const unknownCost = account.unknownCost - (before?.unknownCost ?? 0);
			const holds = [...reservations].flatMap(([id, hold]) => (id.startsWith(OWN) ? [{ ...hold, id }] : []));
			return { account: { ...account, spentNano, unknownCost }, holds };
		});
		return { accounts, settled: [...this.settled] };
	}

	reserve({ accounts, amountNano, now, expiresAt }: ReserveRequest): ReserveResult {
		const entries = accounts.map((account) => this.current(account, now));
		const verdicts = entries.map(({ account }) => judge(account, amountNano));
		for (const outcome of ['exceeded', 'reserved'] as const) {
			const entry = entries[verdicts.indexOf(outcome)];
			if (entry) return { outcome, account: { ...entry.account } };
		}
		const holds = entries.map(({ account, reservations }, i): Hold => {
			const id = `${OWN}${this.now}.${++this.reservations}`;
			reservations.set(id, { amountNano, expiresAt });
			account.reservedNano += amountNano;
			return { account: accounts[i], id };
		});
		return { outcome: 'granted', holds };
	}

	settle({ holds, spentNano, now }: Settlement): Account[] {
		return holds.map((hold) => {
			const { account, reservations } = this.open(hold.account, now);
			account.reservedNano -= reservations.get(hold.id)?.amountNano ?? 0;
			reservations.delete(hold.id);
			if (!hold.id.startsWith(OWN)) this.settled.push(hold.id);
			account.spentNano += spentNano ?? 0;
			if (spentNano === null) account.unknownCost += 1;
			return { ...account };
		});
	}

	accounts(now: number): Account[] {
		const entries = [...this.entries.values()].filter(({ account: { resetsAt }, usedAt }) =>
			resetsAt === null ? usedAt > now - DAY_MS : resetsAt > now,
		);
		for (const entry of entries) expire(entry, now);
		return entries.map(({ account }) => ({ ...account }));
	}

	private current(key: AccountKey & { limitNano: NanoDollars }, now: number): Entry {
		const entry = this.open(key, now);
		expire(entry, now);
		return entry;
	}

	private open(key: AccountKey & { limitNano: NanoDollars }, now: number): Entry {
		const name = nameOf(key);
		const entry = this.entries.get(name) ?? {
			account: { ...key, spentNano: 0, reservedNano: 0, unknownCost: 0 },
			usedAt: now,
			reservations: new Map(),
		};
		entry.account.limitNano = key.limitNano;
		entry.usedAt = now;
		this.entries.delete(name);
		this.entries.set(name, entry);
		if (this.entries.size > MOST_ACCOUNTS) this.forgetOver(now);
		return entry;
	}

	/** Forgets only accounts whose period is over: a running one must not start again from zero. */
	private forgetOver(now: number): void {
		for (const [name, { account, usedAt, reservations }] of this.entries) {
			const isOver = account.resetsAt === null ? usedAt < now - DAY_MS : account.resetsAt <= now;
			if (isOver && reservations.size === 0) this.entries.delete(name);
		}
	}
}

function expire({ account, reservations }: Entry, now: number): void {
	for (const [id, { amountNano, expiresAt }] of reservations) {
		if (!isExpired(expiresAt, now)) continue;
		reservations.delete(id);
		account.reservedNano -= amountNano;
	}
}

function nameOf({ scope, period, execution, startsAt }: AccountKey): string {
	return JSON.stringify([scope, period, execution, startsAt]);
}
