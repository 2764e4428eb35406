import type { Surroundings } from '../../types';
import { overBooks } from '../books';
import { LocalSemaphores } from '../semaphore';
import type { State } from '../terms';
import { MemoryBudgets } from './budgets';
import { MemoryFacts } from './facts';
import { MemoryLedger } from './ledger';

/** State of this process only, lost when it ends. */
export function createMemoryState(surroundings: Surroundings): State {
	const books = { ledger: new MemoryLedger(newSalt(surroundings.random)), budgets: new MemoryBudgets() };
	const nothing = async (): Promise<void> => undefined;
	return {
		facts: new MemoryFacts(surroundings.now),
		...overBooks(
			{
				read: async (work) => work(books),
				write: async (work) => work(books),
				writeNow: (work) => work(books),
			},
			() => () => undefined,
		),
		semaphores: new LocalSemaphores(surroundings),
		notices: () => [],
		flush: nothing,
		close: nothing,
		closeNow: () => undefined,
	};
}

/** 32 hexadecimal digits. @param random 0 ≤ x < 1 */
export function newSalt(random: () => number): string {
	return Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
}
