import type { ModelClient, ProviderId } from '../types';
import { createAnthropicClient, listAnthropicModels } from './anthropic/anthropic';
import { createGeminiClient, listGeminiModels } from './gemini/gemini';
import { createOpenAiClient, listOpenAiModels } from './openAi/openAi';
import type { ClientSettings, ListedModel, ListSettings } from './settings';

export { remedyNotes } from './wire/remedies/remedies';

/** Providers that are reached by a credential; `connected` models are not (see `createConnectedClient`). */
export type CredentialProviderId = Exclude<ProviderId, 'connected'>;

/** All that the rest of the engine and the node must know of a provider. */
export interface Provider {
	/** What it speaks; a part of a model's `endpoint`. */
	protocol: 'openAi' | 'anthropic' | 'gemini';
	/** For people. */
	label: string;
	/** Type name of its credential. */
	credential: string;
	/** null where the credential must name one. */
	defaultBaseUrl: string | null;
	/** Whether calls without a key make sense. */
	keyRequired: boolean;
	createClient(settings: ClientSettings & { organizationId?: string }): ModelClient;
	/** Sorted by id. @throws ModelError */
	listModels(settings: ListSettings, signal: AbortSignal): Promise<ListedModel[]>;
}

/** A row a provider: the next one adds a row here, a file beside this and a credential. */
export const PROVIDER_REGISTRY: Readonly<Record<CredentialProviderId, Provider>> = {
	openAi: {
		protocol: 'openAi',
		label: 'OpenAI',
		credential: 'llmRouterOpenAiApi',
		defaultBaseUrl: 'https://api.openai.com/v1',
		keyRequired: true,
		createClient: (settings) => createOpenAiClient({ ...settings, flavour: 'openAi' }),
		listModels: (settings, signal) => listOpenAiModels('openAi', settings, signal),
	},
	anthropic: {
		protocol: 'anthropic',
		label: 'Anthropic',
		credential: 'llmRouterAnthropicApi',
		defaultBaseUrl: 'https://api.anthropic.com',
		keyRequired: true,
		createClient: createAnthropicClient,
		listModels: listAnthropicModels,
	},
	gemini: {
		protocol: 'gemini',
		label: 'Google Gemini',
		credential: 'llmRouterGeminiApi',
		defaultBaseUrl: 'https://generativelanguage.googleapis.com',
		keyRequired: true,
		createClient: createGeminiClient,
		listModels: listGeminiModels,
	},
	openAiCompatible: compatible('OpenAI-Compatible', 'llmRouterOpenAiCompatibleApi'),
	openAiCompatible2: compatible('OpenAI-Compatible 2', 'llmRouterOpenAiCompatible2Api'),
	openAiCompatible3: compatible('OpenAI-Compatible 3', 'llmRouterOpenAiCompatible3Api'),
};

function compatible(label: string, credential: string): Provider {
	return {
		protocol: 'openAi',
		label,
		credential,
		defaultBaseUrl: null,
		keyRequired: false,
		createClient: (settings) => createOpenAiClient({ ...settings, flavour: 'compatible' }),
		listModels: (settings, signal) => listOpenAiModels('compatible', settings, signal),
	};
}
