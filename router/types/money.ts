/** What tokens cost, and what was saved. */

/** Whole nano-dollars. Always an integer; exact up to 9 million dollars. */
export type NanoDollars = number;
export const NANO_PER_DOLLAR = 1e9;

/** `fast` is Anthropic's name for what OpenAI and Gemini call `priority`; what else a provider names is `standard`. */
export const SERVICE_TIERS = ['standard', 'flex', 'priority', 'fast', 'batch'] as const;
export type ServiceTier = (typeof SERVICE_TIERS)[number];

/** A price in USD per million tokens: `base`, or the price of the highest tier whose `above` the input exceeds. */
export interface TieredPrice {
	base: number;
	tiers?: ReadonlyArray<{ above: number; price: number }>;
}

/** A factor as a fraction, so that sums stay exact: 1.1 is [11, 10]. */
export type Ratio = readonly [numerator: number, denominator: number];

/** An unknown price is `null` on the model, never a zero here. What is absent costs what the text beside it costs. */
export interface Prices {
	input: TieredPrice;
	output: TieredPrice;
	cachedInput?: TieredPrice;
	/** Input that is written to the cache, kept for minutes. */
	cacheWrite?: TieredPrice;
	/** The same, kept for an hour. Absent: as `cacheWrite`. */
	longCacheWrite?: TieredPrice;
	reasoning?: TieredPrice;
	audioInput?: TieredPrice;
	cachedAudio?: TieredPrice;
	audioOutput?: TieredPrice;
	imageOutput?: TieredPrice;
	/** USD a call on top of the tokens, where a provider charges one (Perplexity does); absent: none. */
	perRequest?: number;
	/** USD a search. */
	perSearch?: number;
	/** What a tier multiplies all tokens' prices by; absent: 1. */
	tiers?: Readonly<Partial<Record<ServiceTier, Ratio>>>;
	/** What a region that the answer names multiplies them by, `''` where it names none; absent: 1. */
	regions?: Readonly<Record<string, Ratio>>;
}

/** Where a price comes from: the model's options, the price list, one newer than this package, or the model before it. */
export type PriceSource = 'user' | 'catalogue' | 'update' | 'estimated' | 'unknown';

/** What was saved, by kind; less than nothing where it cost more. They add up to the baseline less the cost. */
export interface Savings {
	/** Another model than the best; further calls for the same prompt and the judge count against it. */
	routingNano: NanoDollars;
	/** Input that the provider had in its cache, less what it cost to put it there. */
	promptCacheNano: NanoDollars;
	/** A cheaper tier. */
	tierNano: NanoDollars;
	/** An answer that was given before. */
	answerCacheNano: NanoDollars;
}
