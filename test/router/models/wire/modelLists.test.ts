import { PROVIDER_REGISTRY, type CredentialProviderId } from '../../../../router/models/registry';
import { Bench, KEY, sleep } from '../protocols';

let bench: Bench;
beforeAll(async () => {
	bench = await Bench.start();
});
afterAll(() => bench.close());

const list = (provider: CredentialProviderId, baseUrl: string, fetch = bench.http.fetch, key = KEY) =>
	PROVIDER_REGISTRY[provider].listModels(
		{ baseUrl, key, fetch, now: () => 0, sleep, headers: { 'x-title': 'test' } },
		new AbortController().signal,
	);

test.each([
	['openAi', 'openai', ['gpt-4.1', 'gpt-4o-mini', 'gpt-5-mini', 'o4-mini']],
	['anthropic', 'anthropic', ['claude-haiku-4-5', 'claude-opus-4-5', 'claude-sonnet-4-5']],
	['gemini', 'gemini', ['gemini-2.5-flash', 'gemini-2.5-flash-lite', 'gemini-2.5-pro']],
	['openAiCompatible', 'compatible', ['llama-3.3-70b-versatile', 'qwen-2.5-7b']],
] as const)('%s names its chat models, sorted', async (provider, endpoint, expected) => {
	const models = await list(provider, bench.providers.baseUrl(endpoint));
	expect(models.map(({ id }) => id)).toEqual(expected);
	expect(bench.providers.listCalls.at(-1)!.headers['x-title']).toBe('test');
});

test.each([
	['anthropic', (page: number) => ({ data: [{ id: `m${page}` }], has_more: page < 3, last_id: `m${page}` })],
	[
		'gemini',
		(page: number) => ({
			models: [{ name: `models/m${page}` }],
			...(page < 3 && { nextPageToken: `t${page}` }),
		}),
	],
] as const)('%s is asked for every page', async (provider, bodyOf) => {
	const urls: URL[] = [];
	const models = await list(provider, 'http://llm.example', (input) => {
		urls.push(new URL(String(input)));
		return Promise.resolve(Response.json(bodyOf(urls.length)));
	});
	expect(models.map(({ id }) => id)).toEqual(['m1', 'm2', 'm3']);
	expect(
		urls.map(({ searchParams }) => searchParams.get('after_id') ?? searchParams.get('pageToken')),
	).toEqual([null, provider === 'gemini' ? 't1' : 'm1', provider === 'gemini' ? 't2' : 'm2']);
});

test('a bare list, as Together sends it', async () => {
	const fetch = () => Promise.resolve(Response.json([{ id: 'b' }, { id: 'a' }, { id: 'bge-embed' }]));
	expect(await list('openAiCompatible', 'http://llm.example/v1', fetch)).toEqual([{ id: 'a' }, { id: 'b' }]);
});

test.each([
	[
		'openAi',
		{ object: 'list', data: [{ id: 'gpt-4.1' }, { id: null }, { name: 'x' }, null, 'y', { id: '' }] },
	],
	['openAiCompatible', [{ id: 'gpt-4.1' }, { id: 7 }, [], { model: 'gpt-4.1' }]],
	[
		'anthropic',
		{
			data: [{ id: 'gpt-4.1', display_name: null, max_tokens: 'many' }, { id: 3 }, null],
			has_more: 'no',
			last_id: 4,
		},
	],
	[
		'gemini',
		{
			models: [
				{ name: 'models/gpt-4.1', displayName: 5, supportedGenerationMethods: 'all' },
				{ name: null },
				{ displayName: 'x' },
			],
			nextPageToken: null,
		},
	],
] as const)('%s: an odd entry does not cost the list', async (provider, body) => {
	const models = await list(provider, 'http://llm.example', () => Promise.resolve(Response.json(body)));
	expect(models.map(({ id }) => id)).toEqual(['gpt-4.1']);
});

test.each(['openAi', 'anthropic', 'gemini'] as const)('%s refuses a wrong key', async (provider) => {
	const baseUrl = bench.providers.baseUrl(provider === 'openAi' ? 'openai' : provider);
	const refused = list(provider, baseUrl, bench.http.fetch, 'wrong-CANARY');
	await expect(refused).rejects.toMatchObject({ category: 'authentication' });
	await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('CANARY') });
});

test.each([
	['a web page', () => new Response('<html></html>', { headers: { 'content-type': 'text/html' } })],
	['other JSON', () => Response.json({ hello: 'world' })],
	['a list of something else', () => Response.json({ data: [{ title: 'world' }] })],
])('%s is no list', async (_, response) => {
	const listing = list('openAi', 'http://llm.example/v1', () => Promise.resolve(response()));
	await expect(listing).rejects.toMatchObject({ category: 'serverError' });
});
