/** n8n's own credentials in the place of this package's: the same key, address and custom header reach the provider. */
import { SmartLlmRouter } from '../../../nodes/SmartLlmRouter/SmartLlmRouter.node';
import { listSearch } from '../../support/engineDropDowns';
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { credentialsFor, model, runRouter } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => providers.reset());
afterAll(async () => await providers.close());

const custom = { header: true, headerName: 'X-Team', headerValue: 'support' };
const ofN8n = () => ({
	openAiApi: { apiKey: 'sk-good', url: providers.baseUrl('openai'), organizationId: 'org-1', ...custom },
	anthropicApi: { apiKey: 'sk-ant-good', url: providers.baseUrl('anthropic'), ...custom },
	googlePalmApi: { apiKey: 'AIza-good', host: providers.baseUrl('gemini') },
});

const ALL = [
	['openAi', 'gpt-4o-mini'],
	['anthropic', 'claude-haiku-4-5'],
	['gemini', 'gemini-2.5-flash'],
] as const;

test.each(ALL)('%s answers with the credential of n8n', async (provider, id) => {
	const result = await runRouter(providers, {
		parameters: { credentialSource: 'n8n', models: [model('one', provider, id)] },
		items: ['hello'],
		credentials: ofN8n(),
	});
	expect(result.error).toBeNull();
	expect(result.left).toEqual({ Answered: [0] });
	const { headers } = providers.log.at(-1)!;
	if (provider !== 'gemini') expect(headers['x-team']).toBe('support');
	if (provider === 'openAi') expect(headers['openai-organization']).toBe('org-1');
});

test('compatible endpoints keep the credential of this package', async () => {
	const { llmRouterOpenAiCompatibleApi } = credentialsFor(providers);
	const result = await runRouter(providers, {
		parameters: { credentialSource: 'n8n', models: [model('llama', 'openAiCompatible', 'llama')] },
		items: ['hello'],
		credentials: { llmRouterOpenAiCompatibleApi },
	});
	expect(result.left).toEqual({ Answered: [0] });
});

test('what is missing is named as n8n names it', async () => {
	const result = await runRouter(providers, {
		parameters: { credentialSource: 'n8n', models: [model('one', 'openAi', 'gpt-4o-mini')] },
		items: ['hello'],
		credentials: credentialsFor(providers),
	});
	expect(result.error?.message).toContain('needs the credential "OpenAI", and none is chosen');
});

const list = async (
	credentials: Record<string, object>,
	providersTicked = ['openAi', 'anthropic', 'gemini'],
) =>
	await listSearch({
		nodeType: new SmartLlmRouter(),
		method: 'searchModels',
		parameters: {
			credentialSource: 'n8n' in credentials || 'openAiApi' in credentials ? 'n8n' : 'router',
			providers: providersTicked,
			models: { values: [{ name: 'mine', provider: 'openAi' }] },
		},
		path: 'parameters.models.values[0].model',
		credentials: credentials as Parameters<typeof listSearch>[0]['credentials'],
	});

test('the list of models is asked for with it, and tells prices and abilities', async () => {
	const { results } = await list(ofN8n());
	expect(results.find(({ value }) => value === 'gpt-4o-mini')?.name).toMatch(
		/^gpt-4o-mini · retire[sd] 2027-01-14 · reads images and PDF files · \$0\.15 in, \$0\.6 out$/,
	);
});

test('the list says why it is empty', async () => {
	const own = credentialsFor(providers).llmRouterOpenAiApi;
	await expect(list({ llmRouterOpenAiApi: own }, ['anthropic'])).rejects.toThrow(
		/^Tick OpenAI under Providers/,
	);
	await expect(list({ llmRouterOpenAiApi: { ...own, allowedModels: 'gpt-9*' } })).rejects.toThrow(
		/Allowed Models of the credential "LLM Router OpenAI API" leaves none of the \d+ models/,
	);
});
