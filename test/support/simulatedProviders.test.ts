import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

import { fingerprintOf, startSimulatedProviders, type SimulatedProviders } from './simulatedProviders';

let providers: SimulatedProviders;

beforeAll(async () => {
	providers = await startSimulatedProviders();
});
afterEach(() => providers.reset());
afterAll(async () => await providers.close());

const PROMPT = 'Why is the sky blue?';

/** One call by the plain wire, as each provider wants it. */
async function ask(
	endpoint: 'openai' | 'anthropic' | 'gemini' | 'compatible',
	model: string,
	{ stream = false, key = 'sk-good', signal }: { stream?: boolean; key?: string; signal?: AbortSignal } = {},
): Promise<Response> {
	const messages = [{ role: 'user', content: PROMPT }];
	const send = async (path: string, headers: Record<string, string>, body: object): Promise<Response> =>
		await fetch(`${providers.url}/${endpoint}${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers },
			body: JSON.stringify(body),
			signal,
		});
	if (endpoint === 'anthropic') {
		const headers = { 'x-api-key': key, 'anthropic-version': '2023-06-01' };
		return await send('/v1/messages', headers, { model, messages, stream, max_tokens: 100 });
	}
	if (endpoint === 'gemini') {
		const method = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
		const contents = [{ role: 'user', parts: [{ text: PROMPT }] }];
		return await send(`/v1beta/models/${model}:${method}`, { 'x-goog-api-key': key }, { contents });
	}
	const headers: Record<string, string> = key === '' ? {} : { authorization: `Bearer ${key}` };
	return await send('/v1/chat/completions', headers, { model, messages, stream });
}

const openAi = (): OpenAI =>
	new OpenAI({ apiKey: 'sk-good', baseURL: providers.baseUrl('openai'), maxRetries: 0 });

const anthropic = (): Anthropic =>
	new Anthropic({
		apiKey: 'sk-good',
		baseURL: providers.baseUrl('anthropic'),
		maxRetries: 0,
		logLevel: 'off',
	});

async function gemini() {
	const { GoogleGenAI } = await import('@google/genai');
	return new GoogleGenAI({
		apiKey: 'sk-good',
		httpOptions: {
			baseUrl: providers.baseUrl('gemini'),
			// The SDK's own dispatcher looks for a global that jest's sandbox does not have.
			fetch: async (url, init) => await fetch(url, { ...init, dispatcher: undefined } as RequestInit),
		},
	});
}

describe('the official SDKs read it', () => {
	test('openai: stream with usage', async () => {
		const stream = await openAi().chat.completions.create({
			model: 'gpt-4o-mini',
			stream: true,
			stream_options: { include_usage: true },
			messages: [
				{ role: 'system', content: 'be brief '.repeat(60) },
				{ role: 'user', content: PROMPT },
			],
		});
		let text = '';
		let parts = 0;
		let finish: string | null = null;
		let usage: OpenAI.CompletionUsage | null | undefined;
		for await (const chunk of stream) {
			const [choice] = chunk.choices;
			if (choice?.delta.content) parts++;
			text += choice?.delta.content ?? '';
			finish = choice?.finish_reason ?? finish;
			usage = chunk.usage ?? usage;
		}
		expect(text).toBe('[gpt-4o-mini] You asked: Why is the sky blue?');
		expect(parts).toBeGreaterThan(2);
		expect(finish).toBe('stop');
		expect(usage).toMatchObject({
			prompt_tokens: 126,
			completion_tokens: 8,
			prompt_tokens_details: { cached_tokens: 120 },
		});
	});

	test('anthropic: stream with usage, thoughts and structured output', async () => {
		const message = await anthropic()
			.messages.stream({
				model: 'claude-thinking',
				max_tokens: 2000,
				thinking: { type: 'enabled', budget_tokens: 1024 },
				messages: [{ role: 'user', content: PROMPT }],
				output_config: {
					format: {
						type: 'json_schema',
						schema: {
							type: 'object',
							additionalProperties: false,
							required: ['n'],
							properties: { n: { type: 'integer', minimum: 3 } },
						},
					},
				},
			})
			.finalMessage();
		expect(message.content).toMatchObject([{ type: 'thinking' }, { type: 'text', text: '{"n":3}' }]);
		expect(message.stop_reason).toBe('end_turn');
		expect(message.usage).toMatchObject({
			input_tokens: 6,
			output_tokens: 17,
			output_tokens_details: { thinking_tokens: 16 },
		});
	});

	test('gemini: stream with usage, and the list of models page by page', async () => {
		const google = await gemini();
		const stream = await google.models.generateContentStream({ model: 'gemini-2.5-flash', contents: PROMPT });
		let text = '';
		let last;
		for await (const chunk of stream) {
			text += chunk.text ?? '';
			last = chunk;
		}
		expect(text).toBe('[gemini-2.5-flash] You asked: Why is the sky blue?');
		expect(last?.candidates?.[0]?.finishReason).toBe('STOP');
		expect(last?.usageMetadata).toMatchObject({
			promptTokenCount: 6,
			candidatesTokenCount: 8,
			totalTokenCount: 14,
		});

		const names: string[] = [];
		for await (const model of await google.models.list({ config: { pageSize: 2 } }))
			names.push(model.name ?? '');
		expect(names).toHaveLength(4);
		const claude: string[] = [];
		for await (const model of anthropic().models.list({ limit: 2 })) claude.push(model.id);
		expect(claude).toHaveLength(3);
	});

	test('their errors carry what the real providers send', async () => {
		const google = await gemini();
		const messages = [{ role: 'user' as const, content: PROMPT }];
		await expect(
			openAi().chat.completions.create({ model: 'gpt-4o-mini--context', messages }),
		).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' });
		await expect(
			anthropic().messages.create({ model: 'claude--529', max_tokens: 10, messages }),
		).rejects.toMatchObject({ status: 529, error: { error: { type: 'overloaded_error' } } });
		await expect(
			google.models.generateContent({ model: 'gemini-2.5-flash--429-2', contents: PROMPT }),
		).rejects.toThrow(/"retryDelay":"2s"/);
	});
});

describe('faults', () => {
	test('end after as many calls as asked for, follow one another, and can be set from code', async () => {
		const statuses = async (model: string, calls: number): Promise<number[]> => {
			const seen: number[] = [];
			for (let call = 0; call < calls; call++) seen.push((await ask('openai', model)).status);
			return seen;
		};
		expect(await statuses('gpt--429-2*2--503*1', 4)).toEqual([429, 429, 503, 200]);
		providers.setFault('claude-x', 'overloaded', { times: 1 });
		expect((await ask('anthropic', 'claude-x')).status).toBe(529);
		expect((await ask('anthropic', 'claude-x')).status).toBe(200);
	});

	test('429 in all its forms', async () => {
		expect((await ask('openai', 'a--429-2')).headers.get('retry-after')).toBe('2');
		expect((await ask('openai', 'a--429')).headers.get('retry-after')).toBeNull();
		expect((await ask('openai', 'a--429ms-150')).headers.get('retry-after-ms')).toBe('150');
		const date = (await ask('anthropic', 'a--429date-5')).headers.get('retry-after');
		expect(Date.parse(date ?? '')).toBeGreaterThan(Date.now());
	});

	test('keys: missing, wrong, and with a fault of their own', async () => {
		expect((await ask('openai', 'm', { key: '' })).status).toBe(401);
		expect((await ask('openai', 'm', { key: 'sk-wrong' })).status).toBe(401);
		expect((await ask('gemini', 'm', { key: 'sk-wrong' })).status).toBe(400);
		expect((await ask('compatible', 'm', { key: '' })).status).toBe(200);
		expect((await ask('openai', 'm', { key: 'sk-a--429-1*1' })).status).toBe(429);
		expect((await ask('openai', 'm', { key: 'sk-a--429-1*1' })).status).toBe(200);
		expect(providers.log.at(-1)?.keyFingerprint).toBe(fingerprintOf('sk-a--429-1*1'));
	});

	test.each(['openai', 'anthropic', 'gemini'] as const)('%s: broken streams', async (endpoint) => {
		const text = async (fault: string): Promise<string> =>
			await (await ask(endpoint, `m--${fault}`, { stream: true })).text();
		const finish = /"(finish_reason|stop_reason|finishReason)":"/;
		expect(await text('slow-5')).toMatch(finish);
		expect(await text('nousage')).not.toMatch(/usage/i);
		expect(await text('nofinish')).not.toMatch(finish);
		expect(await text('errorevent')).toMatch(/overloaded|server_error/i);
		expect(await text('brokenevent')).toMatch(finish);
		expect(await text('html')).toContain('<html>');
		await expect(text('cut')).rejects.toThrow(/terminated/);
		await expect(text('reset')).rejects.toThrow(/fetch failed/);
		const whole = await ask(endpoint, 'm--wholejson', { stream: true });
		expect(await whole.text()).toMatch(/^\{.*\}$/s);
		expect((await text('huge-5')).length).toBeGreaterThan(5_000_000);
		expect((await text('many-500')).match(/data: /g)?.length).toBeGreaterThan(499);
	});

	test.each(['silent', 'pings', 'stall', 'hang', 'slow-60000'])(
		'%s: nothing more comes, and the log sees the caller go away',
		async (fault) => {
			const reading = async (): Promise<string> =>
				await (
					await ask('anthropic', `m--${fault}`, { stream: true, signal: AbortSignal.timeout(120) })
				).text();
			await expect(reading()).rejects.toThrow(/timeout/);
			await providers.idle();
			expect(providers.log.at(-1)).toMatchObject({ aborted: true, fault });
		},
	);

	test('a schema that the first answer misses and the repair meets', async () => {
		const schema = { type: 'object', required: ['city'], properties: { city: { type: 'string' } } };
		const instruction = { role: 'system', content: `Answer with JSON that fits ${JSON.stringify(schema)}` };
		const call = async (model: string, messages: object[]): Promise<string> => {
			const response = await fetch(`${providers.baseUrl('compatible')}/chat/completions`, {
				method: 'POST',
				body: JSON.stringify({ model, messages: [instruction, ...messages] }),
			});
			const { choices } = (await response.json()) as { choices: [{ message: { content: string } }] };
			return choices[0].message.content;
		};
		const question = { role: 'user', content: 'Where?' };
		const first = await call('m--invalidschema', [question]);
		expect(JSON.parse(first)).not.toHaveProperty('city');
		const repair = [
			question,
			{ role: 'assistant', content: first },
			{ role: 'user', content: 'city is missing' },
		];
		expect(JSON.parse(await call('m--invalidschema', repair))).toHaveProperty('city');
		expect(JSON.parse(await call('m--invalidschema*', repair))).not.toHaveProperty('city');
	});
});

test('counts calls at once, waits its latency and says what it is told', async () => {
	providers.latencyMs = 20;
	providers.answer = ({ prompt, modelId }) => (modelId === 'parrot' ? prompt : undefined);
	const [first] = await Promise.all([1, 2, 3].map(async () => await ask('gemini', 'parrot')));
	providers.latencyMs = 0;
	providers.answer = undefined;
	expect(await first!.text()).toContain(PROMPT);
	expect(providers.peakConcurrency).toBe(3);
	await providers.idle();
	expect(providers.inFlight).toBe(0);
});
