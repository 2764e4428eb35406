import type { Finish } from '../wire/reading/finish';
import { AnswerReader } from '../wire/reading/answerReader';
import { bounded, cleanWords } from '../wire/redact';
import type { GeminiResponse } from './request';
import { usageOf } from './usage';

/** Our own name for a prompt that was blocked, whatever the reason. */
const BLOCKED = 'PROMPT_BLOCKED';

/** Where Gemini does not write the language, another model may. */
const WORDS: Readonly<Record<string, Finish>> = {
	LANGUAGE: { kind: 'fault', category: 'invalidRequest' },
	OTHER: { kind: 'fault', category: 'serverError' },
	MISSING_THOUGHT_SIGNATURE: { kind: 'fault', category: 'invalidRequest' },
	MODEL_ARMOR: { kind: 'whole', reason: 'contentFilter' },
};

/** Responses of generateContent, streamed or whole. */
export class ResponseReader extends AnswerReader {
	protected readonly words = WORDS;

	protected override get closesByItself(): boolean {
		return true;
	}

	protected read(data: object): void {
		const { candidates, promptFeedback, usageMetadata } = data as GeminiResponse;
		this.isKnown ||= Boolean(candidates ?? promptFeedback ?? usageMetadata);
		const candidate = candidates?.[0];
		if (promptFeedback?.blockReason) {
			this.finished(BLOCKED);
			const { blockReason, blockReasonMessage } = promptFeedback;
			this.detail = this.describe('blocked the prompt', blockReason, blockReasonMessage);
		}
		for (const { thought, text } of candidate?.content?.parts ?? []) {
			if (thought) this.reasoned();
			else this.text(text);
		}
		if (candidate?.finishReason) {
			const { finishReason, finishMessage } = candidate;
			this.finished(finishReason);
			if (finishReason !== 'STOP')
				this.detail = this.describe('stopped the answer', finishReason, finishMessage);
		}
		this.named(usageOf(usageMetadata));
	}

	private describe(what: string, reason: string, words: string | undefined): string {
		const cleaned = cleanWords(words ?? '', this.context);
		return bounded(`Gemini ${what} (${reason})${cleaned ? `: ${cleaned}` : ''}`);
	}
}
