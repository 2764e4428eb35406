export type PersonalDataKind = 'email' | 'phone' | 'card' | 'iban' | 'ip' | 'nationalId';

/** Position of personal data: `text.slice(start, end)`. */
export interface PersonalDataSpan {
	kind: PersonalDataKind;
	start: number;
	end: number;
}
