import type { INodeProperties } from 'n8n-workflow';

import { CONDUCT, FALLBACK_CHOICES, FALLBACK_DEFAULT } from '../../../router/failover/conduct';
import { governanceOptions } from './governance';

const byName = (one: { name: string }, other: { name: string }): number => one.name.localeCompare(other.name);

const failureOptions = FALLBACK_CHOICES.map((value) => ({ name: CONDUCT[value].label, value })).sort(byName);

const seconds = { minValue: 0, numberPrecision: 3 };

const requestOptions: INodeProperties[] = [
	{
		displayName: 'Attachments',
		name: 'attachments',
		type: 'string',
		default: '',
		placeholder: 'e.g. data, image_1',
		description: 'Binary fields with images or PDF files that go with the prompt, separated by commas',
	},
	{
		displayName: 'History',
		name: 'history',
		type: 'json',
		default: '[]',
		description:
			'Earlier messages of the conversation: <code>[{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]</code>',
	},
	{
		displayName: 'System Message',
		name: 'systemMessage',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. You answer customers of a bike shop in one paragraph.',
		description: 'What every model is told before the prompt',
	},
];

const answerOptions: INodeProperties[] = [
	{
		displayName: 'Include Input Fields',
		name: 'includeInputFields',
		type: 'boolean',
		default: true,
		description: 'Whether the fields of the incoming item are kept',
	},
	{
		displayName: 'JSON Schema',
		name: 'jsonSchema',
		type: 'json',
		default: '{\n  "type": "object",\n  "properties": {},\n  "required": []\n}',
		description: 'The answer must fit it. Only with Output Format JSON.',
	},
	{
		displayName: 'Max Output Tokens',
		name: 'maxOutputTokens',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 4096,
		description: 'Most tokens that an answer may have',
	},
	{
		displayName: 'Output Field',
		name: 'outputField',
		type: 'string',
		default: 'output',
		description: 'The field of the item that gets the answer',
	},
	{
		displayName: 'Output Format',
		name: 'outputFormat',
		type: 'options',
		options: [
			{ name: 'JSON', value: 'json', description: 'The answer becomes an object with fields' },
			{ name: 'Text', value: 'text' },
		],
		default: 'text',
	},
	{
		displayName: 'Stream to Chat',
		name: 'streamToChat',
		type: 'boolean',
		default: true,
		description:
			'Whether the answer appears in the chat as it is written, behind a chat trigger with streaming. Only with one item, text and no rule with Cascade.',
	},
	{
		displayName: 'Temperature',
		name: 'temperature',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 2, numberPrecision: 2 },
		default: 0.7,
		description: 'Lower is more predictable. A temperature set for a model wins.',
	},
];

const failoverOptions: INodeProperties[] = [
	{
		displayName: 'Attempt Timeout',
		name: 'attemptTimeout',
		type: 'number',
		typeOptions: seconds,
		default: 0,
		description: 'Seconds that one request may take. 0: as long as Total Timeout allows.',
	},
	{
		displayName: 'Circuit Breaker Cooldown',
		name: 'breakerCooldown',
		type: 'number',
		typeOptions: seconds,
		default: 15,
		description:
			'Seconds that a model is left alone after Circuit Breaker Threshold, before one request tries it again',
	},
	{
		displayName: 'Circuit Breaker Threshold',
		name: 'breakerThreshold',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 5,
		description: 'After how many failures in a row a model is left alone for a while; 0 is never',
	},
	{
		displayName: 'Concurrency',
		name: 'concurrency',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 1000 },
		default: 10,
		description: 'How many items are answered at the same time',
	},
	{
		displayName: 'Fallback Items',
		name: 'fallbackOutput',
		type: 'options',
		options: [
			{ name: 'Leave by the Output Fallback', value: 'separate' },
			{ name: 'Leave Where the First Choice Would Have', value: 'sameAsAnswered' },
		],
		default: 'separate',
		description: 'Where items go that another model than the first choice answered',
	},
	{
		displayName: 'Fallback On',
		name: 'fallbackOn',
		type: 'multiOptions',
		options: failureOptions,
		default: [...FALLBACK_DEFAULT],
		description: 'After which failures the next model is asked',
	},
	{
		displayName: 'First Token Timeout',
		name: 'firstTokenTimeout',
		type: 'number',
		typeOptions: seconds,
		default: 30,
		description:
			'Seconds to wait for the first sign of an answer. Models that reason get 180 unless you set this.',
	},
	{
		displayName: 'Hedge After',
		name: 'hedgeAfter',
		type: 'number',
		typeOptions: seconds,
		default: 8,
		description:
			'Seconds of silence after which the next model is asked as well; the first whole answer counts, and both may cost. 0 is off. Models that reason get 45 unless you set this.',
	},
	{
		displayName: 'Max Retries',
		name: 'maxRetries',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 10 },
		default: 2,
		description: 'How often one model is asked again before the next one is',
	},
	{
		displayName: 'Min Confidence',
		name: 'minConfidence',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
		default: 0.4,
		description:
			'How sure the classifier must be of a task before conditions on tasks match, from 0 to 1. With the classifier Hybrid, the judge is asked below it.',
	},
	{
		displayName: 'Retry-After Patience',
		name: 'retryAfterPatience',
		type: 'number',
		typeOptions: seconds,
		default: 3,
		description:
			'Seconds to wait when a provider asks for it. If it asks for more, the next model answers at once.',
	},
	{
		displayName: 'Stall Timeout',
		name: 'stallTimeout',
		type: 'number',
		typeOptions: seconds,
		default: 15,
		description:
			'Seconds that an answer may pause before it counts as broken. Models that reason get 60 unless you set this.',
	},
	{
		displayName: 'Total Timeout',
		name: 'totalTimeout',
		type: 'number',
		typeOptions: seconds,
		default: 600,
		description: 'Seconds that one item may take with all its retries and fallbacks',
	},
];

const savingOptions: INodeProperties[] = [
	{
		displayName: 'Cache TTL',
		name: 'cacheTtl',
		type: 'number',
		typeOptions: seconds,
		default: 0,
		placeholder: 'e.g. 3600',
		description:
			'Seconds for which an answer is given again, at no cost, to exactly the same request: prompt, system message, history, files, settings and models. Equal items at once make one call. Kept in memory until n8n restarts. 0 is off.',
	},
	{
		displayName: 'Sticky Key',
		name: 'stickyKey',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.sessionId }}',
		description:
			'Which conversation an item belongs to. It stays with the model that answered it last, as long as that is well, allowed by the rule and large enough, until a day after its last message. Empty: no conversations.',
	},
];

/** Everything that has a good default. */
export const optionProperties: INodeProperties[] = [
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			...requestOptions,
			...answerOptions,
			...failoverOptions,
			...savingOptions,
			...governanceOptions,
		].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	},
];
