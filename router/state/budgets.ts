/** Accounts of budgets: spend and reservations. Times are whole epoch milliseconds, money whole nano-dollars. */
import type { NanoDollars, Period } from '../types';
import { DAY_MS, HOUR_MS } from '../types/time';

/** If there are more accounts, only the fullest are listed. */
export const MOST_ACCOUNTS_LISTED = 10_000;

/** Longest reservation, in ms. One that lasts clearly longer was made while the clock ran ahead, and counts as expired. */
export const LONGEST_HOLD_MS = DAY_MS;
export const LONGEST_BELIEVED_HOLD_MS = LONGEST_HOLD_MS + 2 * HOUR_MS;

/** Identity of an account: one scope in one period. `resetsAt` follows from the other four. */
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
	/** The limit of the latest reservation. */
	limitNano: NanoDollars;
	spentNano: NanoDollars;
	/** Reserved by calls under way. */
	reservedNano: NanoDollars;
	/** Settled calls whose cost is unknown; they are not in `spentNano`. */
	unknownCost: number;
}

export interface ReserveRequest {
	/** All of them or none is reserved. Each account at most once. */
	accounts: ReadonlyArray<AccountKey & { limitNano: NanoDollars }>;
	/** The most the call can cost. */
	amountNano: NanoDollars;
	now: number;
	/** When the reservation expires if it is not settled: at most `LONGEST_HOLD_MS` from now. */
	expiresAt: number;
}

/** The part of a reservation that belongs to one account. */
export interface Hold {
	account: AccountKey & { limitNano: NanoDollars };
	/** The store's own name for it. */
	id: string;
}

/**
 * `exceeded`: what `account` has spent leaves no room. `reserved`: only open reservations are in the way, so asking again may
 * succeed once one is settled or expires.
 */
export type ReserveResult =
	{ outcome: 'granted'; holds: Hold[] } | { outcome: 'exceeded' | 'reserved'; account: Account };

export interface Settlement {
	holds: readonly Hold[];
	/** Actual cost of the call; null if unknown. */
	spentNano: NanoDollars | null;
	now: number;
}

export interface BudgetStore {
	/** Atomic across callers and processes. @throws StateBusy */
	reserve(request: ReserveRequest): Promise<ReserveResult>;
	/**
	 * Ends a reservation and books the spend, even if the reservation has expired.
	 * Call it once. @returns the accounts afterwards @throws StateBusy
	 */
	settle(settlement: Settlement): Promise<Account[]>;
	/**
	 * Accounts whose period is running, and those of executions active within the last day: the fullest first, up to
	 * `MOST_ACCOUNTS_LISTED`.
	 */
	accounts(now: number): Promise<Account[]>;
	/** Calls `tell` when any process has, or may have, settled something that is waited for. Absent: waiters have to poll. */
	onSettled?(tell: () => void): void;
	/** Whether settlements of other processes are currently reported through `onSettled`. */
	hearsSettlements?(): boolean;
}

/** Whether a call fits. All backends use this rule. */
export function judge(account: Account, amountNano: NanoDollars): ReserveResult['outcome'] {
	if (account.spentNano + amountNano > account.limitNano) return 'exceeded';
	return account.spentNano + account.reservedNano + amountNano > account.limitNano ? 'reserved' : 'granted';
}

/** Whether a reservation no longer counts. @param now epoch ms */
export function isExpired(expiresAt: number, now: number): boolean {
	return expiresAt <= now || expiresAt > now + LONGEST_BELIEVED_HOLD_MS;
}
