import type { ErrorCategory } from '../../router/types';

/** The categories of failures in a person's words, as the panel lists them and hints name them. */
export const FAILURE_NAMES: Readonly<Record<ErrorCategory, string>> = {
	authentication: 'Key Refused',
	blocked: 'Blocked by a Guardrail',
	cancelled: 'Execution Stopped',
	circuitOpen: 'Resting After Failures',
	contentFiltered: 'Content Filtered',
	contextOverflow: 'Prompt Too Long',
	emptyAnswer: 'Empty Answer',
	firstTokenTimeout: 'No First Token in Time',
	invalidOutput: 'Answer Does Not Fit the JSON Schema',
	invalidRequest: 'Invalid Request',
	modelNotFound: 'Model Not Found',
	network: 'Connection Failed',
	overBudget: 'Over Budget',
	overloaded: 'Overloaded',
	quotaExhausted: 'Quota or Credit Exhausted',
	rateLimited: 'Rate Limited',
	refused: 'Refused by the Model',
	serverError: 'Server Error',
	stalled: 'Stalled Answer',
	timeout: 'Timeout',
	truncated: 'Answer Cut at the Token Limit',
};

/** Within a sentence: `connection failed`, `answer does not fit the JSON schema`. */
export function failureInWords(category: ErrorCategory): string {
	return FAILURE_NAMES[category].replace(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase());
}
