import type { AnswerPart, ModelClient, ModelRequest } from '../types';
import type { Redaction, Restorer } from './redaction';

/**
 * A client that never sees personal data: every request is redacted on its way out and every answer restored on its
 * way in, so that retries, hedges, repairs and the check of JSON answers work on what the user wrote.
 */
export function redactingClient(client: ModelClient, redaction: Redaction): ModelClient {
	return {
		...(client.prepare ? { prepare: async (key: string) => await client.prepare?.(key) } : {}),
		stream: (request, key, signal) => restored(client, redaction, request, key, signal),
	};
}

async function* restored(
	client: ModelClient,
	redaction: Redaction,
	request: ModelRequest,
	key: string,
	signal: AbortSignal,
): AsyncGenerator<AnswerPart> {
	const redacted = redaction.redact(request);
	let restorer = redaction.restorer(request.format.type);
	for await (const part of client.stream(redacted, key, signal)) {
		// What it holds back was thought.
		if (part.type === 'rewind') restorer = redaction.restorer(request.format.type);
		yield* restoredPart(part, restorer);
	}
}

function* restoredPart(part: AnswerPart, restorer: Restorer): Generator<AnswerPart> {
	if (part.type === 'text') {
		const text = restorer.push(part.text);
		// What is held back is progress all the same: a deadline must not take it for silence.
		yield text === '' && part.text !== '' ? { type: 'reasoning' } : { type: 'text', text };
	} else if (part.type === 'end') {
		const rest = restorer.end();
		if (rest !== '') yield { type: 'text', text: rest };
		// The provider's own words end up in messages, where personal data has no business: they stay as they are.
		yield part;
	} else yield part;
}
