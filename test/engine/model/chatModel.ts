/** The chat model that the sub-node gives, without an agent: for conversations that no agent of ours has. */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { IDataObject, ISupplyDataFunctions, NodeExecutionHint } from 'n8n-workflow';

import { supplyRoutedModel } from '../../../nodes/SmartLlmRouterModel/supply';
import type { SimulatedProviders } from '../../support/simulatedProviders';
import { credentialsFor, type RouterParameters } from '../workflow';

/** A model of each provider that does not think. */
export const MODELS: Readonly<Record<string, string>> = {
	openAi: 'gpt-4o-mini',
	anthropic: 'claude-haiku-4-5',
	gemini: 'gemini-2.5-flash',
	openAiCompatible: 'llama-3.3-70b',
};

/** In OpenAI's form. @param more keywords of its schema */
export const tool = (name: string, properties: object = {}, more: object = {}) => ({
	type: 'function' as const,
	function: { name, description: name, parameters: { type: 'object', properties, ...more } },
});

export interface Supplied {
	model: BaseChatModel;
	/** What n8n's log gets of each call: its data, or an error. */
	log: unknown[];
	hints: NodeExecutionHint[];
}

export async function chatModel(
	providers: SimulatedProviders,
	{ models = [], rules = [], options = {} }: RouterParameters,
): Promise<Supplied> {
	const log: unknown[] = [];
	const hints: NodeExecutionHint[] = [];
	const credentials: Record<string, IDataObject> = credentialsFor(providers);
	const parameters: Record<string, unknown> = {
		providers: ['openAi', 'anthropic', 'gemini', 'openAiCompatible'],
		models: { values: models },
		rules: { values: rules },
		options,
	};
	const node = {
		name: 'Model',
		type: 'n8n-nodes-smart-llm-router.smartLlmRouterModel',
		credentials: Object.fromEntries(Object.keys(credentials).map((type) => [type, { id: type, name: type }])),
		parameters,
	};
	const context = {
		getNode: () => node,
		getWorkflow: () => ({ id: '1', name: 'Test' }),
		getExecutionId: () => '1',
		getTimezone: () => 'Europe/Berlin',
		getMode: () => 'trigger',
		getExecutionCancelSignal: () => undefined,
		getNodeOutputs: () => [{ type: 'ai_languageModel' }],
		getNodeParameter: (name: string) => parameters[name] ?? null,
		getCredentials: (type: string) => Promise.resolve(credentials[type]),
		addInputData: () => ({ index: log.length }),
		addOutputData: (_type: string, _index: number, data: unknown) => void log.push(data),
		addExecutionHints: (...given: NodeExecutionHint[]) => void hints.push(...given),
		logAiEvent: () => undefined,
	};
	const { response } = await supplyRoutedModel(context as unknown as ISupplyDataFunctions, 0);
	return { model: response as BaseChatModel, log, hints };
}
