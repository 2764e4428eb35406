import { assistantMessage, userMessage } from '../../text/parts';
import type { ChatRequest } from '../../types';

/** The same request again, with the answer and what was wrong with it. */
export function repairRequest(request: ChatRequest, answer: string, problem: string): ChatRequest {
	const schema = request.format.type === 'json' && request.format.schema;
	const wanted = schema ? ` It must fit this JSON schema: ${JSON.stringify(schema)}` : '';
	return {
		...request,
		messages: [
			...request.messages,
			assistantMessage(answer),
			userMessage(
				`Your last answer cannot be used: ${problem}.${wanted}\n` +
					'Reply with the corrected JSON only: no explanation, no Markdown.',
			),
		],
	};
}
