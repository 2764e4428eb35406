import type { INodeProperties } from 'n8n-workflow';

import { NAMES_OF_MODELS } from '../../host/properties/models';

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
	},
	{
		displayName:
			'Each prompt goes to the model that your rules name, or else to the cheapest one that is good enough. If that fails, the next one answers. Only providers of the models below need a credential.',
		name: 'answerNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { mode: ['answer'] } },
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
	{
		displayName: 'Classifier',
		name: 'classifier',
		type: 'options',
		noDataExpression: true,

		options: [
			{
				name: 'Local',
				value: 'local',
				description: 'Classify each prompt here, at no cost and within a millisecond',
			},
			{
				name: 'Hybrid',
				value: 'hybrid',
				description: 'Classify here, and ask a model only where that is less sure than Min Confidence',
			},
			{
				name: 'Judge',
				value: 'judge',
				description: 'Ask a model about each prompt whose route depends on task, complexity or intent',
			},
		],
		default: 'local',
		description:
			'What tells task, complexity and intent of a prompt. If the judge fails or takes over 10 seconds, the local classifier decides. A prompt with personal data is never shown to it.',
	},
	{
		// eslint-disable-next-line n8n-nodes-base/node-param-display-name-wrong-for-dynamic-options -- names and IDs are developers' talk: these are the names given under Models
		displayName: 'Judge Model',
		name: 'judgeModel',
		type: 'options',
		noDataExpression: true,
		typeOptions: { loadOptionsMethod: 'getJudges', loadOptionsDependsOn: NAMES_OF_MODELS },
		default: '',
		// eslint-disable-next-line n8n-nodes-base/node-param-description-wrong-for-dynamic-options -- what matters is which one to choose
		description:
			'Which of the models below is asked. A small, fast one is enough: it reads at most 4,000 characters of a prompt and answers in a few words, which counts in the cost of the item.',
		displayOptions: { show: { classifier: ['hybrid', 'judge'] } },
	},
];
