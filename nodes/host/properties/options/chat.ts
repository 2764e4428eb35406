import type { INodeProperties } from 'n8n-workflow';

/** Conversations: what was said before, and how an answer is shown. */
export const chatOptions: INodeProperties[] = [
	{
		displayName: 'Memory',
		name: 'memory',
		type: 'boolean',
		default: false,
		description:
			'Whether the node gets an input for a memory node such as Simple Memory. Its messages go before the prompt, and each answer is added to it. Items of one session are answered one after another.',
	},
	{
		displayName: 'History',
		name: 'history',
		type: 'json',
		default: '[]',
		description:
			'Earlier messages of the conversation: <code>[{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]</code>, or what the node Chat Memory Manager gives. With Memory they stand before what it holds.',
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
	{
		displayName: 'Stream to Chat',
		name: 'streamToChat',
		type: 'boolean',
		default: true,
		description:
			'Whether the answer appears in the chat as it is written, behind a chat trigger with streaming. Only with one item, text and no rule with Cascade.',
	},
	{
		displayName: 'Text on Failure',
		name: 'textOnFailure',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: 'e.g. Sorry, I cannot answer right now. Please try again in a minute.',
		description:
			'What a failed item has in the output field, and what a chat shows where nothing answered. Empty: nothing.',
	},
];
