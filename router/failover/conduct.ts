/**
 * The table of conduct: everything the engine, the panel and the report know about an error category, one row each.
 * Anything else that depends on a category is computed from here.
 */
import { ERROR_CATEGORIES } from '../types';
import type { ErrorCategory } from '../types';

export interface Conduct {
	/**
	 * Whose fault it is. Faults of a request, a key, a user or a workflow never count against the model for other
	 * requests. With `key`, another key of the same model is tried at once.
	 */
	owner: 'request' | 'key' | 'model' | 'provider' | 'user' | 'workflow';
	/**
	 * Whether the same model is retried: `asSet` up to Max Retries times; `ifByProvider` the same, but only if the
	 * provider itself gave up; `once`; `onceIfAlone` once and only if no other model can be asked. With Max Retries 0
	 * nothing is retried.
	 */
	retry: 'asSet' | 'ifByProvider' | 'once' | 'onceIfAlone' | 'never';
	/** The same for an answer that broke after it had begun: cut off, with an error in it, or unreadable. */
	retryOfBroken: 'once' | 'onceIfAlone' | 'never';
	/**
	 * Whether the provider is asking us to wait: always, or only if it names a time. That is a queue and not a
	 * failure: it opens no circuit and uses up no retry.
	 */
	isLimit: 'always' | 'ifNamed' | 'never';
	/** How the model's circuit counts it. `success`: the answer came through whole. */
	circuit: 'failure' | 'success' | 'nothing';
	/**
	 * `mend`: 60 s, doubling to 10 minutes, because a person has to fix it. `named`: as long as the provider asks.
	 */
	cooldown: 'mend' | 'named' | 'none';
	/** Whether the next model is asked: unless the user turns it off, only if the user turns it on, or never. */
	fallback: 'default' | 'choice' | 'never';
	/** Whether a cascade treats it as an answer that is not good enough, and asks a better model. */
	escalates: boolean;
	/** As the panel lists it; hints use it in lower case. */
	label: string;
	/** What a person can do about it, in one or two sentences. */
	remedy: string;
}

const AS_MOST = {
	retryOfBroken: 'never',
	isLimit: 'never',
	circuit: 'nothing',
	cooldown: 'none',
	fallback: 'default',
	escalates: false,
} as const;

/** A problem at the provider that may be over in a moment. */
const PASSING = {
	...AS_MOST,
	owner: 'provider',
	retry: 'asSet',
	retryOfBroken: 'once',
	circuit: 'failure',
	cooldown: 'named',
} as const;

/** Lasts until a person fixes it. */
const TO_MEND = { ...AS_MOST, owner: 'key', retry: 'never', cooldown: 'mend' } as const;

/** Any model of the same kind would refuse this request too. */
const OF_REQUEST = { ...AS_MOST, owner: 'request', retry: 'never' } as const;

/** Caused by what the user has set; no provider is at fault. */
const OF_USER = { ...AS_MOST, owner: 'user', retry: 'never', fallback: 'never' } as const;

