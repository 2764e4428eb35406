import type * as GeminiSdk from '@google/genai';
import type { ModelClient } from '../../types';
import { guardedCall, opened, perKey } from '../wire/call';
import type { ErrorContext, ErrorDialect } from '../errors/errors';
import { answeringFetch } from '../wire/guardedFetch';
import type { Fetch } from '../wire/http';
import { withLongTextsAside } from '../wire/longTexts';
import { listAll, readGeminiPage } from '../wire/modelLists';
import { readAnswer } from '../wire/reading/answer';
import { withPlainMediaTypes } from '../mediaTypes';
import { remedying } from '../wire/remedies/remedies';
import { endpointOf, requireKey } from '../settings';
import type { ClientSettings, ListedModel, ListSettings } from '../settings';
import { geminiParameters } from './request';
import type { GenerateContentParameters, GoogleGenAI } from './request';
import { ResponseReader } from './stream';

const DIALECT: ErrorDialect = { label: 'Gemini' };

/** Google's generateContent. */
export function createGeminiClient(settings: ClientSettings): ModelClient {
	const sdkFor = perKey((key) => loadSdk(settings, key));
	const secrets = Object.values(settings.headers ?? {});
	const answering = remedying(
		answeringFetch(settings.fetch, DIALECT.label, settings.sleep),
		endpointOf('gemini', settings),
		settings.now,
	);
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
				const { request: short, forget } = withLongTextsAside(withPlainMediaTypes(request));
				const parameters = geminiParameters(settings.modelId, short, connection);
				const response = await open(sdk, parameters, answering).finally(forget);
				const reader = new ResponseReader(context, settings.modelId, settings.random);
				yield* readAnswer(response, reader, {
					label: DIALECT.label,
					signal: connection,
					sleep: settings.sleep,
					now: settings.now,
				});
			});
		},
	};
}

let loading: Promise<typeof GeminiSdk> | undefined;

async function loadSdk(settings: ClientSettings, key: string): Promise<GoogleGenAI> {
	const { GoogleGenAI: Sdk } = await (loading ??= import('@google/genai'));
	return new Sdk({
		apiKey: key,
		// What is not set here the SDK would take from the environment. No timeout and no retries are its defaults.
		vertexai: false,
		apiVersion: 'v1beta',
		httpOptions: {
			baseUrl: rootOf(settings.baseUrl),
			headers: settings.headers,
		},
	});
}

/**
 * Starts the stream. The SDK writes the request; its reader of the stream, which passes over what it does not know, gets
 * an empty one.
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
