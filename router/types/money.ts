/** What tokens cost, and what was saved. */

/** Whole nano-dollars. Always an integer; exact up to 9 million dollars. */
export type NanoDollars = number;
export const NANO_PER_DOLLAR = 1e9;

/** `fast` is Anthropic's name for what OpenAI and Gemini call `priority`. Any other name counts as `standard`. */
export const SERVICE_TIERS = ['standard', 'flex', 'priority', 'fast', 'batch'] as const;
export type ServiceTier = (typeof SERVICE_TIERS)[number];

/** USD per million tokens: `base`, or the price of the highest tier whose `above` the input exceeds. */
export interface TieredPrice {
	base: number;
	tiers?: ReadonlyArray<{ above: number; price: number }>;
}

/** A factor as a fraction, so that sums stay exact: 1.1 is [11, 10]. */
export type Ratio = readonly [numerator: number, denominator: number];

/**
 * A model whose price is unknown has `prices: null`; 0 means free. An absent part costs the same as plain input or
 * output.
 */
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
	/** Fee in USD per call on top of the tokens (Perplexity); absent: none. */
	perRequest?: number;
	/** USD per web search. */
	perSearch?: number;
	/** Factor on all token prices by tier; absent: 1. */
	tiers?: Readonly<Partial<Record<ServiceTier, Ratio>>>;
	/** Factor on all token prices by the region that the answer names, `''` if it names none; absent: 1. */
	regions?: Readonly<Record<string, Ratio>>;
}

/** Source of a price: the model's options, the packaged list, an updated list, or the model's predecessor. */
export type PriceSource = 'user' | 'catalogue' | 'update' | 'estimated' | 'unknown';

/** Savings by cause, negative where something cost more. Their sum is the baseline minus the cost. */
export interface Savings {
	/** By asking another model than the best. Failed attempts and the judge are subtracted here. */
	routingNano: NanoDollars;
	/** By reading input from the provider's cache, minus the extra cost of writing it. */
	promptCacheNano: NanoDollars;
	/** By a cheaper tier. */
	tierNano: NanoDollars;
	/** By an answer from the answer cache. */
	answerCacheNano: NanoDollars;
}
