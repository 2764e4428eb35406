import { findAddresses } from './addresses';
import { findNumbers } from './numbers';
import type { PersonalDataSpan } from './terms';
import { foldForms } from '../../text/folding';

/**
 * E-mail addresses, phone numbers, payment cards (checked by Luhn and issuer), IBANs (checked by length and
 * checksum), IP addresses and US social security numbers, in order of position and without overlaps. Reads the whole
 * text, in linear time, and treats typographic forms like plain ones.
 */
export function findPersonalData(text: string): PersonalDataSpan[] {
	const { text: folded, placeOf } = foldForms(text);
	const spans = [...findAddresses(folded), ...findNumbers(folded)]
		.map(({ kind, start, end }) => ({ kind, start: placeOf(start), end: placeOf(end - 1) + 1 }))
		.sort((a, b) => a.start - b.start || b.end - a.end);
	const kept: PersonalDataSpan[] = [];
	for (const span of spans) {
		const last = kept[kept.length - 1];
		if (last === undefined || span.start >= last.end) kept.push(span);
	}
	return kept;
}
