import type { OpenAI } from 'openai';
import type { AnswerPart, FinishReason, ModelClient, ModelRequest, Usage } from '../types';
import { guardedCall, opened } from './call';
import type { ErrorContext, ErrorDialect } from './errors';
import { fetchEvents } from './guardedFetch';
import type { StreamEvent, WireProtocol } from './guardedFetch';
import { requestBody } from './openAiRequest';
import type { OpenAiFlavour } from './openAiRequest';
import { listAll, readOpenAiPage } from './modelLists';
import { cleanWords } from './redact';
import { Rejection } from './rejection';
import { requireKey } from './settings';
import { tokenCount, usageFrom } from './usage';
import type { ClientSettings, ListedModel, ListSettings } from './settings';

type Chunk = OpenAI.ChatCompletionChunk;

const USER_AGENT = 'n8n-nodes-smart-llm-router';

export interface OpenAiSettings extends ClientSettings {
	organizationId?: string;
	/** `compatible`: an endpoint of someone else that speaks OpenAI's protocol; it may need no key. */
	flavour: OpenAiFlavour;
}

/**
 * Chat completions, for OpenAI and for the many servers that speak its protocol. Not by OpenAI's SDK: its stream would
 * parse a second time what has to be looked at here anyway, which was a third of the cost of a call (docs/hot-path.md).
 */
export function createOpenAiClient(settings: OpenAiSettings): ModelClient {
	const dialect = dialectOf(settings);
	const server: Server = { protocol: wireProtocol(dialect.label), refusesStreamOptions: false };
	const secrets = [...Object.values(settings.headers ?? {}), settings.organizationId ?? ''];

	return {
		prepare: () => opened(settings.fetch),
		stream(request, key, signal) {
			const context: ErrorContext = {
				dialect,
				secrets: [key, ...secrets],
				request,
				signal,
				now: settings.now,
			};
			return guardedCall(context, async function* (connection) {
				if (settings.flavour === 'openAi') requireKey(key, dialect.label);
				const chunks = await open(settings, request, key, connection, server);
				yield* readChunks(chunks, context);
			});
		},
	};
}

/** What is known of the one at the other end. */
interface Server {
	protocol: WireProtocol;
	refusesStreamOptions: boolean;
}

/** The user's own go before ours, whatever their case. */
function headersOf({ headers = {}, organizationId }: OpenAiSettings, key: string): Record<string, string> {
	const ours = {
		accept: 'text/event-stream, application/json',
		'content-type': 'application/json',
		// Firewalls in front of some servers refuse who has no name.
		'user-agent': USER_AGENT,
		// Without a key there is no such header, or some servers answer 401.
		...(key && { authorization: `Bearer ${key}` }),
		...(organizationId && { 'openai-organization': organizationId }),
	};
	const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
	return { ...ours, ...Object.fromEntries(named) };
}

/**
 * Starts the stream. Usage has to be asked for by `stream_options`, which a few compatible servers (Mistral) refuse
 * with a 422 that names the field: they are asked again without it, and from then on always.
 */
async function open(
	settings: OpenAiSettings,
	request: ModelRequest,
	key: string,
	signal: AbortSignal,
	server: Server,
): Promise<AsyncIterable<Chunk>> {
	const { stream_options, ...body } = requestBody(settings.modelId, settings.flavour, request);
	const headers = headersOf(settings, key);
	const post = async (sent: object): Promise<AsyncIterable<Chunk>> => {
		const init = { method: 'POST', headers, body: JSON.stringify(sent), signal };
		const events = await fetchEvents(
			settings.fetch,
			`${settings.baseUrl}/chat/completions`,
			init,
			server.protocol,
		);
		return events as AsyncIterable<Chunk>;
	};
	if (settings.flavour === 'compatible' && server.refusesStreamOptions) return await post(body);
	try {
		return await post({ ...body, stream_options });
	} catch (error) {
		if (settings.flavour !== 'compatible' || !refusesStreamOptions(error)) throw error;
		server.refusesStreamOptions = true;
		return await post(body);
	}
}

