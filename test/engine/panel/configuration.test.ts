import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import {
	connected,
	credentialsFor,
	model,
	runRouter,
	type RouterParameters,
	type RouterRun,
} from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => providers.reset());
afterAll(async () => await providers.close());

const small = model('small', 'openAi', 'gpt-4o-mini');
const strong = model('strong', 'anthropic', 'claude-haiku-4-5');
const compatible = model('local', 'openAiCompatible', 'llama');
const two: RouterParameters = { models: [small, strong] };
const rule = (more: object) => ({ name: 'Sales', ...more });

interface Fault {
	is: string;
	run: Partial<RouterRun>;
	/** What the message names: the field and the value. */
	names: Array<string | RegExp>;
	/** What the description names, where several settings are wrong: the message would be a wall of red. */
	tells?: string[];
	/** What the description tells to do. */
	remedy: RegExp;
}

const without = (type: string) => (all: object) =>
	Object.fromEntries(Object.entries(all).filter(([name]) => name !== type));
const withCredential = (type: string, more: object) => (all: Record<string, object>) => ({
	...all,
	[type]: { ...all[type], ...more },
});
/** What is done to the credentials that all tests start from. */
const CREDENTIALS: Record<string, (all: Record<string, object>) => object> = {
	'a model without its credential': without('llmRouterAnthropicApi'),
	'all that is missing, at once': without('llmRouterAnthropicApi'),
	'an empty API key': withCredential('llmRouterOpenAiApi', { apiKey: ' ' }),
	'a base URL that is no URL': withCredential('llmRouterOpenAiApi', { baseUrl: 'api.openai.com' }),
	'a base URL of another protocol': withCredential('llmRouterAnthropicApi', { baseUrl: 'ftp://example.com' }),
	'an empty base URL of a compatible endpoint': withCredential('llmRouterOpenAiCompatibleApi', {
		baseUrl: '',
	}),
	'an API key with a line break': withCredential('llmRouterOpenAiApi', { apiKey: 'sk-good\nsecond' }),
	'a key in the place of the base URL': withCredential('llmRouterOpenAiApi', {
		baseUrl: '0123456789abcdef0123456789abcdef',
	}),
	'headers that cannot be sent': withCredential('llmRouterOpenAiCompatibleApi', {
		headers: '{"X Title": "a"}',
	}),
	'headers that are no JSON': withCredential('llmRouterOpenAiCompatibleApi', { headers: '{"X-Title": ' }),
	'headers that are no texts': withCredential('llmRouterOpenAiCompatibleApi', { headers: '{"X-Count": 1}' }),
};

