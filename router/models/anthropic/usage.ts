import type { Usage } from '../../types';
import { tokenCount, usageFrom } from '../usage';

export type Counts = {
	[name in 'input_tokens' | 'cache_creation_input_tokens' | 'cache_read_input_tokens' | 'output_tokens']?:
		number | null;
} & { output_tokens_details?: { thinking_tokens?: number } | null };

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
	return usageFrom({
		input: tokenCount(counts.input_tokens) + cachedInput + tokenCount(counts.cache_creation_input_tokens),
		output: counts.output_tokens,
		cachedInput,
		reasoning: counts.output_tokens_details?.thinking_tokens,
	});
}
