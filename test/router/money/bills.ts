/**
 * Bills: usage as providers send it, and what they charge for it in nano-dollars, added up by hand from the price lists of
 * 28 November 2026. A price of $1 per million tokens is 1,000 nano-dollars a token.
 */
import type { ProviderId } from '../../../router/types';

export interface Bill {
	what: string;
	provider: ProviderId;
	modelId: string;
	baseUrl?: string;
	/** An OpenAI chunk, an Anthropic message (start) with its usage, or a Gemini response. */
	payload: Record<string, unknown>;
	nano: number | null;
}

const OPENAI = 'https://api.openai.com/v1';
const EU = 'https://eu.api.openai.com/v1';
const OPENROUTER = 'https://openrouter.ai/api/v1';

function openAi(
	what: string,
	modelId: string,
	usage: Record<string, unknown>,
	nano: number | null,
	more: { model?: string; service_tier?: string; baseUrl?: string } = {},
): Bill {
	const { baseUrl = OPENAI, model = modelId, ...rest } = more;
	return { what, provider: 'openAi', modelId, baseUrl, payload: { model, ...rest, usage }, nano };
}

function compatible(
	what: string,
	baseUrl: string,
	modelId: string,
	usage: Record<string, unknown>,
	nano: number | null,
	chunk: Record<string, unknown> = {},
): Bill {
	const payload = { model: modelId, usage, ...chunk };
	return { what, provider: 'openAiCompatible', modelId, baseUrl, payload, nano };
}

function anthropic(
	what: string,
	modelId: string,
	usage: Record<string, unknown>,
	nano: number,
	model = modelId,
): Bill {
	return { what, provider: 'anthropic', modelId, payload: { model, usage }, nano };
}

function gemini(
	what: string,
	modelId: string,
	usageMetadata: Record<string, unknown>,
	nano: number,
	modelVersion = modelId,
): Bill {
	return { what, provider: 'gemini', modelId, payload: { modelVersion, usageMetadata }, nano };
}

const counted = (prompt_tokens: number, completion_tokens: number, more: Record<string, unknown> = {}) => ({
	prompt_tokens,
	completion_tokens,
	total_tokens: prompt_tokens + completion_tokens,
	...more,
});

const cached = (cached_tokens: number, cache_write_tokens?: number) => ({
	prompt_tokens_details: {
		cached_tokens,
		audio_tokens: 0,
		...(cache_write_tokens && { cache_write_tokens }),
	},
});

