import type { ServiceTier, Usage } from '../../types';
import { namedCost, tokenCount, usageFrom } from '../usage';
import type { CompatibleChunk, CompatibleUsage } from './terms';

export function usageIn(chunk: CompatibleChunk): Usage | null {
	const usage = chunk.usage ?? chunk.x_groq?.usage ?? chunk.choices?.[0]?.usage;
	if (!usage) return null;
	const prompt = usage.prompt_tokens ?? usage.input_tokens;
	if (typeof prompt !== 'number' && typeof prompt !== 'string') return null;
	const { prompt_tokens_details: read, completion_tokens_details: written } = usage;
	return usageFrom({
		...countsOf(usage, tokenCount(prompt)),
		cacheWrite: writtenToCache(usage),
		audioInput: read?.audio_tokens,
		audioOutput: written?.audio_tokens,
		imageOutput: written?.image_tokens,
		tier: TIERS[chunk.service_tier ?? ''],
		costUsd: costIn(usage),
		servedModel: chunk.model,
	});
}

/** The total settles what the parts leave open: whether thoughts or cached input are counted in addition. */
function countsOf(
	usage: CompatibleUsage,
	prompt: number,
): Record<'input' | 'output' | 'cachedInput' | 'reasoning', number> {
	const named = tokenCount(usage.completion_tokens ?? usage.output_tokens);
	const reasoning = tokenCount(usage.completion_tokens_details?.reasoning_tokens);
	const cachedInput = cachedIn(usage);
	const cached = cachedInput + writtenToCache(usage);
	const rest = tokenCount(usage.total_tokens) - prompt - named;
	// xAI sometimes counts cached input as part of the prompt, sometimes in addition.
	if (cached > 0 && rest === cached) {
		return { input: prompt + cached, output: named, cachedInput, reasoning };
	}
	const apart = Math.max(0, rest);
	return { input: prompt, output: named + apart, cachedInput, reasoning: Math.max(reasoning, apart) };
}

function writtenToCache(usage: CompatibleUsage): number {
	const { prompt_tokens_details: details } = usage;
	return tokenCount(
		details?.cache_write_tokens ?? details?.cache_creation_input_tokens ?? usage.cache_creation_input_tokens,
	);
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

/** `fast` is requested, and reported as `priority`; `scale` is paid in advance. */
const TIERS: Readonly<Record<string, ServiceTier>> = {
	default: 'standard',
	scale: 'standard',
	flex: 'flex',
	priority: 'priority',
	fast: 'priority',
	batch: 'batch',
};

/** Source: xAI, docs.x.ai, "Cost Tracking". */
const TICKS_PER_DOLLAR = 1e10;

/**
 * With the user's own key OpenRouter reports a cost of 0, or its fee, in addition to what the key's owner is billed.
 * So a cost of 0 is only believed if it says that no such key was used.
 */
function costIn(usage: CompatibleUsage): number | undefined {
	const { cost, cost_in_usd_ticks: ticks, is_byok: isOwnKey, cost_details: details } = usage;
	if (typeof ticks === 'number' && ticks > 0) return namedCost(ticks / TICKS_PER_DOLLAR);
	const own = namedCost(
		cost !== null && typeof cost === 'object' ? cost.total_cost : (cost ?? usage.estimated_cost),
	);
	if (own === undefined) return undefined;
	const upstream = namedCost(details?.upstream_inference_cost) ?? 0;
	if (isOwnKey === true || (own === 0 && isOwnKey !== false))
		return upstream > 0 ? own + upstream : undefined;
	return own;
}
