import type { INodeProperties } from 'n8n-workflow';

/** What models may see, and what is kept of it. */
export const privacyOptions: INodeProperties[] = [
	{
		displayName: 'Redact Personal Data',
		name: 'redactPersonalData',
		type: 'boolean',
		default: false,
		description:
			'Whether models get placeholders in place of email addresses, phone numbers, cards, IBANs, IP addresses and national IDs, in prompt, history and system message; the answer has them back. Attached files are sent as they are.',
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
		displayName: 'Allowed Regions',
		name: 'allowedRegions',
		type: 'string',
		default: '',
		placeholder: 'e.g. eu, us-east-1',
		description:
			'Only models of these regions are asked, for answers and for judging. eu allows eu-central-1 too. A model has the region of its regional base URL, or the one that Add Setting → Region gives it; a model without one is in none. Empty allows all.',
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
		displayName: 'Retention (Days)',
		name: 'retentionDays',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 90,
		description: 'How long the ledger keeps what this node decides, for the node LLM Router Report',
	},
];
