import type { INodeProperties } from 'n8n-workflow';

/** What models are told beside the prompt, and what becomes of their answer. The most used first. */
export const answerOptions: INodeProperties[] = [
	{
		displayName: 'System Message',
		name: 'systemMessage',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. You answer customers of a bike shop in one paragraph.',
		description: 'What every model is told before the prompt',
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
		description: 'Whether the answer is text, or an object with the fields that JSON Schema names',
	},
	{
		displayName: 'JSON Schema',
		name: 'jsonSchema',
		type: 'json',
		default: '{\n  "type": "object",\n  "properties": {},\n  "required": []\n}',
		description: 'The answer must fit it. Only with Output Format JSON.',
	},
	{
		displayName: 'Attachments',
		name: 'attachments',
		type: 'string',
		default: '',
		placeholder: 'e.g. data, image_1',
		description: 'Binary fields with images or PDF files that go with the prompt, separated by commas',
	},
	{
		displayName: 'Max Output Tokens',
		name: 'maxOutputTokens',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 4096,
		description: 'Most tokens that an answer may have; a token is about three quarters of a word',
	},
	{
		displayName: 'Temperature',
		name: 'temperature',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 2 },
		default: 0.7,
		description: 'Lower is more predictable. A temperature set for a model wins.',
	},
	{
		displayName: 'Output Field',
		name: 'outputField',
		type: 'string',
		default: 'output',
		description: 'The field of the item that gets the answer',
	},
	{
		displayName: 'Include Input Fields',
		name: 'includeInputFields',
		type: 'boolean',
		default: true,
		description: 'Whether the fields of the incoming item are kept',
	},
	{
		displayName: 'Details',
		name: 'details',
		type: 'options',
		options: [
			{
				name: 'Full',
				value: 'full',
				description: 'Also why this model was chosen, what the prompt is, every attempt and all tokens',
			},
			{
				name: 'Compact',
				value: 'compact',
				description:
					'ID, outcome, route, model, cost, savings and time; of a failed item only the kind of failure',
			},
			{ name: 'None', value: 'none', description: 'No field router at all' },
		],
		default: 'full',
		description:
			'How much the field router tells. Without this option: full, but compact where the workflow begins with a public chat and this node is its last, because n8n shows a visitor the whole item.',
	},
];
