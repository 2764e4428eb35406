/** Memory and file stores answer synchronously; they only become asynchronous where a lock is waited for, or between the steps of a long read. */
import type { Account, BudgetStore } from './budgets';
import type { Breathe } from '../text/pieces';
import type { NanoDollars } from '../types';
import type { History, LedgerSink } from './decisions';
import type { State } from './terms';

/** The same methods without promises. */
type AtOnce<T> = {
	[K in keyof T]: T[K] extends (...args: infer Args) => Promise<infer Result>
		? (...args: Args) => Result
		: never;
};

/** A read in steps of some milliseconds: others get their turn between them, as a report may go over millions of decisions. */
export type Steps<T> = Generator<undefined, T, undefined>;

type InSteps<T> = {
	[K in keyof T]: T[K] extends (...args: infer Args) => Promise<infer Result>
		? (...args: Args) => Steps<Result>
		: never;
};

type LongReads = Pick<History, 'usage' | 'usageViews' | 'failures' | 'attempts' | 'decisions'>;

/** All methods may throw StateBusy. */
export type LedgerBook = AtOnce<Omit<LedgerSink, 'appendNow'> & Omit<History, keyof LongReads>> &
	InSteps<LongReads>;
export type BudgetBook = AtOnce<Omit<BudgetStore, 'onSettled' | 'hearsSettlements'>>;

/** A reservation that is not settled yet. */
export interface OpenHold {
	/** Assigned by the store. */
	id: string;
	amountNano: NanoDollars;
	/** Epoch ms. */
	expiresAt: number;
}

/** An account with its open reservations, to be moved from one book to another. */
export interface CarriedAccount {
	account: Account;
	holds: OpenHold[];
}

/** What a book has recorded since it took over from another one. */
export interface Carried {
	/** `spentNano` and `unknownCost` are differences since the takeover; holds are those granted since. */
	accounts: CarriedAccount[];
	/** Ids of the other book's reservations that were settled here. */
	settled: string[];
}

/** Facts as JSON. */
export interface FactTable {
	read(kind: string, key: string): string | null;
	list(kind: string): Array<{ key: string; value: string }>;
	/** Runs the work in one transaction. */
	inOneStep<T>(work: () => T): T;
	/**
	 * Within `inOneStep`; null deletes the fact. @param now epoch ms @param lifetimeMs facts of this kind may be deleted once
	 * they have not changed for this long
	 */
	write(kind: string, key: string, value: string | null, now: number, lifetimeMs?: number): void;
}

export interface Books {
	ledger: LedgerBook;
	budgets: BudgetBook;
}

/** How to get at the books, including waiting for locks. */
export interface Access {
	read<T>(work: (books: Books) => T): Promise<T>;
	write<T>(work: (books: Books) => T): Promise<T>;
	/** Synchronously, while the process exits. */
	writeNow(work: (books: Books) => void): void;
}

/** @param breathing for each long read, what is called between its steps */
export function overBooks(
	{ read, write, writeNow }: Access,
	breathing: () => Breathe,
): Pick<State, 'budgets' | 'ledger' | 'history'> {
	const inSteps = async <T>(begin: (ledger: LedgerBook) => Steps<T>): Promise<T> => {
		const breathe = breathing();
		let begun: { ledger: LedgerBook; steps: Steps<T> } | undefined;
		for (;;) {
			const step = await read(({ ledger }) => {
				// A file that was exchanged between two steps is read from the start.
				if (begun?.ledger !== ledger) begun = { ledger, steps: begin(ledger) };
				const { steps } = begun;
				// What has thrown has ended: after a wait for the file it is begun anew.
				begun = undefined;
				const taken = steps.next();
				begun = { ledger, steps };
				return taken;
			});
			if (step.done) return step.value;
			await breathe();
		}
	};
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
			usage: (query) => inSteps((ledger) => ledger.usage(query)),
			usageViews: (spans, views) => inSteps((ledger) => ledger.usageViews(spans, views)),
			failures: (span) => inSteps((ledger) => ledger.failures(span)),
			attempts: (span) => inSteps((ledger) => ledger.attempts(span)),
			decisions: (query) => inSteps((ledger) => ledger.decisions(query)),
			countLessons: (learner, since) => read(({ ledger }) => ledger.countLessons(learner, since)),
			lessons: (learner, limit) => read(({ ledger }) => ledger.lessons(learner, limit)),
			earliest: () => read(({ ledger }) => ledger.earliest()),
		},
	};
}
