import type { INodeProperties } from 'n8n-workflow';

import { NAMES_OF_MODELS } from './models';

/** What tells task, complexity and intent of a prompt. */
export const classifierProperties: INodeProperties[] = [
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
