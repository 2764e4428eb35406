import { ibanLength, isIbanChecksum, isIssuedCard, passesLuhn } from './accountNumbers';
import { isAsciiLetter, isDigit, isWord } from '../../text/characters';
import { ContextWords } from './contextWords';
import type { PersonalDataSpan } from './terms';
import { isPhoneNumber } from './phoneNumbers';
import { isSocialSecurity } from './socialSecurity';

const PLUS = 43;
const OPENING = 40;
const NINE = 57;
/** How far before a number its name may be, in characters. */
const NEAR = 40;
/** E.164 allows 15 digits; an international call prefix adds two. */
const MOST_PHONE_DIGITS = 17;
const MOST_BARE_DIGITS = 15;

/** Payment cards, IBANs and phone numbers. */
export function findNumbers(text: string): PersonalDataSpan[] {
	const spans: PersonalDataSpan[] = [];
	const context = new ContextWords(text);
	for (let i = 0; i < text.length;) {
		const code = text.charCodeAt(i);
		// All three can be recognized from a digit, a `+` or a bracket; everything else is skipped quickly.
		if (code < OPENING || code > NINE || (!isDigit(code) && !opensNumber(text, i))) {
			i++;
			continue;
		}
		const iban = endOfIban(text, i - 2);
		if (iban !== -1) {
			spans.push({ kind: 'iban', start: i - 2, end: iban });
			i = iban;
			continue;
		}
		const end = endOfNumber(text, i);
		if (!(i > 0 && isWord(text.charCodeAt(i - 1)))) readNumber(text, i, end, context, spans);
		i = end;
	}
	return spans;
}

/** A `+` or an opening bracket with a digit after it. */
function opensNumber(text: string, i: number): boolean {
	const code = text.charCodeAt(i);
	if (code !== PLUS && code !== OPENING) return false;
	const next = text.charCodeAt(i + 1);
	return isDigit(next) || (next === PLUS && isDigit(text.charCodeAt(i + 2)));
}

const DIGIT = 1;
const SEPARATOR = 2;
/** Characters of a number: digits, and space - . / ( ) between them. */
const IN_NUMBER = new Uint8Array(0x100);
for (const digit of '0123456789') IN_NUMBER[digit.charCodeAt(0)] = DIGIT;
for (const separator of ' -./()') IN_NUMBER[separator.charCodeAt(0)] = SEPARATOR;

/** The end of the longest run of digits with at most two separators between them. */
function endOfNumber(text: string, start: number): number {
	let lastDigit = start;
	let separators = 0;
	for (let i = start + 1; i < text.length; i++) {
		const code = text.charCodeAt(i);
		const kind = code < 0x100 ? IN_NUMBER[code] : 0;
		if (kind === DIGIT) {
			lastDigit = i;
			separators = 0;
		} else if (kind === SEPARATOR || (code === PLUS && i === start + 1)) {
			if (++separators > 2) break;
		} else break;
	}
	return lastDigit + 1;
}

/**
 * Checks one run of digits and separators: the whole as a phone number, each of its groups as the beginning of a
 * card.
 */
function readNumber(
	text: string,
	start: number,
	end: number,
	context: ContextWords,
	spans: PersonalDataSpan[],
): void {
	const joined =
		end < text.length && isWord(text.charCodeAt(end)) && !/^(?:x|ext)/i.test(text.slice(end, end + 3));
	let cardFound = false;
	let digits = 0;
	for (let i = start; i < end;) {
		if (!isDigit(text.charCodeAt(i))) {
			i++;
			continue;
		}
		const groupEnd = endOfDigits(text, i, end);
		const card = joined && groupEnd === end ? -1 : endOfCard(text, i, groupEnd, context);
		if (card !== -1) {
			spans.push({ kind: 'card', start: i, end: card });
			cardFound = true;
			i = card;
			continue;
		}
		digits += groupEnd - i;
		i = groupEnd;
	}
	if (cardFound || joined || digits < 7) return;
	if (digits <= MOST_PHONE_DIGITS) readPhone(text, start, end, context, spans);
	else if (digits < end - start) readPhoneList(text, start, end, context, spans);
}

