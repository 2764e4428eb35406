const DATE = /^(?:\d{1,2}([./-])\d{1,2}\1\d{2,4}|\d{4}([./-])\d{1,2}\2\d{1,2})(?:[ ]+\d{1,2}(?:[.]\d{2})?)?$/;
const INTERNATIONAL = /^\(?\+ ?[1-9][\d ().\-/]*$/;
const INTERNATIONAL_00 = /^00[1-9][\d ().\-/]*$/;
const NORTH_AMERICAN = /^(?:1[-. ])?(?:\([2-9]\d\d\) ?|[2-9]\d\d([-. ]))\d{3}[-. ]\d{4}$/;
/** A trunk zero, then groups: `0171 1234567`, `(07) 5331 0577`, `06 12 34 56 78`. */
const NATIONAL = /^\(?0[1-9]\d{0,4}\)?[ /.-]{1,2}\d[\d .\-/]*$/;
/** A US social security number. */
const SOCIAL_SECURITY = /^\d{3}-\d\d-\d{4}$/;
const DECIMAL = /^\d+\.\d+$/;

/**
 * National notations of mobile numbers, without country code and without trunk zero. They are distinctive enough to
 * need no word beside them, unless that word calls them something else.
 */
const MOBILES = [
	// Brazil: (11) 98765-4321
	/^\(?[1-9]\d\)? ?9\d{4}[- ]\d{4}$/,
	/^\([1-9]\d\) ?9?\d{4}[- ]?\d{4}$/,
	// India: 98765 43210
	/^0?[6-9]\d{4}[- ]\d{5}$/,
	// Poland and Czechia: 601 234 567; Spain: 612 345 678, 612 34 56 78; Portugal: 912 345 678
	/^(?:45|5[0137]|6\d|7[2389]|88|9[1236])\d([- ])\d{3}\1\d{3}$/,
	/^[67]\d\d([- ])\d\d\1\d\d\1\d\d$/,
	// China: 138 1234 5678
	/^1[3-9]\d([- ])\d{4}\1\d{4}$/,
	// Russia: 8 (912) 345-67-89
	/^8[- ]?\(?9\d\d\)?[- ]?\d{3}[- ]\d\d[- ]\d\d$/,
	// Turkey: 532 123 45 67
	/^5\d\d \d{3} \d\d \d\d$/,
	// Italy: 333 1234567
	/^3[2-9]\d[- ]\d{7}$/,
];

/** What the surrounding text says about a number. */
export interface NumberContext {
	/** It calls it a phone number. */
	isNamed(): boolean;
	/** It calls it something else. */
	isOtherwise(): boolean;
}

/**
 * Whether digits with separators between them are a phone number. Common international notations are accepted as
 * such; a bare number only if the text calls it one, because order numbers, dates and amounts look the same.
 */
export function isPhoneNumber(written: string, context: NumberContext): boolean {
	const run = written.replace(/ {2,}/g, ' ');
	const digits = countDigits(run);
	if (digits < 7 || digits > 17 || DATE.test(run) || DECIMAL.test(run) || SOCIAL_SECURITY.test(run))
		return false;
	if (INTERNATIONAL.test(run)) return digits >= 8 && digits <= 16;
	if (digits > 15) return false;
	if (INTERNATIONAL_00.test(run)) return digits >= 10;
	if (NORTH_AMERICAN.test(run)) return true;
	if (
		MOBILES.some((shape) => shape.test(run)) &&
		!isRound(run) &&
		(!context.isOtherwise() || context.isNamed())
	)
		return true;
	if (/^\d+(?:\.\d+){2,}$/.test(run) && digits < 9) return false;
	if (NATIONAL.test(run) && digits >= 9 && digits <= 12 && !isVersionLike(run)) return true;
	// Ranges of years or of single digits.
	if (/^(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d$/.test(run) || longestGroup(run) < 2) return false;
	return context.isNamed();
}

/** `620 000 000` is an amount. */
function isRound(run: string): boolean {
	return run.endsWith('000');
}

function isVersionLike(run: string): boolean {
	return /^\d{1,2}(?:\.\d{1,2}){3,}$/.test(run) && run.split('.').some((part) => part.length < 2);
}

function longestGroup(run: string): number {
	let longest = 0;
	for (const group of run.split(/\D+/)) longest = Math.max(longest, group.length);
	return longest;
}

function countDigits(run: string): number {
	let digits = 0;
	for (let i = 0; i < run.length; i++) if (run.charCodeAt(i) >= 48 && run.charCodeAt(i) <= 57) digits++;
	return digits;
}
