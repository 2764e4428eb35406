import type { ProviderId } from '../types';

/** Providers that are reached with a credential. `connected` models are not (see `createConnectedClient`). */
export type CredentialProviderId = Exclude<ProviderId, 'connected'>;

/** What the panel and the credentials need to know of a provider before any of its code is loaded. */
export interface ProviderFacts {
	/** Its wire protocol; a part of a model's `endpoint`. */
	protocol: 'openAi' | 'anthropic' | 'gemini';
	/** For people. */
	label: string;
	/** Type name of its credential. */
	credential: string;
	/** null: the credential must name one. */
	defaultBaseUrl: string | null;
	/** False if calls without a key can work. */
	keyRequired: boolean;
}

const compatible = (label: string, credential: string): ProviderFacts => ({
	protocol: 'openAi',
	label,
	credential,
	defaultBaseUrl: null,
	keyRequired: false,
});

export const PROVIDER_FACTS: Readonly<Record<CredentialProviderId, ProviderFacts>> = {
	openAi: {
		protocol: 'openAi',
		label: 'OpenAI',
		credential: 'llmRouterOpenAiApi',
		defaultBaseUrl: 'https://api.openai.com/v1',
		keyRequired: true,
	},
	anthropic: {
		protocol: 'anthropic',
		label: 'Anthropic',
		credential: 'llmRouterAnthropicApi',
		defaultBaseUrl: 'https://api.anthropic.com',
		keyRequired: true,
	},
	gemini: {
		protocol: 'gemini',
		label: 'Google Gemini',
		credential: 'llmRouterGeminiApi',
		defaultBaseUrl: 'https://generativelanguage.googleapis.com',
		keyRequired: true,
	},
	openAiCompatible: compatible('OpenAI-Compatible', 'llmRouterOpenAiCompatibleApi'),
	openAiCompatible2: compatible('OpenAI-Compatible 2', 'llmRouterOpenAiCompatible2Api'),
	openAiCompatible3: compatible('OpenAI-Compatible 3', 'llmRouterOpenAiCompatible3Api'),
};

/** Providers with embedding models. */
export const EMBEDDING_PROVIDERS = [
	'openAi',
	'gemini',
	'openAiCompatible',
	'openAiCompatible2',
	'openAiCompatible3',
] as const satisfies readonly CredentialProviderId[];
