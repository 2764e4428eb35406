import type { OpenAI } from 'openai';
import type { AnswerPart, FinishReason, ModelClient, ModelRequest, Usage } from '../../types';
import { guardedCall, opened, perKey, textParts } from '../wire/call';
import type { ErrorContext, ErrorDialect } from '../wire/errors';
import { answeringFetch, readAnswer } from '../wire/guardedFetch';
import type { StreamEvent, WireProtocol } from '../wire/guardedFetch';
import { requestBody } from './request';
import type { OpenAiFlavour } from './request';
import { listAll, readOpenAiPage } from '../wire/modelLists';
import { cleanWords } from '../wire/redact';
import { Rejection } from '../wire/rejection';
import { NO_DEADLINE, requireKey } from '../settings';
import { tokenCount, usageFrom } from '../usage';
import type { ClientSettings, ListedModel, ListSettings } from '../settings';

export interface OpenAiSettings extends ClientSettings {
	organizationId?: string;
	/** `compatible`: an endpoint of someone else that speaks OpenAI's protocol; it may need no key. */
	flavour: OpenAiFlavour;
}

/** Chat completions, for OpenAI and for the many servers that speak its protocol. */
export function createOpenAiClient(settings: OpenAiSettings): ModelClient {
	const dialect = dialectOf(settings);
	const sdkFor = perKey((key) => loadSdk(settings, dialect.label, key));
	const protocol = wireProtocol(dialect.label);
	const secrets = [...Object.values(settings.headers ?? {}), settings.organizationId ?? ''];

	return {
		prepare: (key) => opened(settings.fetch, sdkFor(key)),
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
				const sdk = await sdkFor(key);
				const response = await open(sdk, settings, request, connection);
				yield* readChunks(readAnswer(response, protocol, connection), context);
			});
		},
	};
}

async function loadSdk(settings: OpenAiSettings, label: string, key: string): Promise<OpenAI> {
	const { OpenAI: Sdk } = await import('openai');
	return new Sdk({
		baseURL: settings.baseUrl,
		// Without a key the header must go too, or some servers answer 401.
		apiKey: key || 'none',
		defaultHeaders: { ...(key ? {} : { authorization: null }), ...settings.headers },
		organization: settings.organizationId || null,
		// What is not set here the SDK would take from the environment.
		adminAPIKey: null,
		project: null,
		webhookSecret: null,
		fetch: answeringFetch(settings.fetch, label),
		maxRetries: 0,
		timeout: NO_DEADLINE,
		logLevel: 'off',
	});
}

/** Models of servers that are known to refuse the field: a client lives for one execution only. */
const REFUSE_STREAM_OPTIONS = new Set<string>();

/**
 * Starts the stream. Usage has to be asked for by `stream_options`, which a few compatible servers (Mistral) refuse
 * with a 422 that names the field: they are asked again without it, and from then on always. The SDK's own reader of the
 * stream is left out: it does not tell all that is wrong with one, and to read each stream twice costs as much as the
 * rest of the SDK.
 */
async function open(
	sdk: OpenAI,
	settings: OpenAiSettings,
	request: ModelRequest,
	signal: AbortSignal,
): Promise<Response> {
	const { stream_options, ...body } = requestBody(settings.modelId, settings.flavour, request);
	const name = `${settings.modelId} at ${settings.baseUrl}`;
	if (settings.flavour === 'compatible' && REFUSE_STREAM_OPTIONS.has(name)) {
		return await sdk.chat.completions.create(body, { signal }).asResponse();
	}
	try {
		return await sdk.chat.completions.create({ ...body, stream_options }, { signal }).asResponse();
	} catch (error) {
		if (settings.flavour !== 'compatible' || !refusesStreamOptions(error)) throw error;
		const response = await sdk.chat.completions.create(body, { signal }).asResponse();
		// Known only now: the refusal may have been about something else and quoted the request.
		REFUSE_STREAM_OPTIONS.add(name);
		return response;
	}
}

function refusesStreamOptions(error: unknown): boolean {
	const cause = error instanceof Error && error.cause instanceof Rejection ? error.cause : error;
	if (!(cause instanceof Rejection) || (cause.status !== 400 && cause.status !== 422)) return false;
	return JSON.stringify(cause.body).includes('stream_options');
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

/** What came together is passed on together. */
async function* readChunks(
	answer: AsyncIterable<unknown[]>,
	context: ErrorContext,
): AsyncGenerator<AnswerPart> {
	let reason: string | null = null;
	let refusal = '';
	let usage: Usage | null = null;
	for await (const chunks of answer) {
		const pieces: string[] = [];
		let hasReasoned = false;
		for (const chunk of chunks as CompatibleChunk[]) {
			const choice = chunk.choices?.find(({ index }) => !index);
			usage = usageIn(chunk) ?? usage;
			reason = choice?.finish_reason ?? reason;
			const { delta } = choice ?? {};
			if (!delta) continue;
			refusal += delta.refusal ?? '';
			hasReasoned ||= Boolean(delta.reasoning_content || delta.reasoning) || hasThought(delta.content);
			pieces.push(textOf(delta.content));
		}
		if (hasReasoned) yield { type: 'reasoning' };
		yield* textParts(pieces);
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

/** A chunk as servers really send it. Groq puts usage in `x_groq`, Moonshot in the choice. */
interface CompatibleChunk {
	usage?: CompatibleUsage | null;
	x_groq?: { usage?: CompatibleUsage | null } | null;
	choices?: Array<{
		index?: number;
		delta?: CompatibleDelta | null;
		finish_reason?: string | null;
		usage?: CompatibleUsage | null;
	}>;
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
