/** What strategies sort by: expected price, speed and quality. */
import type { Model, NanoDollars, Prices, Usage } from '../types';

/** Tokens of a typical chat answer, for ranking only. */
const EXPECTED_ANSWER_TOKENS = 500;

/** Differences in quality up to this many points are noise. */
export const QUALITY_NOISE = 10;

/** Measured speed of a model, in ms; null if not measured. */
export interface Speed {
	firstTokenMs: number | null;
	msPerToken: number | null;
}

export interface Ranking {
	/** 0–1: how likely a weak model is to fall short. */
	complexity: number;
	/** 0 spends least, 1 answers best. */
	preference: number;
	/** What a model is worth for this prompt, 0–100; absent: its quality. */
	worthOf?: (model: Model) => number;
	/** Why it differs from the quality: ` for coding`; absent: it does not. */
	whatFor?: string;
	requestTokens: number;
	maxOutputTokens?: number;
	/** Seed for `weighted`; equal seeds draw the same model. */
	seed: string;
	/** Random number for `fastest`, 0 ≤ x < 1; absent: it tries no other models. */
	chance?: number;
	/** For `fastest`; null or absent: not measured. */
	speedOf?: (model: Model) => Speed | null;
	costOf: (prices: Prices, usage: Usage) => NanoDollars;
	/** Tokens of the request in the provider's cache; absent: none. */
	warmTokensOf?: (model: Model) => number;
}

export interface Ranked {
	order: Model[];
	/** Why the first is first: `sonnet is the cheapest of 2 good enough`. */
	reason: string;
	/** With `cascade`: from cheap to good. */
	ladder?: readonly Model[];
}

/** By expected price, unknown prices last; equal prices by quality, then as listed (the sort is stable). */
export function sortByPrice(models: readonly Model[], ranking: Ranking): Model[] {
	const prices = new Map(models.map((model) => [model, expectedPrice(model, ranking)]));
	const priceOf = (model: Model): number => prices.get(model) ?? Infinity;
	return [...models].sort((a, b) => {
		const [priceA, priceB] = [priceOf(a), priceOf(b)];
		return priceA === priceB ? worthOf(b, ranking) - worthOf(a, ranking) : priceA - priceB;
	});
}

/** 0–100, for the prompt at hand. */
export function worthOf(model: Model, ranking: Ranking): number {
	return ranking.worthOf?.(model) ?? model.quality;
}

/** Tokens of a typical answer, within the limit. */
export function expectedTokens(model: Model, { maxOutputTokens }: Ranking): number {
	return Math.min(EXPECTED_ANSWER_TOKENS, model.maxOutputTokens ?? maxOutputTokens ?? Infinity);
}

function expectedPrice(model: Model, ranking: Ranking): NanoDollars | null {
	if (model.prices === null) return null;
	const outputTokens = expectedTokens(model, ranking);
	return ranking.costOf(model.prices, {
		inputTokens: ranking.requestTokens,
		outputTokens,
		cachedInputTokens: Math.min(ranking.warmTokensOf?.(model) ?? 0, ranking.requestTokens),
		tier: model.serviceTier,
		reasoningTokens: 0,
		totalTokens: ranking.requestTokens + outputTokens,
	});
}
