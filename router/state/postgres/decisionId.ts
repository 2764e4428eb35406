/** The first ten digits of a ULID are 48 bits of time. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The lowest ULID of a time. @param at epoch ms */
export function firstIdAt(at: number): string {
	let rest = Math.min(Math.max(0, Math.ceil(at)), 2 ** 48 - 1);
	let digits = '';
	for (let i = 0; i < 10; i++) {
		digits = DIGITS[rest % 32] + digits;
		rest = Math.floor(rest / 32);
	}
	return digits.padEnd(26, '0');
}
