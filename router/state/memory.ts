import type { Rest, Store } from './store';

/** Far more models and keys than one n8n has; the oldest facts give way. */
const MAX_ENTRIES = 10_000;

/** Facts in this process only: they are gone when it ends, and other workers do not see them. */
export function createMemoryStore(): Store {
	const rests = new Map<string, Rest>();
	return {
		restOf: (key) => rests.get(key) ?? null,
		setRest(key, rest) {
			rests.delete(key);
			rests.set(key, rest);
			if (rests.size > MAX_ENTRIES) rests.delete(rests.keys().next().value as string);
		},
		endRest(key) {
			rests.delete(key);
		},
	};
}
