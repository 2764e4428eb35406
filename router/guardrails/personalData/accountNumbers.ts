/** Length of an IBAN by country, from the SWIFT IBAN registry. */
const IBAN_LENGTHS: Record<string, number> = Object.fromEntries(
	(
		'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
		'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 ' +
		'LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 ' +
		'QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
	)
		.split(' ')
		.map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

export function ibanLength(country: string): number | undefined {
	return IBAN_LENGTHS[country.toUpperCase()];
}

/** ISO 7064 mod 97-10. @param iban in capitals, without spaces */
export function isIbanChecksum(iban: string): boolean {
	let remainder = 0;
	for (let k = 0; k < iban.length; k++) {
		const code = iban.charCodeAt((k + 4) % iban.length);
		if (code >= 48 && code <= 57) remainder = (remainder * 10 + code - 48) % 97;
		else remainder = (remainder * 100 + code - 55) % 97;
	}
	return remainder === 1;
}

/** Number ranges of card issuers with the lengths they issue (ISO/IEC 7812). */
const ISSUERS =
	/^(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35\d{14}|(?:2131|1800)\d{11}|62\d{14,17}|(?:50|5[6-8]|6[37])\d{10,17})$/;

/** Whether the digits match an issuer's range and length; a number of sixteen equal digits is no real card. */
export function isIssuedCard(digits: string): boolean {
	return ISSUERS.test(digits) && !/^(\d)\1+$/.test(digits);
}

/** Luhn's check digit (ISO/IEC 7812-1) over the digits between `start` and `end`; other characters are skipped. */
export function passesLuhn(text: string, start: number, end: number): boolean {
	let sum = 0;
	let double = false;
	for (let i = end - 1; i >= start; i--) {
		const digit = text.charCodeAt(i) - 48;
		if (digit < 0 || digit > 9) continue;
		if (double) sum += digit > 4 ? digit * 2 - 9 : digit * 2;
		else sum += digit;
		double = !double;
	}
	return sum % 10 === 0;
}
