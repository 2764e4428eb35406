/** Requests as the tests make them. */
import { userMessage } from '../../router/text/parts';
import type { ModelRequest } from '../../router/types';

/** A request for text, as a model gets it or the engine. */
export function requestOf(prompt: string, more: Partial<ModelRequest> = {}): ModelRequest {
	return { messages: [userMessage(prompt)], format: { type: 'text' }, limits: {}, ...more };
}
