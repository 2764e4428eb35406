import type { INodeProperties } from 'n8n-workflow';

import { EMBEDDING_PROVIDERS, PROVIDER_FACTS } from '../../../../router/models/providers';

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
		displayName: 'Embedding Model',
		name: 'embeddingModel',
		type: 'string',
		default: '',
		placeholder: 'e.g. text-embedding-3-small',
		description:
			'ID of an embedding model that tells the intents of rules by what a prompt means, where a rule still depends on one. It sees no personal data unless redacted. Empty, or where it fails or takes over 5 seconds: told here, at no cost.',
	},
	{
		displayName: 'Embedding Price (USD)',
		name: 'embeddingPrice',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		hint: 'Per million tokens',
		description: '0 is free. Without it, the list price of the embedding model is used where it is known.',
	},
	{
		displayName: 'Embedding Provider',
		name: 'embeddingProvider',
		type: 'options',
		options: EMBEDDING_PROVIDERS.map((value) => ({ name: PROVIDER_FACTS[value].label, value })),
		default: 'openAi',
		description: 'Whose embedding model it is, reached by the credential that models of this provider use',
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