const OF_OPENAI: Bill[] = [
	openAi('plain', 'gpt-5.4-mini', counted(1_000, 200), 1_000 * 750 + 200 * 4_500),
	openAi(
		'a cache read',
		'gpt-5.4-mini',
		counted(10_000, 200, cached(9_984)),
		16 * 750 + 9_984 * 75 + 200 * 4_500,
	),
	openAi(
		'reasoning is output',
		'gpt-5-mini',
		counted(500, 1_500, { completion_tokens_details: { reasoning_tokens: 1_280 } }),
		500 * 250 + 1_500 * 2_000,
	),
	openAi(
		'a cache write from GPT-5.6 on',
		'gpt-5.6-luna',
		counted(10_000, 100, cached(0, 9_984)),
		16 * 200 + 9_984 * 250 + 100 * 1_200,
	),
	openAi(
		'a read beside a write',
		'gpt-6-sol',
		counted(12_000, 300, cached(10_000, 1_900)),
		100 * 2_000 + 10_000 * 200 + 1_900 * 2_500 + 300 * 10_000,
	),
	openAi(
		'writes of older models are plain input',
		'gpt-5.4',
		counted(5_000, 10, cached(0, 4_992)),
		5_000 * 2_500 + 10 * 15_000,
	),
	openAi('flex, as the answer names it', 'gpt-5.4-mini', counted(1_001, 201), 375_375 + 452_250, {
		service_tier: 'flex',
	}),
	openAi(
		'flex with a cache',
		'gpt-5.6-luna',
		counted(10_000, 100, cached(9_000)),
		100_000 + 90_000 + 60_000,
		{ service_tier: 'flex' },
	),
	openAi('flex that was asked for and served as standard', 'gpt-5.4-mini', counted(1_000, 200), 1_650_000, {
		service_tier: 'default',
	}),
	openAi('priority at twice the price', 'gpt-5.4', counted(1_000, 100), 1_000 * 5_000 + 100 * 30_000, {
		service_tier: 'priority',
	}),
	openAi('priority of GPT-5.5 at 2.5 times', 'gpt-5.5', counted(1_000, 100), 1_000 * 12_500 + 100 * 75_000, {
		service_tier: 'priority',
	}),
	openAi(
		'priority of GPT-5 mini at 1.8 times',
		'gpt-5-mini',
		counted(1_000, 100, cached(500)),
		500 * 450 + 500 * 45 + 100 * 3_600,
		{ service_tier: 'priority' },
	),
	openAi('priority of GPT-4.1 at 1.75 times', 'gpt-4.1', counted(2_000, 10), 2_000 * 3_500 + 10 * 14_000, {
		service_tier: 'priority',
	}),
	openAi('priority of GPT-4o at 1.7 times', 'gpt-4o', counted(1_000, 1_000), 1_000 * 4_250 + 1_000 * 17_000, {
		service_tier: 'priority',
	}),
	openAi('scale is paid for in advance', 'gpt-5.4-mini', counted(1_000, 0), 750_000, {
		service_tier: 'scale',
	}),
	openAi('batch', 'gpt-5-nano', counted(1_000, 1_000), 25_000 + 200_000, { service_tier: 'batch' }),
	openAi('just within the short context', 'gpt-5.5', counted(271_999, 10), 271_999 * 5_000 + 10 * 30_000),
	openAi(
		'a long context prices all of it',
		'gpt-5.5',
		counted(272_000, 10, cached(100_000)),
		172_000 * 10_000 + 100_000 * 1_000 + 10 * 45_000,
	),
	openAi(
		'a long context that is written to the cache',
		'gpt-6-sol',
		counted(300_000, 1_000, cached(0, 299_000)),
		1_000 * 4_000 + 299_000 * 5_000 + 1_000 * 15_000,
	),
	openAi('long context in flex', 'gpt-5.6-terra', counted(280_000, 100), 280_000 * 2_000 + 100 * 9_000, {
		service_tier: 'flex',
	}),
	openAi(
		'a dated snapshot costs what its model does',
		'gpt-5.4-mini',
		counted(100, 10),
		100 * 750 + 10 * 4_500,
		{ model: 'gpt-5.4-mini-2026-03-17' },
	),
	openAi('another model that answered', 'gpt-5.4-nano', counted(1_000, 100), 1_000 * 750 + 100 * 4_500, {
		model: 'gpt-5.4-mini',
	}),
	openAi('another model that nobody knows', 'gpt-5.4-nano', counted(1_000, 100), 1_000 * 200 + 100 * 1_250, {
		model: 'internal-7',
	}),
	openAi(
		'audio in and out',
		'gpt-audio',
		counted(1_300, 600, {
			prompt_tokens_details: { audio_tokens: 1_000 },
			completion_tokens_details: { audio_tokens: 500 },
		}),
		300 * 2_500 + 1_000 * 32_000 + 100 * 10_000 + 500 * 64_000,
	),
	openAi('a residency endpoint adds a tenth', 'gpt-5.4-mini', counted(1_000, 200), 1_815_000, {
		baseUrl: EU,
	}),
	openAi(
		'a residency endpoint, in flex and cached',
		'gpt-5.6-luna',
		counted(10_000, 100, cached(9_000)),
		275_000,
		{ baseUrl: EU, service_tier: 'flex' },
	),
	openAi(
		'no uplift for models of before March 2026',
		'gpt-4.1-mini',
		counted(1_000, 100),
		1_000 * 400 + 100 * 1_600,
		{ baseUrl: EU },
	),
	openAi(
		'a newer model of a known line, as the one before it',
		'gpt-6.1-sol',
		counted(1_000, 100),
		1_000 * 2_000 + 100 * 10_000,
	),
	openAi('half a nano-dollar is rounded up, once', 'gpt-5.4-mini', counted(1, 0, cached(1)), 38, {
		service_tier: 'flex',
	}),
	openAi('more cached input than there was', 'gpt-5.4-mini', counted(100, 0, cached(500)), 100 * 75),
	openAi('an empty answer', 'gpt-5.4-mini', counted(10, 0), 7_500),
];

const tokens = (input_tokens: number, output_tokens: number, more: Record<string, unknown> = {}) => ({
	input_tokens,
	output_tokens,
	cache_creation_input_tokens: 0,
	cache_read_input_tokens: 0,
	...more,
});

