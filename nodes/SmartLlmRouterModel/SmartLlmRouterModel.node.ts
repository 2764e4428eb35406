import {
	NodeConnectionTypes,
	type INodeType,
	type INodeTypeDescription,
	type ISupplyDataFunctions,
	type SupplyData,
} from 'n8n-workflow';

import { credentialSlots } from '../host/credentials/slots';
import { dropDowns } from '../host/models/dropDowns';
import { connectedInputs, modelSubtitle } from './inputs';
import { modelNodeProperties } from './properties';

export class SmartLlmRouterModel implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Smart LLM Router Model',
		name: 'smartLlmRouterModel',
		icon: { light: 'file:../../icons/smartLlmRouter.svg', dark: 'file:../../icons/smartLlmRouter.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: `={{(${modelSubtitle.toString()})($parameter)}}`,
		description:
			'A chat model for agents and chains that sends each call to the right model, and to the next one if that fails',
		defaults: { name: 'Smart LLM Router Model' },
		// An expression, because the inputs follow the connected models in the panel.
		inputs: `={{(${connectedInputs.toString()})($parameter)}}`,
		outputs: [NodeConnectionTypes.AiLanguageModel],
		outputNames: ['Model'],
		credentials: credentialSlots,
		properties: modelNodeProperties,
		usableAsTool: true,
	};

	methods = dropDowns;

	async supplyData(this: ISupplyDataFunctions, itemIndex: number): Promise<SupplyData> {
		// Loaded on first use: the engine and its libraries would slow the start of n8n.
		const { supplyRoutedModel } = await import('./supply');
		return await supplyRoutedModel(this, itemIndex);
	}
}
