/** The figures of a usage group, shared by all stores and reports. */
import type { NanoDollars } from '../types';

/** Counts and sums that are always known. */
export const COUNTS = [
	'requests',
	'answered',
	'fallbacks',
	'failed',
	'inputTokens',
	'outputTokens',
	'unknownCost',
] as const;

/** Sums over the decisions whose amount is known; null if it is known for none. */
export const AMOUNTS = ['costNano', 'baselineNano', 'savedNano'] as const;

/** Parts of `savedNano`, summed over the same decisions; omitted when 0. */
export const SAVINGS = ['promptCacheNano', 'tierNano', 'answerCacheNano'] as const;

export const FIGURES = [...COUNTS, ...AMOUNTS, ...SAVINGS] as const;

export type UsageFigures = Record<(typeof COUNTS)[number], number> &
	Record<(typeof AMOUNTS)[number], NanoDollars | null> &
	Partial<Record<(typeof SAVINGS)[number], NanoDollars>>;

/** `inputTokens`: `input_tokens` */
export function columnOf(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Figures while they are being summed: nothing is omitted. */
export type Sums = UsageFigures & Required<Pick<UsageFigures, (typeof SAVINGS)[number]>>;

export function noSums(): Sums {
	return {
		requests: 0,
		answered: 0,
		fallbacks: 0,
		failed: 0,
		inputTokens: 0,
		outputTokens: 0,
		unknownCost: 0,
		costNano: null,
		baselineNano: null,
		savedNano: null,
		promptCacheNano: 0,
		tierNano: 0,
		answerCacheNano: 0,
	};
}

export function addSums(into: Sums, more: Readonly<Sums>): void {
	for (const key of COUNTS) into[key] += more[key];
	for (const key of SAVINGS) into[key] += more[key];
	for (const key of AMOUNTS) {
		const amount = more[key];
		if (amount !== null) into[key] = (into[key] ?? 0) + amount;
	}
}

/** Omits savings of 0. */
export function figuresOf(sums: Readonly<Sums>): UsageFigures {
	const figures: UsageFigures = { ...sums };
	for (const key of SAVINGS) if (figures[key] === 0) delete figures[key];
	return figures;
}
