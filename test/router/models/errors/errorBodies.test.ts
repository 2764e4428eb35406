import { PROVIDER_REGISTRY, type CredentialProviderId } from '../../../../router/models/registry';
import { ModelError } from '../../../../router/types';
import { ask, KEY, read, sleep } from '../protocols';

const PROMPT = 'The secret recipe of my grandmother is CANARY-PROMPT with much butter';

describe('error bodies of servers in the wild', () => {
	const json = { 'content-type': 'application/json' };
	/** What a provider's client makes of one response. */
	async function errorOf(
		status: number,
		body: unknown,
		headers: Record<string, string> = json,
		provider: CredentialProviderId = 'openAiCompatible',
	) {
		const text = typeof body === 'string' ? body : JSON.stringify(body);
		const client = PROVIDER_REGISTRY[provider].createClient({
			baseUrl: 'http://llm.example/v1',
			modelId: 'some-model',
			fetch: () => Promise.resolve(new Response(text, { status, headers })),
			now: () => Date.parse('2026-01-01T00:00:00Z'),
			sleep,
			random: Math.random,
		});
		const stream = client.stream(ask(PROMPT), KEY, new AbortController().signal);
		const error = await read(stream).catch((caught: unknown) => caught);
		if (error instanceof ModelError) return error;
		throw error;
	}

	test.each([
		[
			'vLLM, flat',
			400,
			{
				object: 'error',
				message: "This model's maximum context length is 4096 tokens.",
				type: 'BadRequestError',
				code: 400,
			},
			'contextOverflow',
		],
		[
			'llama.cpp',
			400,
			{
				error: {
					code: 400,
					message: 'the request exceeds the available context size',
					type: 'exceed_context_size_error',
				},
			},
			'contextOverflow',
		],
		['Ollama, text', 500, { error: 'the input length exceeds the context length' }, 'contextOverflow'],
		[
			'Ollama, model',
			404,
			{ error: { message: 'model "x" not found, try pulling it first', type: 'not_found_error' } },
			'modelNotFound',
		],
		[
			'Groq, too large',
			413,
			{ error: { message: 'Request too large for model', code: 'rate_limit_exceeded' } },
			'contextOverflow',
		],
		[
			'Groq, decommissioned',
			400,
			{ error: { message: 'The model has been decommissioned', code: 'model_decommissioned' } },
			'modelNotFound',
		],
		[
			'DeepSeek, no money',
			402,
			{ error: { message: 'Insufficient Balance', type: 'unknown_error', code: 'invalid_request_error' } },
			'quotaExhausted',
		],
		[
			'DeepSeek, filter',
			400,
			{ error: { message: 'Content Exists Risk', type: 'invalid_request_error' } },
			'contentFiltered',
		],
		[
			'OpenRouter, moderation',
			403,
			{ error: { code: 403, message: 'Flagged', metadata: { reasons: ['violence'] } } },
			'contentFiltered',
		],
		[
			'OpenRouter, inside a 200',
			200,
			{
				error: {
					code: 429,
					message: 'Provider returned error',
					metadata: { raw: 'model is rate-limited upstream' },
				},
			},
			'rateLimited',
		],
		[
			'Mistral, prompt',
			400,
			{
				object: 'error',
				message: 'Prompt contains 40000 tokens, too large for model with 32768 maximum context length',
				code: '3051',
			},
			'contextOverflow',
		],
		[
			'Mistral, field',
			422,
			{ detail: [{ loc: ['body', 'temperature'], msg: 'Input should be less than 1', input: PROMPT }] },
			'invalidRequest',
		],
		[
			'xAI',
			400,
			{
				code: 'Client specified an invalid argument',
				error: "This model's maximum prompt length is 131072 but the request contains 200000 tokens.",
			},
			'contextOverflow',
		],
		[
			'Gemini behind OpenAI',
			429,
			[{ error: { code: 429, message: 'Resource has been exhausted', status: 'RESOURCE_EXHAUSTED' } }],
			'rateLimited',
		],
		['a proxy without a body', 504, '', 'serverError'],
		['JSON null', 500, 'null', 'serverError'],
		['some other JSON', 200, { hello: 'world' }, 'serverError'],
	])('%s', async (_, status, body, category) => {
		const error = await errorOf(status, body);
		expect(error).toMatchObject({ category });
		expect(error.message).not.toMatch(/CANARY|grandmother|Provider returned error/);
	});

	const gemini = (code: number, status: string, detail: Record<string, unknown>) => ({
		error: { code, status, message: 'You exceeded your current quota', details: [detail] },
	});

	test.each([
		[
			'gemini',
			400,
			gemini(400, 'INVALID_ARGUMENT', { reason: 'API_KEY_INVALID' }),
			'authentication',
			undefined,
		],
		['gemini', 429, gemini(429, 'RESOURCE_EXHAUSTED', { retryDelay: '2.5s' }), 'rateLimited', 2500],
		[
			'gemini',
			429,
			gemini(429, 'RESOURCE_EXHAUSTED', { violations: [{ quotaId: 'RequestsPerDayFreeTier' }] }),
			'quotaExhausted',
			undefined,
		],
		['gemini', 200, [gemini(503, 'UNAVAILABLE', {})], 'overloaded', undefined],
		[
			'anthropic',
			400,
			{ type: 'error', error: { type: 'billing_error', message: 'No' } },
			'quotaExhausted',
			undefined,
		],
		[
			'anthropic',
			200,
			{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
			'overloaded',
			undefined,
		],
	] as const)('%s %s', async (provider, status, body, category, retryAfterMs) => {
		const error = await errorOf(status, body, json, provider);
		expect({ category: error.category, retryAfterMs: error.retryAfterMs }).toEqual({
			category,
			retryAfterMs,
		});
	});

	test('an error beside what there was of the answer', async () => {
		const choices = [{ index: 0, message: { content: 'half' }, finish_reason: 'stop' }];
		const error = { code: 429, message: 'upstream is busy' };
		expect((await errorOf(200, { choices, error }, { ...json, 'retry-after': '3' })).category).toBe(
			'rateLimited',
		);
		expect((await errorOf(200, { choices: [], error })).category).toBe('rateLimited');
	});

	test('plain text in a 200', async () => {
		const error = await errorOf(200, 'upstream is down', { 'content-type': 'text/plain' });
		expect(error.category).toBe('serverError');
	});

	test('a date in the past is no wait', async () => {
		const headers = { ...json, 'retry-after': 'Wed, 31 Dec 2025 23:00:00 GMT' };
		expect((await errorOf(429, {}, headers)).retryAfterMs).toBe(0);
	});

	test.each(['2, 2', 'soon', '5 s'])('"%s" names no time', async (words) => {
		const headers = { ...json, 'retry-after': words };
		expect((await errorOf(429, {}, headers)).retryAfterMs).toBeUndefined();
	});

	test('neither key nor prompt comes back', async () => {
		const masked = `${KEY.slice(0, 8)}${'*'.repeat(10)}cdef`;
		const words = `Bad ${KEY} and ${masked}, Bearer abc123, key=AIzaSyABCDEFGHIJKLMN in "${PROMPT.toString()}"`;
		const { message } = await errorOf(400, { error: { message: words } });
		expect(message).not.toMatch(/CANARY|sk-test|cdef|abc123|AIza|recipe|butter/);
		expect(message).toMatch(/^llm\.example did not accept the request \(400\): Bad …/);
	});
});
