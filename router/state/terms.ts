import type { BudgetStore } from './budgets';
import type { History, LedgerSink } from './decisions';
import type { FactStore } from './facts';
import type { Semaphores } from './semaphore';

/** Others did not let go of the state in time. Nothing has happened: the same call may be made again. */
export class StateBusy extends Error {
	constructor(options?: ErrorOptions) {
		super('The ledger is in use by other processes', options);
		this.name = 'StateBusy';
	}
}

/** Everything that outlasts one request. Every backend is held to `test/router/state/contract.ts`. */
export interface State {
	facts: FactStore;
	budgets: BudgetStore;
	ledger: LedgerSink;
	history: History;
	semaphores: Semaphores;
	/** What a person should know, one sentence each. Empty while all is well. */
	notices(): readonly string[];
	/** Writes what is only copied now and then. */
	flush(): Promise<void>;
	/** Writes what is still to be written and lets go. */
	close(): Promise<void>;
	/** The same while the process ends, when nothing can be waited for. */
	closeNow(): void;
}
