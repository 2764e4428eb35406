import type { ServiceTier, Usage } from '../../types';
import { tokenCount, usageFrom } from '../usage';

export type Counts = {
	[name in 'input_tokens' | 'cache_creation_input_tokens' | 'cache_read_input_tokens' | 'output_tokens']?:
		number | null;
} & {
	/** The same tokens as `cache_creation_input_tokens`, by how long they are kept. */
	cache_creation?: { ephemeral_5m_input_tokens?: number; ephemeral_1h_input_tokens?: number } | null;
	output_tokens_details?: { thinking_tokens?: number } | null;
	server_tool_use?: { web_search_requests?: number } | null;
	service_tier?: string | null;
	speed?: string | null;
	inference_geo?: string | null;
	/** Ours, from the message: who answered. */
	model?: string;
};

/** The counts at the end are totals; those that it leaves out, or gateways fill with null or 0, stay as at the start. */
export function merged(start: Counts, end: Counts): Counts {
	const named = Object.entries(end).filter(
		([name, value]) => value !== null && value !== undefined && !(value === 0 && name in start),
	);
	return { ...start, ...Object.fromEntries(named) };
}

/** `input_tokens` leaves out what was written to the cache or read from it. */
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

/** Capacity of its `priority` tier is paid for in advance, so its tokens have the standard price. */
function tierOf({ service_tier: tier, speed }: Counts): ServiceTier | undefined {
	if (speed === 'fast') return 'fast';
	if (tier === 'batch') return 'batch';
	return tier ? 'standard' : undefined;
}
