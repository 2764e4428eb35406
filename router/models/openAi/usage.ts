import type { Usage } from '../../types';
import { tokenCount, usageFrom } from '../usage';
import type { CompatibleChunk } from './stream';

export interface CompatibleUsage {
	prompt_tokens?: unknown;
	completion_tokens?: unknown;
	total_tokens?: unknown;
	/** Anthropic's names, by gateways. */
	input_tokens?: unknown;
	output_tokens?: unknown;
	prompt_tokens_details?: { cached_tokens?: number | null } | null;
	/** Mistral. */
	prompt_token_details?: { cached_tokens?: number | null } | null;
	num_cached_tokens?: number | null;
	/** Moonshot. */
	cached_tokens?: number | null;
	/** DeepSeek. */
	prompt_cache_hit_tokens?: number | null;
	/** A gateway in front of Anthropic (LiteLLM). */
	cache_read_input_tokens?: number | null;
	completion_tokens_details?: { reasoning_tokens?: number | null } | null;
}

export function usageIn(chunk: CompatibleChunk): Usage | null {
	const usage = chunk.usage ?? chunk.x_groq?.usage ?? chunk.choices?.[0]?.usage;
	if (!usage) return null;
	const prompt = usage.prompt_tokens ?? usage.input_tokens;
	if (typeof prompt !== 'number' && typeof prompt !== 'string') return null;
	return usageFrom(countsOf(usage, counted(prompt)));
}

/** The total tells what the parts leave open: thoughts or cached input that stand beside them. */
function countsOf(
	usage: CompatibleUsage,
	prompt: number,
): Record<'input' | 'output' | 'cachedInput' | 'reasoning', number> {
	const named = counted(usage.completion_tokens ?? usage.output_tokens);
	const reasoning = tokenCount(usage.completion_tokens_details?.reasoning_tokens);
	const cachedInput = cachedIn(usage);
	const rest = counted(usage.total_tokens) - prompt - named;
	// xAI counts cached input now in the prompt, now beside it.
	if (cachedInput > prompt || (cachedInput > 0 && rest === cachedInput)) {
		return { input: prompt + cachedInput, output: named, cachedInput, reasoning };
	}
	const apart = Math.max(0, rest);
	return { input: prompt, output: named + apart, cachedInput, reasoning: Math.max(reasoning, apart) };
}

/** Some servers write their numbers as texts. */
function counted(value: unknown): number {
	return tokenCount(typeof value === 'string' ? Number(value) : value);
}

function cachedIn(usage: CompatibleUsage): number {
	const { prompt_tokens_details: details, prompt_token_details: mistral } = usage;
	return tokenCount(
		details?.cached_tokens ??
			mistral?.cached_tokens ??
			usage.cached_tokens ??
			usage.num_cached_tokens ??
			usage.prompt_cache_hit_tokens ??
			usage.cache_read_input_tokens,
	);
}
