import type { State } from '../../state/state';
import type { Surroundings } from '../../types';
import { Pacer } from './pacer';
import { PaceExchange } from './paceExchange';

/** Far more keys than one n8n has; the oldest are evicted. */
const MOST_PACERS = 10_000;

interface Known {
	pacers: Map<string, Pacer>;
	/** null: there is no other process to share with. */
	exchange: PaceExchange | null;
}

/**
 * By state: all executions of this process share its pacers, which also learn what other processes do with the same
 * key.
 */
const known = new WeakMap<object, Known>();

/** @param state of the process @param id the id of the key's health fact */
export function pacerOf(
	{ facts, semaphores }: Pick<State, 'facts' | 'semaphores'>,
	id: string,
	surroundings: Surroundings,
): Pacer {
	let all = known.get(semaphores);
	if (!all) {
		const exchange = facts.told ? new PaceExchange(facts, surroundings) : null;
		known.set(semaphores, (all = { pacers: new Map(), exchange }));
	}
	const { pacers, exchange } = all;
	let pacer = pacers.get(id);
	if (!pacer) {
		pacer = new Pacer(surroundings, exchange?.peersOf(id));
		pacers.set(id, pacer);
		exchange?.join(id, pacer);
		if (pacers.size > MOST_PACERS) {
			const [oldest] = pacers.keys();
			pacers.delete(oldest);
			exchange?.leave(oldest);
		}
	}
	return pacer;
}
