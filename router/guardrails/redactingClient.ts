import type { AnswerPart, ModelClient, ModelRequest } from '../types';
import type { Redaction, Restorer } from './redaction';

/**
 * A client that never sees personal data: every request is redacted on its way out and every answer restored on its
 * way in. So retries, hedges, repairs and the check of JSON answers work on what the user wrote, and tools get the
 * original values.
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
	const redacted = await redaction.redact(request);
	const answer = new RestoredAnswer(redaction, request.format.type);
	for await (const part of client.stream(redacted, key, signal)) yield* answer.take(part);
}

type ToolCallPiece = Extract<AnswerPart, { type: 'toolCall' }>;

class RestoredAnswer {
	private text: Restorer;

	/** By call, because pieces of several calls may alternate. */
	private readonly calls = new Map<string, { restorer: Restorer; name: string }>();

	constructor(
		private readonly redaction: Redaction,
		private readonly format: 'text' | 'json',
	) {
		this.text = redaction.restorer(format);
	}

	*take(part: AnswerPart): Generator<AnswerPart> {
		switch (part.type) {
			case 'text': {
				const text = this.text.push(part.text);
				// Text that is held back is still progress: a deadline must not count it as silence.
				yield text === '' && part.text !== '' ? { type: 'reasoning' } : { type: 'text', text };
				break;
			}
			case 'rewind':
				// What it holds back was thought.
				this.text = this.redaction.restorer(this.format);
				yield part;
				break;
			case 'toolCall':
				yield* this.restOfText();
				yield this.takeCall(part);
				break;
			case 'end':
				yield* this.restOfText();
				yield* this.restOfCalls();
				// The provider's own words end up in messages, where personal data must not appear, so they stay
				// redacted.
				yield part;
				break;
			default:
				yield part;
		}
	}

	private takeCall({ id, name, input }: ToolCallPiece): ToolCallPiece {
		const call = this.calls.get(id) ?? { restorer: this.redaction.restorer('json'), name };
		this.calls.set(id, call);
		return { type: 'toolCall', id, name, input: call.restorer.push(input) };
	}

	private *restOfText(): Generator<AnswerPart> {
		const rest = this.text.end();
		if (rest !== '') yield { type: 'text', text: rest };
	}

	private *restOfCalls(): Generator<AnswerPart> {
		for (const [id, { restorer, name }] of this.calls) {
			const rest = restorer.end();
			if (rest !== '') yield { type: 'toolCall', id, name, input: rest };
		}
	}
}
