import type { Anthropic } from '@anthropic-ai/sdk';
import { ModelError } from '../../types';
import type { ErrorContext } from '../errors/errors';
import type { Finish } from '../wire/reading/finish';
import { AnswerReader } from '../wire/reading/answerReader';
import { makerOf } from '../maker';
import { cleanWords } from '../wire/redact';
import { merged, usageOf } from './usage';
import type { Counts } from './usage';

type Event = Anthropic.RawMessageStreamEvent;

/** Reads Messages, streamed or whole. */
export class MessageReader extends AnswerReader {
	protected readonly words: Readonly<Record<string, Finish>> = {};

	/** The thinking block that is being received. */
	private thought: Anthropic.ThinkingBlock | Anthropic.RedactedThinkingBlock | null = null;

	/** A tool call's block, until its input arrives in pieces. */
	private toolUse: { index: number; input: unknown } | null = null;

	private id: string | undefined;

	private counts: Counts = {};

	private areCountsFinal = false;

	constructor(
		context: ErrorContext,
		private readonly modelId: string,
		random: () => number,
	) {
		super(context, modelId, random);
	}

	/** @param name of the event, for servers that leave out `type` */
	protected read(data: object, name: string | undefined): void {
		const event = { type: name, ...data } as Event | (Anthropic.Message & { type: 'message' });
		switch (event.type) {
			case 'message_start':
				this.start(event.message);
				break;
			case 'content_block_start':
				this.startBlock(event.content_block, event.index);
				break;
			case 'content_block_delta':
				this.readDelta(event.delta, event.index);
				break;
			case 'content_block_stop':
				this.endBlock();
				break;
			case 'message_delta':
				this.areCountsFinal = true;
				this.count(event.usage);
				this.stop(event.delta);
				break;
			case 'message_stop':
				// Without a stop reason the answer was cut off.
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

	/**
	 * Gateways repeat it with counts of 0. A different message in the same body is a second try spliced into the
	 * first.
	 */
	private start(message: Partial<Anthropic.Message> | undefined): void {
		const isSecond = this.isKnown;
		if (isSecond && message?.id !== this.id && !this.isSilent) {
			throw new ModelError('serverError', 'The provider began its answer anew in the middle of it.');
		}
		this.isKnown = true;
		this.id = message?.id;
		if (isSecond) return;
		this.count(message?.usage, message?.model);
		if (this.usage) this.part({ type: 'usage', usage: this.usage });
	}

	private readWhole(message: Partial<Anthropic.Message>): void {
		this.isKnown = true;
		for (const [index, block] of (message.content ?? []).entries()) {
			this.startBlock(block, index);
			this.endBlock();
		}
		this.areCountsFinal = true;
		this.count(message.usage, message.model);
		this.stop(message);
		this.isClosed = this.hasReason;
	}

	private startBlock(block: Anthropic.ContentBlock | undefined, index: number): void {
		switch (block?.type) {
			case 'text':
				this.text(block.text);
				break;
			// Hidden thinking arrives as an empty block and a signature, so its start is the only visible sign.
			case 'thinking':
			case 'redacted_thinking':
				this.thought = { ...block };
				this.reasoned();
				break;
			case 'tool_use':
				this.toolUse = { index, input: block.input };
				this.toolCall({ index, id: block.id, name: block.name });
				break;
			default:
		}
	}

	private readDelta(delta: Anthropic.RawContentBlockDelta | undefined, index: number): void {
		switch (delta?.type) {
			case 'text_delta':
				this.text(delta.text);
				break;
			case 'thinking_delta':
				if (this.thought?.type === 'thinking') this.thought.thinking += delta.thinking;
				this.reasoned();
				break;
			case 'signature_delta':
				if (this.thought?.type === 'thinking') this.thought.signature += delta.signature;
				break;
			case 'input_json_delta':
				if (delta.partial_json === '') break;
				this.toolUse = null;
				this.toolCall({ index, input: delta.partial_json });
				break;
			default:
		}
	}

	private endBlock(): void {
		const { thought, toolUse } = this;
		if (thought) this.kept({ type: 'reasoning', maker: makerOf('anthropic', this.modelId), opaque: thought });
		// Some servers send the whole input at the start, and no pieces after it.
		if (toolUse) this.toolCall({ index: toolUse.index, input: JSON.stringify(toolUse.input ?? {}) });
		this.thought = null;
		this.toolUse = null;
	}

	private count(counts: Counts | null | undefined, model?: string): void {
		if (!counts) return;
		this.counts = merged(this.counts, { ...counts, model });
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