/** Several numbers in a row with only spaces between them: `555-123-4567 555-765-4321`. */
function readPhoneList(
	text: string,
	start: number,
	end: number,
	context: ContextWords,
	spans: PersonalDataSpan[],
): void {
	let from = start;
	let digits = 0;
	for (let i = start; i <= end; i++) {
		const code = i < end ? text.charCodeAt(i) : 32;
		if (isDigit(code)) digits++;
		if (code !== 32) continue;
		if (digits >= 7 && i - from <= 24) readPhone(text, from, i, context, spans);
		from = i + 1;
		digits = 0;
	}
}

/** `781 1704 office`, `(0)30 99-fax` */
const NAMED_AFTER = /^(?:office|fax|mobile|cell|home|work|phone|tel|handy|mobil)\b/i;

function isNamedAfter(text: string, end: number): boolean {
	const from = isAsciiLetter(text.charCodeAt(end)) ? end : end + 1;
	return isAsciiLetter(text.charCodeAt(from)) && NAMED_AFTER.test(text.slice(from, from + 8));
}

/** Whether the character before a number makes it something else: a decimal, a path, a sum, an amount, a ticket. */
function isForeignSign(code: number): boolean {
	// . / = # $ € £
	return (
		code === 46 ||
		code === 47 ||
		code === 61 ||
		code === 35 ||
		code === 36 ||
		code === 0x20ac ||
		code === 0xa3
	);
}

function readPhone(
	text: string,
	start: number,
	end: number,
	context: ContextWords,
	spans: PersonalDataSpan[],
): void {
	if (end - start > 40 || (start > 0 && isForeignSign(text.charCodeAt(start - 1)))) return;
	if (isSocialSecurity(text.slice(start, end), () => context.endsWithin('socialSecurity', start, NEAR))) {
		spans.push({ kind: 'nationalId', start, end });
		return;
	}
	const bare = endOfDigits(text, start, end) === end;
	const isPhone = bare
		? isBarePhone(text, start, end) || (end - start <= MOST_BARE_DIGITS && isNamed(text, start, end, context))
		: isPhoneNumber(text.slice(start, end), {
				isNamed: () => isNamed(text, start, end, context),
				isOtherwise: () => context.endsWithin('other', start, NEAR) || isAmount(text, start, end),
			});
	if (isPhone) spans.push({ kind: 'phone', start, end });
}

function isNamed(text: string, start: number, end: number, context: ContextWords): boolean {
	return context.endsWithin('phone', start, NEAR) || isNamedAfter(text, end);
}

/** An amount or a quantity: `501 234 567 zł`, `PLN 501 234 567`. */
function isAmount(text: string, start: number, end: number): boolean {
	return (
		/(?:\p{Sc}|\b[A-Z]{3}) ?$/u.test(text.slice(Math.max(0, start - 4), start)) ||
		/^ ?(?:\p{Sc}|%|zł|[A-Z]{3}\b)/u.test(text.slice(end, end + 4))
	);
}

/** Bare digits without a context word are a phone number only with an international call prefix. */
function isBarePhone(text: string, start: number, end: number): boolean {
	return (
		end - start >= 12 &&
		end - start <= MOST_BARE_DIGITS &&
		text.startsWith('00', start) &&
		text[start + 2] !== '0'
	);
}

function endOfDigits(text: string, from: number, end: number): number {
	let i = from;
	while (i < end && isDigit(text.charCodeAt(i))) i++;
	return i;
}

/**
 * The end of the card number that begins at `start`, or -1: without groups, or 4-4-4-4, 4-4-4-4-3, 4-6-4 and 4-6-5
 * with one or two spaces, hyphens or dots between them. A further group after it is the check value, not part of the
 * number.
 */