function refusesStreamOptions(error: unknown): boolean {
	if (!(error instanceof Rejection) || (error.status !== 400 && error.status !== 422)) return false;
	return JSON.stringify(error.body).includes('stream_options');
}

/** Fields that compatible servers add to OpenAI's. */
interface CompatibleDelta {
	content?: string | null | Array<{ type?: string; text?: string }>;
	refusal?: string | null;
	/** DeepSeek, vLLM, xAI, Moonshot. */
	reasoning_content?: string | null;
	/** OpenRouter, Groq, Ollama. */
	reasoning?: string | null;
}

async function* readChunks(chunks: AsyncIterable<Chunk>, context: ErrorContext): AsyncGenerator<AnswerPart> {
	let reason: string | null = null;
	let refusal = '';
	let usage: Usage | null = null;
	for await (const chunk of chunks) {
		const choice = chunk.choices?.find(({ index }) => !index);
		usage = usageIn(chunk as CompatibleChunk) ?? usage;
		reason = choice?.finish_reason ?? reason;
		const delta = choice?.delta as CompatibleDelta | undefined;
		if (!delta) continue;
		refusal += delta.refusal ?? '';
		if (delta.reasoning_content || delta.reasoning || hasThought(delta.content)) yield { type: 'reasoning' };
		const text = textOf(delta.content);
		if (text !== '') yield { type: 'text', text };
	}
	// Without a finish reason the answer was cut; servers that give up in its middle name one of these.
	if (reason === null || reason === '' || reason === 'abort') return;
	if (reason === 'error' || reason === 'insufficient_system_resource') {
		throw new Rejection(undefined, new Headers(), { error: { code: reason } });
	}
	if (refusal !== '') {
		yield { type: 'end', finishReason: 'refusal', usage, detail: cleanWords(refusal, context) };
	} else {
		yield { type: 'end', finishReason: finishReasonOf(reason), usage };
	}
}

/** Mistral's reasoning models send content as a list of parts. */
function textOf(content: CompatibleDelta['content']): string {
	if (!Array.isArray(content)) return content ?? '';
	return content.map(({ type, text }) => (type === 'text' ? (text ?? '') : '')).join('');
}

function hasThought(content: CompatibleDelta['content']): boolean {
	return Array.isArray(content) && content.some(({ type }) => type === 'thinking');
}

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
	stop: 'stop',
	eos: 'stop',
	eos_token: 'stop',
	end_turn: 'stop',
	stop_sequence: 'stop',
	length: 'length',
	max_tokens: 'length',
	model_length: 'length',
	content_filter: 'contentFilter',
	tool_calls: 'toolCalls',
	function_call: 'toolCalls',
};

function finishReasonOf(reason: string): FinishReason {
	return FINISH_REASONS[reason.toLowerCase()] ?? 'other';
}

/** Where compatible servers put usage: Groq in `x_groq`, Moonshot in the choice. */
interface CompatibleChunk {
	usage?: CompatibleUsage | null;
	x_groq?: { usage?: CompatibleUsage | null } | null;
	choices?: Array<{ usage?: CompatibleUsage | null }>;
}

interface CompatibleUsage {
	prompt_tokens?: number;
	completion_tokens?: number;
	total_tokens?: number;
	prompt_tokens_details?: { cached_tokens?: number | null } | null;
	/** DeepSeek. */
	prompt_cache_hit_tokens?: number;
	completion_tokens_details?: { reasoning_tokens?: number | null } | null;
}

function usageIn(chunk: CompatibleChunk): Usage | null {
	const usage = chunk.usage ?? chunk.x_groq?.usage ?? chunk.choices?.[0]?.usage;
	if (!usage || typeof usage.prompt_tokens !== 'number') return null;
	const input = tokenCount(usage.prompt_tokens);
	const named = tokenCount(usage.completion_tokens);
	const reasoning = tokenCount(usage.completion_tokens_details?.reasoning_tokens);
	// xAI counts reasoning beside the completion, which only its total tells.
	const apart = reasoning > 0 && usage.total_tokens === input + named + reasoning;
	const cachedInput = usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens;
	return usageFrom({ input, output: apart ? named + reasoning : named, cachedInput, reasoning });
}

