/**
 * Classes of characters, and their form without case and accents: one table look-up each, because every scanner asks
 * for every character of the prompt.
 */

const TABLE_SIZE = 0x600;

/** Lower case without accents for the Latin, Greek and Cyrillic blocks; any white space becomes a space. */
const FOLDED = new Uint16Array(TABLE_SIZE);
/** 1: letter, digit or `_`; 0: anything else. */
const WORD = new Uint8Array(TABLE_SIZE);

/** Latin Extended Additional, mainly Vietnamese. */
const ADDITIONAL_START = 0x1e00;
const FOLDED_ADDITIONAL = new Uint16Array(0x100);

for (let code = 0; code < TABLE_SIZE; code++) {
	FOLDED[code] = code <= 32 || code === 0xa0 ? 32 : withoutCaseAndAccent(code);
	WORD[code] = /[\p{L}\p{N}\p{M}_]/u.test(String.fromCharCode(code)) ? 1 : 0;
}
for (let i = 0; i < FOLDED_ADDITIONAL.length; i++)
	FOLDED_ADDITIONAL[i] = withoutCaseAndAccent(ADDITIONAL_START + i);

function withoutCaseAndAccent(code: number): number {
	const lower = String.fromCharCode(code).toLowerCase();
	return lower.length === 1 ? lower.normalize('NFD').charCodeAt(0) : code;
}

const APOSTROPHE = 39;

/** Lower case, no accent, typographic apostrophes straightened, any white space as a space. */
export function fold(code: number): number {
	if (code < TABLE_SIZE) return FOLDED[code];
	if (code === 0x2019 || code === 0x2018) return APOSTROPHE;
	if (code === 0x3000 || (code >= 0x2000 && code <= 0x200b) || code === 0x2028 || code === 0xfeff) return 32;
	if (code >= ADDITIONAL_START && code <= 0x1eff) return FOLDED_ADDITIONAL[code - ADDITIONAL_START];
	// Full-width Latin, as Japanese and Chinese keyboards write it.
	if (code >= 0xff21 && code <= 0xff5a) return fold(code - 0xfee0);
	return code;
}

/** Han, kana and Hangul compatibility: scripts without spaces between words. */
export function isSpaceless(code: number): boolean {
	return (
		(code >= 0x3040 && code <= 0x30ff) ||
		(code >= 0x3400 && code <= 0x9fff) ||
		(code >= 0xf900 && code <= 0xfaff)
	);
}

export function isWord(code: number): boolean {
	if (code < TABLE_SIZE) return WORD[code] === 1;
	if (code < 0x2000) return true;
	return isSpaceless(code) || (code >= 0x1100 && code <= 0x11ff) || (code >= 0xac00 && code <= 0xd7af);
}

export function isDigit(code: number): boolean {
	return code >= 48 && code <= 57;
}

export function isAsciiLetter(code: number): boolean {
	const lower = code | 32;
	return lower >= 97 && lower <= 122;
}
