const DATE = /^(?:\d{1,2}([./-])\d{1,2}\1\d{2,4}|\d{4}([./-])\d{1,2}\2\d{1,2})(?:[ ]+\d{1,2}(?:[.]\d{2})?)?$/;
const INTERNATIONAL = /^\(?\+ ?[1-9][\d ().\-/\u00a0]*$/;
const INTERNATIONAL_00 = /^00[1-9][\d ().\-/\u00a0]*$/;
const NORTH_AMERICAN = /^(?:1[-. ])?(?:\([2-9]\d\d\) ?|[2-9]\d\d([-. ]))\d{3}[-. ]\d{4}$/;
/** A trunk zero, then groups: `0171 1234567`, `(07) 5331 0577`, `06 12 34 56 78`. */
const NATIONAL = /^\(?0[1-9]\d{0,4}\)?[ /\u00a0.-]{1,2}\d[\d \u00a0.\-/]*$/;
/** A social security number of the United States. */
const SOCIAL_SECURITY = /^\d{3}-\d\d-\d{4}$/;
const DECIMAL = /^\d+\.\d+$/;

/**
 * Whether digits with separators between them are a phone number. What is written as one the world over is taken
 * as it stands; a bare number only where `nearPhoneWord` says that the text calls it one, because order
 * numbers, dates and amounts look the same.
 */
export function isPhoneNumber(run: string, nearPhoneWord: () => boolean): boolean {
	const digits = countDigits(run);
	if (digits < 7 || digits > 17 || DATE.test(run) || DECIMAL.test(run) || SOCIAL_SECURITY.test(run))
		return false;
	if (INTERNATIONAL.test(run)) return digits >= 8 && digits <= 16;
	if (digits > 15) return false;
	if (INTERNATIONAL_00.test(run)) return digits >= 10;
	if (NORTH_AMERICAN.test(run)) return true;
	if (/^\d+(?:\.\d+){2,}$/.test(run) && digits < 9) return false;
	if (NATIONAL.test(run) && digits >= 9 && digits <= 12 && !isVersionLike(run)) return true;
	// Ranges of years and of single digits.
	if (/^(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d$/.test(run) || longestGroup(run) < 2) return false;
	return nearPhoneWord();
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
