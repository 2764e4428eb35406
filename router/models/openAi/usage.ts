import type { Usage } from '../../types';
import { tokenCount, usageFrom } from '../usage';
import type { CompatibleChunk } from './stream';

export interface CompatibleUsage {
	prompt_tokens?: number;
	completion_tokens?: number;
	total_tokens?: number;
	prompt_tokens_details?: { cached_tokens?: number | null } | null;
	/** DeepSeek. */
	prompt_cache_hit_tokens?: number;
	completion_tokens_details?: { reasoning_tokens?: number | null } | null;
}

export function usageIn(chunk: CompatibleChunk): Usage | null {
	const usage = chunk.usage ?? chunk.x_groq?.usage ?? chunk.choices?.[0]?.usage;
	if (!usage || typeof usage.prompt_tokens !== 'number') return null;
	const input = tokenCount(usage.prompt_tokens);
	const named = tokenCount(usage.completion_tokens);
	const reasoning = tokenCount(usage.completion_tokens_details?.reasoning_tokens);
	// xAI counts reasoning beside the completion, which only its total tells.
	const apart = reasoning > 0 && usage.total_tokens === input + named + reasoning;
	const cachedInput = usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens;
	return usageFrom({ input, output: apart ? named + reasoning : named, cachedInput, reasoning });
}
