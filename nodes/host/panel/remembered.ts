import { LRUCache } from 'lru-cache';

/** Different settings of one section, of all nodes of this process. */
const MOST = 300;

/**
 * Parses the same settings once: an agent asks for its chat model anew with each step. Only for what holds no expression,
 * which is plain JSON. What comes back is shared, so nobody may change it.
 */
export function remembered<T extends object>(parse: (raw: unknown) => T): (raw: unknown) => T {
	const parsed = new LRUCache<string, T>({ max: MOST });
	return (raw) => {
		const key = JSON.stringify(raw) ?? '';
		const known = parsed.get(key);
		if (known !== undefined) return known;
		const value = parse(raw);
		parsed.set(key, value);
		return value;
	};
}
