import { ModelError } from '../../types';
import type { AnswerPart, ErrorCategory, FinishReason, ModelClient, Usage } from '../../types';
import { guardedCall, opened, perKey } from '../wire/call';
import type { ErrorContext, ErrorDialect } from '../wire/errors';
import { geminiParameters } from './request';
import type { GeminiResponse, GoogleGenAI } from './request';
import { guardedFetch } from '../wire/guardedFetch';
import type { StreamEvent } from '../wire/guardedFetch';
import { listAll, readGeminiPage } from '../wire/modelLists';
import { bounded, cleanWords } from '../wire/redact';
import type { ErrorFacts } from '../wire/rejection';
import { requireKey } from '../settings';
import { tokenCount, usageFrom } from '../usage';
import type { ClientSettings, ListedModel, ListSettings } from '../settings';

const DIALECT: ErrorDialect = {
	label: 'Gemini',
	// Those that are not here (INTERNAL, UNKNOWN, INVALID_ARGUMENT, …) say no more than their status.
	names: {
		API_KEY_INVALID: 'authentication',
		RESOURCE_EXHAUSTED: 'rateLimited',
		UNAVAILABLE: 'overloaded',
		UNAUTHENTICATED: 'authentication',
		PERMISSION_DENIED: 'authentication',
		NOT_FOUND: 'modelNotFound',
	},
	judge,
};

/**
 * A rejected key is an `INVALID_ARGUMENT` like any other but for its reason. A day's quota or a credit that is used up
 * comes as a rate limit; "You exceeded your current quota" is said of a minute's limit too.
 */
function judge({ details, words }: ErrorFacts): ErrorCategory | undefined {
	if (details.some(({ reason }) => reason === 'API_KEY_INVALID' || reason === 'API_KEY_EXPIRED')) {
		return 'authentication';
	}
	const quotas = details.flatMap(({ violations }) => violations ?? []);
	const isUsedUp = quotas.some(({ quotaId }) => quotaId?.includes('PerDay'));
	return isUsedUp || /credits are depleted/i.test(words) ? 'quotaExhausted' : undefined;
}

/** Google's generateContent. */
export function createGeminiClient(settings: ClientSettings): ModelClient {
	const sdkFor = perKey((key) => loadSdk(settings, key));
	const secrets = Object.values(settings.headers ?? {});
	return {
		prepare: (key) => opened(settings.fetch, sdkFor(key)),
		stream(request, key, signal) {
			const context: ErrorContext = {
				dialect: DIALECT,
				secrets: [key, ...secrets],
				request,
				signal,
				now: settings.now,
			};
			return guardedCall(context, async function* (connection) {
				requireKey(key, DIALECT.label);
				const sdk = await sdkFor(key);
				const parameters = geminiParameters(settings.modelId, request, connection);
				yield* readResponses(await sdk.models.generateContentStream(parameters), context);
			});
		},
	};
}

async function loadSdk(settings: ClientSettings, key: string): Promise<GoogleGenAI> {
	const { GoogleGenAI: Sdk } = await import('@google/genai');
	return new Sdk({
		apiKey: key,
		// What is not set here the SDK would take from the environment. No timeout and no retries are its defaults.
		vertexai: false,
		apiVersion: 'v1beta',
		httpOptions: {
			baseUrl: rootOf(settings.baseUrl),
			headers: settings.headers,
			fetch: guardedFetch(settings.fetch, { label: DIALECT.label, namedEvents: false, asEvents }),
		},
	});
}

/** People paste the address with the version, which the SDK adds itself. */
function rootOf(baseUrl: string): string {
	return baseUrl.replace(/\/v1(?:beta)?$/, '');
}

/** The most that a page of the list may have. */
const PAGE_SIZE = '1000';

/** Models that generate content. @throws ModelError */
export function listGeminiModels(settings: ListSettings, signal: AbortSignal): Promise<ListedModel[]> {
	const protocol = {
		dialect: DIALECT,
		url: `${rootOf(settings.baseUrl)}/v1beta/models`,
		headers: { 'x-goog-api-key': settings.key },
		firstQuery: { pageSize: PAGE_SIZE },
		read: readGeminiPage(PAGE_SIZE),
	};
	return listAll(protocol, settings, signal);
}

