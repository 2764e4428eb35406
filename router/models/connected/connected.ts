import { ModelError } from '../../types';
import type { AnswerPart, ErrorCategory, FinishReason, ModelClient, ModelRequest, Usage } from '../../types';
import { guardedCall } from '../wire/call';
import type { ErrorContext, ErrorDialect } from '../errors/errors';
import { makerOf } from '../maker';
import { ToolCalls } from '../wire/reading/toolCalls';
import { cleanWords } from '../wire/redact';
import { Rejection } from '../errors/rejection';
import { bindingOf, messagesOf } from './messages';
import type { ToolBinding } from './messages';
import type { ConnectedChunk, ConnectedMessage } from './terms';
import { Thoughts } from './thoughts';

export type { ConnectedChunk, ConnectedMessage } from './terms';

/** The part of a LangChain chat model's public interface that we use, as a structural type. */
export interface ConnectedChatModel {
	stream(
		messages: ConnectedMessage[],
		options: { signal: AbortSignal },
	): Promise<AsyncIterable<ConnectedChunk>>;
	/** Not all chat models support tools. */
	bindTools?(
		tools: ToolBinding['tools'],
		options: ToolBinding['options'],
	): Pick<ConnectedChatModel, 'stream'>;
}

export interface ConnectedSettings {
	/** The connected node's name, for messages. */
	label: string;
	/** True if such a model always says why it stopped: an answer without a reason was then cut off. */
	namesFinishReason?: boolean;
	now: () => number;
	/** For ids of tool calls if the chat model sends none, 0 ≤ x < 1. */
	random: () => number;
}

/**
 * A chat model that another node provides. Temperature, limit and effort are that node's settings: ours are not
 * passed on, nor is a key.
 */
export function createConnectedClient(
	chatModel: ConnectedChatModel,
	settings: ConnectedSettings,
): ModelClient {
	const dialect: ErrorDialect = { label: settings.label, names: LANGCHAIN_ERROR_CODES };
	return {
		stream(request, _key, signal) {
			const context: ErrorContext = { dialect, secrets: [], request, signal, now: settings.now };
			return guardedCall(context, async function* (connection) {
				try {
					const maker = makerOf('connected', settings.label);
					const model = withTools(chatModel, request, settings.label);
					const opened = model.stream(messagesOf(request, maker), { signal: connection });
					const chunks = await unlessAborted(opened, connection);
					yield* readChunks(whileNotAborted(chunks, connection), maker, settings, context);
				} catch (error) {
					throw connection.aborted || error instanceof ModelError ? error : failureOf(error, settings.label);
				}
			});
		},
	};
}

function withTools(
	chatModel: ConnectedChatModel,
	request: ModelRequest,
	label: string,
): Pick<ConnectedChatModel, 'stream'> {
	const binding = bindingOf(request);
	if (!binding) return chatModel;
	if (chatModel.bindTools) return chatModel.bindTools(binding.tools, binding.options);
	throw new ModelError('invalidRequest', `${label} cannot be given tools.`);
}

/** Not every chat model heeds its signal, and a cancelled execution must not wait for one that does not. */
async function* whileNotAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
	const iterator = source[Symbol.asyncIterator]();
	let finished = false;
	try {
		for (;;) {
			const next = await unlessAborted(iterator.next(), signal);
			finished = next.done === true;
			if (next.done) return;
			yield next.value;
		}
	} finally {
		// Not awaited: it may hang in the very read that was abandoned.
		if (!finished) iterator.return?.().catch(() => undefined);
	}
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	let listener = (): void => undefined;
	const aborted = new Promise<never>((_, reject) => {
		listener = () => reject(new ModelError('cancelled', 'The call was cancelled.'));
	});
	// Not awaited if the work finishes first.
	aborted.catch(() => undefined);
	if (signal.aborted) listener();
	signal.addEventListener('abort', listener, { once: true });
	try {
		return await Promise.race([work, aborted]);
	} finally {
		signal.removeEventListener('abort', listener);
	}
}

