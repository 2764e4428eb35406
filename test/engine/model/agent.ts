/** Workflows of a source, an agent and the sub-node, run in n8n's engine against the simulated providers. */
import type { IDataObject, ITaskData } from 'n8n-workflow';

import { SmartLlmRouterModel } from '../../../nodes/SmartLlmRouterModel/SmartLlmRouterModel.node';
import { runWorkflow, type RunOptions, type WorkflowResult } from '../../support/engine';
import type { SimulatedProviders } from '../../support/simulatedProviders';
import { standInAgent, type AgentTools } from '../../support/standIn/agent';
import { credentialsFor, type RouterRecord, type RouterParameters } from '../workflow';

const PROVIDERS = ['openAi', 'anthropic', 'gemini', 'openAiCompatible'];

export interface AgentRun extends Partial<Omit<RunOptions, 'items'>> {
	/** Of the sub-node. */
	parameters: RouterParameters;
	items: readonly string[];
	tools?: AgentTools;
	/** Of the agent. */
	agent?: IDataObject;
	/** Names of chat model nodes, wired to inputs 1, 2, … */
	wired?: readonly string[];
}

export interface AgentResult extends WorkflowResult {
	/** The sub-node's runs: one a call. */
	calls: ITaskData[];
	/** The record of a call. */
	record(call: number): RouterRecord;
	/** What n8n's log holds of a call. */
	log(call: number): IDataObject;
}

export async function runAgent(
	providers: SimulatedProviders,
	{ parameters, items, tools = {}, agent = {}, wired = [], ...options }: AgentRun,
): Promise<AgentResult> {
	const { models, rules, ...rest } = parameters;
	const wire = (node: string, index = 0) => ({
		ai_languageModel: [[{ node, type: 'ai_languageModel', index }]],
	});
	const json = {
		nodes: [
			{ name: 'Source', type: 'test.items' },
			{ name: 'Agent', type: 'test.agent', parameters: agent },
			{
				name: 'Model',
				type: 'n8n-nodes-smart-llm-router.smartLlmRouterModel',
				parameters: {
					providers: PROVIDERS,
					...(models && { models: { values: models } }),
					...(rules && { rules: { values: rules } }),
					...rest,
				},
			},
			...wired.map((name) => ({ name, type: 'test.chatModel' })),
		],
		connections: {
			Source: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
			Model: wire('Agent'),
			...Object.fromEntries(wired.map((name, index) => [name, wire('Model', index)])),
		},
	};
	const result = await runWorkflow(json, {
		nodeTypes: { smartLlmRouterModel: new SmartLlmRouterModel(), agent: standInAgent(tools) },
		...options,
		credentials: options.credentials ?? credentialsFor(providers),
		items: { Source: items.map((prompt) => ({ prompt })) },
	});
	const calls = result.tasks('Model');
	const log = (call: number) => (calls[call]?.data?.ai_languageModel?.[0]?.[0]?.json ?? {}) as IDataObject;
	return { ...result, calls, log, record: (call) => log(call).router as RouterRecord };
}
