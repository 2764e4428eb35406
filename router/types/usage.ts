/** What a call took. */

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
}

/** Of what was answered without a call. */
export const NO_USAGE: Usage = {
	inputTokens: 0,
	outputTokens: 0,
	cachedInputTokens: 0,
	reasoningTokens: 0,
	totalTokens: 0,
};
