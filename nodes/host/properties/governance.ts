import type { INodeProperties } from 'n8n-workflow';

const budgetProperties: INodeProperties[] = [
	{
		displayName: 'Limit (USD)',
		name: 'limitUsd',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 6 },
		default: 1,
		description: 'What may be spent in one period. 0 leaves only models that cost nothing.',
	},
	{
		displayName: 'Period',
		name: 'period',
		type: 'options',
		options: [
			{ name: 'Execution', value: 'execution' },
			{ name: 'Hour', value: 'hour' },
			{ name: 'Day', value: 'day' },
			{ name: 'Month', value: 'month' },
		],
		default: 'day',
		description:
			'When the budget begins anew. Hours, days and months are those of the time zone of the workflow.',
	},
	{
		displayName: 'Scope',
		name: 'scope',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.customer }}',
		description:
			'Whose budget it is: each value has its own, shared by all nodes that name it. Empty: the workflow.',
	},
	{
		displayName: 'When Exceeded',
		name: 'onExceeded',
		type: 'options',
		options: [
			{
				name: 'Use the Cheapest Models That Still Fit',
				value: 'cheapest',
				description: 'If none does, the item fails',
			},
			{ name: 'Fail', value: 'fail', description: 'The item leaves by Failed, and no other model is asked' },
		],
		default: 'cheapest',
		description: 'What happens when the next call could cost more than is left',
	},
];

/** What may be spent and sent, and what is kept of it. */
export const governanceOptions: INodeProperties[] = [
	{
		displayName: 'Allow Unknown Price',
		name: 'allowUnknownPrice',
		type: 'boolean',
		default: false,
		description:
			'Whether models whose price is not known may be used in spite of a budget. They are counted, but not their cost.',
	},
	{
		displayName: 'Block Prompt Injection',
		name: 'blockPromptInjection',
		type: 'boolean',
		default: false,
		description:
			'Whether a prompt that tries to overrule your instructions leaves by Failed, and no model is asked',
	},
	{
		displayName: 'Budgets',
		name: 'budgets',
		type: 'fixedCollection',
		placeholder: 'Add Budget',
		typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Budget' },
		default: {},
		description:
			'What may be spent on models. No call is made that could cost more than is left, be there a thousand at once. Answers get at most 4,096 tokens unless Max Output Tokens says otherwise.',
		options: [{ displayName: 'Budget', name: 'values', values: budgetProperties }],
	},
	{
		displayName: 'Hash Prompts',
		name: 'hashPrompts',
		type: 'boolean',
		default: false,
		description:
			'Whether the ledger keeps a keyed hash of each prompt, by which repeats can be counted. Prompts and answers are never kept.',
	},
	{
		displayName: 'Learn From Feedback',
		name: 'learnFromFeedback',
		type: 'boolean',
		default: false,
		description:
			'Whether ratings given with the Feedback operation of LLM Router Report teach this node which prompts need a better model. For this the ledger keeps numbers that stand for the words of each prompt, not the text.',
	},
	{
		displayName: 'Max Cost per Item',
		name: 'maxCostPerItem',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 6 },
		default: 0.05,
		description: 'USD that one item may cost at most, with all its retries and fallbacks',
	},
	{
		displayName: 'Redact Personal Data',
		name: 'redactPersonalData',
		type: 'boolean',
		default: false,
		description:
			'Whether models get placeholders in place of email addresses, phone numbers, cards, IBANs, IP addresses and national IDs, in prompt, history and system message; the answer has them back. Attached files are sent as they are.',
	},
	{
		displayName: 'Retention (Days)',
		name: 'retentionDays',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 90,
		description: 'How long the ledger keeps what this node decides, for the node LLM Router Report',
	},
];
