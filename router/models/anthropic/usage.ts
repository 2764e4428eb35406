import type { ServiceTier, Usage } from '../../types';
import { tokenCount, usageFrom } from '../usage';

export type Counts = {
	[name in 'input_tokens' | 'cache_creation_input_tokens' | 'cache_read_input_tokens' | 'output_tokens']?:
		number | null;
} & {
	/** The tokens of `cache_creation_input_tokens`, split by cache lifetime. */
	cache_creation?: { ephemeral_5m_input_tokens?: number; ephemeral_1h_input_tokens?: number } | null;
	output_tokens_details?: { thinking_tokens?: number } | null;
	server_tool_use?: { web_search_requests?: number } | null;
	service_tier?: string | null;
	speed?: string | null;
	inference_geo?: string | null;
	/** Added by us from the message: the model that answered. */
	model?: string;
};

/**
 * Counts at the end are totals. Those that are missing there, or that gateways set to null or 0, stay as at the
 * start.
 */
export function merged(start: Counts, end: Counts): Counts {
	const named = Object.entries(end).filter(
		([name, value]) => value !== null && value !== undefined && !(value === 0 && name in start),
	);
	return { ...start, ...Object.fromEntries(named) };
}

/** `input_tokens` does not include what was written to the cache or read from it. */
export function usageOf(counts: Counts): Usage {
	const cachedInput = tokenCount(counts.cache_read_input_tokens);
	const long = tokenCount(counts.cache_creation?.ephemeral_1h_input_tokens);
	const short = tokenCount(counts.cache_creation?.ephemeral_5m_input_tokens);
	const cacheWrite = Math.max(tokenCount(counts.cache_creation_input_tokens), long + short);
	return usageFrom({
		input: tokenCount(counts.input_tokens) + cachedInput + cacheWrite,
		output: counts.output_tokens,
		cachedInput,
		cacheWrite,
		longCacheWrite: long,
		reasoning: counts.output_tokens_details?.thinking_tokens,
		webSearches: counts.server_tool_use?.web_search_requests,
		tier: tierOf(counts),
		region: counts.inference_geo,
		servedModel: counts.model,
	});
}

/** The capacity of its `priority` tier is paid in advance, so its tokens have the standard price. */
function tierOf({ service_tier: tier, speed }: Counts): ServiceTier | undefined {
	if (speed === 'fast') return 'fast';
	if (tier === 'batch') return 'batch';
	return tier ? 'standard' : undefined;
}
