import type { INodeProperties } from 'n8n-workflow';

import { STRATEGIES, type Strategy } from '../../../router/types';
import { NAMES_OF_MODELS } from './models';

const IN_WORDS: Readonly<Record<Strategy, { name: string; description: string }>> = {
	smart: { name: 'Smart', description: 'The cheapest model that is good enough for the prompt' },
	priority: {
		name: 'Priority',
		description: 'The first of the list above; the others, in its order, only if it fails',
	},
	cheapest: { name: 'Cheapest', description: 'The cheapest model, whatever the prompt' },
	fastest: {
		name: 'Fastest',
		description: 'The model that has answered fastest so far; now and then another one is tried out',
	},
	weighted: {
		name: 'Weighted',
		description:
			'Share the items out by the weights of the models; the same item always goes to the same one',
	},
	cascade: {
		name: 'Cascade',
		description: 'The cheapest model; a better one only if its answer does not hold or says that it cannot',
	},
};

export const strategyOptions = STRATEGIES.map((value) => ({ ...IN_WORDS[value], value }));

export const strategyProperty: INodeProperties = {
	// eslint-disable-next-line n8n-nodes-base/node-param-display-name-wrong-for-dynamic-options -- the choices are always the same, only what they say of the models is loaded
	displayName: 'Strategy',
	name: 'strategy',
	type: 'options',
	typeOptions: {
		// It decides what the list of models means.
		showEvenWhenOptional: true,
		loadOptionsMethod: 'getStrategies',
		loadOptionsDependsOn: ['&models', 'preference', ...NAMES_OF_MODELS],
	},
	options: [...strategyOptions],
	default: 'smart',
	// eslint-disable-next-line n8n-nodes-base/node-param-description-wrong-for-dynamic-options -- what matters is what it does
	description:
		'Which of these models is asked first. The others answer if it fails. The list shows their order, and what each costs for a typical prompt.',
};
