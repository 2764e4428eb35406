import type { INodeProperties } from 'n8n-workflow';
import { taskOptions } from './tasks';

const providerOptions = [
	{ name: 'Anthropic', value: 'anthropic' },
	{ name: 'Google Gemini', value: 'gemini' },
	{ name: 'OpenAI', value: 'openAi' },
	{ name: 'OpenAI-Compatible', value: 'openAiCompatible' },
	{ name: 'OpenAI-Compatible 2', value: 'openAiCompatible2' },
	{ name: 'OpenAI-Compatible 3', value: 'openAiCompatible3' },
];

export const modelProviderOptions = [
	...providerOptions,
	{
		name: 'Connected Chat Model',
		value: 'connected',
		description: 'Any chat model node of n8n, wired to this node',
	},
];

const modelOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'Cached Input Price (USD)',
			name: 'cachedInputPrice',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			hint: 'Per million tokens',
			description: 'What the provider takes for tokens that it reads from its cache. 0 is free.',
		},
		{
			displayName: 'Context Window (Tokens)',
			name: 'contextWindow',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 128000,
			description: 'What prompt and answer may have together. Longer prompts go to another model.',
		},
		{
			displayName: 'Input Price (USD)',
			name: 'inputPrice',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			hint: 'Per million tokens',
			description: '0 is free. Without it, the list price is used where it is known.',
		},
		{
			displayName: 'Max Concurrent',
			name: 'maxConcurrent',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 10,
			description: 'Most requests to this model at the same time, in all executions together; 0 is no limit',
		},
		{
			displayName: 'Max Output Tokens',
			name: 'maxOutputTokens',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 4096,
			description: 'Most tokens that an answer of this model may have',
		},
		{
			displayName: 'Max Requests per Minute',
			name: 'maxRequestsPerMinute',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 60,
			description: 'Items beyond it wait, or go to the next model if that would take too long; 0 is no limit',
		},
		{
			displayName: 'Max Tokens per Minute',
			name: 'maxTokensPerMinute',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 100000,
			description: 'Items beyond it wait, or go to the next model if that would take too long; 0 is no limit',
		},
		{
			displayName: 'On Retired',
			name: 'onRetired',
			type: 'options',
			options: [
				{
					name: 'Use Successor',
					value: 'useSuccessor',
					description: 'From that day on, ask the model that its provider recommends',
				},
				{ name: 'Warn', value: 'warn', description: 'Ask it, and say that it is retired' },
			],
			default: 'warn',
			description: 'What to do when the provider retires the model',
		},
		{
			displayName: 'Output Price (USD)',
			name: 'outputPrice',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			hint: 'Per million tokens',
			description: '0 is free. Without it, the list price is used where it is known.',
		},
		{
			displayName: 'Quality (0 to 100)',
			name: 'quality',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 100 },
			default: 50,
			description: 'How good its answers are. Known models have a value of their own.',
		},
		{
			displayName: 'Quality by Task',
			name: 'taskQuality',
			type: 'fixedCollection',
			placeholder: 'Add Task',
			typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Task' },
			default: {},
			description:
				'What the model is better or worse at than its Quality says. Smart and Cascade compare models by it. Many known models have values of their own.',
			options: [
				{
					displayName: 'Task',
					name: 'values',
					values: [
						{
							displayName: 'Task',
							name: 'task',
							type: 'options',
							options: taskOptions,
							default: 'coding',
						},
						{
							displayName: 'Quality',
							name: 'quality',
							type: 'number',
							typeOptions: { minValue: 0, maxValue: 100 },
							default: 50,
							description: 'How good its answers are at this task, from 0 to 100',
						},
					],
				},
			],
		},
		{
			displayName: 'Reasoning Effort',
			name: 'reasoningEffort',
			type: 'options',
			options: [
				{ name: 'High', value: 'high' },
				{ name: 'Low', value: 'low' },
				{ name: 'Medium', value: 'medium' },
				{ name: 'Minimal', value: 'minimal' },
				{ name: 'None', value: 'none' },
			],
			default: 'medium',
			description: 'How long the model may think before it answers, for models that can',
		},
		{
			displayName: 'Region',
			name: 'region',
			type: 'string',
			default: '',
			placeholder: 'e.g. eu',
			description: 'Where the model is computed, for Options → Allowed Regions. Empty: as the base URL says.',
		},
		{
			displayName: 'Sees Personal Data',
			name: 'seesPersonalData',
			type: 'boolean',
			default: false,
			description:
				'Whether this model gets everything as it is, although Redact Personal Data is on: for a model on your own machines',
		},
		{
			displayName: 'Service Tier',
			name: 'serviceTier',
			type: 'options',
			options: [
				{
					name: 'Flex',
					value: 'flex',
					description: 'Half price, slower; the standard tier answers where it is busy',
				},
				{ name: 'Priority', value: 'priority', description: 'Faster, at up to 2.5 times the price' },
				{ name: 'Standard', value: 'standard' },
			],
			default: 'standard',
			description: 'What OpenAI and Gemini serve the model at. Anthropic has no Flex.',
		},
		{
			displayName: 'Temperature',
			name: 'temperature',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 2 },
			default: 0.7,
			description: 'Lower is more predictable. Not sent to models that refuse it.',
		},
		{
			displayName: 'Weight',
			name: 'weight',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 1,
			description: 'Its share of the items under the strategy Weighted: 3 beside 1 gets three of four',
		},
	],
};

