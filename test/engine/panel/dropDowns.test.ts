import { SmartLlmRouter } from '../../../nodes/SmartLlmRouter/SmartLlmRouter.node';
import { LlmRouterAnthropicApi } from '../../../credentials/LlmRouterAnthropicApi.credentials';
import { LlmRouterGeminiApi } from '../../../credentials/LlmRouterGeminiApi.credentials';
import { LlmRouterOpenAiApi } from '../../../credentials/LlmRouterOpenAiApi.credentials';
import { LlmRouterOpenAiCompatible2Api } from '../../../credentials/LlmRouterOpenAiCompatible2Api.credentials';
import { LlmRouterOpenAiCompatible3Api } from '../../../credentials/LlmRouterOpenAiCompatible3Api.credentials';
import { LlmRouterOpenAiCompatibleApi } from '../../../credentials/LlmRouterOpenAiCompatibleApi.credentials';
import { listSearch, loadOptions } from '../../support/engineDropDowns';
import { testCredential } from '../../support/engineCredentials';
import {
	startSimulatedProviders,
	type EndpointName,
	type SimulatedProviders,
} from '../../support/simulatedProviders';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
afterAll(async () => await providers.close());

const nodeType = new SmartLlmRouter();

test('rules list the aliases of the models, once each and in order', async () => {
	const names = ['small', 'strong', ' small ', '', 'gem'];
	const unnamed = { name: '', provider: 'openAi', model: { __rl: true, mode: 'id', value: 'gpt-5.4-mini' } };
	const options = await loadOptions({
		nodeType,
		method: 'getAliases',
		parameters: { models: { values: names.map((name) => ({ name })) } },
		path: 'parameters.rules.values[0].models',
	});
	expect(options).toEqual(['small', 'strong', 'gem'].map((name) => ({ name, value: name })));
	expect(await loadOptions({ nodeType, method: 'getAliases', parameters: {} })).toEqual([]);
	const byId = await loadOptions({
		nodeType,
		method: 'getAliases',
		parameters: { models: { values: [unnamed, { provider: 'connected', input: 2 }] } },
	});
	expect(byId.map(({ value }) => value)).toEqual(['gpt-5.4-mini', 'Model 2']);
});

test('rules tell of each model what it reads and costs, where that is known', async () => {
	const id = (value: string) => ({ __rl: true, mode: 'id', value });
	const values = [
		{ name: 'small', provider: 'openAi', model: id('gpt-4o-mini') },
		{ name: 'own', provider: 'openAi', model: id('gpt-4o-mini'), options: { inputPrice: 1, outputPrice: 2 } },
		{ name: 'gem', provider: 'gemini', model: id('gemini-2.5-flash'), options: { inputPrice: '={{ 1 }}' } },
		{ name: 'llama', provider: 'openAiCompatible', model: id('llama3.3:70b') },
		{ name: 'wired', provider: 'connected', input: 1 },
		{ name: 'computed', provider: 'openAi', model: id('={{ $json.model }}') },
		{ name: 'empty', provider: 'openAi', model: { mode: 'list', value: '' } },
	];
	const options = await loadOptions({
		nodeType,
		method: 'getAliases',
		parameters: { models: { values } },
		path: 'parameters.rules.values[0].models',
	});
	expect(Object.fromEntries(options.map(({ name, description }) => [name, description]))).toEqual({
		small: expect.stringMatching(
			/^gpt-4o-mini · retire[sd] 2027-01-14 · reads images and PDF files · \$0\.15 in, \$0\.6 out per 1M tokens$/,
		),
		own: expect.stringMatching(
			/^gpt-4o-mini · retire[sd] 2027-01-14 · reads images and PDF files · \$1 in, \$2 out per 1M tokens$/,
		),
		gem: expect.stringMatching(
			/^gemini-2.5-flash · retire[sd] 2026-12-01 · reads images, PDF files and audio · \$0\.3 in/,
		),
		llama: 'llama3.3:70b · text only · price unknown',
		wired: 'Connected chat model',
		computed: undefined,
		empty: undefined,
	});
});