const OF_ANTHROPIC: Bill[] = [
	anthropic('plain', 'claude-sonnet-4-6', tokens(1_000, 100), 1_000 * 3_000 + 100 * 15_000),
	anthropic(
		'a cache read is a tenth',
		'claude-sonnet-4-6',
		tokens(20, 100, { cache_read_input_tokens: 10_000 }),
		20 * 3_000 + 10_000 * 300 + 100 * 15_000,
	),
	anthropic(
		'a write for five minutes',
		'claude-sonnet-4-6',
		tokens(20, 100, {
			cache_creation_input_tokens: 10_000,
			cache_creation: { ephemeral_5m_input_tokens: 10_000, ephemeral_1h_input_tokens: 0 },
		}),
		20 * 3_000 + 10_000 * 3_750 + 100 * 15_000,
	),
	anthropic(
		'a write for an hour',
		'claude-sonnet-4-6',
		tokens(20, 100, {
			cache_creation_input_tokens: 10_000,
			cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 10_000 },
		}),
		20 * 3_000 + 10_000 * 6_000 + 100 * 15_000,
	),
	anthropic(
		'both lifetimes and a read',
		'claude-haiku-4-5',
		tokens(50, 10, {
			cache_read_input_tokens: 5_000,
			cache_creation_input_tokens: 3_000,
			cache_creation: { ephemeral_5m_input_tokens: 1_000, ephemeral_1h_input_tokens: 2_000 },
		}),
		50 * 1_000 + 5_000 * 100 + 1_000 * 1_250 + 2_000 * 2_000 + 10 * 5_000,
	),
	anthropic(
		'a write of no named lifetime',
		'claude-haiku-4-5-20251001',
		tokens(0, 10, { cache_creation_input_tokens: 4_096 }),
		4_096 * 1_250 + 10 * 5_000,
	),
	anthropic(
		'thinking is output',
		'claude-opus-5',
		tokens(100, 2_000, { output_tokens_details: { thinking_tokens: 1_500 } }),
		100 * 5_000 + 2_000 * 25_000,
	),
	anthropic(
		'Opus 5.5 reads at a twentieth',
		'claude-opus-5-5',
		tokens(0, 0, { cache_read_input_tokens: 10_000 }),
		10_000 * 200,
	),
	anthropic(
		'Fable 5.1 reads at a fortieth',
		'claude-fable-5-1',
		tokens(10, 10, { cache_read_input_tokens: 10_000 }),
		10 * 10_000 + 10_000 * 250 + 10 * 50_000,
	),
	anthropic(
		'its capacity tier is paid for in advance',
		'claude-sonnet-4-6',
		tokens(1_000, 100, { service_tier: 'priority' }),
		4_500_000,
	),
	anthropic(
		'batch, cache writes included',
		'claude-sonnet-4-6',
		tokens(0, 100, { cache_creation_input_tokens: 10_000, service_tier: 'batch' }),
		18_750_000 + 750_000,
	),
	anthropic(
		'fast mode doubles everything',
		'claude-opus-5',
		tokens(100, 100, { cache_read_input_tokens: 1_000, speed: 'fast' }),
		2 * (100 * 5_000 + 1_000 * 500 + 100 * 25_000),
	),
	anthropic(
		'fast mode that was not served',
		'claude-opus-5',
		tokens(100, 100, { speed: 'standard', service_tier: 'standard' }),
		100 * 5_000 + 100 * 25_000,
	),
	anthropic(
		'computed in the US',
		'claude-opus-5',
		tokens(100, 100, { cache_creation_input_tokens: 1_000, inference_geo: 'us' }),
		550_000 + 6_875_000 + 2_750_000,
	),
	anthropic(
		'computed anywhere',
		'claude-opus-5',
		tokens(100, 100, { inference_geo: 'global' }),
		100 * 5_000 + 100 * 25_000,
	),
	anthropic(
		'fast, in the US',
		'claude-opus-4-8',
		tokens(1_000, 0, { speed: 'fast', inference_geo: 'us' }),
		11_000_000,
	),
	anthropic(
		'web searches',
		'claude-sonnet-4-6',
		tokens(1_000, 100, { server_tool_use: { web_search_requests: 3 } }),
		4_500_000 + 30_000_000,
	),
	anthropic(
		'the long context of Sonnet 4.5',
		'claude-sonnet-4-5',
		tokens(150_001, 10, { cache_read_input_tokens: 50_000 }),
		150_001 * 6_000 + 50_000 * 600 + 10 * 22_500,
	),
	anthropic(
		'null where nothing was cached',
		'claude-opus-4-1',
		tokens(10, 10, {
			cache_creation_input_tokens: null,
			cache_read_input_tokens: null,
			cache_creation: null,
		}),
		10 * 15_000 + 10 * 75_000,
	),
	anthropic(
		'a successor that answered for it',
		'claude-sonnet-4-5',
		tokens(1_000, 100),
		1_000 * 2_000 + 100 * 10_000,
		'claude-sonnet-5',
	),
];

