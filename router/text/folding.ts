/**
 * Replaces typographic spaces, dashes, digits and signs by plain ones, so that patterns only need to know those.
 * Numbers copied from a web page, a PDF or a keyboard of another script contain them.
 */

export interface Folded {
	text: string;
	/** Position in the original text of the character at `position` of the folded text; also for its end. */
	placeOf(position: number): number;
}

/**
 * Any character that is folded, or the beginning of an escape for one. Most texts contain none, and one test is
 * enough.
 */
const TYPOGRAPHIC =
	/[\u00a0\u00ad\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u2000-\u2015\u202a-\u202f\u205f-\u2064\u2066-\u2069\u2212\u3000\ufe58\ufe63\ufeff\uff01-\uff5e]|%(?:40|2[0Bb])|&(?:nbsp|commat|#64|#160|#x40|#xa0);/i;
const EVERY_TYPOGRAPHIC = new RegExp(TYPOGRAPHIC, 'gi');

const ENCODED: Readonly<Record<string, string>> = {
	'%40': '@',
	'%2b': '+',
	'%20': ' ',
	'&nbsp;': ' ',
	'&#160;': ' ',
	'&#xa0;': ' ',
	'&commat;': '@',
	'&#64;': '@',
	'&#x40;': '@',
};

const same = (position: number): number => position;

/** Returns the text itself if there is nothing to fold. */
export function foldForms(text: string): Folded {
	if (!TYPOGRAPHIC.test(text)) return { text, placeOf: same };
	let folded = '';
	let end = 0;
	// From position `shiftedFrom[i]` of the folded text on, the original position is `shifts[i]` higher.
	const shiftedFrom: number[] = [];
	const shifts: number[] = [];
	let shift = 0;
	for (const { 0: found, index } of text.matchAll(EVERY_TYPOGRAPHIC)) {
		const plain = found.length > 1 ? ENCODED[found.toLowerCase()] : plainForm(found.charCodeAt(0));
		folded += text.slice(end, index) + plain;
		end = index + found.length;
		if (plain.length === found.length) continue;
		shift += found.length - plain.length;
		shiftedFrom.push(folded.length);
		shifts.push(shift);
	}
	folded += text.slice(end);
	if (shifts.length === 0) return { text: folded, placeOf: same };
	return {
		text: folded,
		placeOf: (position) => {
			const behind = lastAtOrBefore(shiftedFrom, position);
			return position + (behind === -1 ? 0 : shifts[behind]);
		},
	};
}

function lastAtOrBefore(sorted: readonly number[], value: number): number {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (sorted[middle] <= value) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}

/** Empty if the character is invisible. */
function plainForm(code: number): string {
	if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
	for (const zero of [0x660, 0x6f0, 0x966])
		if (code >= zero && code <= zero + 9) return String.fromCharCode(48 + code - zero);
	if (code === 0x2212 || code === 0xfe58 || code === 0xfe63 || (code >= 0x2010 && code <= 0x2015)) return '-';
	const isSpace =
		code === 0xa0 ||
		code === 0x202f ||
		code === 0x205f ||
		code === 0x3000 ||
		(code >= 0x2000 && code <= 0x200a);
	return isSpace ? ' ' : '';
}
