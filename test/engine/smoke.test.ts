import { runWorkflow } from '../support/engine';
import { startSimulatedProviders, type SimulatedProviders } from '../support/simulatedProviders';
import { SmartLlmRouter } from '../../nodes/SmartLlmRouter/SmartLlmRouter.node';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
afterAll(async () => await providers.close());

it('answers', async () => {
	const rl = (value: string) => ({ __rl: true, mode: 'id', value });
	const result = await runWorkflow(
		{
			nodes: [
				{ name: 'Source', type: 'test.items', parameters: {} },
				{
					name: 'Router',
					type: 'n8n-nodes-smart-llm-router.smartLlmRouter',
					parameters: {
						models: {
							values: [
								{ name: 'small', provider: 'openAi', model: rl('gpt-5.4-mini') },
								{ name: 'strong', provider: 'anthropic', model: rl('claude-sonnet-4-6') },
								{ name: 'gem', provider: 'gemini', model: rl('gemini-2.5-flash') },
							],
						},
						rules: { values: [{ name: 'Coding', match: { taskTypes: ['coding'] }, models: ['strong'] }] },
					},
				},
			],
			connections: { Source: { main: [[{ node: 'Router', type: 'main', index: 0 }]] } },
		},
		{
			nodeTypes: { smartLlmRouter: new SmartLlmRouter() },
			items: {
				Source: [
					{ prompt: 'What is the capital of France?' },
					{ prompt: 'Write a Python function that sorts a list' },
					{ prompt: '' },
				],
			},
			credentials: {
				llmRouterOpenAiApi: { apiKey: 'sk-good', baseUrl: providers.baseUrl('openai') },
				llmRouterAnthropicApi: { apiKey: 'sk-good', baseUrl: providers.baseUrl('anthropic') },
				llmRouterGeminiApi: { apiKey: 'sk-good', baseUrl: providers.baseUrl('gemini') },
			},
		},
	);
	console.log(
		result.status,
		result.error,
		JSON.stringify(result.outputs('Router'), null, 1),
		result.hints('Router'),
	);
});