const meta = (
	promptTokenCount: number,
	candidatesTokenCount: number,
	more: Record<string, unknown> = {},
) => ({
	promptTokenCount,
	candidatesTokenCount,
	...more,
});

const OF_GEMINI: Bill[] = [
	gemini('plain', 'gemini-2.5-flash', meta(1_000, 100), 1_000 * 300 + 100 * 2_500),
	gemini(
		'thoughts beside the answer',
		'gemini-2.5-flash',
		meta(1_000, 100, { thoughtsTokenCount: 900 }),
		1_000 * 300 + 1_000 * 2_500,
	),
	gemini(
		'an implicit cache',
		'gemini-2.5-flash',
		meta(10_000, 100, { cachedContentTokenCount: 8_000 }),
		2_000 * 300 + 8_000 * 30 + 100 * 2_500,
	),
	gemini(
		'audio',
		'gemini-2.5-flash',
		meta(2_000, 10, {
			promptTokensDetails: [
				{ modality: 'TEXT', tokenCount: 80 },
				{ modality: 'AUDIO', tokenCount: 1_920 },
			],
		}),
		80 * 300 + 1_920 * 1_000 + 10 * 2_500,
	),
	gemini(
		'audio that was cached',
		'gemini-2.5-flash',
		meta(2_000, 10, {
			cachedContentTokenCount: 1_000,
			promptTokensDetails: [
				{ modality: 'TEXT', tokenCount: 80 },
				{ modality: 'AUDIO', tokenCount: 1_920 },
			],
			cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 1_000 }],
		}),
		80 * 300 + 920 * 1_000 + 1_000 * 100 + 10 * 2_500,
	),
	gemini(
		'images are input',
		'gemini-3.5-flash',
		meta(1_358, 10, {
			promptTokensDetails: [
				{ modality: 'TEXT', tokenCount: 100 },
				{ modality: 'IMAGE', tokenCount: 1_258 },
			],
		}),
		1_358 * 1_500 + 10 * 9_000,
	),
	gemini(
		'an image as the answer',
		'gemini-2.5-flash-image',
		meta(100, 1_300, { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1_290 }] }),
		100 * 300 + 10 * 2_500 + 1_290 * 30_000,
	),
	gemini('up to the long context', 'gemini-2.5-pro', meta(200_000, 10), 200_000 * 1_250 + 10 * 10_000),
	gemini(
		'beyond it',
		'gemini-2.5-pro',
		meta(200_001, 10, { cachedContentTokenCount: 100_000 }),
		100_001 * 2_500 + 100_000 * 250 + 10 * 15_000,
	),
	gemini(
		'results of tools are input',
		'gemini-2.5-flash-lite',
		meta(1_000, 100, { toolUsePromptTokenCount: 500 }),
		1_500 * 100 + 100 * 400,
	),
	gemini('flex', 'gemini-3.8-flash', meta(1_000, 100, { serviceTier: 'flex' }), 375_000 + 187_500),
	gemini(
		'flex by the name of Vertex',
		'gemini-3.8-flash',
		meta(1_000, 100, { trafficType: 'ON_DEMAND_FLEX' }),
		562_500,
	),
	gemini(
		'priority at 1.8 times',
		'gemini-3.8-flash',
		meta(1_000, 100, { serviceTier: 'priority' }),
		1_350_000 + 675_000,
	),
	gemini(
		'priority that was served as standard',
		'gemini-3.8-flash',
		meta(1_000, 100, { serviceTier: 'standard' }),
		750_000 + 375_000,
	),
	gemini(
		'a retired model that a newer one answers for',
		'gemini-2.5-flash',
		meta(1_000, 100, { thoughtsTokenCount: 0 }),
		1_000 * 300 + 100 * 2_500,
		'gemini-3.5-flash-lite',
	),
	gemini(
		'a retired model that a dearer one answers for',
		'gemini-2.5-flash-lite',
		meta(1_000, 100),
		1_000 * 750 + 100 * 3_750,
		'gemini-3.8-flash',
	),
	gemini('nothing written', 'gemini-2.5-flash', { promptTokenCount: 12 }, 3_600),
];