/**
 * What names a model, of the first thirty. The editor compares values at these paths to see whether a drop-down is
 * out of date; the list itself is always the same text to it. n8n 2.41 first resolves all expressions of the node for that,
 * and where one of them finds no items it compares nothing: until then a renamed model keeps its old name in open drop-downs.
 */
export const NAMES_OF_MODELS = [
	'models.values.length',
	...Array.from({ length: 30 }, (_, index) => [
		`models.values[${index}].name`,
		`models.values[${index}].model.value`,
	]).flat(),
];

/** The list of models that rules choose from. */
export const modelProperties: INodeProperties[] = [
	{
		displayName:
			'n8n ties wires to positions. When you sort or remove models, the wires stay where they hang: look at them afterwards.',
		name: 'modelWiresNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { outputs: ['models'] } },
	},
	{
		displayName: 'Models',
		name: 'models',
		type: 'fixedCollection',
		placeholder: 'Add Model',
		typeOptions: {
			multipleValues: true,
			sortable: true,
			multipleValueButtonText: 'Add Model',
			// Prices, limits and the like are added where they are needed.
			hideOptionalFields: true,
			addOptionalFieldButtonText: 'Add Setting',
			// The title of a collapsed entry, in editors that collapse them.
			fixedCollection: { itemTitle: '={{ $collection.item.value.name }}' },
		},
		// By ID: the editor empties models from a list when a credential is chosen and the list does not load.
		default: {
			values: [
				{
					name: 'small',
					provider: 'openAi',
					model: { __rl: true, mode: 'id', value: 'gpt-5.4-mini' },
					options: {},
				},
				{
					name: 'strong',
					provider: 'anthropic',
					model: { __rl: true, mode: 'id', value: 'claude-sonnet-4-6' },
					options: {},
				},
			],
		},
		description: 'The models to choose from. List at least two providers to survive the outage of one.',
		builderHint: {
			propertyHint:
				'List two models or more, of two providers, and tick those under providers. Write model as { __rl: true, mode: "id", value: "<id>" }. name is your own alias, used by rules[].models.',
		},
		options: [
			{
				displayName: 'Model',
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
						placeholder: 'e.g. small',
						description: 'Your own name for it in rules, outputs and results. Empty: the ID of the model.',
					},
					{
						displayName: 'Provider',
						name: 'provider',
						type: 'options',
						typeOptions: { showEvenWhenOptional: true },
						options: modelProviderOptions,
						default: 'openAi',
					},
					{
						displayName: 'Model',
						name: 'model',
						type: 'resourceLocator',
						typeOptions: { showEvenWhenOptional: true },
						// Not required: what a mode does not use may be unfinished. Where it is used, the run says what is missing.
						default: { mode: 'list', value: '' },
						description: 'The list shows prices in USD per million tokens, where they are known',
						displayOptions: { hide: { provider: ['connected'] } },
						modes: [
							{
								displayName: 'From List',
								name: 'list',
								type: 'list',
								placeholder: 'Select a model…',
								typeOptions: { searchListMethod: 'searchModels', searchable: true },
							},
							{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. gpt-5.4-mini' },
						],
					},
					{
						displayName: 'Input',
						name: 'input',
						type: 'number',
						typeOptions: { minValue: 1, maxValue: 10, showEvenWhenOptional: true },
						default: 1,
						description: 'Which of the chat model inputs below the node: 1 is the first',
						displayOptions: { show: { provider: ['connected'] } },
					},
					modelOptions,
				],
			},
		],
	},
];

/** Whose models they are, and which credentials the panel shows for them. */
export const providerProperties: INodeProperties[] = [
	{
		displayName: 'Providers',
		name: 'providers',
		type: 'multiOptions',
		noDataExpression: true,
		options: providerOptions,
		default: ['openAi', 'anthropic', 'gemini'],
		description: 'Which providers you use. For each of them a credential can be chosen above.',
	},
	{
		displayName: 'Credentials From',
		name: 'credentialSource',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'LLM Router',
				value: 'router',
				description: 'Its own, with further keys that are used in turn and lists of allowed models',
			},
			{
				// eslint-disable-next-line n8n-nodes-base/node-param-display-name-miscased -- n8n writes itself small
				name: 'Other n8n Nodes',
				value: 'n8n',
				description:
					'Those that you have already for OpenAI, Anthropic and Google Gemini. Choose them at the top.',
			},
		],
		default: 'router',
		description:
			'Which kind of credentials is chosen at the top of the panel. OpenAI-compatible endpoints always have those of LLM Router.',
	},
];
