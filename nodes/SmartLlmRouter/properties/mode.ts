import type { INodeProperties } from 'n8n-workflow';

/** What the node does with an item, and what it reads. */
export const modeProperties: INodeProperties[] = [
	{
		displayName: 'Mode',
		name: 'mode',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Route and Answer',
				value: 'answer',
				action: 'Answer prompts with the right model',
				description: 'Pick a model for each item, ask it, and fall back to others if it fails',
			},
			{
				name: 'Route Only',
				value: 'route',
				action: 'Route prompts without answering',
				description: 'Pick a model for each item and send the item on; your own nodes ask it',
			},
			{
				name: 'Classify Only',
				value: 'classify',
				action: 'Classify prompts',
				description: 'Only say what each prompt asks: task, complexity, language, size',
			},
		],
		default: 'answer',
		description:
			'What the node does with each item. Nothing that is set here is lost when you change it, but n8n removes the wires of outputs that are not there in the new mode.',
	},
	{
		displayName:
			'Each prompt is read and leaves by the output of its route. No model is asked, and no credential is needed. Options about answers and failures are kept and not used.',
		name: 'routeNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { mode: ['route'], classifier: ['local'] } },
	},
	{
		displayName:
			'Each prompt is read and leaves by the output of its route. No model answers; the judge is asked where the route depends on it, and needs its credential. Options about answers and failures are kept and not used.',
		name: 'judgedRouteNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { mode: ['route'], classifier: ['hybrid', 'judge'] } },
	},
	{
		displayName:
			'Each prompt leaves with its task, complexity, language and size in the field <code>router</code>. No model is asked, and no credential is needed. Models, rules and all about them are kept and not used.',
		name: 'classifyNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { mode: ['classify'] } },
	},
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '={{ $json.chatInput ?? $json.prompt ?? $json.text }}',
		description:
			'The text to answer. By default the field chatInput, prompt or text of the item, whichever comes first.',
	},
];