describe('strategies tell in which order they would try the models of the rule, and what each costs', () => {
	const id = (value: string) => ({ __rl: true, mode: 'id', value });
	const values = [
		{
			name: 'small',
			provider: 'openAi',
			model: id('gpt-5.4-mini'),
			options: { inputPrice: 1, outputPrice: 3 },
		},
		{
			name: 'strong',
			provider: 'anthropic',
			model: id('claude-sonnet-4-6'),
			options: { inputPrice: 4, outputPrice: 16, weight: 3 },
		},
		{
			name: 'free',
			provider: 'openAiCompatible',
			model: id('llama3.3:70b'),
			options: { inputPrice: 0, outputPrice: 0, quality: 10 },
		},
		{ name: 'wired', provider: 'connected', input: 1 },
	];
	const previews = async (models?: string[], preference?: unknown) => {
		const options = await loadOptions({
			nodeType,
			method: 'getStrategies',
			parameters: { models: { values }, preference, rules: { values: [{ name: 'One', models }] } },
			path: 'parameters.rules.values[0].strategy',
		});
		return Object.fromEntries(
			options.map(({ value, description = '' }) => [value, description.split('. ')[0]]),
		);
	};

	test('of those that the rule names', async () => {
		expect(await previews(['strong', 'small'])).toEqual({
			smart: 'small $0.002 → strong $0.01; a hard prompt: strong → small',
			priority: 'strong $0.01 → small $0.002',
			cheapest: 'small $0.002 → strong $0.01',
			fastest: 'strong $0.01 or small $0.002',
			weighted: 'small 25 % $0.002, strong 75 % $0.01',
			cascade: 'small $0.002 → strong $0.01',
		});
	});

	test('of all, where it names none, with the preference as far as it is a number', async () => {
		const { cheapest } = await previews();
		expect(cheapest).toBe('free free → small $0.002 → strong $0.01 → wired');
		expect((await previews(['strong', 'small'], 1)).smart).toBe('strong $0.01 → small $0.002');
		expect((await previews(['strong', 'small'], '={{ 1 }}')).smart).toMatch(/^small/);
	});
});

interface Row {
	provider: string;
	endpoint: EndpointName;
	type: new () =>
		LlmRouterOpenAiApi | LlmRouterAnthropicApi | LlmRouterGeminiApi | LlmRouterOpenAiCompatibleApi;
	/** Chat models only, sorted. */
	models: string[];
	label: string;
}

const ROWS: Row[] = [
	{
		provider: 'openAi',
		endpoint: 'openai',
		type: LlmRouterOpenAiApi,
		models: ['gpt-4.1', 'gpt-4o-mini', 'gpt-5-mini', 'o4-mini'],
		label: 'OpenAI',
	},
	{
		provider: 'anthropic',
		endpoint: 'anthropic',
		type: LlmRouterAnthropicApi,
		models: ['claude-haiku-4-5', 'claude-opus-4-5', 'claude-sonnet-4-5'],
		label: 'Anthropic',
	},
	{
		provider: 'gemini',
		endpoint: 'gemini',
		type: LlmRouterGeminiApi,
		models: ['gemini-2.5-flash', 'gemini-2.5-flash-lite', 'gemini-2.5-pro'],
		label: 'Google Gemini',
	},
	{
		provider: 'openAiCompatible',
		endpoint: 'compatible',
		type: LlmRouterOpenAiCompatibleApi,
		models: ['llama-3.3-70b-versatile', 'qwen-2.5-7b'],
		label: 'OpenAI-Compatible',
	},
	{
		provider: 'openAiCompatible2',
		endpoint: 'compatible2',
		type: LlmRouterOpenAiCompatible2Api,
		models: ['deepseek-chat', 'deepseek-r1'],
		label: 'OpenAI-Compatible 2',
	},
	{
		provider: 'openAiCompatible3',
		endpoint: 'compatible3',
		type: LlmRouterOpenAiCompatible3Api,
		models: ['mistral-small-latest'],
		label: 'OpenAI-Compatible 3',
	},
];

