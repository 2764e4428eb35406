import { cached, counted, type Bill } from './terms';

const OPENROUTER = 'https://openrouter.ai/api/v1';

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

export const OF_OTHERS: Bill[] = [
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
		'xAI names the cost, in ten thousand millionths of a dollar',
		'https://api.x.ai/v1',
		'grok-4.5',
		counted(1_000, 100, { cost_in_usd_ticks: 37_756_000 }),
		3_775_600,
	),
	compatible(
		'xAI with ticks that are none',
		'https://api.x.ai/v1',
		'grok-4.5',
		counted(100, 10, { cost_in_usd_ticks: -5 }),
		100 * 2_000 + 10 * 6_000,
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
