import { z } from 'zod';

/**
 * A provider refused the request: by an HTTP status, or by an error inside an answer of status 200 (`status` is then
 * what the error itself names, if anything). It never leaves `models/`: `errors.ts` turns it into a `ModelError`.
 */
export class Rejection extends Error {
	constructor(
		readonly status: number | undefined,
		readonly headers: Headers,
		/** The parsed JSON, or the text if it was not JSON. */
		readonly body: unknown,
	) {
		// The SDKs search an error's message for words like "timed out", so it does not include the body.
		super('The provider rejected the request');
		this.name = 'Rejection';
	}
}

/** What is known of an error, whichever of the many forms its body had. */
export interface ErrorFacts {
	/** HTTP status, or the one that the error's body names. */
	status?: number;
	/** The provider's names for it, most specific first, for example `['insufficient_quota']`. */
	names: string[];
	/** The provider's own words, not yet redacted. */
	words: string;
	/** From Gemini's `details`: `RetryInfo`, `ErrorInfo` and `QuotaFailure`. */
	details: ErrorDetail[];
	/** The request field it is about, in OpenAI's form. */
	param?: string;
	/** How long to wait, if the body says so as a number. */
	waitSeconds?: number;
	/** Headers of the provider behind a gateway, quoted in the body. */
	innerHeaders?: Headers;
	/** FastAPI's list of fields: where (`body.temperature`) and what. */
	fields?: ReadonlyArray<{ loc?: string; msg: string }>;
}

const text = z.string().optional().catch(undefined);
const textOrNumber = z.union([z.string(), z.number()]).optional().catch(undefined);

const errorDetail = z.object({
	'@type': text,
	reason: text,
	retryDelay: text,
	violations: z
		.array(z.object({ quotaId: text }).passthrough())
		.optional()
		.catch(undefined),
});
export type ErrorDetail = z.infer<typeof errorDetail>;

/** FastAPI's `detail`, which Mistral and vLLM pass on. `input` is left out because it quotes the prompt. */
const fieldError = z.object({ msg: z.string(), loc: z.array(textOrNumber).optional().catch(undefined) });

const errorObject = z.object({
	message: z.unknown(),
	msg: z.unknown(),
	detail: z.unknown(),
	error: z.unknown(),
	errors: z.unknown(),
	type: text,
	code: textOrNumber,
	status: textOrNumber,
	param: text,
	error_code: textOrNumber,
	/** From TGI. */
	error_type: text,
	/** From HuggingFace and Discord: seconds. */
	estimated_time: z.number().optional().catch(undefined),
	retry_after: z.number().optional().catch(undefined),
	error_msg: text,
	base_resp: z.object({ status_code: z.number(), status_msg: text }).optional().catch(undefined),
	details: z.array(z.unknown()).optional().catch(undefined),
	metadata: z
		.object({
			raw: text,
			error_type: text,
			reasons: z.array(z.string()).optional().catch(undefined),
			headers: z
				.object({ 'X-RateLimit-Remaining': text, 'X-RateLimit-Reset': text })
				.optional()
				.catch(undefined),
		})
		.optional()
		.catch(undefined),
});
type ErrorObject = z.infer<typeof errorObject>;

/** Fields that only answers have: with one of them, `message` or `code` do not mean an error. */
const ANSWER_FIELDS = [
	'choices',
	'candidates',
	'delta',
	'content_block',
	'usageMetadata',
	'promptFeedback',
	'content',
];

/**
 * The error in one value of a 200, as a body for `Rejection`; null if there is none. All three protocols report it as
 * an object with `error`, Anthropic also by the event's name; others put it in a choice, in `base_resp` (MiniMax), in
 * `errors` (Cloudflare), or send only text.
 */
export function errorIn(value: unknown, eventName?: string): unknown {
	if (eventName === 'error') return value;
	if (typeof value !== 'object' || value === null) return null;
	const fields = value as Record<string, unknown>;
	if (isSaid(fields.error) || fields.type === 'error' || fields.object === 'error') return value;
	const { choices, base_resp: status } = fields;
	const inChoice: unknown = Array.isArray(choices) ? (choices[0] as { error?: unknown } | null)?.error : null;
	if (isSaid(inChoice)) return { error: inChoice };
	if ((status as { status_code?: unknown } | undefined)?.status_code) return value;
	// A null field says nothing: `"choices": null` occurs beside errors.
	if (ANSWER_FIELDS.some((field) => fields[field] !== undefined && fields[field] !== null)) return null;
	const { message, msg, detail, errors, error_msg: words, success } = fields;
	const hasWords = [message, msg, words].some((text) => typeof text === 'string' && text !== '');
	const isAlone = Object.keys(fields).length <= 2 && !('status' in fields) && !('type' in fields);
	const isList = Array.isArray(errors) && errors.length > 0;
	return (hasWords && (isAlone || saysFault(fields))) || isSaid(detail) || isList || success === false
		? value
		: null;
}

/** A code or type beside the words means an error, except for a status message ("queued", 200). */
function saysFault({
	code,
	error_code: errorCode,
	statusCode,
	status,
	type,
}: Record<string, unknown>): boolean {
	const isCode = [code, errorCode, statusCode].some(
		(each) => isSaid(each) && !/^(?:2\d\d|ok|success)$/i.test(String(each)),
	);
	const isType =
		typeof type === 'string' && !/^(?:status|progress|info|ping|queue\w*|log|debug|heartbeat)$/i.test(type);
	const isStatus = Number(status) >= 400 || /error|fail|denied|invalid/i.test(String(status));
	return isCode || isType || isStatus;
}

