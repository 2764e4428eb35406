/** Refusals that name their remedy: asked again in the form that they name, once, and remembered. */
import { json, PARIS } from '../situation';
import type { Situation } from '../situation';
import { wants, learned, bad, badA, badG, LONG_TOOL, descriptionsOf, configOf, limits } from './asking';

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
];
