/**
 * The table of conduct: all that the engine, the panel and the report know about a category of failure, one row each.
 * Whatever else depends on a category is computed from here; there is no second list.
 */
import { ERROR_CATEGORIES } from '../types';
import type { ErrorCategory } from '../types';

export interface Conduct {
	/**
	 * Whose fault it is. What one request, one key, a person (`user`) or a workflow's own settings caused is never held
	 * against the model for others; another key of the model is asked at once where it is the key's.
	 */
	owner: 'request' | 'key' | 'model' | 'provider' | 'user' | 'workflow';
	/**
	 * How often the same model is asked again: Max Retries times, the same but only where the provider itself gave up, once,
	 * or once and only where no other model can be asked. Max Retries 0 means never for all of them.
	 */
	retry: 'asSet' | 'ifByProvider' | 'once' | 'onceIfAlone' | 'never';
	/** The same where the provider had begun its answer, and that answer broke: it was cut, carried an error or could not be read. */
	retryOfBroken: 'once' | 'onceIfAlone' | 'never';
	/**
	 * Whether the provider asks us to wait, always or where it names a time: that is a queue, no failure. It opens no
	 * circuit and uses up no retry.
	 */
	isLimit: 'always' | 'ifNamed' | 'never';
	/** What it says to the circuit of the model: `success` is an answer that came through as a whole. */
	circuit: 'failure' | 'success' | 'nothing';
	/** `mend`: 60 s, doubling to 10 minutes, as a person has to mend it. `named`: for as long as the provider asks. */
	cooldown: 'mend' | 'named' | 'none';
	/** Whether the next model is asked: unless the user says no, only if he says so, or never. */
	fallback: 'default' | 'choice' | 'never';
	/** Whether a cascade takes it for an answer that does not hold, and asks a better model. */
	escalates: boolean;
	/** As the panel lists it and, in lower case, hints name it. */
	label: string;
	/** What a person can do about it, in a sentence or two. */
	remedy: string;
}

/** What most categories have in common. */
const AS_MOST = {
	retryOfBroken: 'never',
	isLimit: 'never',
	circuit: 'nothing',
	cooldown: 'none',
	fallback: 'default',
	escalates: false,
} as const;

/** A trouble of the provider that may be over in a moment. */
const PASSING = {
	...AS_MOST,
	owner: 'provider',
	retry: 'asSet',
	retryOfBroken: 'once',
	circuit: 'failure',
	cooldown: 'named',
} as const;

/** Nothing changes until a person mends it. */
const TO_MEND = { ...AS_MOST, owner: 'key', retry: 'never', cooldown: 'mend' } as const;

/** Any model of the same kind would say the same to this request. */
const OF_REQUEST = { ...AS_MOST, owner: 'request', retry: 'never' } as const;

/** Set by the user: no provider is at fault. */
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
		// Where there is another model, that one is asked at once: each stall costs its whole timeout, and with the default of
		// 15 s three would take 45 s, the longest that Failover Bench bears (its scenario S09).
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
		// An answer that does not fit is repaired; one that breaks is asked for once more.
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

/** Within a sentence: `connection failed`, `answer does not fit the JSON schema`. */
export function failureInWords(category: ErrorCategory): string {
	return CONDUCT[category].label.replace(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase());
}

export function categoriesThat(has: (conduct: Conduct) => boolean): ErrorCategory[] {
	return ERROR_CATEGORIES.filter((category) => has(CONDUCT[category]));
}

/** What Fallback On names unless the user changes it. */
export const FALLBACK_DEFAULT: readonly ErrorCategory[] = categoriesThat(
	({ fallback }) => fallback === 'default',
);

/** What Fallback On lets the user choose from. */
export const FALLBACK_CHOICES: readonly ErrorCategory[] = categoriesThat(
	({ fallback }) => fallback !== 'never',
);
