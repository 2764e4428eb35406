import type { ClientSettings } from '../../../../router/models/settings';
import { createHttp } from '../../../../router/models/wire/http';
import { PROVIDER_REGISTRY, type CredentialProviderId } from '../../../../router/models/registry';
import { ModelError, type ErrorCategory } from '../../../../router/types';
import { ask, Bench, KEY, PROTOCOLS, read, sleep } from '../protocols';

let bench: Bench;
beforeAll(async () => {
	bench = await Bench.start();
});
afterAll(() => bench.close());

const PROMPT = 'The secret recipe of my grandmother is CANARY-PROMPT with much butter';

interface Expectation {
	category: ErrorCategory;
	status?: number;
	retryAfterMs?: number;
	message?: RegExp;
}

const FAULTS: Record<
	string,
	Expectation & { gemini?: Partial<Expectation>; anthropic?: Partial<Expectation> }
> = {
	'401': { category: 'authentication' },
	'402': { category: 'quotaExhausted', status: 402 },
	'403': { category: 'authentication', status: 403, message: /refused access/ },
	'404': { category: 'modelNotFound', status: 404 },
	'408': { category: 'timeout', status: 408 },
	'413': { category: 'contextOverflow', status: 413 },
	'422': { category: 'invalidRequest', status: 422 },
	'429': { category: 'rateLimited', status: 429 },
	'429-2': { category: 'rateLimited', status: 429, retryAfterMs: 2000 },
	'429ms-200': { category: 'rateLimited', status: 429, retryAfterMs: 200 },
	'503-1.5': { category: 'overloaded', status: 503, retryAfterMs: 1500 },
	'500': { category: 'serverError', status: 500 },
	'502': { category: 'serverError', status: 502 },
	'504': { category: 'serverError', status: 504 },
	'529': { category: 'overloaded', status: 529 },
	quota: { category: 'quotaExhausted', status: 429, anthropic: { status: 400 } },
	credit: { category: 'quotaExhausted' },
	context: { category: 'contextOverflow', status: 400 },
	badrequest: { category: 'invalidRequest', status: 400 },
	reset: { category: 'network', message: /The connection to .+ was cut/ },
	cut: { category: 'network', message: /The connection to .+ was cut/ },
	errorevent: {
		category: 'serverError',
		gemini: { category: 'overloaded' },
		anthropic: { category: 'overloaded' },
	},
	brokenevent: { category: 'serverError', message: /part of the answer is missing/ },
	noeventline: { category: 'serverError', message: /part of the answer is missing/ },
	brokenjson: { category: 'serverError', message: /part of the answer is missing/ },
	html: { category: 'serverError', message: /sent a web page instead of an answer/ },
	'huge-33': { category: 'serverError', message: /more than 32 MB/ },
	'wholejson+errorevent': { category: 'serverError' },
	'wholejson+brokenjson': { category: 'serverError', message: /sent broken JSON/ },
};

