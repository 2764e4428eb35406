/** What a call costs, in whole nano-dollars. */
import type { Model, NanoDollars, Prices, Ratio, TieredPrice, Usage } from '../types';
import { isServedByAnother } from './served';
import { NANO_PER_DOLLAR } from '../types/money';

const TOKENS_PER_PRICE = 1_000_000n;

/**
 * The cost that the provider names, or else the tokens at the price of the model that answered. null where that price
 * is unknown.
 */
export function callCost(model: Model, usage: Usage): NanoDollars | null {
	if (usage.costNano !== undefined) return usage.costNano;
	const prices = pricesFor(model, usage);
	return prices && costOf(prices, usage);
}

/** If another model answered, its prices, provided that they are known. */
export function pricesFor(model: Model, { servedModel }: Usage): Prices | null {
	if (!isServedByAnother(model.modelId, servedModel)) return model.prices;
	return model.pricesOf?.(servedModel) ?? model.prices;
}

/**
 * The price of one call, rounded once, half up. Parts of input and output with a price of their own are taken out of
 * the total. With tiered prices the whole input decides on the tier, and that tier prices all tokens of the call,
 * output included, as providers bill it. Sums are exact because prices are whole nano-dollars per million tokens.
 */
export function costOf(prices: Prices, usage: Usage): NanoDollars {
	const input = wholeTokens(usage.inputTokens);
	let nanoPerMillion = 0n;
	for (const [tokens, price] of [...inputParts(prices, usage), ...outputParts(prices, usage)]) {
		if (tokens > 0) nanoPerMillion += BigInt(tokens) * nanoPrice(price, input);
	}
	const factors = [prices.tiers?.[usage.tier ?? 'standard'], prices.regions?.[usage.region ?? '']];
	const { numerator, denominator } = product(factors);
	const share = TOKENS_PER_PRICE * denominator;
	const tokens = (nanoPerMillion * numerator + share / 2n) / share;
	const fees = (prices.perRequest ?? 0) + (prices.perSearch ?? 0) * wholeTokens(usage.webSearches);
	return Number(tokens) + Math.round(fees * NANO_PER_DOLLAR);
}

type Part = [tokens: number, price: TieredPrice];

/**
 * Counts each token once. If the parts add up to more than the whole, the dearest win: cache writes, then reads, then
 * audio.
 */
function inputParts(prices: Prices, usage: Usage): Part[] {
	const left = budgetOf(usage.inputTokens);
	const cacheWrite = prices.cacheWrite ?? prices.input;
	const longWrites = left.take(Math.min(count(usage.longCacheWriteTokens), count(usage.cacheWriteTokens)));
	const writes = left.take(count(usage.cacheWriteTokens) - longWrites);
	const reads = left.take(usage.cachedInputTokens);
	const cachedAudio = Math.min(count(usage.cachedAudioTokens), reads);
	// The audio count includes the audio that was read from the cache.
	const audio = left.take(count(usage.audioInputTokens) - cachedAudio);
	const cachedInput = prices.cachedInput ?? prices.input;
	return [
		[longWrites, prices.longCacheWrite ?? cacheWrite],
		[writes, cacheWrite],
		[reads - cachedAudio, cachedInput],
		[cachedAudio, prices.cachedAudio ?? cachedInput],
		[audio, prices.audioInput ?? prices.input],
		[left.rest(), prices.input],
	];
}

function outputParts(prices: Prices, usage: Usage): Part[] {
	const left = budgetOf(usage.outputTokens);
	const audio = left.take(usage.audioOutputTokens);
	const image = left.take(usage.imageOutputTokens);
	const reasoning = left.take(usage.reasoningTokens);
	return [
		[audio, prices.audioOutput ?? prices.output],
		[image, prices.imageOutput ?? prices.output],
		[reasoning, prices.reasoning ?? prices.output],
		[left.rest(), prices.output],
	];
}

/** Hands out parts of a whole; no part is larger than what is left. */
function budgetOf(whole: number): { take(tokens: number | undefined): number; rest(): number } {
	let left = wholeTokens(whole);
	return {
		take(tokens) {
			const taken = Math.min(wholeTokens(tokens), left);
			left -= taken;
			return taken;
		},
		rest: () => left,
	};
}

/** The price of the highest tier that `inputTokens` exceeds, in whole nano-dollars per million tokens. */
function nanoPrice(price: TieredPrice, inputTokens: number): bigint {
	let reached = { above: -1, price: price.base };
	for (const tier of price.tiers ?? []) {
		if (inputTokens > tier.above && tier.above > reached.above) reached = tier;
	}
	return BigInt(Math.round(reached.price * NANO_PER_DOLLAR));
}

function product(factors: ReadonlyArray<Ratio | undefined>): { numerator: bigint; denominator: bigint } {
	let [numerator, denominator] = [1n, 1n];
	for (const factor of factors) {
		if (factor === undefined) continue;
		numerator *= BigInt(factor[0]);
		denominator *= BigInt(factor[1]);
	}
	return { numerator, denominator };
}

const count = (tokens: number | undefined): number => wholeTokens(tokens);

/** Providers' counts are data from outside: a fraction or a negative number must not break a decision. */
function wholeTokens(tokens: number | undefined): number {
	return tokens !== undefined && Number.isFinite(tokens) && tokens > 0 ? Math.round(tokens) : 0;
}

/** USD as a number, for items and rows; null stays null. */
export function usdOf(nano: NanoDollars | null): number | null {
	return nano === null ? null : nano / NANO_PER_DOLLAR;
}

/** USD for people: `$3.42`, `$0.0012`, `$0.000034`, `unknown`: four decimals below a dollar, more for tiny sums. */
export function formatUsd(nano: NanoDollars | null): string {
	if (nano === null) return 'unknown';
	const sign = nano < 0 ? '-' : '';
	const usd = Math.abs(nano) / NANO_PER_DOLLAR;
	if (usd === 0) return '$0.00';
	if (usd >= 1) return `${sign}$${usd.toFixed(2)}`;
	const digits = Math.min(9, Math.max(4, 1 - Math.floor(Math.log10(usd))));
	return `${sign}$${usd.toFixed(digits)}`;
}
