/** How national ids are written. `stdnum` checks whether the digits are valid. */
export interface NationalIdShape {
	/** Country and number as `stdnum` names them: `DE.idnr`. */
	number: string;
	/** Bounded in length, so that no text makes it slow. Word boundaries are checked separately. */
	pattern: RegExp;
	/**
	 * What must come shortly before it, because about one number in ten passes the check by chance; absent: the shape
	 * and the check are enough.
	 */
	after?: RegExp;
}

/** Words of any country that announce such a number. */
export const ANNOUNCED =
	/\b(?:national|personal|identity|identification|citizen|tax(?:payer)?|social (?:security|insurance))[ -]?(?:id|identity|identification|insurance|security)?[ -]?(?:no|nr|num|number|code|card|id)\b/i;

export const NATIONAL_ID_SHAPES: readonly NationalIdShape[] = [
	{ number: 'US.ssn', pattern: /\d{3}-\d\d-\d{4}/g },
	{ number: 'US.ssn', pattern: /\d{3} ?\d\d ?\d{4}/g, after: /\bssn\b|social security/i },
	{ number: 'GB.nino', pattern: /[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]/gi },
	{ number: 'DE.idnr', pattern: /[1-9]\d ?\d{3} ?\d{3} ?\d{3}/g },
	{ number: 'DE.svnr', pattern: /\d\d ?\d{6} ?[A-Z] ?\d{3}/g },
	{ number: 'FR.nir', pattern: /[1-478] ?\d\d ?\d\d ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d/gi },
	{ number: 'ES.dni', pattern: /\d{2}\.?\d{3}\.?\d{3}-?[A-HJ-NP-TV-Z]/gi },
	{ number: 'ES.nie', pattern: /[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]/gi },
	{
		number: 'IT.codicefiscale',
		pattern: /[A-Z]{3} ?[A-Z]{3} ?[\dL-V]{2}[A-EHLMPRST][\dL-V]{2} ?[A-Z][\dL-V]{3}[A-Z]/gi,
	},
	{
		number: 'NL.bsn',
		pattern: /\d{4}\.?\d\d\.?\d{3}|\d{3} \d{3} \d{3}/g,
		after: /\bbsn\b|burgerservice|sofi/i,
	},
	{ number: 'PL.pesel', pattern: /\d{11}/g },
	{ number: 'BE.nn', pattern: /\d\d\.?\d\d\.?\d\d[ -]?\d{3}[. ]?\d\d/g },
	{ number: 'PT.nif', pattern: /\d{3} ?\d{3} ?\d{3}/g, after: /\bnif\b|contribuinte/i },
	{ number: 'DK.cpr', pattern: /\d{6}-\d{4}/g },
	{ number: 'DK.cpr', pattern: /\d{10}/g, after: /\bcpr\b|personnummer/i },
	{ number: 'SE.personnummer', pattern: /(?:\d\d)?\d{6}[-+]\d{4}/g },
	{ number: 'SE.personnummer', pattern: /(?:\d\d)?\d{10}/g, after: /personnummer|person-?nr/i },
	{ number: 'NO.fodselsnummer', pattern: /\d{6} ?\d{5}/g },
	{ number: 'FI.hetu', pattern: /\d{6}[-+A-FU-Y]\d{3}[\dA-Y]/g },
	{ number: 'CH.ssn', pattern: /756\.?\d{4}\.?\d{4}\.?\d\d/g },
	{ number: 'AT.vnr', pattern: /\d{4} ?\d{6}/g, after: /sozialversicherung|\bsvnr\b|sv-?n(?:umme)?r/i },
	{ number: 'IE.pps', pattern: /\d{7}[A-W][A-IW]?/gi, after: /\bppsn?\b/i },
	{ number: 'CZ.rc', pattern: /\d{6}\/\d{3,4}/g },
	{ number: 'RO.cnp', pattern: /[1-9]\d{12}/g },
	{ number: 'HR.oib', pattern: /\d{11}/g, after: /\boib\b/i },
	{ number: 'BG.egn', pattern: /\d{10}/g, after: /\begn\b|егн/i },
	{ number: 'GR.amka', pattern: /\d{11}/g, after: /amka|αμκα/i },
	{ number: 'EE.ik', pattern: /[1-6]\d{10}/g, after: /isikukood/i },
	{ number: 'LT.asmens', pattern: /[3-6]\d{10}/g, after: /asmens kod/i },
	{ number: 'LV.pvn', pattern: /\d{6}-\d{5}/g, after: /personas kod/i },
	{ number: 'SI.emso', pattern: /\d{13}/g },
	{ number: 'TR.tckimlik', pattern: /[1-9]\d{10}/g },
	{
		number: 'CA.sin',
		pattern: /\d{3}[- ]?\d{3}[- ]?\d{3}/g,
		after: /\bsin\b|social insurance|assurance sociale|\bnas\b/i,
	},
	{ number: 'BR.cpf', pattern: /\d{3}\.\d{3}\.\d{3}-\d\d/g },
	{ number: 'BR.cpf', pattern: /\d{11}/g, after: /\bcpf\b/i },
	{ number: 'MX.curp', pattern: /[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d/gi },
	{ number: 'CL.run', pattern: /\d{1,2}\.\d{3}\.\d{3}-[\dK]/gi },
	{ number: 'CL.run', pattern: /\d{7,8}-[\dK]/gi, after: /\bru[tn]\b/i },
	{ number: 'AR.dni', pattern: /\d{1,2}\.?\d{3}\.?\d{3}/g, after: /\bdni\b/i },
	{
		number: 'IN.aadhaar',
		pattern: /[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}/g,
		after: /aa?dhaa?r|\buid(?:ai)?\b|आधार/i,
	},
	{ number: 'IN.pan', pattern: /[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]/gi, after: /\bpan\b/i },
	{ number: 'CN.ric', pattern: /\d{17}[\dX]/gi },
	{ number: 'KR.rrn', pattern: /\d{6}-[1-8]\d{6}/g },
	{ number: 'HK.hkid', pattern: /[A-Z]{1,2}\d{6}\([\dA]\)/gi },
	{ number: 'ZA.idnr', pattern: /\d{6} ?\d{4} ?\d{3}/g },
	{ number: 'AU.tfn', pattern: /\d{3} ?\d{3} ?\d{3}/g, after: /\btfn\b|tax file/i },
	{ number: 'IL.idnr', pattern: /\d{9}/g, after: /teudat|תעודת|ת\.ז/i },
];
