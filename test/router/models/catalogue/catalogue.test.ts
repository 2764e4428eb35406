import { calcPrice } from '@pydantic/genai-prices';
import { costOf } from '../../../../router/money/cost';
import {
	lookUp,
	UNKNOWN_QUALITY,
	withPanelValues,
	type CatalogueEntry,
} from '../../../../router/models/catalogue/catalogue';
import { NEWER_MODELS } from '../../../../router/models/catalogue/newer';
import type { ProviderId, Usage } from '../../../../router/types';

const NOW = Date.UTC(2026, 9, 1, 12);
const LLAMA = 'meta-llama/Llama-3.3-70B-Instruct-Turbo';
const VERTEX = 'https://aiplatform.googleapis.com';
const MANTLE = 'https://bedrock-mantle.us-east-1.api.aws';
const OPENROUTER = 'https://openrouter.ai/api/v1';

function usage(inputTokens: number, outputTokens: number, cachedInputTokens = 0): Usage {
	const totalTokens = inputTokens + outputTokens;
	return { inputTokens, outputTokens, cachedInputTokens, reasoningTokens: 0, totalTokens };
}

describe('prices', () => {
	const MODELS: Array<[ProviderId, string, string, string | undefined]> = [
		['openAi', 'gpt-4o-mini', 'openai', undefined],
		['openAi', 'gpt-5.4', 'openai', undefined],
		['openAi', 'gpt-6-sol', 'openai', undefined],
		['anthropic', 'claude-sonnet-4-5', 'anthropic', undefined],
		['anthropic', 'claude-haiku-4-5-20251001', 'anthropic', undefined],
		['gemini', 'gemini-2.5-pro', 'google', undefined],
		['gemini', 'models/gemini-2.5-flash', 'google', undefined],
		['openAiCompatible', 'meta-llama/llama-3.3-70b-instruct', 'openrouter', 'https://openrouter.ai/api/v1'],
		['openAiCompatible2', 'deepseek-v4-pro', 'deepseek', 'https://api.deepseek.com/v1'],
		['openAiCompatible3', 'llama-3.3-70b-versatile', 'groq', 'https://api.groq.com/openai/v1'],
		['openAiCompatible', 'sonar-pro', 'perplexity', 'https://api.perplexity.ai'],
	];
	const TOKENS = [0, 1, 7, 1_234, 128_001, 200_000, 200_001, 272_000, 272_001, 999_999];
	const MOMENTS = [NOW, Date.UTC(2025, 4, 1, 2), Date.UTC(2026, 9, 1, 7), Date.UTC(2026, 9, 1, 23)];

	it.each(MODELS)('%s %s costs what the price package computes', (provider, modelId, providerId, baseUrl) => {
		for (const now of MOMENTS) {
			const { prices } = lookUp({ provider, modelId, baseUrl, now });
			for (const input of TOKENS) {
				for (const cached of [0, Math.floor(input / 3), input]) {
					for (const output of [0, 1, 4_097]) {
						const reference = calcPrice(
							{ input_tokens: input, output_tokens: output, cache_read_tokens: cached },
							modelId.replace('models/', ''),
							{ providerId, timestamp: new Date(now) },
						);
						const ours = prices && costOf(prices, usage(input, output, cached));
						expect(Number.isInteger(ours)).toBe(true);
						const difference = Math.abs((ours ?? NaN) - (reference?.total_price ?? NaN) * 1e9);
						expect(difference).toBeLessThan(0.5 + 1e-3);
					}
				}
			}
		}
	});

	it('follow a price change at its date', () => {
		const at = (now: number): number | undefined =>
			lookUp({ provider: 'openAi', modelId: 'gpt-5.6-luna', now }).prices?.input.base;
		expect(at(Date.UTC(2026, 6, 29))).toBe(1);
		expect(at(Date.UTC(2026, 6, 31))).toBe(0.2);
	});

	it.each<[string, ProviderId, string, string | undefined]>([
		['a local server', 'openAiCompatible', 'gpt-4o-mini', 'http://localhost:11434/v1'],
		['an endpoint nobody lists', 'openAiCompatible', 'deepseek-chat', 'https://llm.example.com/v1'],
		['no base URL', 'openAiCompatible', 'gpt-4o-mini', undefined],
		['an unknown model', 'openAi', 'gpt-99-ultra', undefined],
		['a connected model that says nothing', 'connected', '', undefined],
		[
			'a part nobody counts (reasoning apart)',
			'openAiCompatible',
			'sonar-deep-research',
			'https://api.perplexity.ai',
		],
		['an embedding model', 'openAi', 'text-embedding-3-small', undefined],
		['an empty price in the list', 'gemini', 'gemma-4-31b-it', undefined],
	])('are unknown for %s', (_case, provider, modelId, baseUrl) => {
		expect(lookUp({ provider, modelId, baseUrl, now: NOW }).prices).toBeNull();
	});

	it('depend on the endpoint, not on the name alone', () => {
		const modelId = 'gpt-oss-120b';
		const price = (baseUrl: string): number | undefined =>
			lookUp({ provider: 'openAiCompatible', modelId, baseUrl, now: NOW }).prices?.input.base;
		expect(price('https://api.cerebras.ai/v1')).toBe(0.35);
		expect(price('https://api.openai.com/v1')).toBe(0.039);
	});

	it.each<[string, ProviderId, string, string | undefined]>([
		['gpt-6.3-sol', 'openAi', 'gpt-6.2-sol', undefined],
		['gpt-5.7-luna', 'openAi', 'gpt-5.6-luna', undefined],
		['claude-haiku-5-6', 'anthropic', 'claude-haiku-5-5', undefined],
		['claude-opus-6-20270110', 'anthropic', 'claude-opus-5-5', undefined],
		['claude-sonnet-6', 'anthropic', 'claude-sonnet-5-5', undefined],
		['gemini-3.9-flash-preview', 'gemini', 'gemini-3.8-flash', undefined],
		['grok-4.9', 'openAiCompatible', 'grok-4.6', 'https://api.x.ai/v1'],
	])('of %s are estimated, as those of the model before it', (modelId, provider, before, baseUrl) => {
		const found = lookUp({ provider, modelId, baseUrl, now: NOW });
		const known = lookUp({ provider, modelId: before, baseUrl, now: NOW });
		expect(found.priceSource).toBe('estimated');
		expect(known.priceSource).toBe('catalogue');
		expect(found.prices?.input).toEqual(known.prices?.input);
		expect(found.contextWindow).toBe(known.contextWindow);
	});

	it.each(
		Object.entries(NEWER_MODELS).flatMap(([vendor, models]) => Object.keys(models).map((id) => [vendor, id])),
	)('of %s %s are our own only until the price package lists it', (vendor, modelId) => {
		const listed = calcPrice({ input_tokens: 1, output_tokens: 1 }, modelId, { providerId: vendor });
		expect(listed?.model.id).not.toBe(modelId);
	});

	it('of our own follow their dates, and a dated name is the same model', () => {
		const input = (modelId: string, now: number) =>
			lookUp({ provider: 'gemini', modelId, now }).prices?.input.base;
		expect(input('gemini-4-argon', Date.UTC(2026, 10, 30, 23, 59))).toBe(2);
		expect(input('gemini-4-argon-preview-11-2026', Date.UTC(2026, 11, 1))).toBe(4);
		const variant = lookUp({ provider: 'openAi', modelId: 'gpt-6.2-sol-pro', now: NOW });
		expect(variant.prices).toBeNull();
	});

	it.each<[string, ProviderId, string, string, number]>([
		['a residency endpoint', 'openAiCompatible', 'https://eu.api.openai.com/v1', 'gpt-5.4-mini', 0.75],
		["xAI's clusters", 'openAiCompatible', 'https://us-east-1.api.x.ai/v1', 'grok-4.5', 2],
		['Together', 'openAiCompatible', 'https://eu-api.together.ai/v1', LLAMA, 0.88],
		['Vertex by OpenAI', 'openAiCompatible', `${VERTEX}/v1/openapi`, 'google/gemini-2.5-flash', 0.3],
		['Bedrock in a region', 'anthropic', `${MANTLE}/anthropic`, 'eu.anthropic.claude-opus-5', 5.5],
		['Bedrock anywhere', 'anthropic', `${MANTLE}/anthropic`, 'global.anthropic.claude-opus-5', 5],
		["Bedrock's own names", 'openAiCompatible', `${MANTLE}/v1`, 'openai.gpt-oss-120b', 0.15],
		[
			'OpenRouter in the EU',
			'openAiCompatible',
			'https://eu.openrouter.ai/api/v1',
			'openai/gpt-5.4-mini',
			0.75,
		],
		['a routing variant', 'openAiCompatible', OPENROUTER, 'openai/gpt-5.4-mini:nitro', 0.75],
	])('hold at %s', (_where, provider, baseUrl, modelId, input) => {
		expect(lookUp({ provider, modelId, baseUrl, now: NOW }).prices?.input.base).toBe(input);
	});

	it("are a tenth more in Vertex's regions for Gemini, and not for the open models there", () => {
		const baseUrl = 'https://europe-west4-aiplatform.googleapis.com/v1/openapi';
		const { prices } = lookUp({ provider: 'gemini', modelId: 'gemini-3.5-flash', baseUrl, now: NOW });
		expect(prices?.regions).toEqual({ '': [11, 10] });
		const open = lookUp({ provider: 'gemini', modelId: 'gemma-4-26b-a4b-it-maas', baseUrl, now: NOW });
		expect(open.prices).not.toBeNull();
		expect(open.prices?.regions).toBeUndefined();
	});

	it('hold for a gateway in front of the vendor and for a connected model that names its vendor', () => {
		const prices = { input: { base: 0.15 }, output: { base: 0.6 }, cachedInput: { base: 0.075 } };
		const modelId = 'gpt-4o-mini';
		const gateway = { provider: 'openAi' as const, modelId, baseUrl: 'http://127.0.0.1:8080/v1', now: NOW };
		expect(lookUp(gateway).prices).toMatchObject(prices);
		const connected = { provider: 'connected' as const, modelId, vendor: 'openai', now: NOW };
		expect(lookUp(connected).prices).toMatchObject(prices);
		expect(lookUp({ ...connected, baseUrl: 'http://localhost:1234/v1' }).prices).toBeNull();
	});

	it('are zero for models that OpenRouter gives away', () => {
		const modelId = 'meta-llama/llama-3.3-70b-instruct:free';
		const baseUrl = 'https://openrouter.ai/api/v1';
		const { prices } = lookUp({ provider: 'openAiCompatible', modelId, baseUrl, now: NOW });
		expect(prices && costOf(prices, usage(1000, 1000))).toBe(0);
	});
});

