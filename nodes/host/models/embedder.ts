import { regionOf } from '../../../router/models/catalogue/region';
import { withPanelValues } from '../../../router/models/catalogue/catalogue';
import { publicName } from '../../../router/models/wire/baseUrl';
import { PROVIDER_FACTS, type CredentialProviderId } from '../../../router/models/providers';
import { ConfigurationError, type Embedder, type Model } from '../../../router/types';
import { credentialOf } from '../credentials/slots';
import type { Access } from '../credentials/credentials';
import type { CredentialSource } from '../credentials/n8n';
import { hostEngine } from '../engine';
import type { Host } from '../host';
import type { Options } from '../panel/parameters';
import { refreshCatalogue } from './catalogueFile';

type EmbeddingOptions = Pick<Options, 'embeddingModel' | 'embeddingProvider' | 'embeddingPrice'>;

/** Where the credentials of one execution come from. */
export interface Accesses {
	host: Host;
	/** Those that are ticked. */
	providers: readonly string[];
	source: CredentialSource;
	access(provider: CredentialProviderId): Promise<Access>;
}

/**
 * The embedding model that the options name. @param models of the list: it has the region of those at the same address
 * @throws ConfigurationError where its credential is missing or does not allow it
 */
export async function embedderOf(
	{ embeddingModel: modelId, embeddingProvider: provider, embeddingPrice }: EmbeddingOptions,
	accesses: Accesses,
	models: readonly Model[],
): Promise<Embedder> {
	await refreshCatalogue();
	requireCredential(modelId, provider, accesses);
	const { baseUrl, keys, headers, fingerprint, allows } = await accesses.access(provider);
	if (!allows(modelId)) throw notAllowed(modelId, credentialOf(provider, accesses.source).title);
	const engine = hostEngine();
	const client = engine.embeddingsOf(provider, { baseUrl, modelId, headers });
	if (!client)
		throw new ConfigurationError(PROVIDER, `${PROVIDER_FACTS[provider].label} embeds no texts`, '');
	const site = `${PROVIDER_FACTS[provider].protocol}|${publicName(baseUrl)}`;
	const now = engine.surroundings.now();
	const prices = embeddingPrice === undefined ? {} : { inputPrice: embeddingPrice, outputPrice: 0 };
	const entry = withPanelValues(
		engine.catalogue.lookUp({ provider, modelId, baseUrl, now, embeds: true }),
		prices,
	);
	return {
		client,
		model: {
			alias: modelId,
			provider,
			modelId,
			client: null,
			keys,
			access: fingerprint,
			// No site, and an endpoint of its own: a server without embeddings may well chat.
			endpoint: `${site}|${modelId}|embeddings`,
			quality: 0,
			prices: entry.prices,
			priceSource: entry.priceSource,
			contextWindow: entry.contextWindow,
			accepts: new Set(),
			reasoning: false,
			weight: 1,
			region: regionOf(baseUrl) ?? models.find((model) => model.site === site)?.region,
		},
	};
}

const MODEL = 'Options → Embedding Model';
const PROVIDER = 'Options → Embedding Provider';

function requireCredential(
	modelId: string,
	provider: CredentialProviderId,
	{ host, providers, source }: Accesses,
): void {
	const { type, title } = credentialOf(provider, source);
	const isTicked = providers.includes(provider);
	if (isTicked && host.node.credentials?.[type] !== undefined) return;
	const tick = isTicked ? '' : `Tick ${PROVIDER_FACTS[provider].label} under Providers, then c`;
	throw new ConfigurationError(
		MODEL,
		`The embedding model "${modelId}" needs the credential "${title}", and none is chosen`,
		`${tick || 'C'}hoose it at the top of the panel. Or choose another Embedding Provider, or remove Embedding Model, under Options`,
	);
}

function notAllowed(modelId: string, title: string): ConfigurationError {
	return new ConfigurationError(
		MODEL,
		`The credential "${title}" may not be used for "${modelId}", which Embedding Model names`,
		'Choose a model that its field Allowed Models names, or add this one there',
	);
}
