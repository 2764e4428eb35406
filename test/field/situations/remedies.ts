/** Refusals that name their remedy: asked again in the form that they name, once, and remembered. */
import { GOOD, json, ok, onEach, PARIS, WHOLE } from '../situation';
import type { Protocol, Reply, Request, Situation } from '../situation';

type Body = Record<string, unknown>;

/** Refuses until the body is as it wants it; then answers, streamed or whole as it is asked. */
function wants(isTaken: (body: Body, path: string) => boolean, refusal: Reply, on: Protocol = 'compatible') {
	return ({ body, path }: Request): Reply => {
		if (!isTaken(body, path)) return refusal;
		const streams = on === 'gemini' ? path.includes('stream') : body.stream === true;
		return streams ? ok(GOOD[on]) : json(200, WHOLE[on]);
	};
}

/** The second item is asked in the right form at once. */
const learned = (
	name: string,
	on: Protocol,
	isTaken: (body: Body, path: string) => boolean,
	refusal: Reply,
	more: Partial<Situation> = {},
): Situation => ({
	name,
	on,
	items: 2,
	replies: wants(isTaken, refusal, on),
	...more,
	expected: { ...PARIS, calls: 3, ...more.expected },
});

const bad = (message: string, more: object = {}, status = 400): Reply =>
	json(status, { error: { message, type: 'invalid_request_error', ...more } });
const badA = (message: string): Reply =>
	json(400, { type: 'error', error: { type: 'invalid_request_error', message } });
const badG = (message: string): Reply =>
	json(400, { error: { code: 400, message, status: 'INVALID_ARGUMENT' } });

const LONG_TOOL = { name: 'look', description: 'Looks. '.repeat(300), schema: { type: 'object' } };
const descriptionsOf = (body: Body) =>
	(body.tools as Array<{ function: { description: string } }>).map((tool) => tool.function.description);

const messagesOf = (body: Body) => body.messages as Array<{ role: string; content: unknown }>;
const noSystem = (body: Body): boolean =>
	!messagesOf(body).some(({ role }) => role === 'system' || role === 'developer');
const configOf = (body: Body) => (body.generationConfig ?? {}) as Body;
const limits = { limits: { maxOutputTokens: 500 } };
const warm = { limits: { temperature: 0 } };
const system = { system: 'Be brief.' };
const JSON_WANTED = {
	format: {
		type: 'json' as const,
		schema: {
			type: 'object',
			properties: { city: { type: 'string' } },
			required: ['city'],
			additionalProperties: false,
		},
	},
};
const JSON_ANSWER = {
	choices: [{ index: 0, message: { content: '{"city":"Paris"}' }, finish_reason: 'stop' }],
};

const USER_TWICE = {
	messages: [
		{ role: 'user' as const, parts: [{ type: 'text' as const, text: 'One.' }] },
		{ role: 'user' as const, parts: [{ type: 'text' as const, text: 'Two.' }] },
	],
};

