/** Usage as servers really write it into their streams, from the bytes to the nano-dollar. */
import type { ModelRequest } from '../../../../router/types';
import { billed, type WireCall } from './call';

type Json = Record<string, unknown>;

const events = (...all: Array<Json | string>): string =>
	all.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');
const named = (...all: Array<Json & { type: string }>): string =>
	all.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');

// ── OpenAI's protocol ────────────────────────────────────────────────────────────────────────

const MINI = 'gpt-5.4-mini';
const piece = (content: string, more: Json = {}): Json => ({
	id: 'c1',
	choices: [{ index: 0, delta: { content }, finish_reason: null }],
	...more,
});
const stop = (more: Json = {}): Json => ({
	id: 'c1',
	choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
	...more,
});
const counted = (prompt_tokens: unknown, completion_tokens: unknown, more: Json = {}): Json => ({
	prompt_tokens,
	completion_tokens,
	...more,
});
const openAi = (modelId: string, ...chunks: Json[]): WireCall => ({
	provider: 'openAi',
	baseUrl: 'https://api.openai.com/v1',
	modelId,
	body: events(...chunks, '[DONE]'),
});
const said = (model: string, usage: unknown, more: Json = {}): Json[] => [
	piece('It is Paris.', { model, ...more }),
	stop({ model, ...more }),
	{ id: 'c1', model, choices: [], usage, ...more },
];
const at = (baseUrl: string, modelId: string, ...chunks: Json[]): WireCall => ({
	...openAi(modelId, ...chunks),
	provider: 'openAiCompatible',
	baseUrl,
});
const withTools: Partial<ModelRequest> = {
	tools: [{ name: 'look', description: 'Looks.', schema: { type: 'object', properties: {} } }],
};
const responses = (type: string, response: Json): WireCall => ({
	provider: 'openAi',
	baseUrl: 'https://api.openai.com/v1',
	modelId: 'gpt-6-sol',
	request: withTools,
	body: events(
		{ type: 'response.created', response: { id: 'r1' } },
		{ type: 'response.output_text.delta', delta: 'Paris' },
		{ type, response: { model: 'gpt-6-sol', ...response } },
	),
});
const ROUTER = 'https://openrouter.ai/api/v1';

// ── Anthropic's and Gemini's ─────────────────────────────────────────────────────────────────

const anthropic = (modelId: string, start: Json, delta: Json | null, model = modelId): WireCall => ({
	provider: 'anthropic',
	baseUrl: 'https://api.anthropic.com',
	modelId,
	isCut: delta === null,
	body: named(
		{
			type: 'message_start',
			message: { id: 'm1', type: 'message', role: 'assistant', model, content: [], usage: start },
		},
		{ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
		{ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'It is Paris.' } },
		...(delta === null
			? []
			: [
					{ type: 'content_block_stop', index: 0 },
					{ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: delta },
					{ type: 'message_stop' },
				]),
	),
});
const gemini = (modelId: string, ...counts: Json[]): WireCall => ({
	provider: 'gemini',
	baseUrl: 'https://generativelanguage.googleapis.com',
	modelId,
	body: events(
		...counts.map((usageMetadata, place) => ({
			candidates: [
				{
					content: { role: 'model', parts: [{ text: place === 0 ? 'It is ' : 'Paris.' }] },
					...(place === counts.length - 1 && { finishReason: 'STOP' }),
				},
			],
			modelVersion: modelId,
			usageMetadata,
		})),
	),
});

const PLAIN = 1_000 * 750 + 200 * 4_500;
const USAGE = counted(1_000, 200);

