import type { OpenAI } from 'openai';
import type * as OpenAiSdk from 'openai';
import type { ModelClient, ModelRequest } from '../../types';
import { perKey } from '../wire/call';
import { createWireClient } from '../wire/client';
import type { ErrorDialect } from '../errors/errors';
import { answeringFetch } from '../wire/guardedFetch';
import { listAll, readOpenAiPage } from '../wire/modelLists';
import { remedying } from '../wire/remedies/remedies';
import { endpointOf, NO_DEADLINE, requireKey } from '../settings';
import type { ClientSettings, ListedModel, ListSettings } from '../settings';
import { requestBody } from './request';
import { plainSavings, withSavings } from './saving';
import type { OpenAiFlavour } from './request';
import { needsResponses, responsesBody } from './responses/request';
import { ResponsesReader } from './responses/stream';
import { CompletionReader } from './stream';

export interface OpenAiSettings extends ClientSettings {
	/** `compatible`: an endpoint of someone else that speaks OpenAI's protocol; it may need no key. */
	flavour: OpenAiFlavour;
}

/** Chat completions, for OpenAI and for the many servers that speak its protocol. */
export function createOpenAiClient(settings: OpenAiSettings): ModelClient {
	const dialect = dialectOf(settings);
	const sdkFor = perKey((key) => loadSdk(settings, dialect.label, key));
	const secrets = Object.values(settings.headers ?? {});

	return createWireClient({
		settings,
		dialect,
		secrets,
		load: sdkFor,
		async send(request, key, signal, asked) {
			if (settings.flavour === 'openAi') requireKey(key, dialect.label);
			return await open(await sdkFor(key), settings, request, needsResponses(settings, asked), signal);
		},
		readerFor(asked, context) {
			const Reader = needsResponses(settings, asked) ? ResponsesReader : CompletionReader;
			return new Reader(context, settings.modelId, settings.random);
		},
	});
}

/** The SDK's own reader of the stream is left out: it does not tell all that is wrong with one, and reads it twice. */
async function open(
	sdk: OpenAI,
	{ modelId, flavour }: OpenAiSettings,
	request: ModelRequest,
	needsOther: boolean,
	signal: AbortSignal,
): Promise<Response> {
	const created = needsOther
		? sdk.responses.create({ ...responsesBody(modelId, request), ...plainSavings(request) }, { signal })
		: sdk.chat.completions.create(withSavings(requestBody(modelId, flavour, request), flavour, request), {
				signal,
			});
	return await created.asResponse();
}

let loading: Promise<typeof OpenAiSdk> | undefined;

async function loadSdk(settings: OpenAiSettings, label: string, key: string): Promise<OpenAI> {
	const { OpenAI: Sdk } = await (loading ??= import('openai'));
	return new Sdk({
		baseURL: settings.baseUrl,
		// Without a key the header must go too, or some servers answer 401.
		apiKey: key || 'none',
		defaultHeaders: { ...(key ? {} : { authorization: null }), ...settings.headers },
		// What is not set here the SDK would take from the environment.
		organization: null,
		adminAPIKey: null,
		project: null,
		webhookSecret: null,
		fetch: remedying(
			answeringFetch(settings.fetch, label, settings.sleep),
			endpointOf('openAi', settings),
			settings.now,
		),
		maxRetries: 0,
		timeout: NO_DEADLINE,
		logLevel: 'off',
	});
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
	const { baseUrl, key } = settings;
	const noChat = flavour === 'openAi' ? NO_CHAT : NO_CHAT_ANYWHERE;
	const protocol = {
		dialect: dialectOf({ flavour, baseUrl }),
		url: `${baseUrl}/models`,
		headers: { ...(key && { authorization: `Bearer ${key}` }) },
		firstQuery: {},
		read: (body: unknown) => readOpenAiPage(body, (id) => !noChat.test(id)),
	};
	return listAll(protocol, settings, signal);
}

/** OpenAI, or the server that follows it: by its host. */
function dialectOf({ flavour, baseUrl }: { flavour: OpenAiFlavour; baseUrl: string }): ErrorDialect {
	return { label: flavour === 'openAi' ? 'OpenAI' : new URL(baseUrl).host };
}
