import type { Anthropic } from '@anthropic-ai/sdk';
import type { ErrorContext } from '../wire/errors';
import type { Finish } from '../wire/reading/finish';
import { AnswerReader } from '../wire/reading/answerReader';
import { cleanWords } from '../wire/redact';
import { merged, usageOf } from './usage';
import type { Counts } from './usage';

type Event = Anthropic.RawMessageStreamEvent;
type Block = Anthropic.ContentBlock | Anthropic.RawContentBlockDelta;

/** Messages, streamed or whole. */
export class MessageReader extends AnswerReader {
	protected readonly words: Readonly<Record<string, Finish>> = {};

	private counts: Counts = {};

	private areCountsFinal = false;

	/** @param name of the event, for servers that leave out `type` */
	protected read(data: object, name: string | undefined): void {
		const event = { type: name, ...data } as Event | (Anthropic.Message & { type: 'message' });
		switch (event.type) {
			case 'message_start':
				this.isKnown = true;
				this.count(event.message?.usage);
				if (this.usage) this.part({ type: 'usage', usage: this.usage });
				break;
			case 'content_block_start':
				this.readBlock(event.content_block);
				break;
			case 'content_block_delta':
				this.readBlock(event.delta);
				break;
			case 'message_delta':
				this.areCountsFinal = true;
				this.count(event.usage);
				this.stop(event.delta);
				break;
			case 'message_stop':
				// Without a reason the answer was cut.
				this.isClosed = this.hasReason;
				break;
			case 'message':
				this.readWhole(event);
				break;
			default:
		}
	}

	protected override get usageIsFinal(): boolean {
		return this.areCountsFinal;
	}

	private readWhole(message: Partial<Anthropic.Message>): void {
		this.isKnown = true;
		for (const block of message.content ?? []) this.readBlock(block);
		this.areCountsFinal = true;
		this.count(message.usage);
		this.stop(message);
		this.isClosed = this.hasReason;
	}

	private readBlock(block: Block | undefined): void {
		switch (block?.type) {
			case 'text':
			case 'text_delta':
				this.text(block.text);
				break;
			// Thinking that is not shown comes as an empty block and a signature: its start is all there is to see.
			case 'thinking':
			case 'redacted_thinking':
			case 'thinking_delta':
				this.reasoned();
				break;
			default:
		}
	}

	private count(counts: Counts | null | undefined): void {
		if (!counts) return;
		this.counts = merged(this.counts, counts);
		if (this.counts.input_tokens !== undefined) this.named(usageOf(this.counts));
	}

	private stop(stopped: Partial<Pick<Anthropic.Message, 'stop_reason' | 'stop_details'>> | undefined): void {
		this.finished(stopped?.stop_reason);
		this.detail = refusalOf(stopped?.stop_details, this.context) ?? this.detail;
	}
}

function refusalOf(
	details: Partial<Anthropic.RefusalStopDetails> | null | undefined,
	context: ErrorContext,
): string | undefined {
	const words = details?.explanation ?? details?.category;
	return words ? cleanWords(words, context) : undefined;
}