function isSaid(value: unknown): boolean {
	if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
	return Boolean(value);
}

/**
 * Reads an error's body. Known forms: OpenAI and most compatible servers `{error: {message, type, code}}`, Ollama
 * `{error: "…"}`, vLLM and Mistral `{message, type, code}`, FastAPI `{detail}`, OpenRouter `{error: {code, message,
 * metadata}}`, Anthropic `{type: "error", error: {type, message}}`, Gemini `{error: {code, status, message, details}}`
 * and the same in a list, MiniMax `{base_resp: {status_code, status_msg}}`, Baidu `{error_code, error_msg}`, Cloudflare
 * `{errors: [{code, message}]}`, and a JSON text of any of them where the words should be.
 */
export function readRejection({ status, body }: Rejection): ErrorFacts {
	const outer = parseObject(Array.isArray(body) ? body[0] : body);
	if (!outer) return { status, names: [], words: typeof body === 'string' ? body : '', details: [] };
	const inner = innermost(outer);
	return {
		status: status ?? statusOf(inner),
		names: namesOf(inner),
		words: wordsOf(inner),
		param: inner.param,
		waitSeconds: inner.retry_after ?? inner.estimated_time ?? outer.retry_after ?? outer.estimated_time,
		details: (inner.details ?? []).flatMap((entry) => errorDetail.safeParse(entry).data ?? []),
		...(inner.metadata?.headers && { innerHeaders: headersOf(inner.metadata.headers) }),
		...(Array.isArray(inner.detail) && { fields: fieldsIn(inner.detail) }),
	};
}

function innermost(outer: ErrorObject): ErrorObject {
	if (typeof outer.error === 'string') return { ...outer, message: outer.error };
	const listed: unknown = Array.isArray(outer.errors) ? (outer.errors[0] as unknown) : undefined;
	const inner = parseObject(outer.error) ?? parseObject(listed) ?? outer;
	// llama.cpp's line `error: {"error": …}`, and gateways that wrap the upstream's error.
	const nested = typeof inner.error === 'object' ? parseObject(inner.error) : parsedText(inner.message);
	return nested && nested !== inner ? { ...inner, ...defined(nested) } : inner;
}

/** Headers that OpenRouter quotes in the body. */
function headersOf(quoted: Record<string, string | undefined>): Headers {
	const headers = new Headers();
	for (const [name, value] of Object.entries(quoted)) {
		if (value !== undefined && /^[\w.:-]{1,64}$/.test(value)) headers.set(name, value);
	}
	return headers;
}

/** Parses `{"error": {"message": …}}` given as text. */
function parsedText(words: unknown): ErrorObject | undefined {
	if (typeof words !== 'string' || !/^\s*[[{]/.test(words) || words.length > MAX_NESTED) return undefined;
	try {
		const value: unknown = JSON.parse(words);
		const object = parseObject(Array.isArray(value) ? value[0] : value);
		return object && (parseObject(object.error) ?? object);
	} catch {
		return undefined;
	}
}

/** Longest text that is searched for JSON, in characters. */
const MAX_NESTED = 16 * 1024;

function defined(object: ErrorObject): Partial<ErrorObject> {
	return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function parseObject(value: unknown): ErrorObject | undefined {
	return errorObject.safeParse(value).data;
}

/** OpenRouter and Gemini give the status as the error's code. */
function statusOf({ code, status }: ErrorObject): number | undefined {
	return [code, status].map(Number).find((value) => Number.isInteger(value) && value >= 400 && value < 600);
}

/** Whether a numeric code is a status is decided in `errors.ts`. MiniMax's codes get a prefix. */
function namesOf({
	code,
	status,
	type,
	metadata,
	error_code: errorCode,
	error_type: errorType,
	base_resp: base,
}: ErrorObject): string[] {
	const moderated = metadata?.reasons?.length ? ['moderation_blocked'] : [];
	const minimax = base ? [`base_resp ${base.status_code}`] : [];
	const named = [code, errorCode, status, type, errorType, metadata?.error_type].filter(
		(name) => name !== undefined && name !== '',
	);
	return [...moderated, ...minimax, ...named.map(String)];
}

function wordsOf({
	message,
	msg,
	detail,
	metadata,
	param,
	error_msg: said,
	base_resp: base,
}: ErrorObject): string {
	// OpenRouter's own message is only "Provider returned error".
	if (metadata?.raw) return wordsIn(parsedText(metadata.raw)?.message) || metadata.raw;
	for (const candidate of [message, detail, msg, said, base?.status_msg]) {
		const words = wordsIn(candidate);
		// Some put the sentence where the parameter's name belongs.
		if (words !== '') return param?.includes(' ') ? `${words}: ${param}` : words;
	}
	return '';
}

function wordsIn(value: unknown): string {
	if (typeof value === 'string') return value;
	if (Array.isArray(value)) {
		const fields = fieldsIn(value);
		return fields.map(({ msg, loc }) => (loc ? `${loc}: ${msg}` : msg)).join('; ');
	}
	const nested = parseObject(value);
	return nested ? wordsIn(nested.detail ?? nested.message) : '';
}

function fieldsIn(list: unknown[]): NonNullable<ErrorFacts['fields']> {
	return list.flatMap((entry) => {
		const field = fieldError.safeParse(entry).data;
		return field ? [{ msg: field.msg, ...(field.loc && { loc: field.loc.join('.') }) }] : [];
	});
}
