import type { ClientSettings } from '../../../../router/models/settings';
import { createHttp } from '../../../../router/models/wire/http';
import { PROVIDER_REGISTRY } from '../../../../router/models/registry';
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

/** Those that came once the answer had begun. */
const IN_ANSWER = /^(?:cut|errorevent|brokenevent|noeventline|brokenjson|html|huge-33|wholejson.*)$/;

describe.each(PROTOCOLS)('$provider', (protocol) => {
	test.each(Object.entries(FAULTS))('%s', async (fault, { gemini, anthropic, ...expected }) => {
		const error = await bench.error(protocol, fault, ask(PROMPT));
		const own = protocol.provider === 'gemini' ? gemini : protocol.provider === 'anthropic' ? anthropic : {};
		const { message, ...facts } = { ...expected, ...own };
		expect(error).toMatchObject({ ...facts, inAnswer: IN_ANSWER.test(fault) });
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
