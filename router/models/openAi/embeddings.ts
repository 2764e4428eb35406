import type { EmbeddingClient } from '../../types';
import { perKey } from '../wire/call';
import { createEmbeddingClient } from '../wire/embedding';
import { requireKey } from '../settings';
import type { EmbeddingSettings } from '../settings';
import { dialectOf, loadSdk } from './openAi';
import type { OpenAiFlavour } from './request';
import { usageIn } from './usage';

/** `/v1/embeddings`, of OpenAI and of the many servers that have it too. */
export function createOpenAiEmbeddings(
	settings: EmbeddingSettings & { flavour: OpenAiFlavour },
): EmbeddingClient {
	const dialect = { ...dialectOf(settings), offers: 'embeddings' as const };
	const sdkFor = perKey((key) => loadSdk(settings, dialect.label, key));
	return createEmbeddingClient({
		settings,
		dialect,
		secrets: Object.values(settings.headers ?? {}),
		load: sdkFor,
		async send(texts, key, signal) {
			if (settings.flavour === 'openAi') requireKey(key, dialect.label);
			const sdk = await sdkFor(key);
			// By default the SDK asks for base64, which many servers ignore, and it reads their numbers as base64 then.
			const body = { model: settings.modelId, input: [...texts], encoding_format: 'float' as const };
			return await sdk.embeddings.create(body, { signal }).asResponse();
		},
		usageIn: (body) => usageIn(body),
	});
}
