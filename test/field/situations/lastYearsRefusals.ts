/** A third look, at reports of the last twelve months: requests that were refused. */
import { GOOD, json, ok, PARIS } from '../situation';
import type { Protocol, Situation } from '../situation';
import { refused, said } from './refused';

const TOOLS = [{ name: 'look', schema: { type: 'object' } }];

/** What another model called in an earlier turn, and a question after its result. */
const LATER_TURN = (id = 'call_49c89af0'): Situation['request'] => ({
	tools: TOOLS,
	messages: [
		{ role: 'user', parts: [{ type: 'text', text: 'Where is the Louvre?' }] },
		{ role: 'assistant', parts: [{ type: 'toolCall', id, name: 'look', input: '{}' }] },
		{ role: 'tool', parts: [{ type: 'toolResult', id, name: 'look', output: 'Paris' }] },
		{ role: 'user', parts: [{ type: 'text', text: 'What is the capital of France?' }] },
	],
});

/** A conversation that the model's own words end. */
const ENDS_WITH_ANSWER: Situation['request'] = {
	messages: [
		{ role: 'user', parts: [{ type: 'text', text: 'What is the capital of France?' }] },
		{ role: 'assistant', parts: [{ type: 'text', text: 'The capital is' }] },
	],
};

type Turn = { role?: string; content?: unknown; parts?: unknown } & Record<string, unknown>;
const turnsOf = (body: Record<string, unknown>): Turn[] => (body.messages ?? body.contents) as Turn[];

/** Refused once, and taken in the form that the refusal names. */
const mended = (
	name: string,
	source: string,
	refusal: unknown,
	request: Situation['request'],
	sent: (second: Record<string, unknown>) => void,
	{ on = 'compatible', status = 400, ...more }: { on?: Protocol; status?: number; modelId?: string } = {},
): Situation => ({
	name,
	source,
	on,
	...more,
	request,
	replies: [json(status, refusal), ok(GOOD[on])],
	expected: { ...PARIS, calls: 2, sent: (requests) => sent(requests[1]!.body) },
});

const idsIn = (body: object): string[] =>
	[...JSON.stringify(body).matchAll(/"(?:id|tool_call_id)":"([^"]*)"/g)].map(([, id]) => id!);