describe.each(ROWS)('$provider', ({ provider, endpoint, type, models, label }) => {
	const credentialType = new type();

	/** The drop-down of the second entry, as the editor asks for it. */
	const list = async (credential: object | null, filter?: string) =>
		await listSearch({
			nodeType,
			method: 'searchModels',
			parameters: {
				providers: ROWS.map((row) => row.provider),
				models: {
					values: [
						{ name: 'other', provider: 'connected' },
						{ name: 'mine', provider },
					],
				},
			},
			path: 'parameters.models.values[1].model',
			filter,
			credentials: credential === null ? {} : { [credentialType.name]: { ...credential } },
			credentialTypes: [credentialType],
		});
	const good = () => ({ apiKey: 'sk-good', baseUrl: providers.baseUrl(endpoint) });

	test('lists what the provider offers, filtered', async () => {
		expect((await list(good())).results.map(({ value }) => value)).toEqual(models);
		const wanted = models[0]!.slice(0, -1).toUpperCase();
		const { results } = await list(good(), wanted);
		expect(results.map(({ value }) => value)).toEqual(
			models.filter((id) => id.toUpperCase().includes(wanted)),
		);
		expect((await list(good(), 'no such model')).results).toEqual([]);
	});

	test('says what is wrong: no credential, a wrong key, an address that is none', async () => {
		await expect(list(null)).rejects.toMatchObject({
			message: expect.stringMatching(/^Choose a credential for .* at the top of the panel/),
		});
		await expect(list({ ...good(), apiKey: 'sk-wrong-0123456789' })).rejects.toMatchObject({
			message: expect.stringMatching(/API key/i),
		});
		await expect(list({ ...good(), baseUrl: 'localhost' })).rejects.toMatchObject({
			message: expect.stringMatching(/Base URL.*"localhost"/),
		});
		await expect(list({ ...good(), baseUrl: 'http://127.0.0.1:9/v1' })).rejects.toMatchObject({
			message: expect.stringMatching(/connect|reach/i),
		});
	});

	test("the credential's own test: right key, wrong key, an address that is none", async () => {
		expect(await testCredential(credentialType, good())).toMatchObject({ status: 200 });
		const refused = await testCredential(credentialType, { ...good(), apiKey: 'sk-wrong-0123456789' });
		expect(refused.status).toBeGreaterThanOrEqual(400);
		const before = providers.listCalls.length;
		for (const baseUrl of ['localhost', 'ftp://example.com']) {
			await expect(testCredential(credentialType, { ...good(), baseUrl })).rejects.toThrow(
				new RegExp(`Base URL.*LLM Router.*"${baseUrl}"`),
			);
		}
		expect(providers.listCalls).toHaveLength(before);
	});

	test("the credential's own test says in words that nobody answers", async () => {
		const words: Array<[string, RegExp]> = [
			[
				'http://127.0.0.1:9/v1',
				/^Nothing answers at 127\.0\.0\.1:9\. Is the server running\?.*host\.docker\.internal/,
			],
			['http://nobody.invalid/v1', /^There is no server named "nobody\.invalid"/],
			[providers.baseUrl(endpoint).replace('http:', 'https:'), /does not speak https.*http:\/\//],
		];
		for (const [baseUrl, message] of words) {
			await expect(testCredential(credentialType, { ...good(), baseUrl })).rejects.toThrow(message);
		}
	});

	test('is named alike everywhere', () => {
		expect(credentialType.displayName).toMatch(new RegExp(`^LLM Router ${label} (\\(.*\\) )?API$`));
		const slot = nodeType.description.credentials?.find(({ name }) => name === credentialType.name);
		expect(slot).toMatchObject({
			required: false,
			displayName: `Credential for LLM Router ${label} API`,
			displayOptions: { show: { '/providers': [provider] } },
		});
	});
});

test('a compatible endpoint needs no key, and gets the headers of its credential', async () => {
	const type = new LlmRouterOpenAiCompatibleApi();
	const credential = { baseUrl: providers.baseUrl('compatible'), headers: '{"X-Title": "My workflow"}' };
	expect(await testCredential(type, credential)).toMatchObject({ status: 200 });
	expect(providers.listCalls.at(-1)?.headers).toMatchObject({ 'x-title': 'My workflow' });
	expect(providers.listCalls.at(-1)?.headers.authorization).toBeUndefined();
});

test('a compatible credential is found by the services that it is for', () => {
	const found = [LlmRouterOpenAiCompatibleApi, LlmRouterOpenAiCompatible2Api, LlmRouterOpenAiCompatible3Api];
	for (const { displayName } of found.map((Type) => new Type())) {
		for (const service of [
			'Ollama',
			'OpenRouter',
			'Groq',
			'Azure',
			'vLLM',
			'LM Studio',
			'Mistral',
			'DeepSeek',
			'xAI',
		]) {
			expect(displayName).toContain(service);
		}
		// n8n names a new credential after its type, and takes no more than 128 letters.
		expect(`${displayName} account 10`.length).toBeLessThan(128);
	}
});
