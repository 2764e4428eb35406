/** What is spent and held of each budget. Times are whole epoch milliseconds, money whole nano-dollars. */
import type { NanoDollars } from '../types';
import { DAY_MS, HOUR_MS } from '../types/time';

/** Of more budgets at a time only the fullest are told. */
export const MOST_ACCOUNTS_LISTED = 10_000;

/** No reservation is for longer, in ms; one that seems to be, by more than clocks are usually set, was made by one that ran ahead. */
export const LONGEST_HOLD_MS = DAY_MS;
export const LONGEST_BELIEVED_HOLD_MS = LONGEST_HOLD_MS + 2 * HOUR_MS;

export const PERIODS = ['execution', 'hour', 'day', 'month'] as const;
export type Period = (typeof PERIODS)[number];

/** What is spent by one scope in one period: the first four name it. */
export interface AccountKey {
	scope: string;
	period: Period;
	/** The execution's id with the period `execution`, else empty. */
	execution: string;
	/** 0 with the period `execution`. */
	startsAt: number;
	/** null with the period `execution`. */
	resetsAt: number | null;
}

export interface Account extends AccountKey {
	/** The limit it was last held against. */
	limitNano: NanoDollars;
	spentNano: NanoDollars;
	/** Held by calls under way. */
	reservedNano: NanoDollars;
	/** Settled calls whose cost is unknown; they are not in `spentNano`. */
	unknownCost: number;
}

export interface ReserveRequest {
	/** All or none is reserved. No account twice. */
	accounts: ReadonlyArray<AccountKey & { limitNano: NanoDollars }>;
	/** The most the call can cost. */
	amountNano: NanoDollars;
	now: number;
	/** When what was not settled comes back: at most `LONGEST_HOLD_MS` from now. */
	expiresAt: number;
}

/** One account's part of a reservation. */
export interface Hold {
	account: AccountKey & { limitNano: NanoDollars };
	/** The store's own name for it. */
	id: string;
}

/**
 * `exceeded`: the spend of `account` leaves no room. `reserved`: the spend does but reservations do not, so it may
 * be asked again when something is settled or has expired.
 */
export type ReserveResult =
	{ outcome: 'granted'; holds: Hold[] } | { outcome: 'exceeded' | 'reserved'; account: Account };

export interface Settlement {
	holds: readonly Hold[];
	/** What the call did cost; null: unknown. */
	spentNano: NanoDollars | null;
	now: number;
}

export interface BudgetStore {
	/** In one step, whatever other callers and processes do. @throws StateBusy */
	reserve(request: ReserveRequest): Promise<ReserveResult>;
	/**
	 * Ends a reservation and books what was spent; what was spent counts though the reservation has expired.
	 * To be called once. @returns the accounts after it @throws StateBusy
	 */
	settle(settlement: Settlement): Promise<Account[]>;
	/**
	 * Accounts whose period is not over, and those of executions that spent within the last day: the fullest, up to
	 * `MOST_ACCOUNTS_LISTED`.
	 */
	accounts(now: number): Promise<Account[]>;
	/** Tells when something that others wait for was settled by whomever, or may have been; absent: it is not known, and whoever waits has to ask. */
	onSettled?(tell: () => void): void;
	/** Whether settlements of other processes are told at present. */
	hearsSettlements?(): boolean;
}

/** Whether a call fits; the one rule of all backends. */
export function judge(account: Account, amountNano: NanoDollars): ReserveResult['outcome'] {
	if (account.spentNano + amountNano > account.limitNano) return 'exceeded';
	return account.spentNano + account.reservedNano + amountNano > account.limitNano ? 'reserved' : 'granted';
}

/** Whether what is reserved comes back. */
export function isExpired(expiresAt: number, now: number): boolean {
	return expiresAt <= now || expiresAt > now + LONGEST_BELIEVED_HOLD_MS;
}
