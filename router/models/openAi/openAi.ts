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
import type { ClientSettings, EmbeddingSettings, ListedModel, ListSettings } from '../settings';
import { requestBody } from './request';
import { plainSavings, withSavings } from './saving';
import type { OpenAiFlavour } from './request';
import { needsResponses, responsesBody } from './responses/request';
import { ResponsesReader } from './responses/stream';
import { CompletionReader } from './stream';

export interface OpenAiSettings extends ClientSettings {
	/** `compatible`: another vendor's endpoint that speaks OpenAI's protocol; it may need no key. */
	flavour: OpenAiFlavour;
}

/** Chat completions, of OpenAI and of the many servers that speak its protocol. */
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

/** Does not use the SDK's stream reader, which misses some faults of a stream and reads it twice. */
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

export async function loadSdk(settings: EmbeddingSettings, label: string, key: string): Promise<OpenAI> {
	const { OpenAI: Sdk } = await (loading ??= import('openai'));
	return new Sdk({
		baseURL: settings.baseUrl,
		// Without a key the header must be removed too, or some servers answer 401.
		apiKey: key || 'none',
		defaultHeaders: { ...(key ? {} : { authorization: null }), ...settings.headers },
		// The SDK would take unset values from the environment.
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

/** OpenAI lists all its models: these id patterns are models without chat completions. */
const NO_CHAT =
	/embed|whisper|tts|dall-e|moderation|image|realtime|transcribe|audio|sora|babbage|davinci|instruct|deep-research|computer-use|(?:^|-)(?:pro|codex|translate|live)(?:-|$)/i;

/** Other vendors' servers have chat models of any name, so only what is certainly none is left out. */
const NO_CHAT_ANYWHERE = /embed|whisper|(?:^|[-/])tts(?:-|$)|dall-e|moderation|rerank|stable-diffusion/i;

/** Lists the endpoint's chat models, as far as names tell. @throws ModelError */
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

/** Named after the host if it is not OpenAI. */
export function dialectOf({ flavour, baseUrl }: { flavour: OpenAiFlavour; baseUrl: string }): ErrorDialect {
	return { label: flavour === 'openAi' ? 'OpenAI' : new URL(baseUrl).host };
}
