/**
 * Bills: usage as providers send it, and what they charge for it in nano-dollars, added up by hand from the price lists of
 * 28 November 2026. A price of $1 per million tokens is 1,000 nano-dollars a token.
 */
import type { ProviderId } from '../../../../router/types';

export interface Bill {
	what: string;
	provider: ProviderId;
	modelId: string;
	baseUrl?: string;
	/** An OpenAI chunk, an Anthropic message (start) with its usage, or a Gemini response. */
	payload: Record<string, unknown>;
	nano: number | null;
}

export const counted = (
	prompt_tokens: number,
	completion_tokens: number,
	more: Record<string, unknown> = {},
) => ({
	prompt_tokens,
	completion_tokens,
	total_tokens: prompt_tokens + completion_tokens,
	...more,
});

export const cached = (cached_tokens: number, cache_write_tokens?: number) => ({
	prompt_tokens_details: {
		cached_tokens,
		audio_tokens: 0,
		...(cache_write_tokens && { cache_write_tokens }),
	},
});
