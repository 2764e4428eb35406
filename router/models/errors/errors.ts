import { ModelError } from '../../types';
import type { ErrorCategory, ModelRequest } from '../../types';
import { bounded, cleanWords } from '../wire/redact';
import { ERROR_CODES } from './codes';
import { categoryByWords, isWrongAddress } from './sentences';
import { readRejection, Rejection } from './rejection';
import type { ErrorFacts } from './rejection';
import { retryAfterMs } from '../wire/retryAfter';

/** How one provider words its errors. */
export interface ErrorDialect {
	/** The provider's name in messages, for example `OpenAI`. */
	label: string;
	/** What is asked for at its address. Absent: chat. */
	offers?: 'embeddings';
	/** Names that are missing from `ERROR_CODES`, or mean something else here. */
	names?: Readonly<Record<string, ErrorCategory>>;
}

export interface ErrorContext {
	dialect: ErrorDialect;
	/** Keys and header values, which are never shown. */
	secrets: readonly string[];
	/** Its texts are never shown. */
	request?: ModelRequest;
	signal: AbortSignal;
	/** Epoch ms, for a `Retry-After` that is a date. */
	now: () => number;
}

/** Statuses that say nothing about the request: a proxy timed out, or was asked too early. */
const PASSING: Readonly<Record<number, ErrorCategory>> = {
	408: 'timeout',
	424: 'serverError',
	425: 'serverError',
	498: 'overloaded', // Groq: no capacity in this tier
	499: 'serverError',
};

/** Used if only a status is known. 504 is not here: by the contract it is retried like other server errors. */
const BY_STATUS: Readonly<Record<number, ErrorCategory>> = {
	401: 'authentication',
	402: 'quotaExhausted',
	403: 'authentication',
	404: 'modelNotFound',
	410: 'modelNotFound',
	429: 'rateLimited',
	503: 'overloaded',
	529: 'overloaded',
};

/** Something went wrong after the provider had begun its answer. */
export class BrokenAnswer extends Error {
	constructor(cause: unknown) {
		super('The answer broke', { cause });
		this.name = 'BrokenAnswer';
	}
}

/** Converts every error of a call into the one type that leaves this folder. */
export function toModelError(error: unknown, context: ErrorContext): ModelError {
	if (context.signal.aborted) return new ModelError('cancelled', 'The call was cancelled.');
	const inAnswer = error instanceof BrokenAnswer;
	for (const cause of causesOf(error)) {
		if (cause instanceof ModelError) return inAnswer ? cause.asOfAnswer() : cause;
		if (cause instanceof Rejection) return rejected(cause, context, inAnswer);
	}
	const { label } = context.dialect;
	// An SDK's message may quote the answer, so it is not passed on.
	return new ModelError('serverError', `The answer of ${label} could not be read.`, { inAnswer });
}

/** Only this much of a provider's words is examined, in characters. */
const MAX_WORDS = 4_000;

/** Limited to the depth that SDKs wrap errors. */
function causesOf(error: unknown): unknown[] {
	const causes: unknown[] = [];
	for (let at = error; at !== undefined && at !== null && causes.length < 6;) {
		causes.push(at);
		at = (at as { cause?: unknown }).cause;
	}
	return causes;
}

function rejected(rejection: Rejection, context: ErrorContext, inAnswer: boolean): ModelError {
	const { words, ...rest } = readRejection(rejection);
	const facts = { ...rest, words: words.slice(0, MAX_WORDS) };
	const category = categorize(facts, context.dialect);
	return new ModelError(category, message(category, facts, context), {
		status: facts.status,
		retryAfterMs: retryAfterMs(rejection.headers, facts, context.now()),
		saysRemedy: isWrongAddress(facts.status, facts.words),
		inAnswer,
	});
}

/**
 * From the most specific fact to the least: details, words that say more than a name, names, other words, the status.
 */
function categorize(facts: ErrorFacts, dialect: ErrorDialect): ErrorCategory {
	const { status, names, words } = facts;
	const passing = status === undefined ? undefined : PASSING[status];
	if (passing) return passing;
	if (isWrongAddress(status, words)) return 'modelNotFound';
	const detailed = byDetails(facts);
	if (detailed) return detailed;
	const named = names.map((name) => categoryOfName(name, dialect)).find((category) => category !== undefined);
	const worded = categoryByWords(status, words);
	if (status === 413) return worded ?? 'contextOverflow';
	// "rate_limit_error" is also used for an empty account or a hopeless request, "invalid_request_error" for
	// anything.
	// A 403 is as often about the model or the account as about the key.
	const isVague = named === undefined || VAGUE.has(named) || (status === 403 && named === 'authentication');
	if (worded && isVague) return worded;
	// A 503 means overload, whatever name its server gives (Anthropic: `api_error`).
	if (status === 503 && named === 'serverError') return 'overloaded';
	return named ?? byStatus(status);
}

function categoryOfName(name: string, { names = {} }: ErrorDialect): ErrorCategory | undefined {
	if (Object.hasOwn(names, name)) return names[name];
	return Object.hasOwn(ERROR_CODES, name) ? ERROR_CODES[name] : undefined;
}

/** Categories whose names do not make clear what is meant. */
const VAGUE: ReadonlySet<ErrorCategory> = new Set([
	'rateLimited',
	'serverError',
	'invalidRequest',
	'modelNotFound',
]);

/**
 * Google's details, on its own protocol and on OpenAI's. A rejected key is an `INVALID_ARGUMENT` like any other
 * except for its reason. A used-up daily quota or credit is reported as a rate limit; "You exceeded your current
 * quota" is said of a limit per minute too.
 */
function byDetails({ details, words, names }: ErrorFacts): ErrorCategory | undefined {
	if (details.some(({ reason }) => reason === 'API_KEY_INVALID' || reason === 'API_KEY_EXPIRED')) {
		return 'authentication';
	}
	const quotas = details.flatMap(({ violations }) => violations ?? []).map(({ quotaId }) => quotaId ?? '');
	if (quotas.some((id) => id.includes('PerDay')) || /credits are depleted/i.test(words))
		return 'quotaExhausted';
	const isExhausted = names.includes('RESOURCE_EXHAUSTED');
	// The account may not use this model at all, although the error names a time to wait.
	if (isExhausted && /\blimit: 0\b/.test(words)) return 'quotaExhausted';
	const isShort =
		quotas.some((id) => /PerMinute|PerSecond/.test(id)) || details.some(({ retryDelay }) => retryDelay);
	return isExhausted && (isShort || details.length === 0) ? 'rateLimited' : undefined;
}

function byStatus(status: number | undefined): ErrorCategory {
	// An error without a name inside a stream of status 200: the provider began and failed.
	if (status === undefined) return 'serverError';
	return BY_STATUS[status] ?? (status >= 500 ? 'serverError' : 'invalidRequest');
}

/** The sentence before the provider's own words, for readers who know the provider but not HTTP. */
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
	if (isWrongAddress(status, words)) {
		return `${label} has no ${context.dialect.offers ?? 'chat'} at this address (${status}): check the Base URL in its credential, most end with /v1.`;
	}
	// A 403 is more often about the country or the account than about the key.
	const sentence =
		status === 403 && category === 'authentication'
			? `${label} refused access`
			: (status === 429 || status === 413) && category === 'invalidRequest'
				? `The request is larger than the account at ${label} may send at once`
				: (SENTENCES[category]?.(label) ?? `${label} could not answer`);
	const start = status === undefined ? sentence : `${sentence} (${status})`;
	const cleaned = cleanWords(words, context);
	return cleaned === '' ? `${start}.` : bounded(`${start}: ${cleaned}`);
}
