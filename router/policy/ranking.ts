/** What strategies order by: the prices and the speeds that are expected for an answer. */
import type { Model, NanoDollars, Prices, Usage } from '../types';

/** Tokens of a typical chat answer; only ranks models by price and speed, never counts as cost. */
const EXPECTED_ANSWER_TOKENS = 500;

/** Points by which benchmark standings differ without meaning much. */
export const QUALITY_NOISE = 10;

/** What was seen of a model's speed, in ms; null where that was not seen. */
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
	/** What that rests on: ` for coding`; absent: nothing. */
	whatFor?: string;
	requestTokens: number;
	maxOutputTokens?: number;
	/** What `weighted` draws by: the same seed lands on the same side. */
	seed: string;
	/** What `fastest` explores by, 0 ≤ x < 1; absent: it explores nothing. */
	chance?: number;
	/** For `fastest`; null, and absent, where nothing was seen of the model. */
	speedOf?: (model: Model) => Speed | null;
	costOf: (prices: Prices, usage: Usage) => NanoDollars;
	/** Tokens of the request that the model's provider has in its cache; absent: none. */
	warmTokensOf?: (model: Model) => number;
}

export interface Ranked {
	order: Model[];
	/** Why the first one is first: `sonnet is the cheapest of 2 good enough`. */
	reason: string;
	/** With `cascade`: from cheap to better, as far as a better one is worth its price. */
	ladder?: readonly Model[];
}

/** By expected price, unknown prices last; equals by quality, then as listed (sorting is stable). */
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

/** As many as are typical, or as its limit allows. */
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
