import { ibanLength, isIbanChecksum, isIssuedCard, passesLuhn } from './accountNumbers';
import { isAsciiLetter, isDigit, isWord } from './characters';
import { ContextWords } from './contextWords';
import type { PersonalDataSpan } from './personalData';
import { isPhoneNumber } from './phoneNumbers';

const PLUS = 43;
const OPENING = 40;
/** How far before a number its name may stand. */
const NEAR = 40;
/** E.164 allows 15 digits; a prefix for international calls adds two. */
const MOST_PHONE_DIGITS = 17;

/** Payment cards, IBANs and phone numbers. */
export function findNumbers(text: string): PersonalDataSpan[] {
	const spans: PersonalDataSpan[] = [];
	const context = new ContextWords(text);
	let i = 0;
	let inWord = false;
	while (i < text.length) {
		const code = text.charCodeAt(i);
		const word = isWord(code);
		if (!inWord && isAsciiLetter(code)) {
			const end = endOfIban(text, i);
			if (end !== -1) {
				spans.push({ kind: 'iban', start: i, end });
				i = end;
				continue;
			}
		}
		if (isDigit(code) || ((code === PLUS || code === OPENING) && opensNumber(text, i))) {
			const end = endOfNumber(text, i);
			if (!inWord) readNumber(text, i, end, context, spans);
			i = end;
			inWord = true;
			continue;
		}
		inWord = word;
		i++;
	}
	return spans;
}

function opensNumber(text: string, i: number): boolean {
	const next = text.charCodeAt(i + 1);
	return isDigit(next) || (next === PLUS && isDigit(text.charCodeAt(i + 2)));
}

/** The end of the longest run of digits with at most two separators between them. */
function endOfNumber(text: string, start: number): number {
	let lastDigit = start;
	let separators = 0;
	for (let i = start + 1; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (isDigit(code)) {
			lastDigit = i;
			separators = 0;
		} else if (!(isSeparator(code) || (code === PLUS && i === start + 1)) || ++separators > 2) break;
	}
	return lastDigit + 1;
}

function isSeparator(code: number): boolean {
	// space - . / ( ) and the no-break space
	return code === 32 || code === 45 || code === 46 || code === 47 || code === OPENING || code === 41 || code === 0xa0;
}

/** Looks into one run of digits and separators: the whole as a phone number, each of its groups as a card's beginning. */
function readNumber(text: string, start: number, end: number, context: ContextWords, spans: PersonalDataSpan[]): void {
	const joined = end < text.length && isWord(text.charCodeAt(end)) && !/^(?:x|ext)/i.test(text.slice(end, end + 3));
	let cardFound = false;
	let digits = 0;
	for (let i = start; i < end; ) {
		if (!isDigit(text.charCodeAt(i))) {
			i++;
			continue;
		}
		const groupEnd = endOfDigits(text, i, end);
		const card = joined && groupEnd === end ? -1 : endOfCard(text, i, groupEnd, end, context);
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
	else readPhoneList(text, start, end, context, spans);
}

/** Several numbers in a row, only spaces between them: `555-123-4567 555-765-4321`. */
function readPhoneList(text: string, start: number, end: number, context: ContextWords, spans: PersonalDataSpan[]): void {
	let from = start;
	for (let i = start; i <= end; i++) {
		if (i < end && text.charCodeAt(i) !== 32) continue;
		if (i - from >= 7 && i - from <= 24) readPhone(text, from, i, context, spans);
		from = i + 1;
	}
}

/** Characters that make the number after them something else: a decimal, a path, a sum, an amount, a ticket. */
const NOT_BEFORE_PHONE = new Set(Array.from('./=$€£#', (sign) => sign.charCodeAt(0)));

function readPhone(text: string, start: number, end: number, context: ContextWords, spans: PersonalDataSpan[]): void {
	if (start > 0 && NOT_BEFORE_PHONE.has(text.charCodeAt(start - 1))) return;
	if (end - start > 40) return;
	if (isPhoneNumber(text.slice(start, end), () => context.endsWithin('phone', start, NEAR))) {
		spans.push({ kind: 'phone', start, end });
	}
}

function endOfDigits(text: string, from: number, end: number): number {
	let i = from;
	while (i < end && isDigit(text.charCodeAt(i))) i++;
	return i;
}

/** Where the card number that begins at `start` ends, or -1: groups with one space or hyphen between, or no groups. */
function endOfCard(text: string, start: number, groupEnd: number, end: number, context: ContextWords): number {
	const first = groupEnd - start;
	if (first !== 4 && (first < 12 || first > 19)) return -1;
	if (first > 4) return isCardAt(text, start, groupEnd, context) ? groupEnd : -1;
	const separator = text.charCodeAt(groupEnd);
	if (separator !== 32 && separator !== 45 && separator !== 0xa0) return -1;
	let best = -1;
	let digits = first;
	for (let at = groupEnd; at < end && digits < 19 && text.charCodeAt(at) === separator; ) {
		const next = endOfDigits(text, at + 1, end);
		if (next === at + 1) break;
		digits += next - at - 1;
		at = next;
		// The longest that holds; a check value may follow as a group of its own.
		if (digits >= 12 && digits <= 19 && isCardAt(text, start, at, context)) best = at;
	}
	return best;
}

function isCardAt(text: string, start: number, end: number, context: ContextWords): boolean {
	if (!passesLuhn(text, start, end)) return false;
	const digits = text.slice(start, end).replace(/\D/g, '');
	// Twelve and thirteen digits are also how articles and books are numbered.
	return isIssuedCard(digits) && (digits.length > 13 || context.endsWithin('card', start, NEAR));
}

/** Where the IBAN that begins at `start` ends, or -1. */
function endOfIban(text: string, start: number): number {
	if (!isDigit(text.charCodeAt(start + 2)) || !isDigit(text.charCodeAt(start + 3))) return -1;
	if (!isAsciiLetter(text.charCodeAt(start + 1))) return -1;
	const length = ibanLength(text.slice(start, start + 2));
	if (length === undefined) return -1;
	let compact = '';
	let i = start;
	for (; i < text.length && compact.length < length; i++) {
		const code = text.charCodeAt(i);
		if (isDigit(code) || isAsciiLetter(code)) compact += text[i];
		else if ((code !== 32 && code !== 45 && code !== 0xa0) || compact.length % 4 !== 0) return -1;
	}
	if (compact.length < length || (i < text.length && isWord(text.charCodeAt(i)))) return -1;
	return isIbanChecksum(compact.toUpperCase()) ? i : -1;
}
