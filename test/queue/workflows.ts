/** Webhook → one item a prompt → Router. A call costs a cent: ten tokens at 1,000 dollars a million. */
import type { INodeParameters } from 'n8n-workflow';

import type { NewWorkflow } from '../n8n/session';

export const CENT_NANO = 10_000_000;
export const TEN_WORDS = 'one two three four five six seven eight nine ten';

export interface RoutedModel {
	name: string;
	/** With its fault: `gpt-4o-mini--slow-200`. */
	modelId: string;
	options?: INodeParameters;
}

export interface Plan {
	/** Of the webhook, too. */
	path: string;
	/** Asked in this order. */
	models: readonly RoutedModel[];
	options?: INodeParameters;
}

/** @param scope of the budget */
export function budgetOf(scope: string, limitUsd: number): INodeParameters {
	return { values: [{ limitUsd, period: 'month', scope, onExceeded: 'fail' }] };
}

export function workflowOf(
	{ path, models, options = {} }: Plan,
	credential: { id: string; name: string },
): NewWorkflow {
	const at = (x: number): [number, number] => [x, 0];
	const to = (node: string) => ({ main: [[{ node, type: 'main' as const, index: 0 }]] });
	const nodes: NewWorkflow['nodes'] = [
		{
			id: 'a',
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			position: at(0),
			webhookId: path,
			parameters: { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
		},
		{
			id: 'b',
			name: 'Items',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			position: at(200),
			parameters: { fieldToSplitOut: 'body.prompts', options: { destinationFieldName: 'prompt' } },
		},
		{
			id: 'c',
			name: 'Router',
			type: 'n8n-nodes-smart-llm-router.smartLlmRouter',
			typeVersion: 1,
			position: at(400),
			parameters: {
				providers: ['openAi'],
				models: { values: models.map(modelOf) },
				rules: {
					values: [{ name: 'In order', models: models.map(({ name }) => name), strategy: 'priority' }],
				},
				options,
			},
			credentials: { llmRouterOpenAiApi: credential },
		},
	];
	return {
		name: path,
		nodes,
		connections: { Webhook: to('Items'), Items: to('Router') },
		settings: { executionOrder: 'v1' },
	};
}

function modelOf({ name, modelId, options }: RoutedModel): INodeParameters {
	return {
		name,
		provider: 'openAi',
		model: { __rl: true, mode: 'id', value: modelId },
		options: { inputPrice: 0, outputPrice: 1000, maxOutputTokens: 10, ...options },
	};
}
