import type { Anthropic } from '@anthropic-ai/sdk';
import type { AnswerPart, FinishReason, ModelClient, Usage } from '../../types';
import { anthropicBody } from './request';
import { guardedCall, opened, perKey, textParts } from '../wire/call';
import type { ErrorContext, ErrorDialect } from '../wire/errors';
import { answeringFetch, readAnswer } from '../wire/guardedFetch';
import type { StreamEvent, WireProtocol } from '../wire/guardedFetch';
import { listAll, readAnthropicPage } from '../wire/modelLists';
import { cleanWords } from '../wire/redact';
import { NO_DEADLINE, requireKey } from '../settings';
import type { ClientSettings, ListedModel, ListSettings } from '../settings';
import { tokenCount, usageFrom } from '../usage';

type Event = Anthropic.RawMessageStreamEvent;

const DIALECT: ErrorDialect = {
	label: 'Anthropic',
	// A 400 `invalid_request_error` may be anything (no credit, too long, filtered): its words tell.
	names: {
		rate_limit_error: 'rateLimited',
		billing_error: 'quotaExhausted',
		overloaded_error: 'overloaded',
		api_error: 'serverError',
		timeout_error: 'serverError',
		authentication_error: 'authentication',
		permission_error: 'authentication',
		not_found_error: 'modelNotFound',
		request_too_large: 'contextOverflow',
	},
	// Some 503s come as `api_error`.
	judge: ({ status }) => (status === 503 ? 'overloaded' : undefined),
};

const PROTOCOL: WireProtocol = { label: DIALECT.label, namedEvents: true, asEvents };

/** Anthropic's messages. */
export function createAnthropicClient(settings: ClientSettings): ModelClient {
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
				const body = { ...(await anthropicBody(settings.modelId, request)), stream: true };
				// Not by `messages.create`: that prints to the console, once a call, that a model is deprecated.
				// The stream is read by us: the SDK skips events without a name in silence.
				const response = await sdk
					.post('/v1/messages', { body, stream: true, signal: connection })
					.asResponse();
				yield* readMessage(readAnswer(response, PROTOCOL, connection), context);
			});
		},
	};
}

async function loadSdk(settings: ClientSettings, key: string): Promise<Anthropic> {
	const { Anthropic: Sdk } = await import('@anthropic-ai/sdk');
	return new Sdk({
		baseURL: rootOf(settings.baseUrl),
		apiKey: key,
		// The SDK sends a bearer token only; the documented header is what gateways in front of the API read.
		defaultHeaders: { 'x-api-key': key, ...settings.headers },
		webhookKey: null,
		openTelemetry: false,
		fetch: answeringFetch(settings.fetch, DIALECT.label),
		maxRetries: 0,
		timeout: NO_DEADLINE,
		logLevel: 'off',
	});
}

/** People paste the address with the version, which the SDK adds itself. */
function rootOf(baseUrl: string): string {
	return baseUrl.replace(/\/v1$/, '');
}

/** The most that a page of the list may have. */
const PAGE_SIZE = '1000';

/** All models; Anthropic has no others than chat models. @throws ModelError */
export function listAnthropicModels(settings: ListSettings, signal: AbortSignal): Promise<ListedModel[]> {
	const protocol = {
		dialect: DIALECT,
		url: `${rootOf(settings.baseUrl)}/v1/models`,
		headers: { 'x-api-key': settings.key, 'anthropic-version': '2023-06-01' },
		firstQuery: { limit: PAGE_SIZE },
		read: readAnthropicPage(PAGE_SIZE),
	};
	return listAll(protocol, settings, signal);
}

/** What came together is passed on together. */
async function* readMessage(
	answer: AsyncIterable<unknown[]>,
	context: ErrorContext,
): AsyncGenerator<AnswerPart> {
	let counts: Counts = {};
	let reason: string | null = null;
	let detail: string | undefined;
	for await (const events of answer) {
		const pieces: string[] = [];
		let hasReasoned = false;
		for (const event of events as Event[]) {
			switch (event.type) {
				case 'message_start':
					counts = { ...event.message?.usage };
					if (event.message?.usage) yield { type: 'usage', usage: usageOf(counts) };
					break;
				case 'content_block_start':
				case 'content_block_delta': {
					const part = partOf(event);
					if (part?.type === 'text') pieces.push(part.text);
					hasReasoned ||= part?.type === 'reasoning';
					break;
				}
				case 'message_delta':
					counts = merged(counts, event.usage ?? {});
					reason = event.delta?.stop_reason ?? reason;
					detail = refusalOf(event.delta?.stop_details, context) ?? detail;
					break;
				default:
			}
		}
		if (hasReasoned) yield { type: 'reasoning' };
		yield* textParts(pieces);
	}
	if (reason === null) return;
	const usage = counts.input_tokens === undefined ? null : usageOf(counts);
	yield { type: 'end', finishReason: FINISH_REASONS[reason] ?? 'other', usage, detail };
}

function partOf(
	event: Anthropic.RawContentBlockStartEvent | Anthropic.RawContentBlockDeltaEvent,
): AnswerPart | null {
	const piece = event.type === 'content_block_start' ? event.content_block : event.delta;
	switch (piece?.type) {
		case 'text':
		case 'text_delta':
			return piece.text ? { type: 'text', text: piece.text } : null;
		// Thinking that is not shown comes as an empty block and a signature: its start is all there is to see.
		case 'thinking':
		case 'redacted_thinking':
		case 'thinking_delta':
			return { type: 'reasoning' };
		default:
			return null;
	}
}

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
	end_turn: 'stop',
	stop_sequence: 'stop',
	max_tokens: 'length',
	model_context_window_exceeded: 'length',
	tool_use: 'toolCalls',
	refusal: 'refusal',
};

function refusalOf(
	details: Partial<Anthropic.RefusalStopDetails> | null | undefined,
	context: ErrorContext,
): string | undefined {
	const words = details?.explanation ?? details?.category;
	return words ? cleanWords(words, context) : undefined;
}

type Counts = {
	[name in 'input_tokens' | 'cache_creation_input_tokens' | 'cache_read_input_tokens' | 'output_tokens']?:
		number | null;
} & { output_tokens_details?: { thinking_tokens?: number } | null };

/** The counts at the end are totals; those it leaves out or null stay what they were at the start. */
function merged(start: Counts, end: Counts): Counts {
	const named = Object.entries(end).filter(([, value]) => value !== null && value !== undefined);
	return { ...start, ...Object.fromEntries(named) };
}

/** `input_tokens` leaves out what was written to the cache or read from it. */
function usageOf(counts: Counts): Usage {
	const cachedInput = tokenCount(counts.cache_read_input_tokens);
	return usageFrom({
		input: tokenCount(counts.input_tokens) + cachedInput + tokenCount(counts.cache_creation_input_tokens),
		output: counts.output_tokens,
		cachedInput,
		reasoning: counts.output_tokens_details?.thinking_tokens,
	});
}

/** A whole message as the events that say the same. */
function asEvents(body: unknown): StreamEvent[] | null {
	const message = body as { type?: unknown; content?: unknown; usage?: unknown } | null;
	if (message?.type !== 'message' || !Array.isArray(message.content)) return null;
	const { stop_reason, stop_details } = message as Partial<Anthropic.Message>;
	const event = (type: string, data: object): StreamEvent => ({ name: type, data: { type, ...data } });
	return [
		event('message_start', { message: { ...message, content: [] } }),
		...message.content.map((content_block, index) => event('content_block_start', { index, content_block })),
		event('message_delta', { delta: { stop_reason, stop_details }, usage: message.usage }),
		event('message_stop', {}),
	];
}
