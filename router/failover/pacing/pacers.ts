import type { Surroundings } from '../../types';
import { Pacer } from './pacer';

/** Far more keys of models than one n8n has; the oldest give way. */
const MOST_PACERS = 10_000;

/** Of each state: pacers are of this process alone, and of all its executions together. */
const known = new WeakMap<object, Map<string, Pacer>>();

/** The pacer of a key of a model. @param state whose process it is @param id as its health is remembered by */
export function pacerOf(state: object, id: string, surroundings: Surroundings): Pacer {
	let pacers = known.get(state);
	if (!pacers) known.set(state, (pacers = new Map()));
	let pacer = pacers.get(id);
	if (!pacer) {
		pacer = new Pacer(surroundings);
		pacers.set(id, pacer);
		if (pacers.size > MOST_PACERS) pacers.delete(pacers.keys().next().value as string);
	}
	return pacer;
}
