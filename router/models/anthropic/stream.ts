import type { Anthropic } from '@anthropic-ai/sdk';
import type { AnswerPart, FinishReason } from '../../types';
import { textParts } from '../wire/call';
import type { ErrorContext } from '../wire/errors';
import type { StreamEvent } from '../wire/guardedFetch';
import { cleanWords } from '../wire/redact';
import { merged, usageOf } from './usage';
import type { Counts } from './usage';

type Event = Anthropic.RawMessageStreamEvent;

/** What came together is passed on together. */
export async function* readMessage(
	answer: AsyncIterable<unknown[]>,
	context: ErrorContext,
): AsyncGenerator<AnswerPart> {
	let counts: Counts = {};
	let reason: string | null = null;
	let detail: string | undefined;
	for await (const events of answer) {
		const pieces: string[] = [];
		let hasReasoned = false;
		for (const event of events as Event[]) {
			switch (event.type) {
				case 'message_start':
					counts = { ...event.message?.usage };
					if (event.message?.usage) yield { type: 'usage', usage: usageOf(counts) };
					break;
				case 'content_block_start':
				case 'content_block_delta': {
					const part = partOf(event);
					if (part?.type === 'text') pieces.push(part.text);
					hasReasoned ||= part?.type === 'reasoning';
					break;
				}
				case 'message_delta':
					counts = merged(counts, event.usage ?? {});
					reason = event.delta?.stop_reason ?? reason;
					detail = refusalOf(event.delta?.stop_details, context) ?? detail;
					break;
				default:
			}
		}
		if (hasReasoned) yield { type: 'reasoning' };
		yield* textParts(pieces);
	}
	if (reason === null) return;
	const usage = counts.input_tokens === undefined ? null : usageOf(counts);
	yield { type: 'end', finishReason: FINISH_REASONS[reason] ?? 'other', usage, detail };
}

function partOf(
	event: Anthropic.RawContentBlockStartEvent | Anthropic.RawContentBlockDeltaEvent,
): AnswerPart | null {
	const piece = event.type === 'content_block_start' ? event.content_block : event.delta;
	switch (piece?.type) {
		case 'text':
		case 'text_delta':
			return piece.text ? { type: 'text', text: piece.text } : null;
		// Thinking that is not shown comes as an empty block and a signature: its start is all there is to see.
		case 'thinking':
		case 'redacted_thinking':
		case 'thinking_delta':
			return { type: 'reasoning' };
		default:
			return null;
	}
}

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
	end_turn: 'stop',
	stop_sequence: 'stop',
	max_tokens: 'length',
	model_context_window_exceeded: 'length',
	tool_use: 'toolCalls',
	refusal: 'refusal',
};

function refusalOf(
	details: Partial<Anthropic.RefusalStopDetails> | null | undefined,
	context: ErrorContext,
): string | undefined {
	const words = details?.explanation ?? details?.category;
	return words ? cleanWords(words, context) : undefined;
}

/** A whole message as the events that say the same. */
export function asEvents(body: unknown): StreamEvent[] | null {
	const message = body as { type?: unknown; content?: unknown; usage?: unknown } | null;
	if (message?.type !== 'message' || !Array.isArray(message.content)) return null;
	const { stop_reason, stop_details } = message as Partial<Anthropic.Message>;
	const event = (type: string, data: object): StreamEvent => ({ name: type, data: { type, ...data } });
	return [
		event('message_start', { message: { ...message, content: [] } }),
		...message.content.map((content_block, index) => event('content_block_start', { index, content_block })),
		event('message_delta', { delta: { stop_reason, stop_details }, usage: message.usage }),
		event('message_stop', {}),
	];
}
