/** Which words the models were trained on: a Bloom filter, so that nonsense is known as such. */

/** Bits of the filter; a power of two. */
export const VOCABULARY_BITS = 1 << 18;
const MASK = VOCABULARY_BITS - 1;

function firstBit(hash: number): number {
	return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) & MASK;
}

function secondBit(hash: number): number {
	return (Math.imul(hash ^ (hash >>> 13), 0x297a2d39) >>> 11) & MASK;
}

/** Notes the word in `filter`, which holds `VOCABULARY_BITS / 8` bytes. */
export function learnWord(filter: Uint8Array | Int8Array, hash: number): void {
	for (const bit of [firstBit(hash), secondBit(hash)]) filter[bit >>> 3] |= 1 << (bit & 7);
}

/** True for every word that was learned, and for about one in fifty others. */
export function knowsWord(filter: Uint8Array | Int8Array, hash: number): boolean {
	const first = firstBit(hash);
	const second = secondBit(hash);
	return ((filter[first >>> 3] >>> (first & 7)) & (filter[second >>> 3] >>> (second & 7)) & 1) === 1;
}
