import { z } from 'zod';

/**
 * A provider said no: by an HTTP status, or by an error inside an answer of status 200 (`status` is then what the
 * error itself names, if anything). It stays inside `models/`: `errors.ts` turns it into a `ModelError`.
 */
export class Rejection extends Error {
	constructor(
		readonly status: number | undefined,
		readonly headers: Headers,
		/** The parsed JSON, or the text where it was no JSON. */
		readonly body: unknown,
	) {
		// The SDKs look for words like "timed out" in an error's text, so it says nothing of the body.
		super('The provider rejected the request');
		this.name = 'Rejection';
	}
}

/** What is known of an error, whichever of the many forms its body had. */
export interface ErrorFacts {
	/** HTTP status, or the one that the error's body names. */
	status?: number;
	/** The provider's names for it, most telling first, for example `['insufficient_quota']`. */
	names: string[];
	/** The provider's own words, uncleaned. */
	words: string;
	/** Gemini's `details`: what its `RetryInfo`, `ErrorInfo` and `QuotaFailure` say. */
	details: ErrorDetail[];
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

/** FastAPI's `detail`, which Mistral and vLLM pass on; `input`, which quotes the prompt, is left out. */
const fieldError = z.object({ msg: z.string(), loc: z.array(textOrNumber).optional().catch(undefined) });

const errorObject = z.object({
	message: z.unknown(),
	detail: z.unknown(),
	error: z.unknown(),
	type: text,
	code: textOrNumber,
	status: textOrNumber,
	details: z.array(z.unknown()).optional().catch(undefined),
	metadata: z
		.object({ raw: text, reasons: z.array(z.string()).optional().catch(undefined) })
		.optional()
		.catch(undefined),
});
type ErrorObject = z.infer<typeof errorObject>;

/**
 * Reads an error's body. Known forms: OpenAI and most compatible servers `{error: {message, type, code}}`, Ollama
 * `{error: "…"}`, vLLM and Mistral `{message, type, code}`, FastAPI `{detail}`, OpenRouter `{error: {code, message,
 * metadata}}`, Anthropic `{type: "error", error: {type, message}}`, Gemini `{error: {code, status, message, details}}`
 * and the same in a list.
 */
export function readRejection({ status, body }: Rejection): ErrorFacts {
	const outer = parseObject(Array.isArray(body) ? body[0] : body);
	if (!outer) return { status, names: [], words: typeof body === 'string' ? body : '', details: [] };
	const inner = parseObject(outer.error) ?? outer;
	return {
		status: status ?? statusOf(inner),
		names: namesOf(inner),
		words: typeof outer.error === 'string' ? outer.error : wordsOf(inner),
		details: (inner.details ?? []).flatMap((entry) => errorDetail.safeParse(entry).data ?? []),
	};
}

function parseObject(value: unknown): ErrorObject | undefined {
	return errorObject.safeParse(value).data;
}

/** OpenRouter and Gemini name the status as the error's code. */
function statusOf({ code, status }: ErrorObject): number | undefined {
	return [code, status].map(Number).find((value) => Number.isInteger(value) && value >= 400 && value < 600);
}

function namesOf({ code, status, type, metadata }: ErrorObject): string[] {
	const names = [code, status, type].filter((name) => typeof name === 'string' && name !== '');
	return metadata?.reasons?.length ? ['moderation_blocked', ...(names as string[])] : (names as string[]);
}

function wordsOf({ message, detail, metadata }: ErrorObject): string {
	// OpenRouter's own message is only "Provider returned error".
	if (metadata?.raw) return metadata.raw;
	for (const candidate of [message, detail]) {
		const words = wordsIn(candidate);
		if (words !== '') return words;
	}
	return '';
}

function wordsIn(value: unknown): string {
	if (typeof value === 'string') return value;
	if (Array.isArray(value)) {
		const fields = value.flatMap((entry) => fieldError.safeParse(entry).data ?? []);
		return fields.map(({ msg, loc }) => (loc ? `${loc.join('.')}: ${msg}` : msg)).join('; ');
	}
	const nested = parseObject(value);
	return nested ? wordsIn(nested.detail ?? nested.message) : '';
}
