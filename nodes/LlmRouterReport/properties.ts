import type { INodeProperties } from 'n8n-workflow';

import { ERROR_CATEGORIES } from '../../router/types';
import { modelProviderOptions } from '../host/properties/models';
import { failureOptions } from '../host/properties/options/failures';
import { taskOptions } from '../host/properties/tasks';

const ofUsage = { show: { operation: ['usage'] } };
const ofDecisions = { show: { operation: ['decisions'] } };
const ofBoth = { show: { operation: ['usage', 'decisions'] } };
const ofFeedback = { show: { operation: ['feedback'] } };
const ofCatalogue = { show: { operation: ['updateCatalogue'] } };
const ofReset = { show: { operation: ['reset'] } };
const custom = { show: { operation: ['usage', 'decisions'], range: ['custom'] } };

/** The panel of the report node. */
export const reportProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Feedback',
				value: 'feedback',
				action: 'Give feedback',
				description:
					'Say whether an answer was good or bad; it is kept with the decision, and teaches a router with Learn From Feedback',
			},
			{
				name: 'Get Budgets',
				value: 'budgets',
				action: 'Get budgets',
				description: 'What is spent, held and left of each budget in its present period',
			},
			{
				name: 'Get Decisions',
				value: 'decisions',
				action: 'Get decisions',
				description: 'What became of single prompts, the newest first, with every attempt',
			},
			{
				name: 'Get Health',
				value: 'health',
				action: 'Get health',
				description: 'Which models are left alone and why, how often they fail, and how fast they are',
			},
			{
				name: 'Get Models',
				value: 'models',
				action: 'Get models',
				description:
					'Prices, windows and quality of the models in use, when they retire and what comes after them',
			},
			{
				name: 'Get Usage',
				value: 'usage',
				action: 'Get usage',
				description: 'Requests, tokens, cost, savings and times, by day, model and more',
			},
			{
				name: 'Reset',
				value: 'reset',
				action: 'Reset circuits rests and cache',
				description: 'Ask models again at once that are left alone, and forget remembered answers',
			},
			{
				name: 'Update Catalogue',
				value: 'updateCatalogue',
				action: 'Update the catalogue of models',
				description: 'Take newer prices and windows of models, without a newer version of this package',
			},
		],
		default: 'usage',
	},
	{
		displayName: 'From',
		name: 'catalogueSource',
		type: 'options',
		options: [
			{ name: 'Address', value: 'address' },
			{ name: 'File', value: 'file' },
			{ name: 'Pasted', value: 'text' },
		],
		default: 'address',
		description:
			'Where the price list that genai-prices publishes comes from. It is checked before it is used; prices that you set yourself stay.',
		displayOptions: ofCatalogue,
	},
	{
		displayName: 'Address',
		name: 'catalogueUrl',
		type: 'string',
		default: 'https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/new_data/v2/data.json',
		description: 'For Address',
		displayOptions: ofCatalogue,
	},
	{
		displayName: 'Binary Field',
		name: 'catalogueField',
		type: 'string',
		default: 'data',
		description: 'For File: the field of the item that holds it',
		displayOptions: ofCatalogue,
	},
	{
		displayName: 'Catalogue',
		name: 'catalogueText',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		description: 'For Pasted: the content of the file',
		displayOptions: ofCatalogue,
	},
	{
		displayName: 'Range',
		name: 'range',
		type: 'options',
		// eslint-disable-next-line n8n-nodes-base/node-param-options-type-unsorted-items -- from short to long
		options: [
			{ name: 'Today', value: 'today' },
			{ name: 'Last 7 Days', value: 'last7Days' },
			{ name: 'Last 30 Days', value: 'last30Days' },
			{ name: 'This Month', value: 'thisMonth' },
			{ name: 'All', value: 'all' },
			{ name: 'Custom', value: 'custom' },
		],
		default: 'last30Days',
		description: 'Which days are counted, in the time zone of the workflow and with today among them',
		displayOptions: ofBoth,
	},
	{
		displayName: 'From',
		name: 'from',
		type: 'dateTime',
		default: '',
		description: 'Counted from this time on. Empty: from the first decision that is kept.',
		displayOptions: custom,
	},
	{
		displayName: 'To',
		name: 'to',
		type: 'dateTime',
		default: '',
		description: 'Counted up to this time; a date without a time is counted whole. Empty: up to now.',
		displayOptions: custom,
	},
	{
		displayName: 'Page',
		name: 'page',
		type: 'boolean',
		default: false,
		description:
			'Whether to add a page with charts as the file "report" to the first item, and its figures as a table for an email in the field emailHtml',
		displayOptions: ofUsage,
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: ofDecisions,
	},
	{
		displayName: 'Page Number',
		name: 'pageNumber',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 1,
		description: 'Which page of that many decisions: 1 has the newest',
		displayOptions: ofDecisions,
	},
	{
		displayName: 'Decision ID',
		name: 'decisionId',
		type: 'string',
		required: true,
		default: '={{ $json.router.id }}',
		description: 'Which answer is meant: the ID under "router" in its item',
		displayOptions: ofFeedback,
	},
	{
		displayName: 'Rating',
		name: 'rating',
		type: 'options',
		options: [
			{ name: 'Bad', value: 'bad' },
			{ name: 'Good', value: 'good' },
		],
		default: 'good',
		description: 'What is said last of an answer counts',
		displayOptions: ofFeedback,
	},
	{
		displayName: 'Note',
		name: 'note',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		description: 'A remark to be kept with it, up to 2,000 characters',
		displayOptions: ofFeedback,
	},
	{
		displayName: 'Confirm',
		name: 'confirm',
		type: 'boolean',
		default: false,
		description: 'Whether to really do it. Nothing is reset while this is off.',
		displayOptions: ofReset,
	},
	// Lists and collections are shown for every operation: the editor deletes what it hides. Their labels name the operation.
	{
		displayName: 'Group Usage By',
		name: 'groupBy',
		type: 'multiOptions',
		options: [
			{ name: 'Day', value: 'day' },
			{ name: 'Hour', value: 'hour' },
			{ name: 'Model', value: 'model', description: 'By the names in the lists of models' },
			{ name: 'Provider', value: 'provider' },
			{ name: 'Route', value: 'route', description: 'The rule, or Default' },
			{ name: 'Scope', value: 'scope', description: 'Whose budget it was: a customer, a user, a workflow' },
			{ name: 'Task', value: 'task', description: 'What the prompts asked for' },
			{ name: 'Workflow', value: 'workflow' },
		],
		default: ['day', 'model'],
		description: 'Get Usage gives one row for each combination; none of these gives one row of totals',
	},
	{
		displayName: 'Filter Decisions',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		description: 'Get Decisions gives only decisions that are all of this',
		options: [
			{
				displayName: 'Failure',
				name: 'category',
				type: 'options',
				options: failureOptions(ERROR_CATEGORIES),
				default: 'overBudget',
				description: 'Why nothing answered',
			},
			{
				displayName: 'Model',
				name: 'model',
				type: 'string',
				default: '',
				description: 'By its name in the list of models',
			},
			{
				displayName: 'Outcome',
				name: 'outcome',
				type: 'options',
				options: [
					{ name: 'Answered', value: 'answered' },
					{ name: 'Classified', value: 'classified' },
					{ name: 'Failed', value: 'failed' },
					{ name: 'Fallback', value: 'fallback' },
					{ name: 'No Match', value: 'noMatch' },
					{ name: 'Routed', value: 'routed' },
				],
				default: 'failed',
			},
			{
				displayName: 'Provider',
				name: 'provider',
				type: 'options',
				options: modelProviderOptions,
				default: 'openAi',
			},
			{
				displayName: 'Route',
				name: 'route',
				type: 'string',
				default: '',
				description: 'The name of the rule, or Default',
			},
			{
				displayName: 'Scope',
				name: 'scope',
				type: 'string',
				default: '',
				description: 'Whose budget it was',
			},
			{
				displayName: 'Task',
				name: 'task',
				type: 'options',
				options: taskOptions,
				default: 'coding',
				description: 'What the prompt asked for',
			},
			{
				displayName: 'Workflow',
				name: 'workflow',
				type: 'string',
				default: '',
				description: 'The name of the workflow',
			},
		],
	},
	{
		displayName: 'What Reset Forgets',
		name: 'what',
		type: 'multiOptions',
		options: [
			{
				name: 'Cache',
				value: 'cache',
				description: 'Answers that Cache TTL has this n8n process remember',
			},
			{
				name: 'Circuits',
				value: 'circuits',
				description: 'Models that are left alone as they failed several times in a row',
			},
			{
				name: 'Rests',
				value: 'rests',
				description:
					'Models and keys that are left alone after a rate limit, a wrong key or a lack of credit',
			},
		],
		default: ['circuits', 'rests', 'cache'],
		description: 'Only the operation Reset forgets anything',
	},
];
