/** What asks a model and what becomes of its answer: used in mode `answer` alone. */
const OF_ANSWERS = [
	'history',
	'systemMessage',
	'jsonSchema',
	'maxOutputTokens',
	'outputField',
	'outputFormat',
	'streamToChat',
	'temperature',
	'attemptTimeout',
	'breakerCooldown',
	'breakerThreshold',
	'concurrency',
	'fallbackOutput',
	'fallbackOn',
	'firstTokenTimeout',
	'hedgeAfter',
	'maxRetries',
	'retryAfterPatience',
	'stallTimeout',
	'totalTimeout',
	'cacheTtl',
	'flexPatience',
	'promptCaching',
];

/** What matters once a model is chosen: used in the modes `answer` and `route`. */
const OF_ROUTES = [
	'allowedRegions',
	'minConfidence',
	'embeddingModel',
	'embeddingProvider',
	'embeddingPrice',
	'stickyKey',
	'blockPromptInjection',
	'redactPersonalData',
];

/**
 * The options that a mode uses. The panel keeps the others, because the editor deletes what it hides; a wrong value
 * among them must not stop a node that has no use for it.
 */
export function optionsOfMode(mode: string, options: unknown): unknown {
	if (mode === 'answer' || typeof options !== 'object' || options === null) return options;
	const unused = mode === 'classify' ? [...OF_ANSWERS, ...OF_ROUTES] : OF_ANSWERS;
	return Object.fromEntries(Object.entries(options).filter(([name]) => !unused.includes(name)));
}
