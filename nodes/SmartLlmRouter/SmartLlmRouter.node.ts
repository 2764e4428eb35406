import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { builderHint } from './properties/builderHint';
import { credentialSlots } from '../host/credentials/slots';
import { dropDowns } from '../host/models/dropDowns';
import { configuredInputs, configuredOutputs, subtitleOf } from './outputs';
import { panelHints, toolHints } from './properties/panelHints';
import { modeProperties } from './properties/mode';
import { classifierProperties } from '../host/properties/classifier';
import { modelProperties, providerProperties } from '../host/properties/models';
import { optionProperties } from '../host/properties/options';
import { placingProperties, preferenceProperties } from '../host/properties/placing';
import { ruleProperties } from '../host/properties/rules';
import { toolProperties } from './properties/tool';

/** In the order of the panel: the first screen of a new node shows prompt, rules and models. */
const properties: INodeProperties[] = [
	...modeProperties,
	...ruleProperties,
	...modelProperties,
	...providerProperties,
	...placingProperties,
	...optionProperties,
	...preferenceProperties,
	...classifierProperties,
];

/** How an agent sees the node. n8n spreads all of it over the description, though its type names only a part. */
const asTool: Partial<INodeTypeDescription> = {
	description:
		'Asks the language model that suits the question best, and another one if that fails. Give it the whole question with everything needed to answer it.',
	properties: toolProperties(properties),
	hints: toolHints,
};

export class SmartLlmRouter implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Smart LLM Router',
		name: 'smartLlmRouter',
		icon: { light: 'file:../../icons/smartLlmRouter.svg', dark: 'file:../../icons/smartLlmRouter.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: `={{(${subtitleOf.toString()})($parameter)}}`,
		description: 'Send each prompt to the right model, and to the next one if that fails',
		defaults: { name: 'Smart LLM Router' },
		// Expressions, because outputs follow the rules and models in the panel.
		inputs: `={{(${configuredInputs.toString()})($parameter)}}`,
		outputs: `={{(${configuredOutputs.toString()})($parameter)}}`,
		usableAsTool: { replacements: asTool },
		credentials: credentialSlots,
		hints: panelHints,
		builderHint,
		properties,
	};

	methods = dropDowns;

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		// Loaded on first use: the engine and its libraries would slow the start of n8n.
		const { executeRouter } = await import('./execute');
		return await executeRouter(this);
	}
}