it.each<[what: string, call: WireCall, nano: number]>([
	['usage beside the finish reason', openAi(MINI, piece('Paris'), stop({ usage: USAGE })), PLAIN],
	['usage twice', openAi(MINI, piece('Paris'), stop({ usage: USAGE }), { choices: [], usage: USAGE }), PLAIN],
	[
		'usage that grows with each chunk',
		openAi(
			MINI,
			piece('It ', { usage: counted(1_000, 1) }),
			piece('is', { usage: counted(1_000, 2) }),
			stop({ usage: USAGE }),
		),
		PLAIN,
	],
	['counts as texts', openAi(MINI, ...said(MINI, counted('1000', '200'))), PLAIN],
	[
		'cached input as a text',
		openAi(MINI, ...said(MINI, counted(10_000, 1, { prompt_tokens_details: { cached_tokens: '9000' } }))),
		1_000 * 750 + 9_000 * 75 + 4_500,
	],
	[
		'the tier on the first chunk alone',
		openAi(MINI, piece('Paris', { service_tier: 'flex' }), stop(), { choices: [], usage: USAGE }),
		PLAIN / 2,
	],
	[
		'a tier that is settled at the end',
		openAi(MINI, piece('Paris', { service_tier: 'flex' }), stop({ service_tier: 'default', usage: USAGE })),
		PLAIN,
	],
	[
		'who answered on the first chunk alone',
		openAi('gpt-5.4-nano', piece('Paris', { model: MINI }), stop(), { choices: [], usage: USAGE }),
		PLAIN,
	],
	[
		'Responses with a cache, in flex',
		responses('response.completed', {
			status: 'completed',
			service_tier: 'flex',
			usage: {
				input_tokens: 12_000,
				input_tokens_details: { cached_tokens: 10_000, cache_write_tokens: 1_900 },
				output_tokens: 300,
				output_tokens_details: { reasoning_tokens: 100 },
			},
		}),
		(100 * 2_000 + 10_000 * 200 + 1_900 * 2_500 + 300 * 10_000) / 2,
	],
	[
		'Responses that failed after all',
		responses('response.failed', {
			status: 'failed',
			error: { code: 'server_error', message: 'Try again.' },
			usage: { input_tokens: 1_000, output_tokens: 100 },
		}),
		1_000 * 2_000 + 100 * 10_000,
	],
	['a cost as a text', at(ROUTER, `openai/${MINI}`, ...said(MINI, { ...USAGE, cost: '0.0021' })), 2_100_000],
	[
		'a cost in exponents',
		at(ROUTER, `openai/${MINI}`, ...said(MINI, { ...USAGE, cost: 1.5e-7, is_byok: false })),
		150,
	],
	[
		"the model that OpenRouter's own choice fell on",
		at(ROUTER, 'openrouter/auto', ...said('anthropic/claude-sonnet-4.6', counted(1_000, 100))),
		4_500_000,
	],
	[
		'DeepInfra names an estimate',
		at(
			'https://api.deepinfra.com/v1/openai',
			'some/model',
			...said('some/model', { ...USAGE, cost: null, estimated_cost: 0.000345 }),
		),
		345_000,
	],
	[
		"xAI's ticks of nothing",
		at('https://api.x.ai/v1', 'grok-4.5', ...said('grok-4.5', counted(1_000, 100, { cost_in_usd_ticks: 0 }))),
		1_000 * 2_000 + 100 * 6_000,
	],
	[
		"Gemini's thoughts by OpenAI's protocol, in the total alone",
		at(
			'https://generativelanguage.googleapis.com/v1beta/openai',
			'gemini-2.5-flash',
			...said('gemini-2.5-flash', counted(1_000, 100, { total_tokens: 2_000 })),
		),
		1_000 * 300 + 1_000 * 2_500,
	],
	[
		'counts at the end that repeat those of the start',
		anthropic(
			'claude-haiku-4-5',
			{
				input_tokens: 50,
				cache_read_input_tokens: 5_000,
				cache_creation_input_tokens: 3_000,
				cache_creation: { ephemeral_5m_input_tokens: 1_000, ephemeral_1h_input_tokens: 2_000 },
				output_tokens: 1,
			},
			{
				input_tokens: 50,
				cache_read_input_tokens: 5_000,
				cache_creation_input_tokens: 3_000,
				output_tokens: 10,
			},
		),
		50 * 1_000 + 5_000 * 100 + 1_000 * 1_250 + 2_000 * 2_000 + 10 * 5_000,
	],
	[
		'searches that are told at the end',
		anthropic(
			'claude-sonnet-4-6',
			{ input_tokens: 10, output_tokens: 1 },
			{ input_tokens: 1_000, output_tokens: 100, server_tool_use: { web_search_requests: 3 } },
		),
		34_500_000,
	],
	[
		'a model of Bedrock that is computed anywhere',
		{
			...anthropic(
				'global.anthropic.claude-opus-5',
				{ input_tokens: 1_000, output_tokens: 1 },
				{ output_tokens: 100 },
				'claude-opus-5',
			),
			baseUrl: 'https://bedrock-runtime.us-east-1.amazonaws.com',
		},
		1_000 * 5_000 + 100 * 25_000,
	],
	[
		'thoughts that the last chunk leaves out',
		gemini(
			'gemini-2.5-flash',
			{ promptTokenCount: 1_000, thoughtsTokenCount: 900, totalTokenCount: 1_900 },
			{ promptTokenCount: 1_000, candidatesTokenCount: 100, totalTokenCount: 2_000 },
		),
		1_000 * 300 + 1_000 * 2_500,
	],
	[
		"Gemini's counts as texts",
		gemini('gemini-2.5-flash', { promptTokenCount: '1000', candidatesTokenCount: '100' }),
		1_000 * 300 + 100 * 2_500,
	],
])('%s', async (_what, call, nano) => expect((await billed(call)).nano).toBe(nano));

it('counts what Qwen writes to an explicit cache', async () => {
	const details = { cached_tokens: 200, cache_creation_input_tokens: 1_500, cache_type: 'ephemeral' };
	const usage = counted(2_000, 10, { prompt_tokens_details: details });
	const qwen = 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1';
	const { usage: read } = await billed(at(qwen, 'qwen3.5-plus', ...said('qwen3.5-plus', usage)));
	expect(read).toMatchObject({ inputTokens: 2_000, cachedInputTokens: 200, cacheWriteTokens: 1_500 });
});

it.each<[what: string, call: WireCall]>([
	['negative counts', openAi(MINI, ...said(MINI, counted(-1_000, 200)))],
	['huge counts', openAi(MINI, ...said(MINI, counted(1e300, 1e12)))],
	['an empty usage', openAi(MINI, ...said(MINI, {}))],
	['nothing for an answer that is there', openAi(MINI, ...said(MINI, counted(0, 0)))],
	['no usage', openAi(MINI, piece('Paris'), stop())],
	['a break before it', { ...openAi(MINI), body: events(piece('It is')), isCut: true }],
	['a break after the input', anthropic('claude-sonnet-4-6', { input_tokens: 7, output_tokens: 1 }, null)],
])('%s is estimated, and costs something', async (_what, call) => {
	const { billing, nano } = await billed(call);
	expect(billing).toBe('estimated');
	expect(nano).toBeGreaterThan(0);
	expect(nano).toBeLessThan(1e6);
});
