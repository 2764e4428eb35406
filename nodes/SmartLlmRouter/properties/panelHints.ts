import type { NodeHint } from 'n8n-workflow';

import { TEXT_ONLY } from '../../../router/models/catalogue/table';

/** What hints look at, as the editor hands it over: unchecked. */
interface HintParameters {
	mode?: string;
	outputs?: string;
	models?: {
		values?: Array<{ name?: string; provider?: string; input?: number; model?: { value?: string } | string }>;
	};
	rules?: {
		values?: Array<{
			enabled?: boolean;
			models?: string[];
			match?: Record<string, unknown>;
			conditions?: { conditions?: unknown[] };
		}>;
	};
	options?: {
		attachments?: string;
		jsonSchema?: unknown;
		outputFormat?: string;
		budgets?: { values?: Array<{ limitUsd?: number | string }> };
	};
}

type Condition = (parameters: HintParameters) => boolean;

// Each condition runs in the editor as the text of an expression: no imports, no helpers, and no two closing braces in a row.

const onlyOneModel: Condition = (parameters) =>
	(parameters.mode ?? 'answer') === 'answer' &&
	((parameters.models && parameters.models.values) || []).length === 1;

const oneProviderOnly: Condition = (parameters) => {
	const models = (parameters.models && parameters.models.values) || [];
	const providers = models.map((model) => model.provider || 'openAi');
	return (
		(parameters.mode ?? 'answer') === 'answer' &&
		models.length > 1 &&
		['openAi', 'anthropic', 'gemini'].some((one) => providers.every((provider) => provider === one))
	);
};

const connectedModelsShareInput: Condition = (parameters) => {
	const models = (parameters.models && parameters.models.values) || [];
	const inputs = models.filter((model) => model.provider === 'connected').map((model) => model.input || 1);
	return parameters.mode !== 'classify' && new Set(inputs).size < inputs.length;
};

const ruleWithDeletedModel: Condition = (parameters) => {
	const models = (parameters.models && parameters.models.values) || [];
	const names = models.flatMap((entry) => {
		const id = entry.model && typeof entry.model === 'object' ? entry.model.value : entry.model;
		return [String((entry.name || '').trim() || id || ''), 'Model ' + (entry.input || 1)];
	});
	const rules = (parameters.rules && parameters.rules.values) || [];
	return (
		parameters.mode !== 'classify' &&
		rules.some((rule) => Array.isArray(rule.models) && rule.models.some((name) => !names.includes(name)))
	);
};

const ruleAfterCatchAll: Condition = (parameters) => {
	const rules = ((parameters.rules && parameters.rules.values) || []).filter(
		(rule) => rule.enabled !== false,
	);
	const isSet = (part: unknown) => part !== '' && !(Array.isArray(part) && part.length === 0);
	const catchAll = rules.findIndex(
		(rule) =>
			!Object.values(rule.match || {}).some(isSet) &&
			((rule.conditions && rule.conditions.conditions) || []).length === 0,
	);
	return parameters.mode !== 'classify' && catchAll !== -1 && catchAll < rules.length - 1;
};

const rulesShareOutput: Condition = (parameters) =>
	parameters.mode !== 'classify' &&
	(parameters.outputs ?? 'outcome') === 'outcome' &&
	((parameters.rules && parameters.rules.values) || []).length > 1;

const schemaWithoutJson: Condition = (parameters) => {
	const options = parameters.options || {};
	return (
		(parameters.mode ?? 'answer') === 'answer' &&
		options.jsonSchema !== undefined &&
		options.outputFormat !== 'json'
	);
};

const budgetOfNothing: Condition = (parameters) => {
	const budgets = (parameters.options && parameters.options.budgets) || {};
	return (
		(parameters.mode ?? 'answer') === 'answer' &&
		(budgets.values || []).some((budget) => budget.limitUsd === 0)
	);
};

const notAllReadImages = (parameters: HintParameters, textOnly: RegExp): boolean => {
	const rules = (parameters.rules && parameters.rules.values) || [];
	const contains = rules.map((rule) => rule.match && rule.match.contains);
	const mayComeWithImages =
		Boolean(parameters.options && parameters.options.attachments) ||
		contains.some((kinds) => Array.isArray(kinds) && kinds.includes('image'));
	const models = (parameters.models && parameters.models.values) || [];
	const ids = models.map((entry) =>
		String(entry.model && typeof entry.model === 'object' ? entry.model.value : entry.model),
	);
	// As `bareName` of the catalogue writes them, for the most part: a hint may be silent where it is not sure.
	const bare = ids.map((id) => (id.trim().toLowerCase().split('/').at(-1) || '').replace(/[.:]/g, '-'));
	return mayComeWithImages && parameters.mode !== 'classify' && bare.some((id) => textOnly.test(id));
};

const before = (type: NodeHint['type'], displayCondition: string, message: string): NodeHint => ({
	message,
	type,
	displayCondition,
	location: 'outputPane',
	whenToDisplay: 'beforeExecution',
});

const holds = (condition: Condition): string => `={{ (${condition.toString()})($parameter) }}`;

/** As a tool the node has no outputs to speak of. */
export const toolHints: NodeHint[] = [
	before(
		'warning',
		holds(ruleWithDeletedModel),
		'A rule names a model that is not in the list of models. Was it renamed or deleted? Choose the models of the rule again. A drop-down that still shows an old name is loaded anew by Refresh List in the menu of its field.',
	),
	before(
		'warning',
		holds(ruleAfterCatchAll),
		'A rule without conditions takes every prompt, so the rules after it are never used. Give it a condition, or move it to the end.',
	),
	before(
		'warning',
		holds(schemaWithoutJson),
		'The JSON Schema is used only if Output Format is JSON. Add that option too.',
	),
	before(
		'warning',
		holds(budgetOfNothing),
		'A budget has the limit 0, so only models that cost nothing are asked and all other items fail. Set Limit (USD) to what may be spent.',
	),
	before(
		'info',
		`={{ (${notAllReadImages.toString()})($parameter, ${textOnlyPattern()}) }}`,
		'Not all of the models can read images. Items with an image go only to those that can; the lists of models in the rules say which.',
	),
	before(
		'info',
		holds(onlyOneModel),
		'Only one model is listed. Add a second one, best of another provider, and it answers whenever the first fails.',
	),
	before(
		'info',
		holds(oneProviderOnly),
		'All models are of one provider. Add one of another provider, and it answers when this one is down.',
	),
];

/** What the panel says of the settings before anything ran: what will happen that one might not expect. */
export const panelHints: NodeHint[] = [
	...toolHints,
	before(
		'info',
		holds(connectedModelsShareInput),
		'Two models of the list use the same chat model input. Give each a number of its own under Input, and the node gets an input for each.',
	),
	before(
		'info',
		holds(rulesShareOutput),
		'The items of all rules leave by the same output. For an output for each rule, set Outputs to One per Rule.',
	),
];

/** One regular expression for all families of models that take only text. */
function textOnlyPattern(): string {
	return `/${TEXT_ONLY.map(({ source }) => source).join('|')}/`;
}
