export type PersonalDataKind = 'email' | 'phone' | 'card' | 'iban' | 'ip' | 'nationalId';

/** Where personal data stands: `text.slice(start, end)`. */
export interface PersonalDataSpan {
	kind: PersonalDataKind;
	start: number;
	end: number;
}
