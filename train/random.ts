/** A seeded random number generator (mulberry32): the same seed always gives the same weights. */
export type Random = () => number;

export function seeded(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}

export function pick<Item>(items: readonly Item[], random: Random): Item {
	return items[Math.floor(random() * items.length)];
}

/** In place. */
export function shuffle<Item>(items: Item[], random: Random): Item[] {
	for (let i = items.length - 1; i > 0; i--) {
		const j = Math.floor(random() * (i + 1));
		[items[i], items[j]] = [items[j], items[i]];
	}
	return items;
}

/** A number of 32 bits from a text, for folds that depend on nothing but the row. */
export function hashOf(text: string): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
	hash ^= hash >>> 15;
	hash = Math.imul(hash, 0x7feb352d);
	return (hash ^ (hash >>> 13)) >>> 0;
}
