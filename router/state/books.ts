/** What memory and a file have in common: they answer at once, and become asynchronous only where a lock is waited for. */
import type { Account, BudgetStore } from './budgets';
import type { NanoDollars } from '../types';
import type { History, LedgerSink } from './decisions';
import type { State } from './terms';

/** The same methods, answered at once. */
type AtOnce<T> = {
	[K in keyof T]: T[K] extends (...args: infer Args) => Promise<infer Result>
		? (...args: Args) => Result
		: never;
};

/** May throw StateBusy, as may all of these. */
export type LedgerBook = AtOnce<Omit<LedgerSink, 'appendNow'> & History>;
export type BudgetBook = AtOnce<Omit<BudgetStore, 'onSettled' | 'hearsSettlements'>>;

/** A reservation that is not settled. */
export interface OpenHold {
	/** The store's own name for it. */
	id: string;
	amountNano: NanoDollars;
	/** Epoch ms. */
	expiresAt: number;
}

/** An account with what is held of it, to be carried from one book to another. */
export interface CarriedAccount {
	account: Account;
	holds: OpenHold[];
}

/** What a book has seen since it took over from another one. */
export interface Carried {
	/** `spentNano` and `unknownCost` are what has come on top; holds are those that were given out since. */
	accounts: CarriedAccount[];
	/** Reservations of the other book that were settled here. */
	settled: string[];
}

/** Facts as JSON. */
export interface FactTable {
	read(kind: string, key: string): string | null;
	list(kind: string): Array<{ key: string; value: string }>;
	/** What is read and written meanwhile is one step to all others. */
	inOneStep<T>(work: () => T): T;
	/**
	 * Within a step; null forgets the fact. @param now epoch ms @param lifetimeMs facts of this kind may be forgotten when
	 * they have not changed for so long
	 */
	write(kind: string, key: string, value: string | null, now: number, lifetimeMs?: number): void;
}

export interface Books {
	ledger: LedgerBook;
	budgets: BudgetBook;
}

/** How the books are come by, and waited for. */
export interface Access {
	read<T>(work: (books: Books) => T): Promise<T>;
	write<T>(work: (books: Books) => T): Promise<T>;
	/** While the process ends. */
	writeNow(work: (books: Books) => void): void;
}

export function overBooks({ read, write, writeNow }: Access): Pick<State, 'budgets' | 'ledger' | 'history'> {
	return {
		budgets: {
			reserve: (request) => write(({ budgets }) => budgets.reserve(request)),
			settle: (settlement) => write(({ budgets }) => budgets.settle(settlement)),
			accounts: (now) => read(({ budgets }) => budgets.accounts(now)),
		},
		ledger: {
			append: (rows) => write(({ ledger }) => ledger.append(rows)),
			appendNow: (rowsFor) => writeNow(({ ledger }) => ledger.append(rowsFor(ledger.salt()))),
			rate: (id, feedback) => write(({ ledger }) => ledger.rate(id, feedback)),
			prune: (now) => write(({ ledger }) => ledger.prune(now)),
			salt: () => read(({ ledger }) => ledger.salt()),
		},
		history: {
			usage: (query) => read(({ ledger }) => ledger.usage(query)),
			usageViews: (spans, views) => read(({ ledger }) => ledger.usageViews(spans, views)),
			failures: (span) => read(({ ledger }) => ledger.failures(span)),
			attempts: (span) => read(({ ledger }) => ledger.attempts(span)),
			decisions: (query) => read(({ ledger }) => ledger.decisions(query)),
			countLessons: (learner, since) => read(({ ledger }) => ledger.countLessons(learner, since)),
			lessons: (learner, limit) => read(({ ledger }) => ledger.lessons(learner, limit)),
			earliest: () => read(({ ledger }) => ledger.earliest()),
		},
	};
}
