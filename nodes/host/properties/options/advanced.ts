import type { INodeProperties } from 'n8n-workflow';

/** What few nodes need. */
export const advancedOptions: INodeProperties[] = [
	{
		displayName: 'Min Confidence',
		name: 'minConfidence',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 1 },
		default: 0.4,
		description:
			'How sure the classifier must be of a task before conditions on tasks match, from 0 to 1. With the classifier Hybrid, the judge is asked below it.',
	},
	{
		displayName: 'Learn From Feedback',
		name: 'learnFromFeedback',
		type: 'boolean',
		default: false,
		description:
			'Whether ratings given with the Feedback operation of LLM Router Report teach this node which prompts need a better model. For this the ledger keeps numbers that stand for the words of each prompt, not the text.',
	},
];
