import type { Anthropic } from '@anthropic-ai/sdk';
import type * as AnthropicSdk from '@anthropic-ai/sdk';
import type { ModelClient } from '../../types';
import { perKey } from '../wire/call';
import { createWireClient } from '../wire/client';
import type { ErrorDialect } from '../errors/errors';
import { answeringFetch } from '../wire/guardedFetch';
import { listAll, readAnthropicPage } from '../wire/modelLists';
import { remedying } from '../wire/remedies/remedies';
import { endpointOf, NO_DEADLINE, requireKey } from '../settings';
import type { ClientSettings, ListedModel, ListSettings } from '../settings';
import { anthropicBody } from './request';
import { withSavings } from './saving';
import { MessageReader } from './stream';

const DIALECT: ErrorDialect = { label: 'Anthropic' };

export function createAnthropicClient(settings: ClientSettings): ModelClient {
	const sdkFor = perKey((key) => loadSdk(settings, key));
	const secrets = Object.values(settings.headers ?? {});
	return createWireClient({
		settings,
		dialect: DIALECT,
		secrets,
		load: sdkFor,
		async send(request, key, signal, asked) {
			requireKey(key, DIALECT.label);
			const sdk = await sdkFor(key);
			const body = { ...withSavings(await anthropicBody(settings.modelId, request), asked), stream: true };
			// Not `messages.create`: on each call it prints to the console that a model is deprecated. We read the
			// stream ourselves, because the SDK silently skips events without a name.
			return await sdk.post('/v1/messages', { body, stream: true, signal }).asResponse();
		},
		readerFor: (_asked, context) => new MessageReader(context, settings.modelId, settings.random),
	});
}

let loading: Promise<typeof AnthropicSdk> | undefined;

async function loadSdk(settings: ClientSettings, key: string): Promise<Anthropic> {
	const { Anthropic: Sdk } = await (loading ??= import('@anthropic-ai/sdk'));
	return new Sdk({
		baseURL: rootOf(settings.baseUrl),
		apiKey: key,
		// The SDK only sends a bearer token, but gateways in front of the API read the documented header.
		defaultHeaders: { 'x-api-key': key, ...settings.headers },
		webhookKey: null,
		openTelemetry: false,
		fetch: remedying(
			answeringFetch(settings.fetch, DIALECT.label, settings.sleep),
			endpointOf('anthropic', settings),
			settings.now,
		),
		maxRetries: 0,
		timeout: NO_DEADLINE,
		logLevel: 'off',
	});
}

/** People paste the address with the version, which the SDK adds itself. */
function rootOf(baseUrl: string): string {
	return baseUrl.replace(/\/v1$/, '');
}

/** The largest page of the list. */
const PAGE_SIZE = '1000';

/** All models: Anthropic has only chat models. @throws ModelError */
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
