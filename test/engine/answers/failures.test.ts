import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { credentialsFor, inOrder, model, runRouter, type RouterParameters } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => providers.reset());
afterAll(async () => await providers.close());

const small = model('small', 'openAi', 'gpt-4o-mini');
const strong = model('strong', 'anthropic', 'claude-haiku-4-5');
const gem = model('gem', 'gemini', 'gemini-2.5-flash');

const parameters = (options = {}, models: object[] = [small, strong, gem]): RouterParameters => ({
	models,
	rules: [inOrder],
	options: { maxRetries: 0, ...options },
});

test('after an overflow only a model with a larger window is asked', async () => {
	const sized = (alias: string, provider: string, id: string, contextWindow: number) =>
		model(alias, provider, id, { contextWindow });
	providers.setFault('gpt-4o-mini', 'context');
	const result = await runRouter(providers, {
		parameters: parameters({}, [
			sized('small', 'openAi', 'gpt-4o-mini', 8_000),
			sized('same', 'anthropic', 'claude-haiku-4-5', 8_000),
			sized('wide', 'gemini', 'gemini-2.5-flash', 9_000),
		]),
		items: ['hello'],
	});
	expect(result.left).toEqual({ Fallback: [0] });
	expect(result.record(0).attempts.map(({ model: alias }) => alias)).toEqual(['small', 'wide']);
});

test('all fail: the item names the first reason and how many were tried', async () => {
	providers.setFault('gpt-4o-mini', '500');
	providers.setFault('claude-haiku-4-5', '404');
	providers.setFault('gemini-2.5-flash', 'empty');
	const result = await runRouter(providers, { parameters: parameters(), items: ['hello', 'bye'] });
	expect(result.left).toEqual({ Failed: [0, 1] });
	expect(result.record(0).attempts.map(({ outcome }) => outcome)).toEqual([
		'serverError',
		'modelNotFound',
		'emptyAnswer',
	]);
	expect(result.failure(0)).toEqual({
		category: 'serverError',
		message: expect.stringMatching(/^small: .*\(500\).*3 models were tried\.$/),
	});
	expect(result.record(0)).toMatchObject({ model: null, modelId: null, savedUsd: null, finishReason: null });
	expect(result.hints('Router')).toMatchObject([
		{
			message:
				'2 items without an answer (server error × 2). Also mend "strong": model not found. Choose the model again from the list, or check whether the key may use it.',
			type: 'danger',
		},
	]);
});

test('fallbackOn: what it does not name ends the walk; what it adds goes on', async () => {
	providers.setFault('gpt-4o-mini', '500');
	const stopped = await runRouter(providers, {
		parameters: parameters({ fallbackOn: ['rateLimited'] }),
		items: ['hello'],
	});
	expect(stopped.left).toEqual({ Failed: [0] });
	providers.setFault('gpt-4o-mini', 'filter');
	const added = await runRouter(providers, {
		parameters: parameters({ fallbackOn: ['contentFiltered'] }),
		items: ['hello'],
	});
	expect(added.left).toEqual({ Fallback: [0] });
});

test('a wrong key and a deaf address are each named', async () => {
	const run = async (credential: object) =>
		await runRouter(providers, {
			parameters: parameters({}, [small]),
			items: ['hello'],
			credentials: { llmRouterOpenAiApi: { apiKey: 'sk-good', ...credential } },
		});
	const wrong = await run({ apiKey: 'sk-wrong-key', baseUrl: providers.baseUrl('openai') });
	expect(wrong.failure(0)).toMatchObject({
		category: 'authentication',
		message: expect.stringMatching(/Check the API key/),
	});
	// The discard port: nobody listens there.
	const deaf = await run({ baseUrl: 'http://127.0.0.1:9/v1' });
	expect(deaf.failure(0)).toMatchObject({ category: 'network', message: expect.stringMatching(/base URL/) });
	const elsewhere = await run({ baseUrl: `${providers.url}/nowhere/v1` });
	expect(elsewhere.failure(0)?.category).toBe('modelNotFound');
});

test('attemptTimeout and totalTimeout end what takes too long', async () => {
	providers.setFault('gpt-4o-mini', 'drip-100');
	const attempt = await runRouter(providers, {
		parameters: parameters({ attemptTimeout: 0.3 }, [small, strong]),
		items: ['one two three four five six seven eight'],
	});
	expect(attempt.left).toEqual({ Fallback: [0] });
	expect(attempt.record(0).attempts[0]).toMatchObject({ outcome: 'timeout', status: null });
	const total = await runRouter(providers, {
		parameters: parameters({ totalTimeout: 0.3 }, [small, strong]),
		items: ['one two three four five six seven eight'],
	});
	expect(total.left).toEqual({ Failed: [0] });
	expect(total.failure(0)).toMatchObject({
		category: 'timeout',
		message: expect.stringMatching(/Total Timeout/),
	});
	await providers.idle();
	expect(providers.attempts('gpt-4o-mini').every(({ aborted }) => aborted)).toBe(true);
});

