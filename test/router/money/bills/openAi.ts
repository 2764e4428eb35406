import { cached, counted, type Bill } from './terms';

const OPENAI = 'https://api.openai.com/v1';
const EU = 'https://eu.api.openai.com/v1';

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

export const OF_OPENAI: Bill[] = [
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
		'gpt-6.3-sol',
		counted(1_000, 100),
		1_000 * 2_000 + 100 * 10_000,
	),
	openAi(
		'GPT-6.1 Terra, a read beside a write',
		'gpt-6.1-terra',
		counted(12_000, 300, cached(10_000, 1_900)),
		100 * 1_000 + 10_000 * 50 + 1_900 * 1_250 + 300 * 5_000,
	),
	openAi(
		'GPT-6.2 Astra up to the long context',
		'gpt-6.2-astra',
		counted(272_000, 10, cached(200_000)),
		72_000 * 8_000 + 200_000 * 400 + 10 * 40_000,
	),
	openAi(
		'GPT-6.2 Astra beyond it, at a residency endpoint',
		'gpt-6.2-astra',
		counted(272_010, 10, cached(200_000)),
		1.1 * (72_010 * 16_000 + 200_000 * 800 + 10 * 60_000),
		{ baseUrl: EU },
	),
	openAi('half a nano-dollar is rounded up, once', 'gpt-5.4-mini', counted(1, 0, cached(1)), 38, {
		service_tier: 'flex',
	}),
	openAi('more cached input than there was', 'gpt-5.4-mini', counted(100, 0, cached(500)), 100 * 75),
	openAi('an empty answer', 'gpt-5.4-mini', counted(10, 0), 7_500),
];