const REMEDIES: readonly Situation[] = [
	mended(
		'Claude: the conversation must end with a user message',
		'smallmain/vscode-unify-chat-provider#249',
		{
			type: 'error',
			error: {
				type: 'invalid_request_error',
				message:
					'This model does not support assistant message prefill. The conversation must end with a user message.',
			},
		},
		ENDS_WITH_ANSWER,
		(second) => expect(turnsOf(second).at(-1)!.role).toBe('user'),
		{ on: 'anthropic' },
	),
	mended(
		'the same behind a gateway',
		'llm-exe/llm-exe#503',
		said(
			'This model does not support assistant message prefill. The conversation must end with a user message.',
		),
		ENDS_WITH_ANSWER,
		(second) => expect(turnsOf(second).at(-1)!.role).toBe('user'),
	),
	mended(
		'Mistral: the last turn is the user’s or a tool’s',
		'0xPlaygrounds/rig#1130',
		said('Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant', {
			type: 'invalid_request_message_order',
			code: '3230',
		}),
		ENDS_WITH_ANSWER,
		(second) => expect(turnsOf(second).at(-1)!.role).toBe('user'),
	),
	mended(
		"Mistral behind NIM: no user's turn right after a tool's",
		'NousResearch/hermes-agent#20154',
		{
			object: 'error',
			message: "Unexpected role 'user' after role 'tool'",
			type: 'invalid_request_message_order',
			param: null,
			code: '3230',
		},
		LATER_TURN(),
		(second) =>
			expect(turnsOf(second).map(({ role }) => role)).toEqual([
				'user',
				'assistant',
				'tool',
				'assistant',
				'user',
			]),
	),
	{
		name: 'ids of calls of at most 40 characters',
		source: 'BerriAI/litellm#17343',
		on: 'compatible',
		request: LATER_TURN(`toolu_${'x'.repeat(77)}`),
		replies: ({ body }) =>
			idsIn(body).every((id) => id.length <= 40)
				? ok(GOOD.compatible)
				: json(
						400,
						said(
							"Invalid 'messages[1].tool_calls[0].id': string too long. Expected a string with maximum length 40, but got a string with length 83 instead.",
							{ code: 'string_above_max_length', param: 'messages[1].tool_calls[0].id' },
						),
					),
		expected: { ...PARIS, sent: (requests) => expect(new Set(idsIn(requests.at(-1)!.body)).size).toBe(1) },
	},
	refused(
		'an id that is too long is no long prompt',
		400,
		said(
			"Invalid 'input[95].call_id': string too long. Expected a string with maximum length 64, but got a string with length 116 instead.",
			{ code: 'string_above_max_length' },
		),
		'invalidRequest',
		{ source: 'AnswerDotAI/fastllm#45' },
	),
	mended(
		'DeepSeek V4 under another name: thoughts of all turns, though there are none',
		'MoonshotAI/kimi-cli#2141',
		said('The `reasoning_content` in the thinking mode must be passed back to the API.', { param: null }),
		{
			messages: [
				{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] },
				{ role: 'assistant', parts: [{ type: 'text', text: 'Good day.' }] },
				{ role: 'user', parts: [{ type: 'text', text: 'What is the capital of France?' }] },
			],
		},
		(second) => expect(turnsOf(second)[1]).toHaveProperty('reasoning_content'),
		{ modelId: 'house-model' },
	),
	mended(
		'the same with calls of another model',
		'openclaw/openclaw#73417',
		said('The `reasoning_content` in the thinking mode must be passed back to the API.', { param: null }),
		LATER_TURN(),
		(second) => expect(turnsOf(second)[1]).toHaveProperty('reasoning_content'),
		{ modelId: 'house-model' },
	),
	mended(
		'Gemini: no level of thinking',
		'RooCodeInc/Roo-Code#10700',
		{
			error: {
				code: 400,
				message: 'Thinking level is not supported for this model.',
				status: 'INVALID_ARGUMENT',
			},
		},
		{ reasoningEffort: 'low' },
		(second) => expect(JSON.stringify(second)).not.toContain('thinkingLevel'),
		{ on: 'gemini', modelId: 'gemini-3-nano' },
	),
	mended(
		'Gemini: thinking cannot be switched off',
		'earendil-works/pi#3460',
		{
			error: {
				code: 400,
				message: 'Unable to submit request because The model does not support setting thinking_budget to 0',
				status: 'INVALID_ARGUMENT',
			},
		},
		{ reasoningEffort: 'none' },
		(second) => expect(JSON.stringify(second)).not.toContain('"thinkingBudget":0'),
		{ on: 'gemini', modelId: 'gemini-2.5-flash' },
	),
	mended(
		'Moonshot: only 0.6 where it does not think',
		'HKUDS/nanobot#4967',
		said('invalid temperature: only 0.6 is allowed for this model'),
		{ limits: { temperature: 1 } },
		(second) => expect(second).not.toHaveProperty('temperature'),
	),
];

const NO_ROOM: readonly Situation[] = [
	refused(
		'vLLM: a prompt that leaves less than nothing for the answer',
		400,
		{
			error: {
				message: 'max_tokens must be at least 1, got -7584. (parameter=max_tokens, value=-7584)',
				type: 'BadRequestError',
				param: 'max_tokens',
				code: 400,
			},
		},
		'contextOverflow',
		{ source: 'vllm-project/vllm#36789', request: { limits: { maxOutputTokens: 100 } } },
	),
	refused(
		'vLLM: the same, in newer words',
		400,
		{
			error: {
				message: "Input length (11680) exceeds model's maximum context length (4096).",
				type: 'BadRequestError',
				param: null,
				code: 400,
			},
		},
		'contextOverflow',
		{ source: 'vllm-project/vllm#36789' },
	),
	...[400, 500].map((status) =>
		refused(
			`a template of Qwen that finds no question of a user, as a ${status}`,
			status,
			status === 400
				? {
						error:
							'Error rendering prompt with jinja template: "No user query found in messages.".\n\nThis is usually an issue with the model\'s prompt template.',
					}
				: {
						error: {
							code: 500,
							message:
								'\n------------\nWhile executing CallExpression at line 79, column 24 in source\nError: Jinja Exception: No user query found in messages.',
							type: 'server_error',
						},
					},
			'invalidRequest',
			{
				source:
					status === 400 ? 'lmstudio-ai/lmstudio-bug-tracker#1655' : 'MoonlightByte/NeverEndingQuest#179',
			},
		),
	),
	refused('Open WebUI: a 400 without a body', 400, '', 'invalidRequest', { source: 'n8n-io/n8n#30693' }),
];