test('an unknown price gives no cost and a hint; a price of 0 is free', async () => {
	const run = async (options = {}) =>
		await runRouter(providers, {
			parameters: parameters({}, [model('mine', 'openAiCompatible', 'llama-of-mine', options)]),
			items: ['hello'],
		});
	const unknown = await run();
	expect(unknown.record(0)).toMatchObject({ costUsd: null, baselineCostUsd: null, savedUsd: null });
	expect(unknown.hints('Router')).toMatchObject([
		{ message: expect.stringMatching(/price.*"mine".*Input Price/) },
	]);
	const free = await run({ inputPrice: 0, outputPrice: 0 });
	expect(free.record(0)).toMatchObject({ costUsd: 0, baselineCostUsd: 0, savedUsd: 0 });
	expect(free.hints('Router')).toEqual([]);
});

test('prices of the catalogue, cached input and reasoning are counted', async () => {
	const cached = await runRouter(providers, {
		parameters: parameters({ systemMessage: 'word '.repeat(200).trim() }, [small]),
		items: ['What is up?'],
	});
	const { usage, costUsd } = cached.record(0);
	expect(usage).toMatchObject({ inputTokens: 204, cachedInputTokens: 200, outputTokens: 6 });
	// gpt-4o-mini: 0.15, cached 0.075, output 0.6 USD per million.
	expect(costUsd).toBeCloseTo((4 * 0.15 + 200 * 0.075 + 6 * 0.6) / 1e6, 12);
	const thinking = await runRouter(providers, {
		parameters: parameters({}, [model('o4', 'openAi', 'o4-mini', { inputPrice: 1, outputPrice: 10 })]),
		items: ['What is up?'],
	});
	expect(thinking.record(0).usage).toMatchObject({ outputTokens: 22, reasoningTokens: 16 });
	expect(thinking.record(0).costUsd).toBeCloseTo((4 * 1 + 22 * 10) / 1e6, 12);
});

test('usage that nobody named is estimated, and said to be', async () => {
	providers.setFault('gpt-4o-mini', 'nousage');
	const result = await runRouter(providers, { parameters: parameters({}, [small]), items: ['What is up?'] });
	expect(result.left).toEqual({ Answered: [0] });
	expect(result.record(0)).toMatchObject({ costEstimated: true, costUsd: expect.any(Number) });
	expect(Number(result.record(0).usage.outputTokens)).toBeGreaterThan(0);
});

test('production runs leave a refused key alone for a while; manual runs and another key try it', async () => {
	providers.setFault('gpt-4o-mini', '401');
	const run = async (mode: 'manual' | 'trigger', apiKey: string) => {
		const result = await runRouter(providers, {
			parameters: parameters({}, [small, strong]),
			items: ['hello'],
			mode,
			credentials: {
				llmRouterOpenAiApi: { apiKey, baseUrl: providers.baseUrl('openai') },
				llmRouterAnthropicApi: { apiKey: 'sk-good', baseUrl: providers.baseUrl('anthropic') },
			},
		});
		expect(result.left).toEqual({ Fallback: [0] });
		return result.record(0).attempts.map(({ model: alias }) => alias);
	};
	expect(await run('trigger', 'sk-one')).toEqual(['small', 'strong']);
	expect(await run('trigger', 'sk-one')).toEqual(['strong']);
	expect(await run('manual', 'sk-one')).toEqual(['small', 'strong']);
	expect(await run('trigger', 'sk-two')).toEqual(['small', 'strong']);
});

test.each([
	['its headers, where it has no key', { apiKey: '', headers: '{"X-Token": "mended"}' }],
	['its key', { apiKey: 'mended' }],
])('a refused access rests until the credential is edited: %s', async (_name, edited) => {
	const id = `llama-${_name.length}`;
	const open = model('open', 'openAiCompatible', id);
	providers.setFault(id, '401', { times: 1 });
	const ask = async (change: object) => {
		const all = credentialsFor(providers);
		const own = { ...all.llmRouterOpenAiCompatibleApi, headers: '{"X-Token": "wrong"}', ...change };
		const result = await runRouter(providers, {
			parameters: parameters({}, [open, strong]),
			items: ['hello'],
			mode: 'trigger',
			credentials: { ...all, llmRouterOpenAiCompatibleApi: own },
		});
		return result
			.record(0)
			.attempts.map(({ model: alias, outcome }) => `${String(alias)} ${String(outcome)}`);
	};
	expect(await ask({})).toEqual(['open authentication', 'strong answered']);
	expect(await ask({})).toEqual(['strong answered']);
	expect(await ask(edited)).toEqual(['open answered']);
});
