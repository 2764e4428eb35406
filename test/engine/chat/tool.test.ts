/** The node as a tool of an agent: asked through n8n's own wrapper, as an AI Agent asks it. */
import {
	deepCopy,
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { SmartLlmRouter } from '../../../nodes/SmartLlmRouter/SmartLlmRouter.node';
import { runWorkflow, type WorkflowResult } from '../../support/engine';
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { credentialsFor, inOrder, model } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
afterAll(async () => await providers.close());

/** What n8n makes of a node that is usable as a tool, at its start. */
function asTool(): INodeType {
	const node = new SmartLlmRouter();
	const { usableAsTool } = node.description;
	const replacements = typeof usableAsTool === 'object' ? usableAsTool.replacements : {};
	const description: INodeTypeDescription = { ...deepCopy(node.description), ...replacements };
	description.name += 'Tool';
	description.inputs = [];
	description.outputs = [NodeConnectionTypes.AiTool];
	return Object.assign(node, { description });
}

/** Asks its tool once with the prompt that it is given, and passes on what it hears. */
const agent: INodeType = {
	description: {
		name: 'agent',
		displayName: 'Agent',
		group: ['transform'],
		version: 1,
		description: 'Stand-in',
		defaults: { name: 'Agent' },
		inputs: [
			{ type: NodeConnectionTypes.Main },
			{ type: NodeConnectionTypes.AiTool, maxConnections: 1, required: true },
		],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const tool = (await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as {
			description: string;
			schema: { shape: object };
			invoke(args: object): Promise<unknown>;
		};
		const heard = await tool
			.invoke({ prompt: 'What is the capital of Peru?' })
			.catch((error: Error) => `error: ${error.message}`);
		const asks = Object.keys(tool.schema.shape);
		return [[{ json: { heard, asks, description: tool.description } as IDataObject }]];
	},
};

async function ask(models: object[], options: IDataObject = {}): Promise<WorkflowResult> {
	const prompt = "={{ $fromAI('prompt', 'The whole question', 'string') }}";
	return await runWorkflow(
		{
			nodes: [
				{ name: 'Source', type: 'test.items' },
				{ name: 'Agent', type: 'test.agent' },
				{
					name: 'Ask a Model',
					type: 'n8n-nodes-smart-llm-router.smartLlmRouterTool',
					parameters: { prompt, models: { values: models }, rules: { values: [inOrder] }, options },
				},
			],
			connections: {
				Source: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
				'Ask a Model': { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
			},
		},
		{
			nodeTypes: { smartLlmRouterTool: asTool(), 'test.agent': agent },
			credentials: credentialsFor(providers),
		},
	);
}

const small = model('small', 'openAi', 'gpt-4o-mini');
const down = model('down', 'anthropic', 'claude-haiku-4-5--500');

test('the agent hears the answer and not the bookkeeping', async () => {
	const [{ heard, asks, description }] = (await ask([small])).json('Agent');
	expect(asks).toEqual(['prompt']);
	expect(description).toMatch(/question/);
	expect(String(heard)).toContain('[gpt-4o-mini] You asked: What is the capital of Peru?');
	expect(String(heard)).not.toMatch(/router|costUsd|attempts/);
});

test('a fallback is an answer like any other', async () => {
	const [{ heard }] = (await ask([down, small], { maxRetries: 0 })).json('Agent');
	expect(String(heard)).toContain('[gpt-4o-mini]');
});

test('a failure is a tool error with its reason', async () => {
	const [{ heard }] = (await ask([down], { maxRetries: 0 })).json('Agent');
	expect(String(heard)).toMatch(/error/i);
	expect(String(heard)).toMatch(/down: Anthropic had an error of its own \(500\)/);
});

test('what makes no sense for a tool is not offered', () => {
	const { properties } = asTool().description;
	const names = (list: unknown): string[] => (list as INodeProperties[]).map(({ name }) => name);
	const hidden = properties.filter(({ type }) => type === 'hidden').map(({ name }) => name);
	expect(hidden).toEqual(expect.arrayContaining(['mode', 'noMatch', 'outputs']));
	expect(JSON.stringify(properties.find(({ name }) => name === 'models'))).not.toMatch(/"value":"connected"/);
	expect(names(properties.find(({ name }) => name === 'options')?.options)).not.toContain('outputField');
});

test('a copied tool that still has a connected model says so', async () => {
	const result = await ask([{ name: 'wired', provider: 'connected', input: 1 }]);
	const [{ heard }] = result.json('Agent');
	expect(String(heard)).toContain('"wired" is a connected chat model, and a tool has no inputs for one');
});