const OF_OTHERS: Bill[] = [
	compatible(
		'OpenRouter names the cost',
		OPENROUTER,
		'anthropic/claude-sonnet-4.6',
		counted(1_000, 100, { cost: 0.0045, is_byok: false, cost_details: { upstream_inference_cost: null } }),
		4_500_000,
	),
	compatible(
		'OpenRouter with the own key: upstream and fee',
		OPENROUTER,
		'openai/gpt-5.4-mini',
		counted(9_171, 113, {
			cost: 0.0001,
			is_byok: true,
			cost_details: { upstream_inference_cost: 0.0360795 },
		}),
		36_179_500,
	),
	compatible(
		'OpenRouter with the own key is not free',
		OPENROUTER,
		'openai/gpt-5.4-mini',
		counted(9_171, 113, { cost: 0, is_byok: true, cost_details: { upstream_inference_cost: 0.0360795 } }),
		36_079_500,
	),
	compatible(
		'OpenRouter with the own key and no word of its cost',
		OPENROUTER,
		'openai/gpt-5.4-mini',
		counted(1_000, 100, { cost: 0, is_byok: true }),
		1_000 * 750 + 100 * 4_500,
	),
	compatible(
		'a cost of nothing that nothing explains',
		OPENROUTER,
		'openai/gpt-5.4-mini',
		counted(1_000, 100, { cost: 0 }),
		1_200_000,
	),
	compatible(
		'what OpenRouter gives away',
		OPENROUTER,
		'meta-llama/llama-3.3-70b-instruct:free',
		counted(1_000, 100, { cost: 0, is_byok: false }),
		0,
	),
	compatible(
		'a cost that cannot be one',
		OPENROUTER,
		'openai/gpt-5.4-mini',
		counted(1_000, 100, { cost: -1 }),
		1_200_000,
	),
	compatible(
		'OpenRouter without a cost, a cache write of Anthropic',
		OPENROUTER,
		'anthropic/claude-sonnet-4.6',
		counted(10_020, 100, cached(0, 10_000)),
		20 * 3_000 + 10_000 * 3_750 + 100 * 15_000,
	),
	compatible(
		'Perplexity names the sum',
		'https://api.perplexity.ai',
		'sonar-pro',
		counted(20, 300, {
			cost: {
				input_tokens_cost: 0.00006,
				output_tokens_cost: 0.0045,
				request_cost: 0.006,
				total_cost: 0.01056,
			},
		}),
		10_560_000,
	),
	compatible(
		'Perplexity without a word: tokens and the fee',
		'https://api.perplexity.ai',
		'sonar',
		counted(20, 300),
		320 * 1_000 + 12_000_000,
	),
	compatible(
		'Perplexity, a model whose price has parts nobody counts',
		'https://api.perplexity.ai',
		'sonar-deep-research',
		counted(20, 300),
		null,
	),
	compatible(
		'DeepSeek counts hits',
		'https://api.deepseek.com/v1',
		'deepseek-v4-pro',
		counted(10_000, 100, { prompt_cache_hit_tokens: 9_000, prompt_cache_miss_tokens: 1_000 }),
		1_000 * 660 + 9_000 * 22 + 100 * 1_980,
	),
	compatible(
		'xAI counts reasoning beside the completion',
		'https://api.x.ai/v1',
		'grok-4.5',
		{
			prompt_tokens: 100,
			completion_tokens: 10,
			total_tokens: 410,
			completion_tokens_details: { reasoning_tokens: 300 },
		},
		100 * 2_000 + 310 * 6_000,
	),
	compatible(
		'Groq puts it aside',
		'https://api.groq.com/openai/v1',
		'llama-3.3-70b-versatile',
		counted(0, 0),
		1_000 * 590 + 100 * 790,
		{ usage: null, x_groq: { usage: counted(1_000, 100) } },
	),
	compatible(
		"Groq's tiers cost the same",
		'https://api.groq.com/openai/v1',
		'llama-3.3-70b-versatile',
		counted(1_000, 100),
		1_000 * 590 + 100 * 790,
		{ service_tier: 'flex' },
	),
	compatible(
		'Azure in flex',
		'https://house.openai.azure.com/openai/v1',
		'gpt-5.4-mini',
		counted(1_000, 200),
		825_000,
		{ service_tier: 'flex' },
	),
	compatible(
		'a server of the house has no price',
		'http://localhost:11434/v1',
		'llama3.3:70b',
		counted(1_000, 200),
		null,
	),
];

export const BILLS: readonly Bill[] = [...OF_OPENAI, ...OF_ANTHROPIC, ...OF_GEMINI, ...OF_OTHERS];