async function* readResponses(
	responses: AsyncIterable<GeminiResponse>,
	context: ErrorContext,
): AsyncGenerator<AnswerPart> {
	let reason: string | null = null;
	let detail: string | undefined;
	let usage: Usage | null = null;
	for await (const { candidates, promptFeedback, usageMetadata } of responses) {
		const candidate = candidates?.[0];
		usage = usageOf(usageMetadata) ?? usage;
		if (promptFeedback?.blockReason) {
			reason = BLOCKED;
			detail = detailOf(
				'blocked the prompt',
				promptFeedback.blockReason,
				promptFeedback.blockReasonMessage,
				context,
			);
		}
		for (const { thought, text } of candidate?.content?.parts ?? []) {
			if (thought) yield { type: 'reasoning' };
			else if (text) yield { type: 'text', text };
		}
		if (candidate?.finishReason) {
			reason = candidate.finishReason;
			detail = detailOf('stopped the answer', reason, candidate.finishMessage, context);
		}
	}
	if (reason === null || reason === 'FINISH_REASON_UNSPECIFIED') return;
	const category = GONE_WRONG[reason];
	if (category) throw new ModelError(category, `Gemini stopped in the middle of its answer (${reason}).`);
	const finishReason = FINISH_REASONS[reason] ?? 'other';
	yield { type: 'end', finishReason, usage, ...(finishReason === 'contentFilter' && { detail }) };
}

function detailOf(what: string, reason: string, words: string | undefined, context: ErrorContext): string {
	const cleaned = cleanWords(words ?? '', context);
	return bounded(`Gemini ${what} (${reason})${cleaned ? `: ${cleaned}` : ''}`);
}

/** Our own name for a prompt that was blocked, whatever the reason. */
const BLOCKED = 'PROMPT_BLOCKED';

/** What there is of the answer is not whole. Where Gemini does not write the language, another model may. */
const GONE_WRONG: Readonly<Record<string, ErrorCategory>> = {
	LANGUAGE: 'invalidRequest',
	OTHER: 'serverError',
	MALFORMED_FUNCTION_CALL: 'serverError',
	MALFORMED_RESPONSE: 'serverError',
};

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
	STOP: 'stop',
	MAX_TOKENS: 'length',
	CONTINUATION: 'length',
	[BLOCKED]: 'contentFilter',
	SAFETY: 'contentFilter',
	RECITATION: 'contentFilter',
	BLOCKLIST: 'contentFilter',
	PROHIBITED_CONTENT: 'contentFilter',
	SPII: 'contentFilter',
	IMAGE_SAFETY: 'contentFilter',
	IMAGE_PROHIBITED_CONTENT: 'contentFilter',
	IMAGE_RECITATION: 'contentFilter',
	UNEXPECTED_TOOL_CALL: 'toolCalls',
};

/** `candidatesTokenCount` leaves the thoughts out; `promptTokenCount` counts cached input. */
function usageOf(counts: GeminiResponse['usageMetadata']): Usage | null {
	if (!counts || counts.promptTokenCount === undefined) return null;
	const reasoning = tokenCount(counts.thoughtsTokenCount);
	return usageFrom({
		input: tokenCount(counts.promptTokenCount) + tokenCount(counts.toolUsePromptTokenCount),
		output: tokenCount(counts.candidatesTokenCount) + reasoning,
		cachedInput: counts.cachedContentTokenCount,
		reasoning,
	});
}

/** Without `alt=sse` a stream comes as a JSON list of the same responses. */
function asEvents(body: unknown): StreamEvent[] | null {
	const responses: unknown[] = Array.isArray(body) ? body : [body];
	const isResponse = (value: unknown): boolean =>
		typeof value === 'object' && value !== null && ('candidates' in value || 'promptFeedback' in value);
	return responses.length > 0 && responses.every(isResponse) ? responses.map((data) => ({ data })) : null;
}
