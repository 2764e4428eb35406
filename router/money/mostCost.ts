import type { NanoDollars, Prices } from '../types';
import { costOf } from './cost';

/** What is sent as the limit of an answer under a budget where the user set none (the public contract), in tokens. */
export const OUTPUT_UNDER_BUDGET = 4_096;

/** Our estimate of a request's tokens is within 15 % of the provider's count. */
const ESTIMATE_MARGIN = 1.15;

/** The most that one call can cost: all of its input uncached, its answer as long as it may be. */
export function mostCost(prices: Prices, inputTokens: number, maxOutputTokens?: number): NanoDollars {
	const input = Math.ceil(inputTokens * ESTIMATE_MARGIN);
	const output = maxOutputTokens ?? OUTPUT_UNDER_BUDGET;
	return costOf(prices, {
		inputTokens: input,
		outputTokens: output,
		cachedInputTokens: 0,
		reasoningTokens: 0,
		totalTokens: input + output,
	});
}