async function* readChunks(
	chunks: AsyncIterable<ConnectedChunk>,
	maker: string,
	{ namesFinishReason = false, random }: ConnectedSettings,
	context: ErrorContext,
): AsyncGenerator<AnswerPart> {
	const calls = new ToolCalls(context.request, random);
	const thoughts = new Thoughts();
	let reason: string | undefined;
	let refusal = '';
	let usage: Usage | null = null;
	for await (const chunk of chunks) {
		usage = added(usage, chunk.usage_metadata);
		reason = reasonIn(chunk.response_metadata) ?? reasonIn(chunk.additional_kwargs) ?? reason;
		const refused = chunk.additional_kwargs?.refusal;
		if (typeof refused === 'string') refusal += refused;
		const { text, thinks } = read(chunk);
		if (thinks) yield { type: 'reasoning' };
		if (text !== '') yield { type: 'text', text };
		thoughts.take(chunk);
		yield* callsIn(chunk, calls);
	}
	const thought = thoughts.all();
	if (thought) yield { type: 'reasoning', keep: { type: 'reasoning', maker, opaque: thought } };
	yield* calls.end();
	if (refusal !== '') {
		yield { type: 'end', finishReason: 'refusal', usage, detail: cleanWords(refusal, context) };
		return;
	}
	if (reason === undefined && namesFinishReason) return;
	// Many other chat models never say why they stopped; a broken stream throws.
	const named = reason === undefined ? 'stop' : (FINISH_REASONS[reason.toLowerCase()] ?? 'other');
	const finishReason = named === 'stop' && calls.hasAny ? 'toolCalls' : named;
	yield { type: 'end', finishReason, usage };
}

/** Prefers pieces: LangChain assembles whole calls from them anew with every chunk. */
function callsIn(chunk: ConnectedChunk, calls: ToolCalls): AnswerPart[] {
	const { tool_call_chunks: pieces = [], tool_calls: whole = [], invalid_tool_calls: invalid = [] } = chunk;
	if (pieces.length > 0) {
		const parts = pieces.flatMap(({ index, id, name, args }) => calls.take({ index, id, name, input: args }));
		return parts.length > 0 ? parts : [{ type: 'reasoning' }];
	}
	return [
		...whole.flatMap(({ id, name, args }) =>
			calls.takeWhole({ id, name, input: JSON.stringify(args ?? {}) }),
		),
		...invalid.flatMap(({ id, name, args }) => calls.takeWhole({ id, name, input: args })),
	];
}

function read({ content, additional_kwargs: more }: ConnectedChunk): { text: string; thinks: boolean } {
	const thinksAside = Boolean(more?.reasoning_content || more?.reasoning);
	if (!Array.isArray(content)) return { text: content ?? '', thinks: thinksAside };
	const blocks = content.map((block) => (typeof block === 'string' ? { type: 'text', text: block } : block));
	return {
		text: blocks.map(({ type, text }) => (isText(type) ? (text ?? '') : '')).join(''),
		thinks:
			thinksAside || blocks.some(({ type }) => /^(?:reasoning|thinking|redacted_thinking)/.test(type ?? '')),
	};
}

const isText = (type: string | undefined): boolean =>
	type === undefined || type === 'text' || type === 'text_delta' || type === 'output_text';

const REASON_FIELDS = [
	'finish_reason',
	'stop_reason',
	'finishReason',
	'done_reason',
	'stopReason',
	// OpenAI's Responses API: `completed` or `incomplete`.
	'status',
] as const;

function reasonIn(metadata: Record<string, unknown> | undefined): string | undefined {
	const values = REASON_FIELDS.map((field) => metadata?.[field]);
	return values.find(
		(value): value is string => typeof value === 'string' && !['', 'in_progress'].includes(value),
	);
}

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
	stop: 'stop',
	end_turn: 'stop',
	stop_sequence: 'stop',
	eos: 'stop',
	completed: 'stop',
	complete: 'stop',
	length: 'length',
	incomplete: 'length',
	max_tokens: 'length',
	max_output_tokens: 'length',
	model_length: 'length',
	tool_calls: 'toolCalls',
	tool_use: 'toolCalls',
	function_call: 'toolCalls',
	refusal: 'refusal',
	content_filter: 'contentFilter',
	content_filtered: 'contentFilter',
	guardrail_intervened: 'contentFilter',
	safety: 'contentFilter',
	prohibited_content: 'contentFilter',
	recitation: 'contentFilter',
	blocklist: 'contentFilter',
	spii: 'contentFilter',
};

