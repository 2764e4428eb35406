/** The tokens of a call. */
import type { NanoDollars, ServiceTier } from './money';

/** Tokens as the provider counted them. */
export interface Usage {
	/** All input, cached input included. */
	inputTokens: number;
	/** All output, reasoning included. */
	outputTokens: number;
	/** The part of `inputTokens` that was read from the provider's cache. */
	cachedInputTokens: number;
	/** The part of `outputTokens` that was reasoning. */
	reasoningTokens: number;
	totalTokens: number;
	/**
	 * The part of `inputTokens` that was written to the provider's cache. This field and all below are absent if zero
	 * or unknown.
	 */
	cacheWriteTokens?: number;
	/** The part of `cacheWriteTokens` that is kept for an hour instead of minutes. */
	longCacheWriteTokens?: number;
	/** The parts of `inputTokens`, `cachedInputTokens` and `outputTokens` that are not text. */
	audioInputTokens?: number;
	cachedAudioTokens?: number;
	audioOutputTokens?: number;
	imageOutputTokens?: number;
	/** Web searches that the provider made. */
	webSearches?: number;
	/** The tier that served the call, where the answer names it. */
	tier?: ServiceTier;
	/** Where the call ran, if the answer names it: `us`. */
	region?: string;
	/** The cost of the call, if the provider named it. */
	costNano?: NanoDollars;
	/** The model that answered, as the answer names it. */
	servedModel?: string;
}

/** Usage of an answer without a call. */
export const NO_USAGE: Usage = {
	inputTokens: 0,
	outputTokens: 0,
	cachedInputTokens: 0,
	reasoningTokens: 0,
	totalTokens: 0,
};
