import type { Usage } from '../types';

/** What a provider counted, as it came: any field may be missing, or be no number. */
export interface CountedTokens {
	/** All input, cached input included. */
	input: unknown;
	/** All output, reasoning included. */
	output: unknown;
	cachedInput?: unknown;
	reasoning?: unknown;
}

/** Tokens are whole and not negative, and a part is no larger than the whole, whatever a server says. */
export function usageFrom({ input, output, cachedInput, reasoning }: CountedTokens): Usage {
	const inputTokens = tokenCount(input);
	const outputTokens = tokenCount(output);
	return {
		inputTokens,
		outputTokens,
		cachedInputTokens: Math.min(tokenCount(cachedInput), inputTokens),
		reasoningTokens: Math.min(tokenCount(reasoning), outputTokens),
		totalTokens: inputTokens + outputTokens,
	};
}

/** 0 for what is no count; a count beyond what any model has is a server's error. */
export function tokenCount(value: unknown): number {
	const isCount = typeof value === 'number' && Number.isFinite(value) && value > 0 && value < 1e9;
	return isCount ? Math.round(value) : 0;
}
