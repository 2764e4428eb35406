import { ModelError } from '../../types';
import type { ErrorCategory, ModelRequest } from '../../types';
import { bounded, cleanWords } from './redact';
import { readRejection, Rejection } from './rejection';
import type { ErrorFacts } from './rejection';

/** A provider's own names for errors (`code`, `type`, `reason`), in our categories. */
export type ErrorNames = Readonly<Record<string, ErrorCategory>>;

/** How one provider speaks of errors. */
export interface ErrorDialect {
	/** How the provider is called in messages, for example `OpenAI`. */
	label: string;
	names: ErrorNames;
	/** What the names cannot tell; goes first. */
	judge?: (facts: ErrorFacts) => ErrorCategory | undefined;
}

export interface ErrorContext {
	dialect: ErrorDialect;
	/** Never shown: keys and header values. */
	secrets: readonly string[];
	/** Its texts are never shown. */
	request?: ModelRequest;
	signal: AbortSignal;
	/** Epoch ms, for a `Retry-After` that is a date. */
	now: () => number;
}

/** Where names are silent or too vague, the provider's words tell. Collected from the servers named in each line. */
const OVERFLOW_WORDS: readonly RegExp[] = [
	// OpenAI, vLLM, Mistral, DeepSeek, OpenRouter, Groq, xAI
	/maximum (?:context|prompt|model) length|context[ _]length[ _]exceeded|reduce the length of (?:the|your) (?:messages|prompt|input)/i,
	// Anthropic, Bedrock, Ollama
	/(?:prompt|input) (?:is )?too long|input length.{0,40}exceeds?.{0,10} context|exceeds? (?:max(?:imum)? )?context/i,
	// Gemini
	/input token count.{0,60}exceeds the maximum/i,
	// OpenAI's newer models, llama.cpp, LM Studio, Together
	/exceeds? the (?:available |model'?s )?context (?:window|size)|context (?:the )?overflows?|`?inputs`? tokens \+ `?max_new_tokens`? must be/i,
];

const QUOTA_WORDS =
	/credit balance is too low|insufficient (?:balance|credits?|quota|funds)|exceeded your (?:current|monthly) quota|out of credits|specified API usage limits|spending limit/i;

const FILTER_WORDS =
	/content (?:filter|management policy|policy|exists risk)|flagged|safety system|inappropriate content|violat\w+ .{0,40}(?:usage )?polic/i;

const KEY_WORDS = /(?:invalid|incorrect|expired) api key|api key (?:not valid|not found|expired|is invalid)/i;

/** Where only a status is known. 504 is not here: the contract has it retried like the other errors of a server. */
const BY_STATUS: Readonly<Record<number, ErrorCategory>> = {
	401: 'authentication',
	402: 'quotaExhausted',
	403: 'authentication',
	404: 'modelNotFound',
	408: 'timeout',
	410: 'modelNotFound',
	429: 'rateLimited',
	503: 'overloaded',
	529: 'overloaded',
};

/** Every error of a call as the one error that leaves. */
export function toModelError(error: unknown, context: ErrorContext): ModelError {
	if (context.signal.aborted) return new ModelError('cancelled', 'The call was cancelled.');
	for (const cause of causesOf(error)) {
		if (cause instanceof ModelError) return cause;
		if (cause instanceof Rejection) return rejected(cause, context);
	}
	const { label } = context.dialect;
	// What an SDK says here may quote the answer, so it stays inside.
	return new ModelError('serverError', `The answer of ${label} could not be read.`);
}

/** At most as deep as any SDK wraps. */
function causesOf(error: unknown): unknown[] {
	const causes: unknown[] = [];
	for (let at = error; at !== undefined && at !== null && causes.length < 6;) {
		causes.push(at);
		at = (at as { cause?: unknown }).cause;
	}
	return causes;
}

function rejected(rejection: Rejection, context: ErrorContext): ModelError {
	const facts = readRejection(rejection);
	const category = categorize(facts, context.dialect);
	return new ModelError(category, message(category, facts, context), {
		status: facts.status,
		retryAfterMs: retryAfterMs(rejection.headers, facts, context.now()),
	});
}

/** From the most telling fact to the least: the provider's judgement, its names, its words, the status. */
function categorize(facts: ErrorFacts, dialect: ErrorDialect): ErrorCategory {
	const { status, names, words } = facts;
	const judged = dialect.judge?.(facts);
	if (judged) return judged;
	// Groq names a prompt beyond the limit of tokens a minute "rate_limit_exceeded": waiting would not help.
	if (status === 413) return 'contextOverflow';
	for (const name of names) {
		const known = Object.hasOwn(dialect.names, name) ? dialect.names[name] : undefined;
		if (known) return known;
	}
	return byWords(status, words) ?? byStatus(status);
}

function byWords(status: number | undefined, words: string): ErrorCategory | undefined {
	const among = (...statuses: number[]): boolean => status === undefined || statuses.includes(status);
	// Ollama and llama.cpp report an overflow as 500.
	if (among(400, 422, 500) && OVERFLOW_WORDS.some((pattern) => pattern.test(words))) return 'contextOverflow';
	if (among(400, 402, 403, 429) && QUOTA_WORDS.test(words)) return 'quotaExhausted';
	if (among(400, 403, 422) && FILTER_WORDS.test(words)) return 'contentFiltered';
	if (among(400) && KEY_WORDS.test(words)) return 'authentication';
	return undefined;
}

function byStatus(status: number | undefined): ErrorCategory {
	// An error inside a stream of status 200 that names nothing: the provider began and failed.
	if (status === undefined) return 'serverError';
	return BY_STATUS[status] ?? (status >= 500 ? 'serverError' : 'invalidRequest');
}

/** The sentence before the provider's own words: for a person who knows the provider, not HTTP. */
const SENTENCES: Partial<Record<ErrorCategory, (label: string) => string>> = {
	rateLimited: (label) => `${label} asks to send fewer requests`,
	quotaExhausted: (label) => `The account at ${label} has no quota or credit left`,
	overloaded: (label) => `${label} is overloaded`,
	serverError: (label) => `${label} had an error of its own`,
	timeout: (label) => `${label} gave up waiting for the request`,
	authentication: (label) => `${label} did not accept the API key`,
	modelNotFound: (label) => `${label} does not know this model, or the API key may not use it`,
	contextOverflow: () => 'The prompt is too long for this model',
	contentFiltered: (label) => `The content filter of ${label} stopped the request`,
	invalidRequest: (label) => `${label} did not accept the request`,
};

function message(category: ErrorCategory, { status, words }: ErrorFacts, context: ErrorContext): string {
	const { label } = context.dialect;
	// A 403 is about the country or the account more often than about the key.
	const sentence =
		status === 403 && category === 'authentication'
			? `${label} refused access`
			: (SENTENCES[category]?.(label) ?? `${label} could not answer`);
	const start = status === undefined ? sentence : `${sentence} (${status})`;
	const cleaned = cleanWords(words, context);
	return cleaned === '' ? `${start}.` : bounded(`${start}: ${cleaned}`);
}

/** `retry-after-ms`, `Retry-After` in seconds or as an HTTP date, Gemini's `RetryInfo`; never negative. */
function retryAfterMs(headers: Headers, { details }: ErrorFacts, now: number): number | undefined {
	const waits = [
		number(headers.get('retry-after-ms')),
		seconds(headers.get('retry-after')),
		dateAfter(headers.get('retry-after'), now),
		...details.map(({ retryDelay }) => seconds(retryDelay?.replace(/s$/, '') ?? null)),
	];
	const wait = waits.find((candidate) => candidate !== undefined);
	return wait === undefined ? undefined : Math.max(0, Math.round(wait));
}

function number(text: string | null): number | undefined {
	const value = text === null || text.trim() === '' ? NaN : Number(text);
	return Number.isFinite(value) ? value : undefined;
}

function seconds(text: string | null): number | undefined {
	const value = number(text);
	return value === undefined ? undefined : value * 1000;
}

/** `Date.parse` takes almost anything for a date ("2, 2" is one of 2001); those of HTTP begin with a weekday. */
function dateAfter(text: string | null, now: number): number | undefined {
	const date = text !== null && /^(?:[A-Z][a-z]{2,8},? |\d{4}-\d\d-\d\d)/.test(text) ? Date.parse(text) : NaN;
	return Number.isNaN(date) ? undefined : date - now;
}
