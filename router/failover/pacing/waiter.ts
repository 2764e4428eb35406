import type { FairQueue } from './fairQueue';
import type { NoTurn, Turn } from './terms';

export interface Waiter {
	execution: unknown;
	/** By the monotonic clock. */
	since: number;
	resolve(turn: Turn | NoTurn): void;
}

/** Waits in the queue until the waiter is resolved or the signal aborts. @param left called after it was aborted */
export function waitIn(
	queue: FairQueue<Waiter>,
	{ execution, since }: Pick<Waiter, 'execution' | 'since'>,
	signal: AbortSignal,
	left: () => void,
): Promise<Turn | NoTurn> {
	return new Promise((resolve) => {
		if (signal.aborted) return resolve('aborted');
		const leave = (): void => {
			if (!queue.remove(execution, waiter)) return;
			resolve('aborted');
			left();
		};
		const waiter: Waiter = {
			execution,
			since,
			resolve: (turn) => {
				signal.removeEventListener('abort', leave);
				resolve(turn);
			},
		};
		signal.addEventListener('abort', leave, { once: true });
		queue.push(execution, waiter);
	});
}
