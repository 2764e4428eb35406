import type { ErrorCategory } from '../../../router/types';

/** What a person can do about requests that failed so, in one sentence. */
export const REMEDIES: Readonly<Record<ErrorCategory, string>> = {
	rateLimited: 'Raise the limit with the provider, lower Concurrency, or add a model of another provider.',
	quotaExhausted: 'Add credit with the provider.',
	overloaded: 'Add a model of another provider.',
	serverError: 'Add a model of another provider.',
	timeout: 'Choose a faster model, or raise Total Timeout.',
	firstTokenTimeout: 'Add a model of another provider, or raise First Token Timeout.',
	stalled: 'Add a model of another provider, or raise Stall Timeout.',
	network: 'Check the Base URL and whether n8n can reach it.',
	authentication: 'Check the API key in the credential.',
	modelNotFound: 'Choose the model again from the list.',
	invalidRequest: 'Read the message of such an item; often the prompt is empty.',
	contextOverflow: 'Add a model with a larger context window, or shorten the prompts.',
	contentFiltered: 'Change the prompts, or tick the category under Fallback On.',
	refused: 'Change the prompts, or tick the category under Fallback On.',
	emptyAnswer: 'Raise Max Output Tokens; models that reason need more.',
	truncated: 'Raise Max Output Tokens.',
	invalidOutput: 'Make the JSON schema simpler, or use a stronger model.',
	circuitOpen: 'Add a model of another provider: all were failing at that time.',
	overBudget: 'Raise the budget, or choose cheaper models.',
	blocked: 'Nothing: these prompts carried marks of prompt injection and were stopped.',
	cancelled: 'Nothing: the execution was stopped.',
};
