import { ModelError } from '../types';
import type { ModelClient } from '../types';
import { endInWords } from './catalogue/lifecycle';
import type { Lifecycle } from './catalogue/lifecycle';

/** A client that adds what is known of the model's end of life when the provider says that there is no such model. */
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