const ACCOUNTS: readonly Situation[] = [
	refused(
		'Z.ai: fair use, until it is asked for in writing',
		429,
		said(
			"Your account's current usage pattern does not comply with the Fair Usage Policy, and your request frequency has been limited. For details, please refer to the Subscription Service Agreement. To restore access, please submit a request.",
			{ code: '1313' },
		),
		'quotaExhausted',
		{ source: 'zai-org/GLM-5#77' },
	),
	refused(
		'Z.ai: the same by the protocol of Claude',
		429,
		{
			type: 'error',
			error: {
				type: '1313',
				message:
					"[1313][Your account's current usage pattern does not comply with the Fair Usage Policy, and your request frequency has been limited.][20260610]",
			},
		},
		'quotaExhausted',
		{ source: 'zai-org/GLM-5#77', on: 'anthropic' },
	),
	...[
		[
			"you've reached your hourly usage limit, please wait or upgrade to continue",
			'continuedev/continue#9233',
		],
		[
			'you (name) have reached your session usage limit, please wait or upgrade to continue',
			'continuedev/continue#10579',
		],
	].map(([words, source]) =>
		refused(`Ollama’s cloud: "${words!.slice(0, 30)}…"`, 429, { error: words }, 'quotaExhausted', { source }),
	),
	refused(
		'Ollama’s cloud: one model wants a subscription, the key is well',
		403,
		{
			type: 'error',
			error: {
				type: 'permission_error',
				message: 'this model requires a subscription, upgrade for access: https://ollama.com/upgrade',
			},
		},
		'modelNotFound',
		{ source: 'ollama/ollama#15990', on: 'anthropic' },
	),
	refused(
		'Ollama’s cloud: the same by the protocol of OpenAI',
		403,
		{ error: 'this model requires a subscription, upgrade for access: https://ollama.com/upgrade' },
		'modelNotFound',
		{ source: 'xtekky/gpt4free#3436' },
	),
	refused(
		'Claude: paid apart from the plan',
		400,
		{
			type: 'error',
			error: {
				type: 'invalid_request_error',
				message:
					"Third-party apps now draw from your extra usage, not your plan limits. We've added a $20 credit to get you started. Claim it at claude.ai/settings/usage and keep going.",
			},
		},
		'quotaExhausted',
		{ source: 'anthropics/claude-code#45048', on: 'anthropic' },
	),
	refused(
		'Copilot: days of waiting, in words',
		429,
		said(
			"Sorry, you've hit a rate limit that restricts the number of Copilot model requests you can make within a specific time period. Please try again in 58 hours. Please review our Terms of Service.",
			{ code: 'rate_limited' },
		),
		'rateLimited',
		{ source: 'github/copilot-cli#2696', expected: { retryAfterMs: 58 * 3_600_000 } },
	),
	refused(
		'HuggingFace’s router: no balance, as a name where the words should be',
		403,
		{ message: 'NOT_ENOUGH_BALANCE' },
		'quotaExhausted',
		{ source: 'huggingface/hub-docs#2392' },
	),
	refused(
		'Sub2API: no balance, as a 403',
		403,
		{ code: 'INSUFFICIENT_BALANCE', message: 'Insufficient account balance' },
		'quotaExhausted',
		{ source: 'Wei-Shaw/sub2api#890' },
	),
	refused(
		'New API: no balance, in Chinese',
		403,
		said('用户额度不足, 剩余额度: ＄-0.000002', { type: 'new_api_error' }),
		'quotaExhausted',
		{ source: 'QuantumNous/new-api#6929' },
	),
	refused(
		'xAI: a filter as a 403 that speaks of permissions',
		403,
		{
			code: 'The caller does not have permission to execute the specified operation',
			error:
				'Content violates usage guidelines. Team: x, API key ID: y, Model: grok-4, Failed check: SAFETY_CHECK_TYPE_BIO',
		},
		'contentFiltered',
		{ source: 'theopenco/llmgateway#1785' },
	),
	refused(
		'HuggingFace: the end of a window as the draft of the standard writes it',
		429,
		{ error: 'Too Many Requests' },
		'rateLimited',
		{
			source: 'huggingface/huggingface_hub#3553',
			headers: { ratelimit: '"api";r=0;t=55', 'ratelimit-policy': '"fixed window";"api";q=500;w=300' },
			expected: { retryAfterMs: 55_000 },
		},
	),
	refused(
		'Vertex: a key where it wants a token',
		401,
		{
			error: {
				code: 401,
				message:
					'API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials that assert a principal.',
				status: 'UNAUTHENTICATED',
			},
		},
		'authentication',
		{ source: 'google-gemini/gemini-cli#28622', on: 'gemini', expected: { message: /OAuth2/ } },
	),
];

export const LAST_YEARS_REFUSALS: readonly Situation[] = [...REMEDIES, ...NO_ROOM, ...ACCOUNTS];