function endOfCard(text: string, start: number, groupEnd: number, context: ContextWords): number {
	const first = groupEnd - start;
	if (first >= 12 && first <= 19) return isCardAt(text, start, groupEnd, context) ? groupEnd : -1;
	if (first !== 4 || !opensCard(text.charCodeAt(start))) return -1;
	const second = endOfSeparators(text, groupEnd);
	if (second === groupEnd) return -1;
	const afterSecond = endOfExactly(text, second, 4);
	if (afterSecond === -1) {
		const six = endOfExactly(text, second, 6);
		const end = Math.max(endOfGroup(text, six, 4), endOfGroup(text, six, 5));
		return end !== -1 && isCardAt(text, start, end, context) ? end : -1;
	}
	const fourth = endOfGroup(text, endOfGroup(text, afterSecond, 4), 4);
	if (fourth === -1) return -1;
	const fifth = endOfGroup(text, fourth, 3);
	if (fifth !== -1 && isCardAt(text, start, fifth, context)) return fifth;
	return isCardAt(text, start, fourth, context) ? fourth : -1;
}

/** The end of a group of exactly `digits` digits that follows the separator at `from`, or -1. */
function endOfGroup(text: string, from: number, digits: number): number {
	if (from === -1) return -1;
	const start = endOfSeparators(text, from);
	return start === from ? -1 : endOfExactly(text, start, digits);
}

/**
 * The end of exactly `digits` digits from `start` on, or -1. The last one is checked first, because most groups are
 * shorter.
 */
function endOfExactly(text: string, start: number, digits: number): number {
	const end = start + digits;
	if (isDigit(text.charCodeAt(end))) return -1;
	for (let i = end - 1; i >= start; i--) if (!isDigit(text.charCodeAt(i))) return -1;
	return end;
}

/** Position after one or two of space, hyphen, dot; `from` if there are none or more. */
function endOfSeparators(text: string, from: number): number {
	if (!isSeparator(text.charCodeAt(from))) return from;
	if (!isSeparator(text.charCodeAt(from + 1))) return from + 1;
	return isSeparator(text.charCodeAt(from + 2)) ? from : from + 2;
}

/** Space, hyphen, dot. */
function isSeparator(code: number): boolean {
	return code === 32 || code === 45 || code === 46;
}

/** 1 to 6: the first digits of issuers' numbers. */
function opensCard(code: number): boolean {
	return code > 48 && code < 55;
}

function isCardAt(text: string, start: number, end: number, context: ContextWords): boolean {
	if (!opensCard(text.charCodeAt(start)) || !passesLuhn(text, start, end)) return false;
	const digits = text.slice(start, end).replace(/\D/g, '');
	// Article and book numbers have twelve or thirteen digits too.
	return isIssuedCard(digits) && (digits.length > 13 || context.endsWithin('card', start, NEAR));
}

/** The end of the IBAN whose country code begins at `start`, or -1. */
function endOfIban(text: string, start: number): number {
	if (start < 0 || !isAsciiLetter(text.charCodeAt(start + 1)) || !isAsciiLetter(text.charCodeAt(start)))
		return -1;
	if (!isDigit(text.charCodeAt(start + 3)) || (start > 0 && isWord(text.charCodeAt(start - 1)))) return -1;
	const length = ibanLength(text.slice(start, start + 2));
	if (length === undefined) return -1;
	let compact = '';
	let i = start;
	while (i < text.length && compact.length < length) {
		const code = text.charCodeAt(i);
		if (isDigit(code) || isAsciiLetter(code)) {
			compact += text[i++];
			continue;
		}
		const next = endOfSeparators(text, i);
		if (next === i || compact.length % 4 !== 0) return -1;
		i = next;
	}
	if (compact.length < length || (i < text.length && isWord(text.charCodeAt(i)))) return -1;
	return isIbanChecksum(compact.toUpperCase()) ? i : -1;
}