/** OpenAI lists all its models: those that no chat completion can be asked of, by what their ids say. */
const NO_CHAT =
	/embed|whisper|tts|dall-e|moderation|image|realtime|transcribe|audio|sora|babbage|davinci|instruct|deep-research|computer-use|(?:^|-)(?:pro|codex|translate|live)(?:-|$)/i;

/** Servers of someone else have chat models of any name, so only what is surely none is left out. */
const NO_CHAT_ANYWHERE = /embed|whisper|(?:^|[-/])tts(?:-|$)|dall-e|moderation|rerank|stable-diffusion/i;

/** The endpoint's own list, chat models only where their names tell. @throws ModelError */
export function listOpenAiModels(
	flavour: OpenAiFlavour,
	settings: ListSettings,
	signal: AbortSignal,
): Promise<ListedModel[]> {
	const { baseUrl, key, organizationId } = settings;
	const noChat = flavour === 'openAi' ? NO_CHAT : NO_CHAT_ANYWHERE;
	const protocol = {
		dialect: dialectOf({ flavour, baseUrl }),
		url: `${baseUrl}/models`,
		headers: {
			...(key && { authorization: `Bearer ${key}` }),
			...(organizationId && { 'openai-organization': organizationId }),
		},
		firstQuery: {},
		read: (body: unknown) => readOpenAiPage(body, (id) => !noChat.test(id)),
	};
	return listAll(protocol, settings, signal);
}

function wireProtocol(label: string): WireProtocol {
	return { label, namedEvents: false, asEvents };
}

/** A whole completion as the one chunk that says the same. */
function asEvents(body: unknown): StreamEvent[] | null {
	if (typeof body !== 'object' || body === null || !('choices' in body) || !Array.isArray(body.choices)) {
		return null;
	}
	const choices = (body.choices as Array<{ message?: unknown }>).map((choice) => ({
		...choice,
		delta: choice.message ?? {},
	}));
	return [{ data: { ...body, choices } }];
}

/** How errors are named by OpenAI and by the servers that follow it. */
function dialectOf({ flavour, baseUrl }: Pick<OpenAiSettings, 'flavour' | 'baseUrl'>): ErrorDialect {
	return { label: flavour === 'openAi' ? 'OpenAI' : new URL(baseUrl).host, names: ERROR_NAMES };
}

const ERROR_NAMES: ErrorDialect['names'] = {
	rate_limit_exceeded: 'rateLimited',
	rate_limit_error: 'rateLimited',
	insufficient_quota: 'quotaExhausted',
	billing_hard_limit_reached: 'quotaExhausted',
	billing_not_active: 'quotaExhausted',
	exceeded_current_quota_error: 'quotaExhausted', // Moonshot
	context_length_exceeded: 'contextOverflow',
	exceed_context_size_error: 'contextOverflow', // llama.cpp
	string_above_max_length: 'contextOverflow',
	content_policy_violation: 'contentFiltered',
	content_filter: 'contentFiltered', // Azure
	moderation_blocked: 'contentFiltered',
	invalid_prompt: 'contentFiltered',
	data_inspection_failed: 'contentFiltered', // Qwen
	model_not_found: 'modelNotFound',
	model_decommissioned: 'modelNotFound', // Groq
	DeploymentNotFound: 'modelNotFound', // Azure
	invalid_api_key: 'authentication',
	authentication_error: 'authentication',
	account_deactivated: 'authentication',
	unsupported_country_region_territory: 'authentication',
	overloaded: 'overloaded',
	overloaded_error: 'overloaded',
	engine_overloaded_error: 'overloaded', // Moonshot
	slow_down: 'overloaded',
	insufficient_system_resource: 'overloaded', // DeepSeek
	server_error: 'serverError',
	internal_server_error: 'serverError',
};
