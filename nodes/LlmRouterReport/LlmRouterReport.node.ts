import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { reportProperties } from './properties';

export class LlmRouterReport implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LLM Router Report',
		name: 'llmRouterReport',
		icon: {
			light: 'file:../../icons/llmRouterReport.svg',
			dark: 'file:../../icons/llmRouterReport.dark.svg',
		},
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] }}',
		description: 'See what Smart LLM Router nodes decided, spent and saved',
		defaults: { name: 'LLM Router Report' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		properties: reportProperties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		// Loaded on first use: the engine would slow the start of n8n.
		const { executeReport } = await import('./execute');
		return await executeReport(this);
	}
}
