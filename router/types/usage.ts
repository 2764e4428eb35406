/** What a call took. */
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
	/** The part of `inputTokens` that was written to the provider's cache. All that follows is absent where there was none. */
	cacheWriteTokens?: number;
	/** The part of `cacheWriteTokens` that is kept for an hour, not for some minutes. */
	longCacheWriteTokens?: number;
	/** The parts of `inputTokens`, `cachedInputTokens` and `outputTokens` that are no text. */
	audioInputTokens?: number;
	cachedAudioTokens?: number;
	audioOutputTokens?: number;
	imageOutputTokens?: number;
	/** Searches that the provider made for the answer. */
	webSearches?: number;
	/** The tier that served the call, where the answer names it. */
	tier?: ServiceTier;
	/** Where the call was computed, where the answer names it: `us`. */
	region?: string;
	/** What the call cost, by the provider's own word. */
	costNano?: NanoDollars;
	/** The model that answered, as the answer names it. */
	servedModel?: string;
}

/** Of what was answered without a call. */
export const NO_USAGE: Usage = {
	inputTokens: 0,
	outputTokens: 0,
	cachedInputTokens: 0,
	reasoningTokens: 0,
	totalTokens: 0,
};
