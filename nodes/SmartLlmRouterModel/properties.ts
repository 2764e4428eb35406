import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';

import { classifierProperties } from '../host/properties/classifier';
import { modelProperties, providerProperties } from '../host/properties/models';
import { optionProperties } from '../host/properties/options';
import { preferenceProperties } from '../host/properties/placing';
import { ruleProperties } from '../host/properties/rules';

/** What the Smart LLM Router has as well, with the same meaning: a sub-node has neither items nor outputs. */
const OPTIONS = [
	'systemMessage',
	'maxOutputTokens',
	'temperature',
	'maxRetries',
	'attemptTimeout',
	'firstTokenTimeout',
	'stallTimeout',
	'totalTimeout',
	'hedgeAfter',
	'retryAfterPatience',
	'fallbackOn',
	'breakerThreshold',
	'breakerCooldown',
	'minConfidence',
	'embeddingModel',
	'embeddingProvider',
	'embeddingPrice',
	'budgets',
	'allowUnknownPrice',
	'maxCostPerItem',
	'retentionDays',
	'hashPrompts',
	'redactPersonalData',
	'blockPromptInjection',
	'stickyKey',
	'shadow',
	'promptCaching',
	'flexPatience',
	'allowedRegions',
	'learnFromFeedback',
];

/** In the words of a chat model that is asked by others. */
const WORDS: Readonly<Record<string, Pick<INodeProperties, 'displayName' | 'description'>>> = {
	systemMessage: {
		displayName: 'System Message',
		description: "What every model is told first. It stands before the agent's own.",
	},
	maxCostPerItem: {
		displayName: 'Max Cost per Call (USD)',
		description: 'The most that one call may cost, in USD. An agent makes a call for each of its steps.',
	},
};

const stickWithinRun: INodeProperties = {
	displayName: 'Stick Within Run',
	name: 'stickWithinRun',
	type: 'boolean',
	default: true,
	description:
		'Whether all steps of one run of an agent stay with the model that answered first, as long as that is well. It then reads what it has written itself, and its cache is used.',
};

/** Says what a budget can tell apart, as n8n gives a sub-node the first item alone. */
const budgetNotice: INodeProperties = {
	displayName:
		'Expressions here see the first item. A budget for each customer, or a Sticky Key, works where one item runs at a time: in a chat, a webhook, or a loop of one.',
	name: 'itemNotice',
	type: 'notice',
	default: '',
};

/** In the order of the main node's panel. */
export const modelNodeProperties: INodeProperties[] = [
	...ruleProperties.filter(({ name }) => name === 'rules').map(withoutConditions),
	...modelProperties,
	...providerProperties,
	budgetNotice,
	...optionProperties.map(optionsOfModels),
	...preferenceProperties,
	...classifierProperties,
];

/** Rules look at the conversation: conditions on fields would always see the first item. */
function withoutConditions(rules: INodeProperties): INodeProperties {
	const options = (rules.options as INodePropertyCollection[]).map((option) => ({
		...option,
		values: option.values.filter(({ name }) => name !== 'conditions'),
	}));
	return { ...rules, options };
}

function optionsOfModels(collection: INodeProperties): INodeProperties {
	const shared = (collection.options as INodeProperties[]).filter(({ name }) => OPTIONS.includes(name));
	const options = shared.flatMap((option) => {
		const worded = { ...option, ...WORDS[option.name] };
		return option.name === 'stickyKey' ? [worded, stickWithinRun] : [worded];
	});
	return { ...collection, default: { systemMessage: '', budgets: { values: [] } }, options };
}
