import type { INodeProperties } from 'n8n-workflow';

import { NAMES_OF_MODELS } from './models';
import { strategyProperty } from './strategies';
import { taskOptions } from './tasks';

/** A task as the panel calls it; what it does not know stays as it is. */
export function taskLabel(task: string | null): string | null {
	return taskOptions.find(({ value }) => value === task)?.name ?? task;
}

const matchProperty: INodeProperties = {
	displayName: 'Match',
	name: 'match',
	type: 'collection',
	typeOptions: { showEvenWhenOptional: true },
	placeholder: 'Add Condition on the Prompt',
	default: {},
	description: 'All that you add must hold. Within one, any value is enough. Empty matches every prompt.',
	// eslint-disable-next-line n8n-nodes-base/node-param-collection-type-unsorted-items -- the most used first
	options: [
		{
			displayName: 'Tasks',
			name: 'taskTypes',
			type: 'multiOptions',
			options: taskOptions,
			default: [],
			description: 'What the prompt asks for',
		},
		{
			displayName: 'Keywords',
			name: 'keywords',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			placeholder: 'e.g. refund\n/order\\s+\\d+/i',
			description: 'One a line: whole words in any case, or a regular expression between slashes',
		},
		{
			displayName: 'Contains',
			name: 'contains',
			type: 'multiOptions',
			options: [
				{ name: 'Audio', value: 'audio', description: 'An audio attachment' },
				{ name: 'Code', value: 'code', description: 'Program code in the prompt' },
				{ name: 'Document', value: 'document', description: 'A PDF attachment' },
				{ name: 'Image', value: 'image', description: 'An image attachment' },
				{
					name: 'Personal Data',
					value: 'personalData',
					description: 'An email address, phone, card or account number, or IP address',
				},
				{
					name: 'Prompt Injection',
					value: 'promptInjection',
					description: 'Signs of text that tries to give the model orders of its own',
				},
			],
			default: [],
			description: 'What the prompt contains',
		},
		{
			displayName: 'Complexity',
			name: 'complexity',
			type: 'multiOptions',
			options: [
				{ name: 'Complex', value: 'complex' },
				{ name: 'Moderate', value: 'moderate' },
				{ name: 'Simple', value: 'simple' },
			],
			default: [],
			description: 'How much the prompt asks of a model',
		},
		{
			displayName: 'Languages',
			name: 'languages',
			type: 'string',
			default: '',
			placeholder: 'e.g. en, de, nb',
			description: 'Language codes of two letters (ISO 639-1), separated by commas; Norwegian is nb',
		},
		{
			displayName: 'Intents',
			name: 'intents',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			placeholder:
				'e.g. refund: I want my money back; please cancel my order and refund me\ncomplaint: this is the third time it broke; I am very disappointed',
			description:
				'What whoever wrote the prompt wants. One a line: a name, a colon, and example sentences separated by semicolons. Five or more per intent work best, in the languages of your prompts.',
		},
		{
			displayName: 'Min Tokens',
			name: 'minTokens',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 1000,
			description: 'The shortest prompt; a token is about three quarters of a word',
		},
		{
			displayName: 'Max Tokens',
			name: 'maxTokens',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 1000,
			description: 'The longest prompt; a token is about three quarters of a word',
		},
	],
};

/** Which prompts go where. */
export const ruleProperties: INodeProperties[] = [
	{
		displayName:
			'n8n ties wires to positions. When you sort or remove rules, the wires stay where they hang: look at them afterwards.',
		name: 'ruleWiresNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { outputs: ['routes'] } },
	},
	{
		displayName: 'Rules',
		name: 'rules',
		type: 'fixedCollection',
		placeholder: 'Add Rule',
		typeOptions: {
			multipleValues: true,
			sortable: true,
			multipleValueButtonText: 'Add Rule',
			// A new rule shows what most rules need; the rest is added.
			hideOptionalFields: true,
			addOptionalFieldButtonText: 'Add Setting',
			// The title of a collapsed entry, in editors that collapse them.
			fixedCollection: { itemTitle: '={{ $collection.item.value.name }}' },
		},
		default: {},
		description:
			'Which prompts go to which models; the first rule that matches decides. Without rules, the cheapest model that is good enough answers, and the next one if that fails.',
		builderHint: {
			propertyHint:
				'Every part of match that is set must hold; any value within a part is enough. models holds aliases of the models list; empty means all of them. A rule without match and conditions takes everything: put it last.',
		},
		options: [
			{
				displayName: 'Rule',
				name: 'values',
				values: [
					{
						displayName: 'Name',
						name: 'name',
						type: 'string',
						// Outputs and drop-downs show it as it stands here.
						noDataExpression: true,
						typeOptions: { showEvenWhenOptional: true },
						default: '',
						placeholder: 'e.g. Coding',
						description: 'Names the rule in results, and its output if Outputs is One per Rule',
					},
					{
						displayName: 'Enabled',
						name: 'enabled',
						type: 'boolean',
						default: true,
						description: 'Whether the rule is used. A rule that is off matches nothing and keeps its output.',
					},
					matchProperty,
					{
						displayName: 'Conditions on Fields',
						name: 'conditions',
						type: 'filter',
						// As n8n fills it up when it saves: with less, every rule would count as changed when its panel is opened.
						default: {
							options: { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 2 },
							conditions: [],
							combinator: 'and',
						},
						typeOptions: { filter: { caseSensitive: true, typeValidation: 'loose', version: 2 } },
						description: 'As in the nodes If and Switch. Empty matches every item.',
					},
					{
						// eslint-disable-next-line n8n-nodes-base/node-param-display-name-wrong-for-dynamic-multi-options -- names and IDs are developers' talk: these are the names given above
						displayName: 'Models',
						name: 'models',
						type: 'multiOptions',
						typeOptions: {
							showEvenWhenOptional: true,
							loadOptionsMethod: 'getAliases',
							loadOptionsDependsOn: NAMES_OF_MODELS,
						},
						default: [],
						// eslint-disable-next-line n8n-nodes-base/node-param-description-wrong-for-dynamic-multi-options -- what matters is the order
						description:
							'The strategy chooses among these; Priority tries them in this order. None means all models. After a model was renamed, choose it again; where its old name is still shown, use Refresh List in the menu of this field.',
					},
					strategyProperty,
				],
			},
		],
	},
];
