import type { EmbeddingClient, ModelClient } from '../types';
import { createAnthropicClient, listAnthropicModels } from './anthropic/anthropic';
import { createGeminiEmbeddings } from './gemini/embeddings';
import { createGeminiClient, listGeminiModels } from './gemini/gemini';
import { createOpenAiEmbeddings } from './openAi/embeddings';
import { createOpenAiClient, listOpenAiModels } from './openAi/openAi';
import { PROVIDER_FACTS, type CredentialProviderId, type ProviderFacts } from './providers';
import type { ClientSettings, EmbeddingSettings, ListedModel, ListSettings } from './settings';

export type { CredentialProviderId } from './providers';
export { remedyNotes } from './wire/remedies/remedies';

/** Everything that the rest of the engine and the nodes need to know of a provider. */
export interface Provider extends ProviderFacts {
	createClient(settings: ClientSettings): ModelClient;
	/** Absent: it has no embedding models. */
	createEmbeddings?(settings: EmbeddingSettings): EmbeddingClient;
	/** Sorted by id. @throws ModelError */
	listModels(settings: ListSettings, signal: AbortSignal): Promise<ListedModel[]>;
}

/**
 * One row per provider. A new one needs a row here and in `providers.ts`, a folder beside this file and a credential.
 */
export const PROVIDER_REGISTRY: Readonly<Record<CredentialProviderId, Provider>> = {
	openAi: {
		...PROVIDER_FACTS.openAi,
		createClient: (settings) => createOpenAiClient({ ...settings, flavour: 'openAi' }),
		createEmbeddings: (settings) => createOpenAiEmbeddings({ ...settings, flavour: 'openAi' }),
		listModels: (settings, signal) => listOpenAiModels('openAi', settings, signal),
	},
	anthropic: {
		...PROVIDER_FACTS.anthropic,
		createClient: createAnthropicClient,
		listModels: listAnthropicModels,
	},
	gemini: {
		...PROVIDER_FACTS.gemini,
		createClient: createGeminiClient,
		createEmbeddings: createGeminiEmbeddings,
		listModels: listGeminiModels,
	},
	openAiCompatible: compatible('openAiCompatible'),
	openAiCompatible2: compatible('openAiCompatible2'),
	openAiCompatible3: compatible('openAiCompatible3'),
};

function compatible(id: CredentialProviderId): Provider {
	return {
		...PROVIDER_FACTS[id],
		createClient: (settings) => createOpenAiClient({ ...settings, flavour: 'compatible' }),
		createEmbeddings: (settings) => createOpenAiEmbeddings({ ...settings, flavour: 'compatible' }),
		listModels: (settings, signal) => listOpenAiModels('compatible', settings, signal),
	};
}
