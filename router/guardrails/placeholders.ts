import { piecesOf } from '../text/pieces';
import type { Breathe } from '../text/pieces';

/** Stand-ins for personal data, such as `[EMAIL_1]`: short, one token or few, and hardly ever changed by a model. */

const LABELS = {
	email: 'EMAIL',
	phone: 'PHONE',
	card: 'CARD',
	iban: 'IBAN',
	ip: 'IP',
	nationalId: 'NATIONAL_ID',
} as const;
/** For kinds that are not in `LABELS`. */
const OTHER_LABEL = 'PERSONAL';

const ALL_LABELS = [...Object.values(LABELS), OTHER_LABEL];
/**
 * Between the words of a label and before its number, as models write them back: escaped, with spaces or another
 * dash.
 */
const SEPARATOR = String.raw`[_\s\u200b\u2010-\u2015#:.\\-]{1,4}`;
const ANY_LABEL = ALL_LABELS.map((label) => label.replaceAll('_', SEPARATOR)).join('|');

/** Spelled out, because V8's `(?i:…)` was seen to miss a match once under load. */
const LABEL_IN_ANY_CASE = ANY_LABEL.replace(/[A-Z]/g, (letter) => `[${letter}${letter.toLowerCase()}]`);

/**
 * In brackets in any case, with an escaped or different separator; without brackets only exactly as given, because
 * code has names like `card_1`.
 */
const WRITTEN_BACK = new RegExp(
	String.raw`\\{0,2}[[【［]\s?(${LABEL_IN_ANY_CASE})${SEPARATOR}(\d{1,6})\s?\\{0,2}[\]】］]` +
		String.raw`|(?<![\p{L}\p{N}_])(${ANY_LABEL})\\{0,2}_(\d{1,6})(?![\p{L}\p{N}_])`,
	'gu',
);
const STANDING_ALREADY = new RegExp(String.raw`(${ANY_LABEL})${SEPARATOR}(\d{1,6})(?!\d)`, 'giu');

/** Characters. No placeholder that a model may write is longer, so longer text is not held back. */
const LONGEST = 40;

const WORD_CHARACTER = /[\p{L}\p{N}_]/u;

/** Shorter pieces are masked only where a finder finds them. */
const SHORTEST_KNOWN = 6;

export class Placeholders {
	private readonly byValue = new Map<string, string>();

	/** By `LABEL_number`. */
	private readonly values = new Map<string, string>();

	/** Kind by value, by the value's length, by its first characters, because many values may begin alike. */
	private readonly known = new Map<string, Map<number, Map<string, string>>>();

	private readonly counts = new Map<string, number>();

	private readonly taken = new Set<string>();

	get size(): number {
		return this.values.size;
	}

	/** Placeholders that already occur in the user's text are never assigned: there they mean what they say. */
	async avoid(text: string, breathe: Breathe): Promise<void> {
		for (const piece of piecesOf(text)) {
			for (const [, label, number] of piece.text.matchAll(STANDING_ALREADY)) {
				this.taken.add(nameOf(label, number));
			}
			await breathe();
		}
	}

	/** The same placeholder for the same text and kind. */
	of(kind: string, value: string): string {
		const label = labelOf(kind);
		const key = `${label} ${value}`;
		const given = this.byValue.get(key);
		if (given !== undefined) return given;
		let count = this.counts.get(label) ?? 0;
		do count += 1;
		while (this.taken.has(nameOf(label, count)));
		this.counts.set(label, count);
		const placeholder = `[${nameOf(label, count)}]`;
		this.byValue.set(key, placeholder);
		this.values.set(nameOf(label, count), value);
		const start = value.slice(0, SHORTEST_KNOWN);
		if (start.length === SHORTEST_KNOWN) {
			const lengths = this.known.get(start) ?? new Map<number, Map<string, string>>();
			this.known.set(start, lengths);
			const values = lengths.get(value.length) ?? new Map<string, string>();
			lengths.set(value.length, values);
			values.set(value, kind);
		}
		return placeholder;
	}

	/** Other occurrences of pieces that have a placeholder, even where no finder would recognize them. */
	findKnown(text: string): Array<{ kind: string; start: number; end: number }> {
		const spans: Array<{ kind: string; start: number; end: number }> = [];
		if (this.known.size === 0) return spans;
		for (let i = 0; i + SHORTEST_KNOWN <= text.length; i++) {
			if (isWordCharacter(text.charAt(i - 1))) continue;
			for (const [length, values] of this.known.get(text.slice(i, i + SHORTEST_KNOWN)) ?? []) {
				const end = i + length;
				const kind = values.get(text.slice(i, end));
				if (kind !== undefined && !isWordCharacter(text.charAt(end))) spans.push({ kind, start: i, end });
			}
		}
		return spans;
	}

	/** @param write how to write a value that is put back @param before the character before the text */
	restore(text: string, write: (value: string) => string = (value) => value, before = ''): string {
		if (this.size === 0) return text;
		return text.replace(
			WRITTEN_BACK,
			(
				found: string,
				label: string | undefined,
				number: string,
				bare: string,
				bareNumber: string,
				at: number,
			) => {
				if (at === 0 && label === undefined && isWordCharacter(before)) return found;
				const value = this.values.get(nameOf(label ?? bare, label === undefined ? bareNumber : number));
				return value === undefined ? found : write(value);
			},
		);
	}

	/** How many characters at the end of a text may be the beginning of a placeholder. */
	openEnd(text: string): number {
		if (this.size === 0) return 0;
		const tail = text.slice(-LONGEST);
		const open = [/\\{0,2}[[【［][\p{L}\p{N}_\s\u200b\u2010-\u2015#:.\\-]*$/u, /[\p{L}\p{N}_\\]+$/u].map(
			(shape) => {
				const [end = ''] = shape.exec(tail) ?? [];
				return this.mayBegin(end.replace(/[^\p{L}\p{N}]/gu, '')) ? end.length : 0;
			},
		);
		return Math.max(...open);
	}

	private mayBegin(written: string): boolean {
		const upper = written.toUpperCase();
		return [...this.counts.keys()].some((label) => {
			const plain = label.replaceAll('_', '');
			return upper.length <= plain.length
				? plain.startsWith(upper)
				: upper.startsWith(plain) && /^\d{1,6}$/.test(upper.slice(plain.length));
		});
	}
}

function labelOf(kind: string): string {
	return Object.hasOwn(LABELS, kind) ? LABELS[kind as keyof typeof LABELS] : OTHER_LABEL;
}

/** `EMAIL_1`, however it was written. */
function nameOf(label: string, number: string | number): string {
	return `${label.toUpperCase().replace(/[^\p{L}\p{N}]+/gu, '_')}_${Number(number)}`;
}

function isWordCharacter(character: string): boolean {
	return WORD_CHARACTER.test(character);
}