export const REMEDIES: readonly Situation[] = [
	learned(
		'not verified to stream',
		'openAi',
		({ stream }) => stream !== true,
		bad(
			'Your organization must be verified to stream this model. Please go to: https://platform.openai.com/settings',
			{ param: 'stream', code: 'unsupported_value' },
		),
	),
	learned(
		'a description of a tool that is too long',
		'openAi',
		(body) => descriptionsOf(body).every(({ length }) => length <= 1024),
		bad(
			"Invalid 'tools[0].function.description': string too long. Expected a string with maximum length 1024, but got a string with length 2100 instead.",
			{ param: 'tools[0].function.description', code: 'string_above_max_length' },
		),
		{
			source: 'https://github.com/modelcontextprotocol/servers/issues/799',
			request: { tools: [LONG_TOOL] },
		},
	),
	learned(
		'streaming is not supported',
		'compatible',
		({ stream, stream_options }) => stream !== true && stream_options === undefined,
		bad('Streaming is not supported for this model.'),
	),
	learned(
		'streaming is not supported',
		'anthropic',
		({ stream }) => stream !== true,
		badA('stream: streaming is not supported by this deployment'),
	),
	learned(
		'streaming is not supported',
		'gemini',
		(_, path) => !path.includes('stream'),
		badG('This model does not support streaming.'),
	),
	learned(
		'max_completion_tokens instead of max_tokens',
		'compatible',
		({ max_completion_tokens: limit }) => limit === 500,
		bad(
			"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
			{ param: 'max_tokens', code: 'unsupported_parameter' },
		),
		{ request: limits },
	),
	learned(
		'max_tokens instead of max_completion_tokens',
		'openAi',
		({ max_tokens: limit }) => limit === 500,
		json(422, {
			detail: [
				{
					type: 'extra_forbidden',
					loc: ['body', 'max_completion_tokens'],
					msg: 'Extra inputs are not permitted',
					input: 500,
				},
			],
		}),
		{ request: limits },
	),
	learned(
		'a limit that is too large, OpenAI',
		'compatible',
		({ max_tokens: limit }) => Number(limit) <= 32_768,
		bad(
			'max_tokens is too large: 50000. This model supports at most 32768 completion tokens, whereas you provided 50000.',
			{ param: 'max_tokens', code: 'invalid_value' },
		),
		{ source: 'opencode-ai/opencode#140', request: { limits: { maxOutputTokens: 50_000 } } },
	),
	learned(
		'a limit that is too large, in the place of the name',
		'compatible',
		({ max_tokens: limit }) => Number(limit) <= 131_072,
		json(400, {
			error: {
				message: 'Param Incorrect',
				type: 'upstream_error',
				param: 'max_tokens is too large: 1048576. This model supports at most 131072 completion tokens',
				code: '400',
			},
		}),
		{ source: 'AQBot-Desktop/AQBot#93', request: { limits: { maxOutputTokens: 1_048_576 } } },
	),
	learned(
		'a limit that is too large, Doubao',
		'openAi',
		({ max_completion_tokens: limit }) => Number(limit) <= 12_288,
		bad(
			'The parameter `max_completion_tokens` specified in the request are not valid: integer above maximum value, expected a value <= 12288, but got 32000 instead.',
			{ code: 'InvalidParameter' },
		),
		{ source: 'Gitlawb/openclaude#331', request: { limits: { maxOutputTokens: 32_000 } } },
	),
	learned(
		'a limit that is too large, DeepSeek',
		'compatible',
		({ max_tokens: limit }) => Number(limit) <= 8_192,
		bad('Invalid max_tokens value, the valid range of max_tokens is [1, 8192]'),
		{ source: 'we0-dev/we0#56', request: { limits: { maxOutputTokens: 9_000 } } },
	),
	learned(
		'a limit that is too large, Bedrock',
		'compatible',
		({ max_tokens: limit }) => Number(limit) <= 2_048,
		bad(
			'The maximum tokens you requested exceeds the model limit of 2048. Try again with a maximum tokens value that is lower than 2048.',
		),
		{ source: 'aws-samples/bedrock-access-gateway#41', request: { limits: { maxOutputTokens: 4_000 } } },
	),
	learned(
		'a default that is too large',
		'anthropic',
		({ max_tokens: limit }) => Number(limit) <= 4_096,
		badA('max_tokens: 16384 > 4096, which is the maximum allowed number of output tokens for some-model'),
	),
	learned(
		'a limit that is too large',
		'gemini',
		(body) => Number(configOf(body).maxOutputTokens) <= 8_192,
		badG(
			'Unable to submit request because it has a maxOutputTokens value of 50000 but the supported range is from 1 (inclusive) to 8193 (exclusive). maxOutputTokens must be less than or equal to 8192.',
		),
		{ request: { limits: { maxOutputTokens: 50_000 } } },
	),
	{
		name: 'what is left of the window',
		source: 'claude-code-best/claude-code#272',
		on: 'compatible',
		request: { limits: { maxOutputTokens: 64_000 } },
		replies: wants(
			({ max_tokens: limit }) => Number(limit) <= 39_766,
			bad(
				"'max_tokens' or 'max_completion_tokens' is too large: 64000. This model's maximum context length is 64001 tokens and your request has 24235 input tokens (64000 > 64001 - 24235)",
			),
		),
		items: 2,
		// For this prompt only: the next one is asked with its own limit again.
		expected: { ...PARIS, calls: 4 },
	},
	{
		name: 'what is left of the window',
		source: 'continuedev/continue#6080',
		on: 'anthropic',
		request: { limits: { maxOutputTokens: 32_768 } },
		replies: wants(
			({ max_tokens: limit }) => Number(limit) <= 20_587,
			badA(
				'input length and `max_tokens` exceed context limit: 179413 + 32768 > 200000, decrease input length or `max_tokens` and try again',
			),
			'anthropic',
		),
		expected: { ...PARIS, calls: 2 },
	},
	{
		name: 'what the account can pay for',
		source: 'QwenLM/qwen-code#73',
		on: 'compatible',
		replies: wants(
			({ max_tokens: limit }) => Number(limit) <= 30_104,
			bad(
				'This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 30104.',
				{ code: 402 },
				402,
			),
		),
		expected: { ...PARIS, calls: 2 },
	},
	{
		name: 'nothing that the account can pay for',
		source: 'anomalyco/opencode#12219',
		on: 'compatible',
		replies: bad(
			'This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 0.',
			{ code: 402 },
			402,
		),
		expected: { category: 'quotaExhausted', calls: 1 },
	},
	learned(
		'roles must alternate',
		'compatible',
		(body) => messagesOf(body).length === 1,
		bad('Conversation roles must alternate user/assistant/user/assistant/...'),
		{ request: USER_TWICE },
	),
	learned(
		'roles should be alternating, Perplexity',
		'compatible',
		(body) => messagesOf(body).length === 1,
		bad('After the (optional) system message(s), user and assistant roles should be alternating.', {
			type: 'invalid_message',
		}),
		{ source: 'perplexityai/api-discussion#265', request: USER_TWICE },
	),
	learned(
		'roles must alternate because of the system message',
		'compatible',
		noSystem,
		bad('Conversation roles must alternate user/assistant/user/assistant/...', {}, 500),
		{ source: 'EricLBuehler/mistral.rs#45', request: system },
	),
	learned('no system role', 'compatible', noSystem, bad('System role not supported', {}, 500), {
		source: 'sgl-project/sglang#892',
		request: system,
	}),
	learned(
		'no system role, by its place',
		'compatible',
		noSystem,
		bad("Unsupported value: 'messages[0].role' does not support 'system' with this model.", {
			param: 'messages[0].role',
			code: 'unsupported_value',
		}),
		{ source: 'tailcallhq/forgecode#1177', request: system },
	),
	learned(
		'no system role, a parser of Rust',
		'compatible',
		noSystem,
		bad(
			'Failed to deserialize the JSON body into the target type: messages[0].role: unknown variant `system`, expected `user` or `assistant`',
		),
		{ source: 'aattaran/deepclaude#29', request: system },
	),
	learned(
		'no system instruction',
		'gemini',
		({ systemInstruction }) => systemInstruction === undefined,
		badG('Developer instruction is not enabled for models/gemma-3-27b-it'),
		{ request: system },
	),
	learned(
		'no system message',
		'anthropic',
		({ system: text }) => text === undefined,
		badA('system: system messages are not supported by this model'),
		{ request: system },
	),
	learned(
		'temperature: only 1',
		'compatible',
		({ temperature }) => temperature === undefined,
		bad('invalid temperature: only 1 is allowed for this model'),
		{ source: 'NousResearch/hermes-agent#9125', request: warm },
	),
	learned(
		'temperature: only the default',
		'openAi',
		({ temperature }) => temperature === undefined,
		bad(
			"Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
			{ param: 'temperature', code: 'unsupported_value' },
		),
		{ source: 'BeehiveInnovations/pal-mcp-server#78', request: warm },
	),
	learned(
		'temperature is deprecated',
		'anthropic',
		({ temperature }) => temperature === undefined,
		badA('`temperature` is deprecated for this model.'),
		{ request: warm },
	),
	learned(
		'temperature',
		'gemini',
		(body) => configOf(body).temperature === undefined,
		badG('Unknown name "temperature" at \'generation_config\': Cannot find field.'),
		{ request: warm },
	),
	learned(
		'stream_options, Mistral',
		'compatible',
		({ stream_options }) => stream_options === undefined,
		json(422, { detail: [{ loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }] }),
	),
	learned(
		'stream_options, Databricks',
		'compatible',
		({ stream_options }) => stream_options === undefined,
		bad('json: unknown field "stream_options"'),
		{ source: 'continuedev/continue#12936' },
	),
	learned(
		'stream_options, Fireworks',
		'compatible',
		({ stream_options }) => stream_options === undefined,
		bad("Extra inputs are not permitted, field: 'stream_options'"),
		{ source: 'FlowiseAI/Flowise#2866' },
	),
	learned(
		'stream_options on a server of OpenAI',
		'openAi',
		({ stream_options }) => stream_options === undefined,
		bad('Unrecognized request argument supplied: stream_options'),
	),
	learned(
		'reasoning_effort, Groq',
		'compatible',
		({ reasoning_effort }) => reasoning_effort === undefined,
		bad("property 'reasoning_effort' is unsupported"),
		{ source: 'diegosouzapw/OmniRoute#11116', request: { reasoningEffort: 'low' } },
	),
	learned(
		'another effort',
		'compatible',
		({ reasoning_effort: effort }) => effort === 'medium',
		bad('Unexpected reasoning effort high. Supported types are medium, low'),
		{ source: 'diegosouzapw/OmniRoute#11116', request: { reasoningEffort: 'high' } },
	),
	{
		...learned('response_format, LM Studio', 'openAi', () => false, bad('')),
		source: 'lmstudio-ai/lmstudio-bug-tracker#189',
		modelId: 'gpt-4o',
		request: JSON_WANTED,
		replies: ({ body }) =>
			body.response_format
				? json(400, { error: "'response_format.type' must be 'text'" })
				: json(200, JSON_ANSWER),
		expected: {
			text: '{"city":"Paris"}',
			calls: 3,
			sent: (requests) => expect(JSON.stringify(requests.at(-1)!.body.messages)).toContain('JSON Schema'),
		},
	},
	{
		name: 'a schema that is not taken',
		source: 'simonw/llm-gemini#49',
		on: 'gemini',
		items: 2,
		request: JSON_WANTED,
		replies: ({ body }) =>
			configOf(body).responseJsonSchema
				? badG(
						'Invalid JSON payload received. Unknown name "additionalProperties" at \'generation_config.response_schema\': Cannot find field.',
					)
				: json(200, {
						candidates: [{ content: { parts: [{ text: '{"city":"Paris"}' }] }, finishReason: 'STOP' }],
					}),
		expected: { text: '{"city":"Paris"}', calls: 3 },
	},
	{
		name: 'JSON output that is not taken',
		on: 'anthropic',
		modelId: 'claude-sonnet-4-6',
		items: 2,
		request: JSON_WANTED,
		replies: ({ body }) =>
			body.output_config
				? badA('output_config: Extra inputs are not permitted')
				: json(200, {
						id: 'm',
						type: 'message',
						content: [{ type: 'text', text: '{"city":"Paris"}' }],
						stop_reason: 'end_turn',
						usage: { input_tokens: 1, output_tokens: 1 },
					}),
		expected: { text: '{"city":"Paris"}', calls: 3 },
	},
	// Nothing that is not named is tried
	...onEach(() => ({
		name: 'a refusal that quotes the request',
		request: { ...warm, ...system },
		replies: json(422, {
			detail: [
				{
					loc: ['body', 'metadata'],
					msg: 'Value error, bad tenant',
					input: { stream_options: {}, stream: true, temperature: 0, max_tokens: 5, response_format: {} },
				},
			],
		}),
		expected: { category: 'invalidRequest' as const, calls: 1 },
	})),
	...onEach(() => ({
		name: 'a refusal that quotes the request in its words',
		request: { ...warm, ...system },
		replies: bad(
			'Bad tenant in {"stream":true,"stream_options":{"include_usage":true},"temperature":0,"max_tokens":4096}',
		),
		expected: { category: 'invalidRequest' as const, calls: 1 },
	})),
	{
		name: 'a remedy that does not help is not tried at each call',
		on: 'compatible',
		items: 3,
		request: warm,
		replies: bad("Unsupported parameter: 'temperature'"),
		expected: { category: 'invalidRequest', calls: 4 },
	},
	...(['image/jpg', 'IMAGE/PNG', 'image/pjpeg', 'Image/JPEG; charset=binary'] as const).flatMap((mediaType) =>
		onEach((on) => ({
			name: `an image of type ${mediaType}`,
			request: {
				messages: [
					{
						role: 'user' as const,
						parts: [
							{ type: 'text' as const, text: 'What is it?' },
							{ type: 'file' as const, file: { kind: 'image' as const, mediaType, data: 'aGVsbG8=' } },
						],
					},
				],
			},
			replies: ok(GOOD[on]),
			expected: {
				...PARIS,
				sent: ([request]) => {
					const sent = JSON.stringify(request!.body);
					expect(sent).toMatch(/png/i.test(mediaType) ? /image\/png/ : /image\/jpeg/);
					expect(sent).not.toMatch(/image\/jpg|IMAGE|pjpeg|charset/);
				},
			},
		})),
	),
];