const FAULTS: Fault[] = [
	{
		is: 'a rule that names an unknown alias',
		run: { parameters: { ...two, rules: [rule({ models: ['small', 'strnog'] })] } },
		names: ['Rules → Models', '"Sales"', '"strnog"'],
		remedy: /"small", "strong".*Models list/,
	},
	{
		is: 'two models with one alias',
		run: { parameters: { models: [small, model('small', 'anthropic', 'claude-haiku-4-5')] } },
		names: ['Models → Name', '"small"'],
		remedy: /Rename one/,
	},
	{
		is: 'an empty list of models',
		run: { parameters: { models: [] } },
		names: ['Models', 'empty'],
		remedy: /Add at least one/,
	},
	{
		is: 'a model without its credential',
		run: { parameters: two },
		names: ['"strong"', 'LLM Router Anthropic API'],
		remedy: /Choose it at the top of the panel.*credential.*providers/,
	},
	{
		is: 'a model whose provider is not in `providers`',
		run: { parameters: { ...two, providers: ['openAi'] } },
		names: ['"strong"', 'LLM Router Anthropic API'],
		remedy: /Tick Anthropic under Providers/,
	},
	{
		is: 'all that is missing, at once',
		run: {
			parameters: {
				models: [small, strong, model('clever', 'anthropic', 'claude-opus-4-5'), model('gem', 'gemini', '')],
				providers: ['openAi', 'anthropic'],
			},
		},
		names: [
			'The models "strong" and "clever" need the credential "LLM Router Anthropic API", and none is chosen',
			'The model "gem" needs the credential "LLM Router Google Gemini API", and none is chosen',
			'No model is chosen for "gem"',
		],
		remedy:
			/Tick Google Gemini under Providers.*choose the credentials.*Choose one from the list under Models/,
	},
	{
		is: 'faults of several kinds, at once',
		run: {
			parameters: {
				models: [small, strong],
				providers: ['openAi'],
				rules: [
					rule({
						models: ['strnog'],
						match: { keywords: '/(a+/\n/b)/', languages: 'en, english', minTokens: 9, maxTokens: 1 },
					}),
					rule({ name: 'Law', models: ['smal'] }),
				],
				options: { outputFormat: 'json', jsonSchema: '{"type"' },
			},
		},
		names: [
			'8 settings need a change: Credentials, Rules → Match → Keywords, Rules → Match → Languages, Rules → Models, Rules → Match → Tokens, Options → JSON Schema',
		],
		tells: [
			'1. Credentials: The model "strong" needs the credential "LLM Router Anthropic API"',
			'Rules → Models: Rule "Sales" names the model "strnog"',
			'/(a+/',
			'/b)/',
			'"english"',
			'at least 9 and at most 1 tokens',
			'Rule "Law" names the model "smal"',
			'JSON Schema',
		],
		remedy:
			/<strong>1\. .*<\/strong><br>Tick Anthropic under Providers.*<br><br><strong>2\. .*<br>Correct the expression.*<strong>7\. .*<br>Choose one of.*<strong>8\. /,
	},
	{
		is: 'several values that cannot be used, at once',
		run: { parameters: { ...two, options: { concurrency: 'many', temperature: 3 } } },
		names: ['2 settings', 'Concurrency', 'Temperature'],
		tells: ['"many"', 'at most 2'],
		remedy: /correct Options → Temperature/,
	},
	{
		is: 'an empty API key',
		run: { parameters: two },
		names: ['API Key', 'LLM Router OpenAI API'],
		remedy: /Open the credential/,
	},
	{
		is: 'a base URL that is no URL',
		run: { parameters: two },
		names: ['Base URL', 'LLM Router OpenAI API', '"api.openai.com"'],
		remedy: /https:\/\/api\.openai\.com\/v1/,
	},
	{
		is: 'a base URL of another protocol',
		run: { parameters: two },
		names: ['Base URL', 'LLM Router Anthropic API', '"ftp://example.com"'],
		remedy: /https:\/\/api\.anthropic\.com/,
	},
	{
		is: 'an empty base URL of a compatible endpoint',
		run: { parameters: { models: [compatible] } },
		names: ['Base URL', 'OpenAI-Compatible API', 'empty'],
		remedy: /http:\/\/localhost/,
	},
	{
		is: 'headers that are no JSON',
		run: { parameters: { models: [compatible] } },
		names: ['Headers', 'OpenAI-Compatible API'],
		remedy: /\{"X-Title": "My workflow"\}/,
	},
	{
		is: 'headers that are no texts',
		run: { parameters: { models: [compatible] } },
		names: ['Headers'],
		remedy: /X-Title/,
	},
	{
		is: 'a model that is not chosen',
		run: { parameters: { models: [model('small', 'openAi', '={{ "" }}')] } },
		names: ['Models → Model', '"small"'],
		remedy: /Choose one/,
	},
	{
		is: 'history that is no JSON',
		run: { parameters: { ...two, options: { history: '[{"role": "user", "content": ' } } },
		names: ['Options → History', 'JSON'],
		remedy: /\[\{"role": "user", "content": "Hello"\}\]/,
	},
	{
		is: 'history of another form',
		run: { parameters: { ...two, options: { history: '[{"role": "robot", "content": "x"}]' } } },
		names: ['Options → History'],
		remedy: /user, assistant or system/,
	},
	{
		is: 'history that is one message instead of a list',
		run: { parameters: { ...two, options: { history: '={{ { role: "user", content: "x" } }}' } } },
		names: ['Options → History'],
		remedy: /role/,
	},
	{
		is: 'a history of five megabytes',
		run: { parameters: { ...two, options: { history: `["${'x'.repeat(5_000_000)}"]` } } },
		names: ['Options → History', '5,000,004 characters'],
		remedy: /Shorten it/,
	},
	{
		is: 'a JSON schema that is no JSON',
		run: { parameters: { ...two, options: { outputFormat: 'json', jsonSchema: '{"type": object}' } } },
		names: ['Options → JSON Schema', 'JSON'],
		remedy: /"properties"/,
	},
	{
		is: 'a JSON schema that is a list',
		run: { parameters: { ...two, options: { outputFormat: 'json', jsonSchema: '[]' } } },
		names: ['Options → JSON Schema'],
		remedy: /"properties"/,
	},
	{
		is: 'JSON that is no schema',
		run: { parameters: { ...two, options: { outputFormat: 'json', jsonSchema: '{"type": "objekt"}' } } },
		names: ['Options → JSON Schema', '"type" is "objekt"', 'string, number'],
		remedy: /Correct the schema/,
	},
	{
		is: 'a JSON schema that is no JSON, though text is asked for',
		run: { parameters: { ...two, options: { jsonSchema: '{bad' } } },
		names: ['Options → JSON Schema'],
		remedy: /"properties"/,
	},
	{
		is: 'an output field that the node itself writes',
		run: { parameters: { ...two, options: { outputField: 'router' } } },
		names: ['Options → Output Field', 'choose another name'],
		remedy: /Output Field/,
	},
	{
		is: 'an API key with a line break',
		run: {},
		names: ['API Key', /line break/],
		remedy: /copy the key again/,
	},
	{
		is: 'a key in the place of the base URL',
		run: {},
		names: ['Base URL', /not shown, it looks like a key/],
		remedy: /https:\/\/api\.openai\.com\/v1/,
	},
	{
		is: 'headers that cannot be sent',
		run: { parameters: { models: [small, compatible] } },
		names: ['Headers'],
		remedy: /letters, digits and hyphens/,
	},
	{
		is: 'an option out of range',
		run: { parameters: { ...two, options: { concurrency: 0 } } },
		names: ['Options → Concurrency'],
		remedy: /Options → Concurrency/,
	},
	{
		is: 'a value by expression that is no number',
		run: { parameters: { ...two, preference: '={{ "high" }}' } },
		names: ['Preference', '"high"'],
		remedy: /Preference/,
	},
	{
		is: 'a keyword that is no valid expression',
		run: { parameters: { ...two, rules: [rule({ match: { keywords: '/(unclosed/' } })] } },
		names: [
			'Rules → Match → Keywords',
			'"Sales"',
			'/(unclosed/ is not a valid regular expression (Unterminated group)',
		],
		remedy: /slashes/,
	},
	{
		is: 'a language that is no code',
		run: { parameters: { ...two, rules: [rule({ match: { languages: 'Klingon' } })] } },
		names: ['Languages', '"Sales"', '"klingon"'],
		remedy: /two letters/,
	},
	{
		is: 'a rule that can never match',
		run: { parameters: { ...two, rules: [rule({ match: { minTokens: 10, maxTokens: 5 } })] } },
		names: ['Tokens', '"Sales"'],
		remedy: /minimum/,
	},
];

