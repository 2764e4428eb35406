import type { INodeProperties } from 'n8n-workflow';

import { PERIODS, type Period } from '../../../../router/types';
import { seconds } from './failures';

const PERIOD_NAMES: Readonly<Record<Period, string>> = {
	execution: 'Execution',
	hour: 'Hour',
	day: 'Day',
	month: 'Month',
};

const budgetProperties: INodeProperties[] = [
	{
		displayName: 'Limit (USD)',
		name: 'limitUsd',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 1,
		description: 'What may be spent in one period. 0 leaves only models that cost nothing.',
	},
	{
		displayName: 'Period',
		name: 'period',
		type: 'options',
		options: PERIODS.map((value) => ({ name: PERIOD_NAMES[value], value })),
		default: 'day',
		description:
			'When the budget begins anew. Hours, days and months are those of the time zone of the n8n instance.',
	},
	{
		displayName: 'Scope',
		name: 'scope',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.customer }}',
		hint: 'Whose budget it is: a field of the item gives each customer one. Empty: one for the workflow.',
		description: 'Each value has a budget of its own, shared by all nodes that name it',
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

/** What may be spent, and how much at once. */
export const limitOptions: INodeProperties[] = [
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
		displayName: 'Max Cost per Item (USD)',
		name: 'maxCostPerItem',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0.05,
		description: 'What one item may cost at most, with all its retries and fallbacks',
	},
	{
		displayName: 'Allow Unknown Price',
		name: 'allowUnknownPrice',
		type: 'boolean',
		default: false,
		description:
			'Whether models whose price is not known may be used in spite of a budget. They are counted, but not their cost.',
	},
	{
		displayName: 'Cache TTL (Seconds)',
		name: 'cacheTtl',
		type: 'number',
		typeOptions: seconds,
		default: 0,
		placeholder: 'e.g. 3600',
		description:
			'How long an answer is given again, at no cost, to exactly the same request: prompt, system message, history, files, settings and models. Equal items at once make one call. Kept in memory until n8n restarts. 0 is off.',
	},
	{
		displayName: 'Prompt Caching',
		name: 'promptCaching',
		type: 'options',
		options: [
			{
				name: 'Auto',
				value: 'auto',
				description: 'Keep what several items, or the next messages of a conversation, begin with',
			},
			{ name: 'Off', value: 'off', description: 'Leave it to the provider' },
		],
		default: 'auto',
		description:
			'Whether providers keep the beginning that requests share (system message, history), so that reading it again costs about a tenth. The first item fills the cache, the others wait for its first token.',
	},
	{
		displayName: 'Flex Patience (Seconds)',
		name: 'flexPatience',
		type: 'number',
		typeOptions: { ...seconds, minValue: 1 },
		default: 600,
		description:
			'How long a model with Service Tier Flex may be silent. After that, and where Flex is busy or refused, the same model answers at its standard tier. The total timeout holds.',
	},
	{
		displayName: 'Concurrency',
		name: 'concurrency',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 1000 },
		default: 10,
		description: 'How many items are answered at the same time',
	},
];
