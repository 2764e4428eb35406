import { ModelError } from '../types';
import type { ModelClient } from '../types';
import { endInWords } from './catalogue/lifecycle';
import type { Lifecycle } from './catalogue/lifecycle';

/** A client whose provider's word that there is no such model comes with what is known of its end. */
export function explainingEnd(client: ModelClient, end: Lifecycle): ModelClient {
	const words = endInWords(end);
	if (words === null) return client;
	return {
		...client,
		async *stream(request, key, signal) {
			try {
				yield* client.stream(request, key, signal);
			} catch (error) {
				if (!(error instanceof ModelError) || error.category !== 'modelNotFound') throw error;
				throw new ModelError(error.category, `${error.message} It ${words}`, { ...error, cause: error });
			}
		},
	};
}
