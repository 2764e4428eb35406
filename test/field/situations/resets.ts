/** Rate limits that name the end of their window in headers, or are called quotas. */
import { EVENT_STREAM, events, JSON_TYPE } from '../situation';
import type { Expected, Situation } from '../situation';

const limited = (
	name: string,
	source: string,
	error: object,
	expected: Expected,
	headers: Record<string, string> = {},
): Situation => ({
	name,
	source,
	on: 'compatible',
	replies: { status: 429, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(error) },
	expected,
});

const openRouter = (message: string, reset: number) => ({
	error: {
		message,
		code: 429,
		metadata: {
			headers: {
				'X-RateLimit-Limit': '20',
				'X-RateLimit-Remaining': '0',
				'X-RateLimit-Reset': String(reset),
			},
		},
	},
});

const DAILY =
	'Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day';

export const RESETS: Situation[] = [
	limited(
		'Cerebras: a minute’s requests are a quota',
		'nminaya/grammar-nazi-bot#957',
		{
			message: 'Requests per minute limit exceeded - too many requests sent.',
			type: 'too_many_requests_error',
			param: 'quota',
			code: 'request_quota_exceeded',
		},
		{ category: 'rateLimited' },
	),
	limited(
		'Cerebras: a minute’s tokens are a quota',
		'anomalyco/opencode#7463',
		{
			message: 'Tokens per minute limit exceeded - too many tokens processed.',
			type: 'too_many_tokens_error',
			param: 'quota',
			code: 'token_quota_exceeded',
		},
		{ category: 'rateLimited' },
	),
	limited(
		'OpenRouter: a day’s free requests',
		'Gitlawb/openclaude#936',
		openRouter(DAILY, Date.now() + 3_600_000),
		{ category: 'quotaExhausted' },
	),
	{
		name: 'OpenRouter: the same in the middle of a stream',
		source: 'Avarok-Cybersecurity/atlas#543',
		on: 'compatible',
		replies: { headers: EVENT_STREAM, body: events(openRouter(DAILY, Date.now() + 3_600_000)) },
		expected: { category: 'quotaExhausted' },
	},
	limited(
		'OpenRouter: a minute’s free requests, with the headers in the body',
		'huggingface/smolagents#361',
		openRouter('Rate limit exceeded: free-models-per-min.', 0),
		{ category: 'rateLimited', retryAfterMs: 0 },
	),
	limited(
		'Azure: -1 left of -1, reset 0, no Retry-After',
		'openai/openai-dotnet#838',
		{ error: { code: 'RateLimitReached', message: 'Requests have exceeded the call rate limit.' } },
		{ category: 'rateLimited' },
		{
			'x-ratelimit-limit-tokens': '-1',
			'x-ratelimit-remaining-tokens': '-1',
			'x-ratelimit-reset-tokens': '0',
		},
	),
	limited(
		'Mistral: nothing left of the minute, no reset',
		'mistralai/client-ts#169',
		{ object: 'error', message: 'Requests rate limit exceeded', type: 'rate_limited', code: '1300' },
		{ category: 'rateLimited', retryAfterMs: 60_000 },
		{ 'x-ratelimit-limit-req-minute': '60', 'x-ratelimit-remaining-req-minute': '0' },
	),
	limited(
		'Groq: the limit that is used up of two',
		'mindcraft-bots/mindcraft#188',
		{ error: { message: 'Rate limit reached.', type: 'tokens', code: 'rate_limit_exceeded' } },
		{ category: 'rateLimited', retryAfterMs: 7_660 },
		{
			'x-ratelimit-limit-requests': '14400',
			'x-ratelimit-remaining-requests': '14370',
			'x-ratelimit-reset-requests': '2m59.56s',
			'x-ratelimit-limit-tokens': '6000',
			'x-ratelimit-remaining-tokens': '0',
			'x-ratelimit-reset-tokens': '7.66s',
		},
	),
	limited(
		'a reset of -1 and a Retry-After in the past',
		'alisaifee/flask-limiter#56',
		{ error: { message: 'Too Many Requests' } },
		{ category: 'rateLimited', retryAfterMs: 0 },
		{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '-1', 'retry-after': '-1466247819' },
	),
];
