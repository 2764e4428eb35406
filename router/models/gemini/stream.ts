import type { ErrorContext } from '../errors/errors';
import type { Finish } from '../wire/reading/finish';
import { AnswerReader } from '../wire/reading/answerReader';
import { makerOf } from '../maker';
import { bounded, cleanWords } from '../wire/redact';
import type { GeminiPart, GeminiResponse } from './request';
import { usageOf } from './usage';

/** Our own name for a blocked prompt, whatever the reason. */
const BLOCKED = 'PROMPT_BLOCKED';

/** If Gemini does not support the language, another model may. */
const WORDS: Readonly<Record<string, Finish>> = {
	LANGUAGE: { kind: 'fault', category: 'invalidRequest' },
	OTHER: { kind: 'fault', category: 'serverError' },
	MISSING_THOUGHT_SIGNATURE: { kind: 'fault', category: 'invalidRequest' },
	MODEL_ARMOR: { kind: 'whole', reason: 'contentFilter' },
};

/** Reads generateContent responses, streamed or whole. */
export class ResponseReader extends AnswerReader {
	protected readonly words = WORDS;

	/** Counts only grow, and the last chunk does not always repeat those for thoughts or the cache. */
	private counts: GeminiResponse['usageMetadata'];

	constructor(
		context: ErrorContext,
		private readonly modelId: string,
		random: () => number,
	) {
		super(context, modelId, random);
	}

	protected override get closesByItself(): boolean {
		return true;
	}

	protected read(data: object): void {
		const response = data as GeminiResponse;
		const { candidates, promptFeedback, usageMetadata } = response;
		this.isKnown ||= Boolean(candidates ?? promptFeedback ?? usageMetadata);
		const candidate = candidates?.[0];
		if (promptFeedback?.blockReason) {
			this.finished(BLOCKED);
			const { blockReason, blockReasonMessage } = promptFeedback;
			this.detail = this.describe('blocked the prompt', blockReason, blockReasonMessage);
		}
		for (const part of candidate?.content?.parts ?? []) this.readPart(part);
		if (candidate?.finishReason) {
			const { finishReason, finishMessage } = candidate;
			this.finished(finishReason);
			if (finishReason !== 'STOP')
				this.detail = this.describe('stopped the answer', finishReason, finishMessage);
		}
		if (!usageMetadata) return;
		this.counts = { ...this.counts, ...usageMetadata };
		this.named(usageOf({ usageMetadata: this.counts, modelVersion: response.modelVersion }));
	}

	private readPart({ thought, text, functionCall, thoughtSignature }: GeminiPart): void {
		if (thought) this.reasoned();
		else if (text) this.text(text);
		if (!functionCall) return;
		if (thoughtSignature) {
			const maker = makerOf('gemini', this.modelId);
			this.kept({ type: 'reasoning', maker, opaque: { thoughtSignature } });
		}
		const { id, name, args } = functionCall;
		this.toolCall({ id, name, input: JSON.stringify(args ?? {}) }, true);
	}

	private describe(what: string, reason: string, words: string | undefined): string {
		const cleaned = cleanWords(words ?? '', this.context);
		return bounded(`Gemini ${what} (${reason})${cleaned ? `: ${cleaned}` : ''}`);
	}
}
