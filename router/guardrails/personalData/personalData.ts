import { findAddresses } from './addresses';
import { findNumbers } from './numbers';
import type { PersonalDataSpan } from './terms';

/**
 * E-mail addresses, phone numbers, payment cards (checked by Luhn and issuer), IBANs (checked by length and
 * checksum) and IP addresses, in order of place and without overlaps. Reads the whole text, in linear time.
 */
export function findPersonalData(text: string): PersonalDataSpan[] {
	const spans = [...findAddresses(text), ...findNumbers(text)].sort(
		(a, b) => a.start - b.start || b.end - a.end,
	);
	const kept: PersonalDataSpan[] = [];
	for (const span of spans) {
		const last = kept[kept.length - 1];
		if (last === undefined || span.start >= last.end) kept.push(span);
	}
	return kept;
}