test.each(FAULTS)(
	'$is stops the workflow, naming field and remedy',
	async ({ is, run, names, tells = [], remedy }) => {
		const all = credentialsFor(providers);
		const result = await runRouter(providers, {
			parameters: two,
			items: ['What is the capital of Peru?'],
			...run,
			credentials: (CREDENTIALS[is]?.(all) ?? all) as typeof all,
		});
		expect(result.status).toBe('error');
		for (const name of names) {
			if (typeof name === 'string') expect(result.error?.message).toContain(name);
			else expect(result.error?.message).toMatch(name);
		}
		for (const name of tells) expect(result.error?.description).toContain(name);
		expect(result.error?.description).toMatch(remedy);
		expect(result.error?.node?.name).toBe('Router');
		expect(result.outputs('Router')).toEqual([]);
		expect(providers.log).toEqual([]);
	},
);

test('what is wrong comes out of n8n as it was written, although n8n draws a description as HTML', async () => {
	const { error } = await runRouter(providers, {
		parameters: {
			models: [model('a<b>c', 'openAi', 'gpt-4o-mini')],
			rules: [rule({ models: ['gone'] })],
		},
		items: ['hello'],
		credentials: credentialsFor(providers),
	});
	expect(error?.message).toContain('"gone"');
	expect(error?.description).toContain('"a&lt;b&gt;c"');
});

