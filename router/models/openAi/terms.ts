/** Chat completions as OpenAI and compatible servers really send them. */

/** A chunk, or a whole completion. Groq puts usage in `x_groq`, Moonshot in the choice. */
export interface CompatibleChunk {
	/** The model that answered. */
	model?: string;
	service_tier?: string | null;
	usage?: CompatibleUsage | null;
	x_groq?: { usage?: CompatibleUsage | null } | null;
	choices?: Array<{
		index?: number;
		delta?: CompatibleDelta | null;
		/** Instead of `delta` if the server ignored `stream: true`. */
		message?: CompatibleDelta | null;
		finish_reason?: string | null;
		/** OpenRouter: the upstream's own reason. */
		native_finish_reason?: string | null;
		usage?: CompatibleUsage | null;
	} | null> | null;
}

/** Includes fields that compatible servers add to OpenAI's. */
export interface CompatibleDelta {
	content?: string | null | Content[];
	refusal?: string | null;
	/** DeepSeek, vLLM, xAI, Moonshot. */
	reasoning_content?: string | null;
	/** OpenRouter, Groq, Ollama. */
	reasoning?: unknown;
	reasoning_text?: string | null;
	reasoning_details?: unknown;
	/** LiteLLM. */
	thinking_blocks?: unknown;
	thinking?: unknown;
	tool_calls?: Array<CompatibleCall | null> | null;
	/** The older form, before there could be several calls. */
	function_call?: CompatibleCall['function'];
}

export interface CompatibleCall {
	index?: number | null;
	id?: string | null;
	function?: { name?: string | null; arguments?: unknown } | null;
	/** Gemini's OpenAI-compatible endpoint keeps its signature here. */
	extra_content?: unknown;
}

/** Mistral's reasoning models send content as a list of parts. */
export type Content = string | { type?: string; text?: string | { value?: string } } | null;

export interface CompatibleUsage {
	prompt_tokens?: unknown;
	completion_tokens?: unknown;
	total_tokens?: unknown;
	/** Anthropic's names, used by gateways. */
	input_tokens?: unknown;
	output_tokens?: unknown;
	prompt_tokens_details?: {
		cached_tokens?: number | null;
		/** OpenAI from GPT-5.6 on, OpenRouter. */
		cache_write_tokens?: number | null;
		/** Qwen's explicit cache. */
		cache_creation_input_tokens?: number | null;
		audio_tokens?: number | null;
	} | null;
	/** Mistral. */
	prompt_token_details?: { cached_tokens?: number | null } | null;
	num_cached_tokens?: number | null;
	/** Moonshot. */
	cached_tokens?: number | null;
	/** DeepSeek. */
	prompt_cache_hit_tokens?: number | null;
	/** A gateway in front of Anthropic (LiteLLM). */
	cache_read_input_tokens?: number | null;
	cache_creation_input_tokens?: number | null;
	completion_tokens_details?: {
		reasoning_tokens?: number | null;
		audio_tokens?: number | null;
		image_tokens?: number | null;
	} | null;
	/** USD: a number (OpenRouter, in its credits), or an object with the sum (Perplexity). */
	cost?: number | { total_cost?: number | null } | null;
	/** DeepInfra, USD. */
	estimated_cost?: number | null;
	/** xAI: 10^10 ticks are one USD. */
	cost_in_usd_ticks?: number | null;
	/** OpenRouter: the call used the user's own key, which is billed separately. */
	is_byok?: boolean;
	cost_details?: { upstream_inference_cost?: number | null } | null;
}
