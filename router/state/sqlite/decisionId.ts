/** Decisions' ids are ULIDs: 48 bits of time, 80 of chance, 26 characters of Crockford's base 32. In the file they take 16 bytes. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 26;
const BYTES = 16;
const TIME_BYTES = 6;

const DIGITS = new Map(Array.from(ALPHABET, (digit, value) => [digit, value]));

/** @throws RangeError if it is no ULID */
export function bytesOfId(id: string): Buffer {
	const bytes = Buffer.alloc(BYTES);
	let pending = 0;
	let bits = 0;
	let at = BYTES - 1;
	for (let i = LENGTH - 1; i >= 0; i--) {
		const digit = id.length === LENGTH ? DIGITS.get(id[i]) : undefined;
		if (digit === undefined) throw new RangeError('The id of a decision is no ULID');
		pending |= digit << bits;
		bits += 5;
		if (bits >= 8 && at >= 0) {
			bytes[at--] = pending & 0xff;
			pending >>>= 8;
			bits -= 8;
		}
	}
	return bytes;
}

/** Inverse of `bytesOfId`. */
export function idOfBytes(bytes: Uint8Array): string {
	let id = '';
	let pending = 0;
	let bits = 0;
	for (let at = BYTES - 1; at >= 0; at--) {
		pending |= bytes[at] << bits;
		bits += 8;
		for (; bits >= 5; bits -= 5) {
			id = ALPHABET[pending & 31] + id;
			pending >>>= 5;
		}
	}
	return ALPHABET[pending & 31] + id;
}

/** The lowest id of a time. @param at epoch ms */
export function firstIdAt(at: number): Buffer {
	const bytes = Buffer.alloc(BYTES);
	bytes.writeUIntBE(Math.min(Math.max(0, Math.ceil(at)), 2 ** 48 - 1), 0, TIME_BYTES);
	return bytes;
}

/** Epoch ms. */
export function timeOfId(bytes: Uint8Array): number {
	return Buffer.from(bytes.buffer, bytes.byteOffset, TIME_BYTES).readUIntBE(0, TIME_BYTES);
}
