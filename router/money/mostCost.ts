import type { NanoDollars, Prices, ServiceTier, TieredPrice } from '../types';
import { costOf } from './cost';

/** The answer limit, in tokens, that is sent under a budget if the user set none. Part of the public contract. */
export const OUTPUT_UNDER_BUDGET = 4_096;

/** Our estimate of a request's tokens is within 15 % of the provider's count. */
const ESTIMATE_MARGIN = 1.15;

/** What decides how much a call can cost. */
export interface LargestCall {
	/** Estimated tokens. */
	inputTokens: number;
	/** Tokens. Absent: `OUTPUT_UNDER_BUDGET`. */
	maxOutputTokens?: number;
	/** The tier that is asked for. A cheap tier may be refused, so at least the standard price is reserved. */
	tier?: ServiceTier;
	hasAudio?: boolean;
}

/**
 * The most that a call can cost: all input at its dearest price, the longest answer, the dearest tier that may serve
 * it.
 */
export function mostCost(
	prices: Prices,
	{ inputTokens, maxOutputTokens, tier, hasAudio }: LargestCall,
): NanoDollars {
	const input = Math.ceil(inputTokens * ESTIMATE_MARGIN);
	const output = maxOutputTokens ?? OUTPUT_UNDER_BUDGET;
	const { cacheWrite, longCacheWrite, audioInput } = prices;
	const dearest: Prices = {
		...prices,
		input: dearestOf(prices.input, [cacheWrite, longCacheWrite, hasAudio ? audioInput : undefined], input),
		output: dearestOf(prices.output, [prices.reasoning], input),
	};
	const usage = { inputTokens: input, outputTokens: output, cachedInputTokens: 0, reasoningTokens: 0 };
	const regions = ['', ...Object.keys(prices.regions ?? {})];
	const tiers: ServiceTier[] = tier === undefined ? ['standard'] : ['standard', tier];
	const costs = regions.flatMap((region) =>
		tiers.map((served) => costOf(dearest, { ...usage, totalTokens: input + output, tier: served, region })),
	);
	return Math.max(...costs);
}

function dearestOf(
	price: TieredPrice,
	others: ReadonlyArray<TieredPrice | undefined>,
	input: number,
): TieredPrice {
	let dearest = price;
	for (const other of others) {
		if (other && reached(other, input) > reached(dearest, input)) dearest = other;
	}
	return dearest;
}

/** The price at this size of the input, in USD per million tokens. */
function reached({ base, tiers = [] }: TieredPrice, input: number): number {
	const above = tiers.filter((tier) => input > tier.above).sort((a, b) => b.above - a.above);
	return above[0]?.price ?? base;
}
