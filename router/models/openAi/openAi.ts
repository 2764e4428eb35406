import type { OpenAI } from 'openai';
import type { ModelClient, ModelRequest } from '../../types';
import { guardedCall, opened, perKey } from '../wire/call';
import type { ErrorContext } from '../wire/errors';
import { answeringFetch } from '../wire/guardedFetch';
import { listAll, readOpenAiPage } from '../wire/modelLists';
import { readAnswer } from '../wire/reading/answer';
import { Rejection } from '../wire/rejection';
import { NO_DEADLINE, requireKey } from '../settings';
import type { ClientSettings, ListedModel, ListSettings } from '../settings';
import { dialectOf } from './errors';
import { requestBody } from './request';
import type { OpenAiFlavour } from './request';
import { CompletionReader } from './stream';

export interface OpenAiSettings extends ClientSettings {
	organizationId?: string;
	/** `compatible`: an endpoint of someone else that speaks OpenAI's protocol; it may need no key. */
	flavour: OpenAiFlavour;
}

/** Chat completions, for OpenAI and for the many servers that speak its protocol. */
export function createOpenAiClient(settings: OpenAiSettings): ModelClient {
	const dialect = dialectOf(settings);
	const sdkFor = perKey((key) => loadSdk(settings, dialect.label, key));
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
				const reader = new CompletionReader(context, settings.modelId, settings.random);
				yield* readAnswer(response, reader, {
					label: dialect.label,
					signal: connection,
					sleep: settings.sleep,
				});
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
		fetch: answeringFetch(settings.fetch, label, settings.sleep),
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
