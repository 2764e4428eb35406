import type { OpenAI } from 'openai';
import type { ErrorContext } from '../../errors/errors';
import { makerOf } from '../../maker';
import { AnswerReader } from '../../wire/reading/answerReader';
import { cleanWords } from '../../wire/redact';
import { Rejection } from '../../errors/rejection';
import type { CompatibleChunk } from '../terms';
import { usageIn } from '../usage';

type Event = OpenAI.Responses.ResponseStreamEvent;
type Item = OpenAI.Responses.ResponseOutputItem;

/** Reads Responses, streamed or whole. */
export class ResponsesReader extends AnswerReader {
	protected readonly words = {};

	private refusal = '';

	constructor(
		context: ErrorContext,
		private readonly modelId: string,
		random: () => number,
	) {
		super(context, modelId, random);
	}

	protected read(data: object, name: string | undefined): void {
		const event = { type: name, ...data } as Event;
		switch (event.type) {
			case 'response.created':
				this.isKnown = true;
				break;
			case 'response.output_text.delta':
				this.text(event.delta);
				break;
			case 'response.refusal.delta':
				this.refusal += event.delta;
				break;
			case 'response.reasoning_summary_text.delta':
			case 'response.reasoning_text.delta':
				this.reasoned();
				break;
			case 'response.output_item.added':
				this.begin(event.item, event.output_index);
				break;
			case 'response.function_call_arguments.delta':
				this.toolCall({ index: event.output_index, input: event.delta });
				break;
			case 'response.output_item.done':
				this.keep(event.item);
				break;
			case 'response.completed':
			case 'response.incomplete':
			case 'response.failed':
				this.close(event.response);
				break;
			default:
				if ((data as { object?: unknown }).object === 'response') {
					this.readWhole(data as OpenAI.Responses.Response);
				}
		}
	}

	private begin(item: Item, index: number): void {
		if (item.type === 'reasoning') this.reasoned();
		if (item.type !== 'function_call') return;
		this.toolCall({ index, id: item.call_id, name: item.name, input: item.arguments });
	}

	/** A thought without encrypted content is stored at OpenAI, or nowhere, so it is of no use to us. */
	private keep(item: Item): void {
		if (item.type !== 'reasoning' || !item.encrypted_content) return;
		const { id, summary, encrypted_content } = item;
		const opaque = { type: 'reasoning', id, summary, encrypted_content };
		this.kept({ type: 'reasoning', maker: makerOf('openAiResponses', this.modelId), opaque });
	}

	private readWhole(response: OpenAI.Responses.Response): void {
		this.isKnown = true;
		for (const item of response.output) {
			this.keep(item);
			if (item.type === 'function_call') {
				this.toolCall({ id: item.call_id, name: item.name, input: item.arguments }, true);
			}
			if (item.type !== 'message') continue;
			for (const content of item.content) {
				if (content.type === 'output_text') this.text(content.text);
				else this.refusal += content.refusal;
			}
		}
		this.close(response);
	}

	private close(response: OpenAI.Responses.Response): void {
		const { status, error, incomplete_details: cut } = response;
		this.named(usageIn(asChunk(response)));
		if (error) throw new Rejection(undefined, new Headers(), { error });
		this.finished(cut?.reason ?? status);
		if (this.refusal !== '') {
			this.finished('refusal');
			this.detail = cleanWords(this.refusal, this.context);
		}
		this.isClosed = this.hasReason;
	}
}

/** The same counts under chat completions' names. */
function asChunk({ usage, model, service_tier }: OpenAI.Responses.Response): CompatibleChunk {
	if (!usage) return {};
	const chunk: unknown = {
		model,
		service_tier,
		usage: {
			prompt_tokens: usage.input_tokens,
			completion_tokens: usage.output_tokens,
			total_tokens: usage.total_tokens,
			prompt_tokens_details: usage.input_tokens_details,
			completion_tokens_details: usage.output_tokens_details,
		},
	};
	return chunk as CompatibleChunk;
}
