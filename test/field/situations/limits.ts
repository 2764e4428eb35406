/** Prompts, requests and accounts that are at their limit. */
import type { Situation } from '../situation';
import { refused, said } from './refused';

/** A context overflow in each server's words. */
const OVERFLOWS: ReadonlyArray<[server: string, status: number, words: string, source?: string]> = [
	[
		'LM Studio',
		400,
		'Trying to keep the first 5000 tokens when context the overflows. The number of tokens to keep from the initial prompt is greater than the context length.',
	],
	['LM Studio, newer', 400, 'Context size has been exceeded.'],
	['GLM, Poolside', 400, 'Prompt of 140000 tokens exceeds the maximum allowed input length of 131072.'],
	[
		'Together, SGLang',
		400,
		"The input (140000 tokens) is longer than the model's context length (131072 tokens).",
	],
	['Kimi', 400, 'Invalid request: Your request exceeded model token limit: 131072'],
	['MiniMax', 400, 'invalid params, context window exceeds limit (2013)'],
	['Cohere', 400, 'too many tokens: size limit exceeded by 11326 tokens.'],
	[
		'DashScope',
		400,
		'<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 98304]',
		'QwenLM/qwen-code#98',
	],
	[
		'GitHub Models',
		400,
		'prompt token count of 146270 exceeds the limit of 128000',
		'microsoft/vscode#289219',
	],
	[
		'Vertex',
		400,
		'Unable to submit request because the input token count is 1251952 but model only supports up to 1048576.',
		'google-gemini/gemini-cli#19727',
	],
	['Perplexity', 400, 'The total length of all messages is too long.', 'BerriAI/litellm#21647'],
	['Bedrock', 400, 'Input exceeds the max input token limit', 'openclaw/openclaw#58839'],
	['Bedrock, other words', 400, 'too many input tokens', 'BerriAI/litellm#21647'],
	[
		'gpustack',
		400,
		'Illegal param: prefill 744 tokens exceed n_ctx_per_seq, try increasing total context size',
		'gpustack/gpustack#1845',
	],
	['ds4', 400, 'Prompt tokens (9000) exceeds context size (8192)', 'antirez/ds4#150'],
	['Ollama', 500, 'the input length exceeds the context length'],
	['vLLM', 400, "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens."],
];

