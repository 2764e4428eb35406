import type { EmbeddingClient } from '../../types';
import { perKey } from '../wire/call';
import { createEmbeddingClient } from '../wire/embedding';
import { answeringFetch } from '../wire/guardedFetch';
import type { Fetch } from '../wire/http';
import { requireKey } from '../settings';
import type { EmbeddingSettings } from '../settings';
import { tokenCount, usageFrom } from '../usage';
import { DIALECT, loadSdk } from './gemini';

/** `batchEmbedContents`. */
export function createGeminiEmbeddings(settings: EmbeddingSettings): EmbeddingClient {
	const sdkFor = perKey((key) => loadSdk(settings, key));
	const answering = answeringFetch(settings.fetch, DIALECT.label, settings.sleep);
	return createEmbeddingClient({
		settings,
		dialect: { ...DIALECT, offers: 'embeddings' },
		secrets: Object.values(settings.headers ?? {}),
		load: sdkFor,
		async send(texts, key, abortSignal) {
			requireKey(key, DIALECT.label);
			const sdk = await sdkFor(key);
			let response: Response | undefined;
			// The SDK only writes the request; it would parse megabytes in one go.
			const fetch: Fetch = async (input, init) => {
				response = await answering(input, init);
				return new Response('{}', { headers: { 'content-type': 'application/json' } });
			};
			await sdk.models.embedContent({
				model: settings.modelId,
				// Plain texts would be the parts of one content, and get one vector, with newer models.
				contents: texts.map((text) => ({ parts: [{ text }] })),
				config: { abortSignal, httpOptions: { fetch } },
			});
			return response!;
		},
		usageIn({ usageMetadata: counted }) {
			const input = tokenCount((counted as { promptTokenCount?: unknown } | undefined)?.promptTokenCount);
			// Most models name none.
			return input > 0 ? usageFrom({ input, output: 0 }) : null;
		},
	});
}