describe.each(PROTOCOLS)('$provider', (protocol) => {
	test.each(Object.entries(FAULTS))('%s', async (fault, { gemini, anthropic, ...expected }) => {
		const error = await bench.error(protocol, fault, ask(PROMPT));
		const own = protocol.provider === 'gemini' ? gemini : protocol.provider === 'anthropic' ? anthropic : {};
		const { message, ...facts } = { ...expected, ...own };
		expect(error).toMatchObject(facts);
		if (message) expect(error.message).toMatch(message);
		expect(error.message.length).toBeLessThanOrEqual(300);
		expect(`${error.message} ${String(error.cause)}`).not.toMatch(/CANARY|grandmother|<html/i);
	});

	test('Retry-After as a date', async () => {
		const { retryAfterMs } = await bench.error(protocol, '429date-5');
		expect(retryAfterMs).toBeGreaterThan(3000);
		expect(retryAfterMs).toBeLessThanOrEqual(5000);
	});

	test('a filtered prompt', async () => {
		const model = `${protocol.modelId}--filter`;
		const client = bench.client(protocol, model);
		const answer = read(client.stream(ask(PROMPT), KEY, new AbortController().signal));
		if (protocol.provider === 'gemini') {
			const { end } = await answer;
			expect(end).toMatchObject({ finishReason: 'contentFilter', usage: { inputTokens: 12 } });
			expect(end?.detail).toBe('Gemini blocked the prompt (PROHIBITED_CONTENT)');
		} else {
			await expect(answer).rejects.toMatchObject({ category: 'contentFiltered', status: 400 });
		}
	});

	test('a key is needed where the provider asks for one', async () => {
		const client = bench.client(protocol, protocol.modelId);
		const answer = read(client.stream(ask('x'), '', new AbortController().signal));
		if (PROVIDER_REGISTRY[protocol.provider].keyRequired) {
			await expect(answer).rejects.toMatchObject({ category: 'authentication' });
		} else {
			expect((await answer).end?.finishReason).toBe('stop');
			expect(bench.providers.log.at(-1)!.headers.authorization).toBeUndefined();
		}
	});

	test('an aborted signal means no call', async () => {
		const before = bench.providers.log.length;
		const stream = bench.client(protocol, protocol.modelId).stream(ask('x'), KEY, AbortSignal.abort());
		await expect(read(stream)).rejects.toMatchObject({ category: 'cancelled' });
		expect(bench.providers.log).toHaveLength(before);
	});

	test.each([
		['ENOTFOUND', /address was not found/],
		['ECONNREFUSED', /refused the connection/],
		['UND_ERR_CONNECT_TIMEOUT', /no connection came about in time/],
		['DEPTH_ZERO_SELF_SIGNED_CERT', /certificate or encryption was not accepted/],
		['SOMETHING_NEW', /the connection failed/],
	])('%s', async (code, message) => {
		const failure = new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
		const client = PROVIDER_REGISTRY[protocol.provider].createClient({
			baseUrl: 'http://llm.example',
			modelId: 'x',
			fetch: () => Promise.reject(failure),
			now: () => 0,
			sleep,
			random: Math.random,
		});
		const answer = read(client.stream(ask('x'), KEY, new AbortController().signal));
		await expect(answer).rejects.toBeInstanceOf(ModelError);
		await expect(answer).rejects.toMatchObject({
			category: 'network',
			message: expect.stringMatching(message),
		});
	});

	test('nobody listens', async () => {
		const client = PROVIDER_REGISTRY[protocol.provider].createClient({
			baseUrl: 'http://127.0.0.1:59999',
			modelId: 'x',
			fetch: bench.http.fetch,
			now: () => 0,
			sleep,
			random: Math.random,
		});
		const answer = read(client.stream(ask('x'), KEY, new AbortController().signal));
		const message = expect.stringMatching(/refused the connection/);
		await expect(answer).rejects.toMatchObject({ category: 'network', message });
	});
});

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

test('the endpoint that refuses stream_options is asked again without, once, by all clients', async () => {
	const bodies: Array<Record<string, unknown>> = [];
	const settings: ClientSettings = {
		baseUrl: 'http://refuses.example/v1',
		modelId: 'mistral-small',
		fetch: (_, init) => {
			const body = JSON.parse(String(init?.body)) as Record<string, unknown>;
			bodies.push(body);
			const refusal = {
				detail: [{ loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }],
			};
			const answer = { choices: [{ index: 0, message: { content: 'Oui' }, finish_reason: 'stop' }] };
			const [status, reply] = body.stream_options ? [422, refusal] : [200, answer];
			const headers = { 'content-type': 'application/json' };
			return Promise.resolve(new Response(JSON.stringify(reply), { status, headers }));
		},
		now: () => 0,
		sleep,
		random: Math.random,
	};
	for (let call = 0; call < 2; call++) {
		// As in two executions.
		const client = PROVIDER_REGISTRY.openAiCompatible.createClient(settings);
		const { text, end } = await read(client.stream(ask('x'), '', new AbortController().signal));
		expect(text).toBe('Oui');
		expect(end).toMatchObject({ finishReason: 'stop', usage: null });
	}
	expect(bodies.map((body) => 'stream_options' in body)).toEqual([true, false, false]);
});

test('a refusal that only quotes stream_options is about something else, and nothing is asked again', async () => {
	const asked: boolean[] = [];
	const refusal = JSON.stringify({ detail: [{ msg: 'Bad temperature', input: { stream_options: {} } }] });
	const client = PROVIDER_REGISTRY.openAiCompatible.createClient({
		baseUrl: 'http://quotes.example/v1',
		modelId: 'any',
		fetch: (_, init) => {
			asked.push('stream_options' in (JSON.parse(String(init?.body)) as object));
			return Promise.resolve(
				new Response(refusal, { status: 422, headers: { 'content-type': 'application/json' } }),
			);
		},
		now: () => 0,
		sleep,
		random: Math.random,
	});
	for (let call = 0; call < 2; call++)
		await expect(read(client.stream(ask('x'), '', new AbortController().signal))).rejects.toBeInstanceOf(
			ModelError,
		);
	expect(asked).toEqual([true, true]);
});

test('a response larger than allowed', async () => {
	const http = createHttp({ maxResponseBytes: 200 });
	const client = PROVIDER_REGISTRY.gemini.createClient({
		baseUrl: bench.providers.baseUrl('gemini'),
		modelId: 'gemini-2.5-flash',
		fetch: http.fetch,
		now: () => 0,
		sleep,
		random: Math.random,
	});
	const stream = client.stream(ask('x'), KEY, new AbortController().signal);
	await expect(read(stream)).rejects.toMatchObject({ category: 'serverError' });
	await http.close();
});
