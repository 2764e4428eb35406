import type { Validator } from 'stdnum';

import { ANNOUNCED, NATIONAL_ID_SHAPES } from './nationalIdShapes';
import type { NationalIdShape } from './nationalIdShapes';
import { foldForms } from '../../text/folding';
import type { Span, SpanFinder } from '../../text/spans';

/** Letters that may come before an id's first digit, and characters from that digit to its end, spaces included. */
const BEFORE_DIGIT = 8;
const BEHIND_DIGIT = 26;
/** How far before a number its name may be, in characters. */
const NEAR = 48;

/** Only numbers that begin with letters have fewer digits. */
const FEWEST_DIGITS = 6;

type Check = (number: string) => boolean;

let finder: Promise<SpanFinder> | undefined;

/**
 * Finds national ids of some forty countries by shape and check digits (`stdnum`, loaded here), and by the word
 * before them if those are not enough. Time is linear in the text's length.
 */
export async function nationalIdFinder(): Promise<SpanFinder> {
	finder ??= load();
	return await finder;
}

async function load(): Promise<SpanFinder> {
	const { stdnum } = await import('stdnum');
	const shapes = NATIONAL_ID_SHAPES.map((shape) => ({ ...shape, check: checkOf(shape, stdnum) }));
	return (text) => {
		const { text: folded, placeOf } = foldForms(text);
		return regionsOf(folded)
			.flatMap(({ start, end }) => findIn(folded, start, end, shapes))
			.map(({ kind, start, end }) => ({ kind, start: placeOf(start), end: placeOf(end - 1) + 1 }));
	};
}

function checkOf({ number }: NationalIdShape, stdnum: Record<string, Record<string, Validator>>): Check {
	const [country, name] = number.split('.');
	const { validate } = stdnum[country][name];
	return (candidate) => validate(candidate).isValid;
}

interface Region {
	start: number;
	end: number;
	digits: number;
	/** Some of its digits come after a letter. */
	mixed: boolean;
}

/** Regions with enough digits close together; the rest of the text is skipped at once. */
function regionsOf(text: string): Region[] {
	const regions: Region[] = [];
	for (const { index, 0: digits } of text.matchAll(/\d+/g)) {
		const start = Math.max(0, index - BEFORE_DIGIT);
		const end = Math.min(text.length, index + digits.length + BEHIND_DIGIT);
		const mixed = /[A-Za-z]$/.test(text.slice(start, index));
		const last = regions.at(-1);
		if (last && start <= last.end) {
			last.end = end;
			last.digits += digits.length;
			last.mixed ||= mixed;
		} else regions.push({ start, end, digits: digits.length, mixed });
	}
	return regions.filter((region) => region.digits >= FEWEST_DIGITS || region.mixed);
}

function findIn(
	text: string,
	start: number,
	end: number,
	shapes: ReadonlyArray<NationalIdShape & { check: Check }>,
): Span[] {
	const region = text.slice(start, end);
	const spans: Span[] = [];
	for (const { pattern, after, check } of shapes) {
		for (const match of region.matchAll(pattern)) {
			const from = start + match.index;
			const to = from + match[0].length;
			// Looking for a name near it is cheaper than the check, and rules out more.
			if (!standsAlone(text, from, to) || (after && !isAnnounced(text, from, after))) continue;
			if (!check(match[0].toUpperCase())) continue;
			spans.push({ kind: 'nationalId', start: from, end: to });
		}
	}
	return spans;
}

function isAnnounced(text: string, start: number, name: RegExp): boolean {
	const before = text.slice(Math.max(0, start - NEAR), start);
	return name.test(before) || ANNOUNCED.test(before);
}

function isDigit(code: number): boolean {
	return code >= 48 && code <= 57;
}

/**
 * A character of a word or number. Chinese and Japanese are left out, because their words adjoin numbers without a
 * space.
 */
const WORD = String.raw`[\p{N}\p{M}_\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]`;
const JOINED_BEFORE = new RegExp(String.raw`${WORD}$|\d[.,/-]$|[$€£#]$`, 'u');
const JOINED_BEHIND = new RegExp(String.raw`^${WORD}|^[.,/-]\d`, 'u');

/** Not a part of a word, of a longer number or of a decimal. */
function standsAlone(text: string, start: number, end: number): boolean {
	// This alone rules out most pieces of a long number.
	if (isDigit(text.charCodeAt(start - 1)) || isDigit(text.charCodeAt(end))) return false;
	const before = text.slice(Math.max(0, start - 2), start);
	return !JOINED_BEFORE.test(before) && !JOINED_BEHIND.test(text.slice(end, end + 2));
}
