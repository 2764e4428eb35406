/** What calls cost, in whole nano-dollars. */
import type { Attempt, Cost, Model, NanoDollars, Prices, TieredPrice, Usage } from '../types';

const NANO_PER_DOLLAR = 1e9;
const TOKENS_PER_PRICE = 1_000_000n;

/**
 * The price of one call, rounded once, half up. Cached input is priced apart from the rest of the input;
 * with tiers, the tier that the call's whole input reaches prices all of its tokens, output included, as
 * providers bill it. Sums are exact: prices are taken as whole nano-dollars per million tokens.
 */
export function costOf(prices: Prices, usage: Usage): NanoDollars {
	const input = wholeTokens(usage.inputTokens);
	const cached = Math.min(wholeTokens(usage.cachedInputTokens), input);
	const output = wholeTokens(usage.outputTokens);
	const nanoPerMillion =
		BigInt(input - cached) * nanoPrice(prices.input, input) +
		BigInt(cached) * nanoPrice(prices.cachedInput ?? prices.input, input) +
		BigInt(output) * nanoPrice(prices.output, input);
	const tokens = (nanoPerMillion + TOKENS_PER_PRICE / 2n) / TOKENS_PER_PRICE;
	return Number(tokens) + Math.round((prices.perRequest ?? 0) * NANO_PER_DOLLAR);
}

/** Whole nano-dollars per million tokens: the price of the highest tier that `inputTokens` exceeds. */
function nanoPrice(price: TieredPrice, inputTokens: number): bigint {
	let reached = { above: -1, price: price.base };
	for (const tier of price.tiers ?? []) {
		if (inputTokens > tier.above && tier.above > reached.above) reached = tier;
	}
	return BigInt(Math.round(reached.price * NANO_PER_DOLLAR));
}

/** Providers' counts are data from outside: a fraction or a negative number must not break a decision. */
function wholeTokens(count: number): number {
	return Number.isFinite(count) && count > 0 ? Math.round(count) : 0;
}

/**
 * The cost of a whole decision. `costNano` sums every billed attempt, failed ones included; it is 0 where
 * nothing was billed and null where the price of one billed attempt is unknown. `baselineNano` prices the
 * answering attempt's usage at the best-quality model of `models`; among equals the one that is cheapest
 * for that usage, so that savings are never overstated. It is null where that model's price is unknown
 * and where there is no answer to price.
 * @param cached the usage of an answer that was kept, in the place of an answering attempt's
 */
export function costOfDecision(
	attempts: readonly Attempt[],
	models: readonly Model[],
	cached: Usage | null = null,
): Cost {
	const billed = attempts.filter((attempt) => attempt.billing !== 'none');
	return {
		costNano: sumOrNull(billed.map((attempt) => costOfAttempt(attempt, models))),
		estimated: billed.some((attempt) => attempt.billing === 'estimated'),
		baselineNano: baseline(cached ?? answeringUsage(attempts), models),
	};
}

function costOfAttempt(attempt: Attempt, models: readonly Model[]): NanoDollars | null {
	const prices = models.find((model) => model.alias === attempt.model)?.prices ?? null;
	return prices !== null && attempt.usage !== null ? costOf(prices, attempt.usage) : null;
}

function answeringUsage(attempts: readonly Attempt[]): Usage | null {
	return (
		attempts.find(({ outcome, purpose }) => outcome === 'answered' && purpose !== 'judge')?.usage ?? null
	);
}

function baseline(usage: Usage | null, models: readonly Model[]): NanoDollars | null {
	if (usage === null) return null;
	const best = Math.max(...models.map((model) => model.quality));
	const costs = models
		.filter((model) => model.quality === best)
		.flatMap((model) => (model.prices === null ? [] : [costOf(model.prices, usage)]));
	return costs.length > 0 ? Math.min(...costs) : null;
}

function sumOrNull(costs: ReadonlyArray<NanoDollars | null>): NanoDollars | null {
	return costs.reduce((sum, cost) => (sum === null || cost === null ? null : sum + cost), 0);
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
