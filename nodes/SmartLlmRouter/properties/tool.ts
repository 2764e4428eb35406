import type { INodeProperties } from 'n8n-workflow';

/** What has no meaning where an agent asks one question and gets one answer. */
const SETTLED: INodeProperties[] = [
	{ displayName: 'Mode', name: 'mode', type: 'hidden', default: 'answer' },
	{ displayName: 'When No Rule Matches', name: 'noMatch', type: 'hidden', default: 'smart' },
	{ displayName: 'Outputs', name: 'outputs', type: 'hidden', default: 'outcome' },
];
const LEFT_OUT = [
	'routeNotice',
	'judgedRouteNotice',
	'classifyNotice',
	'ruleWiresNotice',
	'modelWiresNotice',
];
const OPTIONS_LEFT_OUT = [
	'attachments',
	'concurrency',
	'details',
	'fallbackOutput',
	'includeInputFields',
	'memory',
	'outputField',
	'streamToChat',
	'textOnFailure',
];

/**
 * The panel of the node as a tool of an AI Agent: the agent writes the prompt, and everything about outputs is
 * settled. Connected chat models are not offered, because a tool has no inputs.
 */
export function toolProperties(properties: readonly INodeProperties[]): INodeProperties[] {
	return properties
		.filter(({ name }) => !LEFT_OUT.includes(name))
		.map((property) => {
			const settled = SETTLED.find(({ name }) => name === property.name);
			if (settled) return settled;
			if (property.name === 'prompt') return { ...property, default: PROMPT, description: PROMPT_HELP };
			if (property.name === 'models') return withoutConnected(property);
			if (property.name === 'options') return withoutOptions(property);
			return property;
		});
}

const PROMPT =
	"={{ $fromAI('prompt', 'The whole question or task, with everything that is needed to answer it', 'string') }}";
const PROMPT_HELP = 'What the agent asks. By default the agent writes it.';

function withoutConnected(models: INodeProperties): INodeProperties {
	const [list] = (models.options ?? []) as Array<{
		name: string;
		displayName: string;
		values: INodeProperties[];
	}>;
	const values = list.values
		.filter(({ name }) => name !== 'input')
		.map((property) =>
			property.name === 'provider'
				? {
						...property,
						options: property.options?.filter(
							(option) => !('value' in option) || option.value !== 'connected',
						),
					}
				: property,
		);
	return { ...models, options: [{ ...list, values }] };
}

function withoutOptions(options: INodeProperties): INodeProperties {
	return { ...options, options: options.options?.filter(({ name }) => !OPTIONS_LEFT_OUT.includes(name)) };
}
