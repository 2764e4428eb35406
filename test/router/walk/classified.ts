import type { ClassifierResult } from '../../../router/classify/classify';

/** What the local classifier says of a prompt that it is not sure of. */
export const RESULT: ClassifierResult = {
	task: 'qa',
	complexity: 0.2,
	level: 'simple',
	confidence: 0.6,
	language: 'en',
	tokens: 8,
	contains: [],
	intent: null,
	method: 'local',
};
