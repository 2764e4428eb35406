import type * as GeminiSdk from '@google/genai';
import type { ModelClient } from '../../types';
import { perKey } from '../wire/call';
import { createWireClient } from '../wire/client';
import type { ErrorDialect } from '../errors/errors';
import { answeringFetch } from '../wire/guardedFetch';
import type { Fetch } from '../wire/http';
import { listAll, readGeminiPage } from '../wire/modelLists';
import { remedying } from '../wire/remedies/remedies';
import { endpointOf, requireKey } from '../settings';
import type { ClientSettings, EmbeddingSettings, ListedModel, ListSettings } from '../settings';
import { geminiParameters } from './request';
import type { GenerateContentParameters, GoogleGenAI } from './request';
import { ResponseReader } from './stream';

export const DIALECT: ErrorDialect = { label: 'Gemini' };

export function createGeminiClient(settings: ClientSettings): ModelClient {
	const sdkFor = perKey((key) => loadSdk(settings, key));
	const secrets = Object.values(settings.headers ?? {});
	const answering = remedying(
		answeringFetch(settings.fetch, DIALECT.label, settings.sleep),
		endpointOf('gemini', settings),
		settings.now,
	);
	return createWireClient({
		settings,
		dialect: DIALECT,
		secrets,
		load: sdkFor,
		async send(request, key, signal) {
			requireKey(key, DIALECT.label);
			const sdk = await sdkFor(key);
			return await open(sdk, geminiParameters(settings.modelId, request, signal), answering);
		},
		readerFor: (_asked, context) => new ResponseReader(context, settings.modelId, settings.random),
	});
}

let loading: Promise<typeof GeminiSdk> | undefined;

export async function loadSdk(settings: EmbeddingSettings, key: string): Promise<GoogleGenAI> {
	const { GoogleGenAI: Sdk } = await (loading ??= import('@google/genai'));
	return new Sdk({
		apiKey: key,
		// The SDK would take unset values from the environment. By default it has no timeout and no retries.
		vertexai: false,
		apiVersion: 'v1beta',
		httpOptions: {
			baseUrl: rootOf(settings.baseUrl),
			headers: settings.headers,
		},
	});
}

/**
 * Starts the stream. The SDK only writes the request: its stream reader, which skips what it does not know, gets an
 * empty stream.
 */
async function open(
	sdk: GoogleGenAI,
	{ config, ...parameters }: GenerateContentParameters,
	fetch: Fetch,
): Promise<Response> {
	let response: Response | undefined;
	const capture: Fetch = async (input, init) => {
		response = await fetch(input, init);
		return new Response('');
	};
	await sdk.models.generateContentStream({
		...parameters,
		config: { ...config, httpOptions: { fetch: capture } },
	});
	return response!;
}

/** People paste the address with the version, which the SDK adds itself. */
function rootOf(baseUrl: string): string {
	return baseUrl.replace(/\/v1(?:beta)?$/, '');
}

/** The largest page of the list. */
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