export const LIMITS: readonly Situation[] = [
	// Context overflows
	...OVERFLOWS.flatMap(([server, status, words, source]) => [
		refused(`overflow in the words of ${server}`, status, said(words), 'contextOverflow', { source }),
		refused(
			`overflow in the words of ${server}`,
			status,
			{ type: 'error', error: { type: 'invalid_request_error', message: words } },
			'contextOverflow',
			{ on: 'anthropic', source },
		),
	]),
	// Rates, quotas, requests that are too large
	refused(
		'one request larger than a minute of the account',
		429,
		{
			error: {
				message:
					'Request too large for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Requested 36000. The input or output tokens must be reduced in order to run successfully.',
				type: 'tokens',
				code: 'rate_limit_exceeded',
			},
		},
		'invalidRequest',
		{ expected: { message: /larger than the account/ } },
	),
	refused(
		'Groq: requested more than the limit, with a Retry-After',
		429,
		{
			error: {
				message:
					'Rate limit reached for model on tokens per minute (TPM): Limit 7000, Used 0, Requested ~12903. Please try again in 50.6s',
				code: 'rate_limit_exceeded',
			},
		},
		'invalidRequest',
		{ source: 'danielmiessler/Fabric#364', headers: { 'retry-after': '51' } },
	),
	refused(
		'Groq: a day is used up, the time in words',
		429,
		{
			error: {
				message:
					'Rate limit reached on tokens per day (TPD): Limit 100000, Used 97050, Requested 3619. Please try again in 9m38.016s.',
				code: 'rate_limit_exceeded',
			},
		},
		'rateLimited',
		{ source: 'continuedev/continue#10920', expected: { retryAfterMs: 578_016 } },
	),
	refused(
		'OpenAI: the time in ms in words',
		429,
		{
			error: {
				message:
					'Rate limit reached for gpt-4o: Limit 500, Used 500, Requested 1. Please try again in 579ms.',
				code: 'rate_limit_exceeded',
			},
		},
		'rateLimited',
		{ expected: { retryAfterMs: 579 } },
	),
	refused(
		'Azure: seconds in words',
		429,
		{
			error: {
				code: '429',
				message:
					'Your requests have exceeded the token rate limit of your current pricing tier. Please retry after 45 seconds.',
			},
		},
		'rateLimited',
		{ source: 'icereed/paperless-gpt#814', expected: { retryAfterMs: 45_000 } },
	),
	refused(
		'too many tokens, please wait: a limit, not an overflow',
		429,
		{ message: 'Too many tokens, please wait before trying again.' },
		'rateLimited',
		{ source: 'anomalyco/opencode#39621' },
	),
	refused(
		'Cerebras: a minute of tokens',
		429,
		{
			message: 'Tokens per minute limit exceeded - too many tokens processed.',
			type: 'too_many_tokens_error',
			param: 'quota',
			code: 'token_quota_exceeded',
		},
		'rateLimited',
		{ source: 'cline/cline#9108' },
	),
	refused(
		"Gemini's /openai door: a minute's quota in a list",
		429,
		[
			{
				error: {
					code: 429,
					message: 'You exceeded your current quota, please check your plan and billing details.',
					status: 'RESOURCE_EXHAUSTED',
					details: [
						{
							'@type': 'type.googleapis.com/google.rpc.QuotaFailure',
							violations: [{ quotaId: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier' }],
						},
						{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '0.4s' },
					],
				},
			},
		],
		'rateLimited',
		{ expected: { retryAfterMs: 400 } },
	),
	refused(
		"Gemini's /openai door: a day's quota",
		429,
		[
			{
				error: {
					code: 429,
					message: 'You exceeded your current quota',
					status: 'RESOURCE_EXHAUSTED',
					details: [
						{ violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }] },
						{ retryDelay: '20s' },
					],
				},
			},
		],
		'quotaExhausted',
	),
	refused(
		'Vertex: a minute limit in words',
		429,
		[
			{
				error: {
					code: 429,
					message:
						'Quota exceeded for aiplatform.googleapis.com/online_prediction_requests_per_base_model with base model: x.',
					status: 'RESOURCE_EXHAUSTED',
				},
			},
		],
		'rateLimited',
		{ source: 'yym68686/uni-api#41' },
	),
	refused(
		'Zhipu: no balance',
		429,
		{ error: { code: '1113', message: '余额不足或无可用资源包,请充值。' } },
		'quotaExhausted',
		{ source: 'continuedev/continue#11823' },
	),
	refused(
		'Zhipu: too fast',
		429,
		{ error: { code: '1302', message: '您的账户已达到速率限制，请您控制请求频率' } },
		'rateLimited',
		{ source: 'kaitranntt/ccs#402' },
	),
	refused(
		'Zhipu: five hours are used up',
		429,
		{
			error: {
				code: '1308',
				message: 'Usage limit reached for 5 hour. Your limit will reset at 2026-08-27 21:31:39',
			},
		},
		'quotaExhausted',
		{ source: 'dirge-code/dirge#818' },
	),
	refused(
		'an empty account that is called a rate limit',
		429,
		{
			type: 'error',
			error: {
				type: 'rate_limit_error',
				message:
					'Upstream provider KIMI returned HTTP 429. Category: exceeded_current_quota_error. Your account org-1 <ak-f8f7f6f5f4f3f2f1> is suspended due to insufficient balance',
			},
		},
		'quotaExhausted',
		{ on: 'anthropic', source: 'Alishahryar1/free-claude-code#1223', expected: { notSaid: /ak-f8f7/ } },
	),
	refused(
		'OneAPI: no quota',
		403,
		{
			error: { message: 'user quota is not enough', type: 'one_api_error', code: 'insufficient_user_quota' },
		},
		'quotaExhausted',
		{ source: 'songquanpeng/one-api relay/controller/error.go' },
	),
	refused(
		'xAI: all credits used',
		429,
		{
			code: 'x',
			error: 'Your team 16f2 has either used all available credits or reached its monthly spending limit.',
		},
		'quotaExhausted',
	),
	refused(
		'Anthropic: usage limits of the account',
		400,
		{
			type: 'error',
			error: {
				type: 'invalid_request_error',
				message:
					'You have reached your specified API usage limits. You will regain access on 2026-09-01 at 00:00 UTC.',
			},
		},
		'quotaExhausted',
		{ on: 'anthropic', source: 'BerriAI/litellm#37599' },
	),
	refused(
		'Mistral: the tier has no capacity',
		429,
		{
			object: 'error',
			message: 'Service tier capacity exceeded for this model.',
			type: 'service_tier_capacity_exceeded',
			code: '3505',
		},
		'overloaded',
		{ source: 'continuedev/continue#6185' },
	),
	refused(
		'HuggingFace: loading, with its time',
		503,
		{ error: 'Model x is currently loading', estimated_time: 20.5 },
		'overloaded',
		{ source: 'BerriAI/litellm#1242', expected: { retryAfterMs: 20_500 } },
	),
	refused(
		'Gemini: capacity, with RetryInfo',
		503,
		{
			error: {
				code: 503,
				message: 'No capacity available',
				status: 'UNAVAILABLE',
				details: [{ reason: 'MODEL_CAPACITY_EXHAUSTED' }, { retryDelay: '40s' }],
			},
		},
		'overloaded',
		{ on: 'gemini', source: 'google-gemini/gemini-cli#23520', expected: { retryAfterMs: 40_000 } },
	),
];