/** LangChain's chunks contain differences, which add up to the total. */
function added(sum: Usage | null, counts: ConnectedChunk['usage_metadata']): Usage | null {
	if (!counts) return sum;
	const inputTokens = (sum?.inputTokens ?? 0) + (counts.input_tokens ?? 0);
	const outputTokens = (sum?.outputTokens ?? 0) + (counts.output_tokens ?? 0);
	return {
		inputTokens,
		outputTokens,
		cachedInputTokens: (sum?.cachedInputTokens ?? 0) + (counts.input_token_details?.cache_read ?? 0),
		reasoningTokens: (sum?.reasoningTokens ?? 0) + (counts.output_token_details?.reasoning ?? 0),
		totalTokens: inputTokens + outputTokens,
	};
}

/** Names used by the SDKs under LangChain and by LangChain itself (`lc_error_code`). */
const LANGCHAIN_ERROR_CODES: Readonly<Record<string, ErrorCategory>> = {
	MODEL_RATE_LIMIT: 'rateLimited',
	MODEL_AUTHENTICATION: 'authentication',
	MODEL_NOT_FOUND: 'modelNotFound',
	CONTEXT_OVERFLOW: 'contextOverflow',
};

const NETWORK_CODE = /^(?:E[A-Z]{4,}|UND_ERR_\w+|\w*CERT\w*)$/;

/** Converts what a chat model threw into the form in which our own transport reports failures. */
function failureOf(error: unknown, label: string): Error {
	if (!isErrorLike(error)) return new Rejection(undefined, new Headers(), String(error));
	const chain = isErrorLike(error.cause) ? [error, error.cause] : [error];
	const status = chain.map(statusOf).find((value) => value !== undefined);
	const codes = chain.flatMap(({ code, cause }) => [code, (cause as ForeignError | undefined)?.code]);
	const isNetwork = codes.some((code) => typeof code === 'string' && NETWORK_CODE.test(code));
	if (
		status === undefined &&
		(isNetwork || /connection error|fetch failed|terminated/i.test(error.message))
	) {
		return new ModelError('network', `${label} could not be reached: the connection failed.`);
	}
	if (status === undefined && /timeout|timed out/i.test(`${error.name} ${error.message}`)) {
		return new ModelError('timeout', `${label} took longer than its own settings allow.`);
	}
	return new Rejection(status, headersOf(chain), bodyOf(error));
}

/** n8n's chat models bring their own copies of all classes, so `instanceof` would fail. */
function isErrorLike(value: unknown): value is ForeignError {
	return (
		typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
	);
}

/** Fields that the SDKs under LangChain put on their errors. */
interface ForeignError extends Error {
	status?: unknown;
	statusCode?: unknown;
	/** From n8n's own errors. */
	httpCode?: unknown;
	code?: unknown;
	type?: unknown;
	lc_error_code?: unknown;
	response?: { status?: unknown };
	error?: unknown;
	headers?: unknown;
}

function statusOf({ status, statusCode, httpCode, response, code }: ForeignError): number | undefined {
	const values = [status, statusCode, httpCode, response?.status, code].map(Number);
	return values.find((value) => Number.isInteger(value) && value >= 400 && value < 600);
}

/** Accepts any implementation of `Headers`, or a plain object. */
function headersOf(chain: ForeignError[]): Headers {
	const headers = chain.find((error) => error.headers)?.headers;
	if (typeof headers !== 'object' || headers === null) return new Headers();
	const isList = 'entries' in headers && typeof headers.entries === 'function';
	const entries = isList ? [...(headers as Headers).entries()] : Object.entries(headers);
	return new Headers(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** The provider's body if the SDK kept it, for its error names; the words are the error's own. */
function bodyOf({ message, error, code, type, lc_error_code }: ForeignError): unknown {
	const body = error as { error?: { type?: unknown; code?: unknown; details?: unknown } } | undefined;
	const inner = body?.error ?? (error as { type?: unknown; code?: unknown; details?: unknown } | undefined);
	const words = message.replace(/\s*Troubleshooting URL:.*$/s, '').replace(/^\d{3}\s+/, '');
	return {
		message: words,
		code: inner?.code ?? code,
		// Ranks below the provider's own code: LangChain calls an empty account a rate limit too.
		status: lc_error_code,
		type: inner?.type ?? type,
		details: inner?.details,
	};
}
