import type { ModelClient } from '../../types';
import { guardedCall, opened, perKey } from '../wire/call';
import type { ErrorContext } from '../wire/errors';
import { guardedFetch } from '../wire/guardedFetch';
import { listAll, readGeminiPage } from '../wire/modelLists';
import { requireKey } from '../settings';
import type { ClientSettings, ListedModel, ListSettings } from '../settings';
import { DIALECT } from './errors';
import { geminiParameters } from './request';
import type { GoogleGenAI } from './request';
import { asEvents, readResponses } from './stream';

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