test('an item that goes on with several wrong settings says each of them, and what to do', async () => {
	const result = await runRouter(providers, {
		parameters: { ...two, options: { concurrency: '={{ "many" }}', temperature: '={{ 3 }}' } },
		items: ['hello'],
		credentials: credentialsFor(providers),
		node: { onError: 'continueRegularOutput' },
	});
	expect(JSON.stringify(result.outputs('Router'))).toMatch(
		/1\. .*Temperature.*at most 2.*correct.*2\. .*Concurrency.*many/,
	);
});

test.each([
	['the second of two inputs', [connected('a', 1), connected('b', 2)], ['Model A', null], 'Model 2'],
	['the first of two inputs', [connected('a', 1), connected('b', 2)], [null, 'Model A'], 'Model 1'],
	['the only input', [connected('a', 1)], [], 'Model 1'],
])('nothing connected to %s stops the workflow and names it', async (_, models, wired, input) => {
	const chatModels = { 'Model A': { answer: 'x' } };
	const result = await runRouter(providers, { parameters: { models }, items: ['hello'], wired, chatModels });
	expect(result.status).toBe('error');
	expect(result.error?.message).toContain(input);
});

describe('is no fault', () => {
	const cases: Array<[string, RouterRun]> = [
		[
			'a model that no rule reaches, without credential',
			{
				parameters: { ...two, noMatch: 'output', rules: [rule({ models: ['small'] })] },
				items: ['hello'],
			},
		],
		[
			'a disabled rule that is wrong',
			{
				parameters: {
					models: [small],
					rules: [rule({ enabled: false, models: ['gone'], match: { keywords: '/(/' } }), { name: 'All' }],
				},
				items: ['hello'],
			},
		],
		[
			'an empty history and an empty schema',
			{
				parameters: { models: [small], options: { history: '', outputFormat: 'json', jsonSchema: '' } },
				items: ['hello'],
			},
		],
		[
			'what is wrong with settings that the mode does not use',
			{
				parameters: {
					mode: 'classify',
					outputs: 'routes',
					models: [model('', 'openAi', '')],
					rules: [rule({ models: ['gone'], match: { keywords: '/(/' } })],
					options: { history: '{', outputFormat: 'json', jsonSchema: '{', concurrency: 0, minConfidence: 7 },
				},
				items: ['hello'],
			},
		],
		['no item at all', { parameters: { models: [small] }, items: [] }],
	];
	test.each(cases)('%s', async (_, run) => {
		const { llmRouterOpenAiApi } = credentialsFor(providers);
		const result = await runRouter(providers, { ...run, credentials: { llmRouterOpenAiApi } });
		expect(result.error).toBeNull();
		const output = run.parameters.mode === 'classify' ? 'Classified' : 'Answered';
		expect(result.left).toEqual(run.items.length > 0 ? { [output]: [0] } : {});
	});
});

test('a keyword that runs away fails the prompt that it runs away on, and no other', async () => {
	const result = await runRouter(providers, {
		parameters: { models: [small], rules: [rule({ match: { keywords: '/^(?=a)(a+)+$/' } })] },
		items: [`${'a'.repeat(40)}!`, 'aaa'],
	});
	expect(result.error).toBeNull();
	expect(result.left).toEqual({ Failed: [0], Answered: [1] });
	expect(result.failure(0)?.message).toMatch(/"Sales".*Simplify/);
});
