/** The same for roles, messages, formats and tools: what is refused is the form of the conversation. */
import { GOOD, json, ok, onEach, PARIS } from '../situation';
import type { Situation } from '../situation';
import {
	learned,
	bad,
	badA,
	badG,
	messagesOf,
	noSystem,
	configOf,
	warm,
	system,
	JSON_WANTED,
	JSON_ANSWER,
	USER_TWICE,
} from './asking';

export const REMEDIES_OF_FORM: readonly Situation[] = [
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
