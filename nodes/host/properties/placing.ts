import type { INodeProperties } from 'n8n-workflow';

/** Where items go that no rule takes, and by which outputs items leave. */
export const placingProperties: INodeProperties[] = [
	{
		displayName: 'When No Rule Matches',
		name: 'noMatch',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Choose Among All Models',
				value: 'smart',
				description: 'The cheapest model that is good enough. Its output is called Default.',
			},
			{
				name: 'Ask No Model',
				value: 'output',
				description: 'The item leaves by the output No Match',
			},
		],
		default: 'smart',
	},
	{
		displayName: 'Outputs',
		name: 'outputs',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'By Outcome',
				value: 'outcome',
				description: 'One output for answers, one for answers of a fallback, one for failures',
			},
			{ name: 'One per Rule', value: 'routes', description: 'Each rule has an output of its own' },
			{ name: 'One per Model', value: 'models', description: 'Each model has an output of its own' },
		],
		default: 'outcome',
		description:
			'By which outputs the items leave the node. When you change it, n8n removes the wires of outputs that are no longer there.',
		builderHint: {
			propertyHint:
				'outcome: 0 Answered, 1 Fallback, 2 Failed. routes: 0 Default, 1 Fallback, 2 Failed, then one output a rule in their order. models: 0 Fallback, 1 Failed, then one a model.',
		},
	},
];

export const preferenceProperties: INodeProperties[] = [
	{
		displayName: 'Preference',
		name: 'preference',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 1, numberStepSize: 0.1 },
		default: 0.5,
		hint: '0 spends least, 1 answers best',
		description: 'For the strategies Smart and Cascade, and where no rule matches',
	},
];
