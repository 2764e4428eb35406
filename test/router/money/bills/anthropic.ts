import type { Bill } from './terms';

function anthropic(
	what: string,
	modelId: string,
	usage: Record<string, unknown>,
	nano: number,
	model = modelId,
): Bill {
	return { what, provider: 'anthropic', modelId, payload: { model, usage }, nano };
}

const tokens = (input_tokens: number, output_tokens: number, more: Record<string, unknown> = {}) => ({
	input_tokens,
	output_tokens,
	cache_creation_input_tokens: 0,
	cache_read_input_tokens: 0,
	...more,
});

export const OF_ANTHROPIC: Bill[] = [
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
		'fast mode of Opus 5.5',
		'claude-opus-5-5',
		tokens(1_000, 100, { speed: 'fast' }),
		1_000 * 8_000 + 100 * 40_000,
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
		'a model of before that has no surcharge for the US',
		'claude-haiku-4-5',
		tokens(1_000, 100, { inference_geo: 'us' }),
		1_000 * 1_000 + 100 * 5_000,
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
		'Haiku 5.5 up to 100,000 tokens, the cache counted',
		'claude-haiku-5-5',
		tokens(10_000, 1_000, { cache_read_input_tokens: 80_000, cache_creation_input_tokens: 10_000 }),
		10_000 * 100 + 80_000 * 10 + 10_000 * 125 + 1_000 * 500,
	),
	anthropic(
		'Haiku 5.5 beyond that',
		'claude-haiku-5-5',
		tokens(10_001, 1_000, { cache_read_input_tokens: 80_000, cache_creation_input_tokens: 10_000 }),
		10_001 * 500 + 80_000 * 50 + 10_000 * 625 + 1_000 * 2_500,
	),
	anthropic(
		'Sonnet 5.5 reads at a twentieth',
		'claude-sonnet-5-5',
		tokens(1_000, 100, { cache_read_input_tokens: 10_000 }),
		1_000 * 2_000 + 10_000 * 100 + 100 * 10_000,
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