describe('what our table adds', () => {
	const entry = (modelId: string, provider: ProviderId = 'openAiCompatible'): CatalogueEntry =>
		lookUp({ provider, modelId, now: NOW });

	it.each([
		['gpt-4o-2024-11-20', 'gpt-4o'],
		['gpt-5-2025-08-07', 'gpt-5'],
		['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
		['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5'],
		['eu.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
		['llama3.3:70b', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'],
		['qwen/qwen-2.5-72b-instruct', 'qwen2.5:72b'],
	])('%s is as good as %s', (dated, family) => {
		expect(entry(dated)).toMatchObject({ quality: entry(family).quality, qualityKnown: true });
	});

	it.each([
		'gpt-5.9',
		'gpt-5.5-mini',
		'claude-opus-7',
		'deepseek-r1:8b',
		'my-model',
		'o33',
		'gpt-4o-mini-tts',
	])('%s is not taken for a relative', (modelId) => {
		expect(entry(modelId)).toMatchObject({ quality: UNKNOWN_QUALITY, qualityKnown: false });
	});

	it('orders models as the public standings do', () => {
		const order = [
			'claude-opus-4-6',
			'claude-sonnet-4-5',
			'claude-haiku-4-5',
			'gpt-4o-mini',
			'gpt-3.5-turbo',
		];
		const qualities = order.map((modelId) => entry(modelId).quality);
		expect(qualities).toEqual([...qualities].sort((a, b) => b - a));
		expect(new Set(qualities).size).toBe(order.length);
	});

	it.each<[string, ProviderId, string[]]>([
		['gpt-4o', 'openAi', ['image', 'document']],
		['gpt-3.5-turbo', 'openAi', []],
		['o3-mini', 'openAi', []],
		['claude-haiku-4-5', 'anthropic', ['image', 'document']],
		['gemini-2.5-flash', 'gemini', ['image', 'document', 'audio']],
		['llama3.2:3b', 'openAiCompatible', []],
		['llama-3.2-11b-vision-preview', 'openAiCompatible', ['image']],
		['meta-llama/llama-4-scout-17b-16e-instruct', 'openAiCompatible', ['image']],
		['qwen3:8b', 'openAiCompatible', []],
		['qwen3.5-397b-a17b', 'openAiCompatible', ['image']],
		['glm-4.5v', 'openAiCompatible', ['image']],
		['glm-4.6', 'openAiCompatible', []],
		['mistral-small-2506', 'openAiCompatible', ['image']],
	])('%s takes the attachments it can', (modelId, provider, kinds) => {
		expect([...entry(modelId, provider).accepts]).toEqual(kinds);
	});

	it.each([
		['o3', true],
		['gpt-5-mini', true],
		['gpt-5-2025-08-07', true],
		['gpt-5-chat-latest', false],
		['gpt-5.2', false],
		['gpt-5.1-codex', true],
		['gpt-4o', false],
		['claude-opus-5-5', true],
		['claude-opus-4-20250514', false],
		['gemini-2.5-pro', true],
		['gemini-2.5-flash-lite', false],
		['deepseek-reasoner', true],
		['deepseek-chat', false],
		['grok-4-fast-non-reasoning', false],
		['gpt-oss:20b', true],
	])('%s reasons by default: %s', (modelId, reasons) => {
		expect(entry(modelId).reasoning).toBe(reasons);
	});

	it('knows windows that the package lacks, but not those of unknown endpoints', () => {
		expect(entry('gemini-2.5-pro', 'gemini').contextWindow).toBe(1_048_576);
		expect(entry('gpt-4o-mini', 'openAi').contextWindow).toBe(128_000);
		expect(entry('gpt-4o-mini').contextWindow).toBeNull();
	});
});

describe('the panel', () => {
	const listed = lookUp({ provider: 'anthropic', modelId: 'claude-sonnet-4-5', now: NOW });
	const unknown = lookUp({
		provider: 'openAiCompatible',
		modelId: 'x',
		baseUrl: 'http://localhost/v1',
		now: NOW,
	});

	it('changes nothing where nothing is set', () => {
		expect(withPanelValues(listed, {})).toEqual(listed);
	});

	it('replaces one price and its tiers only', () => {
		const { prices, priceSource } = withPanelValues(listed, { inputPrice: 1 });
		expect(priceSource).toBe('user');
		expect(prices).toEqual({
			...listed.prices,
			input: { base: 1 },
			// As much dearer than input as the list has it.
			cacheWrite: { base: 1.25 },
			longCacheWrite: { base: 2 },
			cachedInput: { base: 0.3, tiers: [{ above: 200_000, price: 0.6 }] },
		});
		expect(withPanelValues(listed, { cachedInputPrice: 2 }).prices?.cachedInput).toEqual({ base: 2 });
	});

	it('takes 0 for free, cached input included', () => {
		const { prices } = withPanelValues(listed, { inputPrice: 0, outputPrice: 0 });
		expect(prices && costOf(prices, usage(300_000, 1000, 1000))).toBe(0);
	});

	it('makes a known price of both halves, none of one', () => {
		expect(withPanelValues(unknown, { inputPrice: 1, outputPrice: 2 }).prices).toEqual({
			input: { base: 1 },
			output: { base: 2 },
		});
		expect(withPanelValues(unknown, { inputPrice: 1, cachedInputPrice: 0.1 }).prices).toBeNull();
		expect(withPanelValues(unknown, { outputPrice: 0 }).prices).toBeNull();
	});

	it('decides quality, window and reasoning', () => {
		const set = { quality: 0, contextWindow: 4096, reasoningEffort: 'high' } as const;
		expect(withPanelValues(unknown, set)).toMatchObject({
			quality: 0,
			qualityKnown: true,
			contextWindow: 4096,
			reasoning: true,
		});
		const o3 = lookUp({ provider: 'openAi', modelId: 'o3', now: NOW });
		expect(withPanelValues(o3, { reasoningEffort: 'none' }).reasoning).toBe(false);
	});
});