export const CONDUCT: Readonly<Record<ErrorCategory, Conduct>> = {
	rateLimited: {
		...PASSING,
		owner: 'key',
		isLimit: 'always',
		circuit: 'nothing',
		label: 'Rate Limited',
		remedy: 'Raise the limit with the provider, lower Concurrency, or add a model of another provider.',
	},
	quotaExhausted: {
		...TO_MEND,
		label: 'Quota or Credit Exhausted',
		remedy: 'Add credit with the provider or use another account.',
	},
	overloaded: {
		...PASSING,
		isLimit: 'ifNamed',
		label: 'Overloaded',
		remedy: 'Try again later or add a model of another provider.',
	},
	serverError: {
		...PASSING,
		label: 'Server Error',
		remedy: 'Try again later or add a model of another provider.',
	},
	timeout: {
		...PASSING,
		retry: 'ifByProvider',
		label: 'Timeout',
		remedy: 'Raise the timeout or choose a faster model.',
	},
	firstTokenTimeout: {
		...PASSING,
		retry: 'never',
		retryOfBroken: 'never',
		label: 'No First Token in Time',
		remedy: 'Add a model of another provider or raise First Token Timeout.',
	},
	stalled: {
		...PASSING,
		// If there is another model, it is asked at once: each stall costs its whole timeout, and with the default of
		// 15 s three would take 45 s, the longest that Failover Bench tolerates (its scenario S09).
		retry: 'onceIfAlone',
		retryOfBroken: 'onceIfAlone',
		label: 'Stalled Answer',
		remedy: 'Add a model of another provider or raise Stall Timeout.',
	},
	network: {
		...PASSING,
		label: 'Connection Failed',
		remedy: 'Check the base URL and whether n8n can reach it.',
	},
	authentication: {
		...TO_MEND,
		label: 'Key Refused',
		remedy: 'Check the API key in the credential.',
	},
	modelNotFound: {
		...TO_MEND,
		label: 'Model Not Found',
		remedy: 'Choose the model again from the list, or check whether the key may use it.',
	},
	invalidRequest: {
		...OF_REQUEST,
		label: 'Invalid Request',
		remedy: 'Change the prompt or the settings that the provider names.',
	},
	contextOverflow: {
		...OF_REQUEST,
		label: 'Prompt Too Long',
		remedy: 'Shorten the prompt or add a model with a larger context window.',
	},
	contentFiltered: {
		...OF_REQUEST,
		fallback: 'choice',
		label: 'Content Filtered',
		remedy: 'Change the prompt, or tick this under Fallback On.',
	},
	refused: {
		...AS_MOST,
		owner: 'model',
		retry: 'never',
		fallback: 'choice',
		escalates: true,
		label: 'Refused by the Model',
		remedy: 'Change the prompt, or tick this under Fallback On.',
	},
	emptyAnswer: {
		...PASSING,
		owner: 'model',
		retry: 'once',
		escalates: true,
		label: 'Empty Answer',
		remedy: 'Change the prompt or raise Max Output Tokens; models that reason need more.',
	},
	truncated: {
		...AS_MOST,
		owner: 'workflow',
		retry: 'never',
		circuit: 'success',
		fallback: 'choice',
		escalates: true,
		label: 'Answer Cut at the Token Limit',
		remedy: 'Raise Max Output Tokens.',
	},
	invalidOutput: {
		...AS_MOST,
		owner: 'model',
		// An answer that does not fit is repaired; one that breaks off is requested once more.
		retry: 'never',
		retryOfBroken: 'once',
		circuit: 'success',
		escalates: true,
		label: 'Answer Does Not Fit the JSON Schema',
		remedy: 'Make the JSON schema simpler, raise Max Output Tokens or use a stronger model.',
	},
	circuitOpen: {
		...AS_MOST,
		owner: 'provider',
		retry: 'never',
		label: 'Resting After Failures',
		remedy: 'Try again later or add a model of another provider.',
	},
	overBudget: {
		...OF_USER,
		label: 'Over Budget',
		remedy: 'Raise the budget, or choose cheaper models.',
	},
	blocked: {
		...OF_USER,
		label: 'Blocked by a Guardrail',
		remedy: 'Nothing: these prompts carried marks of prompt injection and were stopped.',
	},
	cancelled: {
		...OF_USER,
		label: 'Execution Stopped',
		remedy: 'Nothing: the execution was stopped.',
	},
};

/** For use within a sentence: `connection failed`, `answer does not fit the JSON schema`. */
export function failureInWords(category: ErrorCategory): string {
	return CONDUCT[category].label.replace(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase());
}

export function categoriesThat(has: (conduct: Conduct) => boolean): ErrorCategory[] {
	return ERROR_CATEGORIES.filter((category) => has(CONDUCT[category]));
}

/** The default of the panel's Fallback On. */
export const FALLBACK_DEFAULT: readonly ErrorCategory[] = categoriesThat(
	({ fallback }) => fallback === 'default',
);

/** The choices of the panel's Fallback On. */
export const FALLBACK_CHOICES: readonly ErrorCategory[] = categoriesThat(
	({ fallback }) => fallback !== 'never',
);
