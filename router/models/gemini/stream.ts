import { ModelError } from '../../types';
import type { AnswerPart, ErrorCategory, FinishReason, Usage } from '../../types';
import type { ErrorContext } from '../wire/errors';
import type { StreamEvent } from '../wire/guardedFetch';
import { bounded, cleanWords } from '../wire/redact';
import type { GeminiResponse } from './request';
import { usageOf } from './usage';

export async function* readResponses(
	responses: AsyncIterable<GeminiResponse>,
	context: ErrorContext,
): AsyncGenerator<AnswerPart> {
	let reason: string | null = null;
	let detail: string | undefined;
	let usage: Usage | null = null;
	for await (const { candidates, promptFeedback, usageMetadata } of responses) {
		const candidate = candidates?.[0];
		usage = usageOf(usageMetadata) ?? usage;
		if (promptFeedback?.blockReason) {
			reason = BLOCKED;
			detail = detailOf(
				'blocked the prompt',
				promptFeedback.blockReason,
				promptFeedback.blockReasonMessage,
				context,
			);
		}
		for (const { thought, text } of candidate?.content?.parts ?? []) {
			if (thought) yield { type: 'reasoning' };
			else if (text) yield { type: 'text', text };
		}
		if (candidate?.finishReason) {
			reason = candidate.finishReason;
			detail = detailOf('stopped the answer', reason, candidate.finishMessage, context);
		}
	}
	if (reason === null || reason === 'FINISH_REASON_UNSPECIFIED') return;
	const category = GONE_WRONG[reason];
	if (category) throw new ModelError(category, `Gemini stopped in the middle of its answer (${reason}).`);
	const finishReason = FINISH_REASONS[reason] ?? 'other';
	yield { type: 'end', finishReason, usage, ...(finishReason === 'contentFilter' && { detail }) };
}

function detailOf(what: string, reason: string, words: string | undefined, context: ErrorContext): string {
	const cleaned = cleanWords(words ?? '', context);
	return bounded(`Gemini ${what} (${reason})${cleaned ? `: ${cleaned}` : ''}`);
}

/** Our own name for a prompt that was blocked, whatever the reason. */
const BLOCKED = 'PROMPT_BLOCKED';

/** What there is of the answer is not whole. Where Gemini does not write the language, another model may. */
const GONE_WRONG: Readonly<Record<string, ErrorCategory>> = {
	LANGUAGE: 'invalidRequest',
	OTHER: 'serverError',
	MALFORMED_FUNCTION_CALL: 'serverError',
	MALFORMED_RESPONSE: 'serverError',
};

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
	STOP: 'stop',
	MAX_TOKENS: 'length',
	CONTINUATION: 'length',
	[BLOCKED]: 'contentFilter',
	SAFETY: 'contentFilter',
	RECITATION: 'contentFilter',
	BLOCKLIST: 'contentFilter',
	PROHIBITED_CONTENT: 'contentFilter',
	SPII: 'contentFilter',
	IMAGE_SAFETY: 'contentFilter',
	IMAGE_PROHIBITED_CONTENT: 'contentFilter',
	IMAGE_RECITATION: 'contentFilter',
	UNEXPECTED_TOOL_CALL: 'toolCalls',
};

/** Without `alt=sse` a stream comes as a JSON list of the same responses. */
export function asEvents(body: unknown): StreamEvent[] | null {
	const responses: unknown[] = Array.isArray(body) ? body : [body];
	const isResponse = (value: unknown): boolean =>
		typeof value === 'object' && value !== null && ('candidates' in value || 'promptFeedback' in value);
	return responses.length > 0 && responses.every(isResponse) ? responses.map((data) => ({ data })) : null;
}
