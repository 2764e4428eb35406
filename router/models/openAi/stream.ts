import type { AnswerPart, FinishReason, Usage } from '../../types';
import { textParts } from '../wire/call';
import type { ErrorContext } from '../wire/errors';
import type { StreamEvent } from '../wire/guardedFetch';
import { cleanWords } from '../wire/redact';
import { Rejection } from '../wire/rejection';
import { usageIn } from './usage';
import type { CompatibleUsage } from './usage';

/** Fields that compatible servers add to OpenAI's. */
interface CompatibleDelta {
	content?: string | null | Array<{ type?: string; text?: string }>;
	refusal?: string | null;
	/** DeepSeek, vLLM, xAI, Moonshot. */
	reasoning_content?: string | null;
	/** OpenRouter, Groq, Ollama. */
	reasoning?: string | null;
}

/** What came together is passed on together. */
export async function* readChunks(
	answer: AsyncIterable<unknown[]>,
	context: ErrorContext,
): AsyncGenerator<AnswerPart> {
	let reason: string | null = null;
	let refusal = '';
	let usage: Usage | null = null;
	for await (const chunks of answer) {
		const pieces: string[] = [];
		let hasReasoned = false;
		for (const chunk of chunks as CompatibleChunk[]) {
			const choice = chunk.choices?.find(({ index }) => !index);
			usage = usageIn(chunk) ?? usage;
			reason = choice?.finish_reason ?? reason;
			const { delta } = choice ?? {};
			if (!delta) continue;
			refusal += delta.refusal ?? '';
			hasReasoned ||= Boolean(delta.reasoning_content || delta.reasoning) || hasThought(delta.content);
			pieces.push(textOf(delta.content));
		}
		if (hasReasoned) yield { type: 'reasoning' };
		yield* textParts(pieces);
	}
	// Without a finish reason the answer was cut; servers that give up in its middle name one of these.
	if (reason === null || reason === '' || reason === 'abort') return;
	if (reason === 'error' || reason === 'insufficient_system_resource') {
		throw new Rejection(undefined, new Headers(), { error: { code: reason } });
	}
	if (refusal !== '') {
		yield { type: 'end', finishReason: 'refusal', usage, detail: cleanWords(refusal, context) };
	} else {
		yield { type: 'end', finishReason: finishReasonOf(reason), usage };
	}
}

/** Mistral's reasoning models send content as a list of parts. */
function textOf(content: CompatibleDelta['content']): string {
	if (!Array.isArray(content)) return content ?? '';
	return content.map(({ type, text }) => (type === 'text' ? (text ?? '') : '')).join('');
}

function hasThought(content: CompatibleDelta['content']): boolean {
	return Array.isArray(content) && content.some(({ type }) => type === 'thinking');
}

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
	stop: 'stop',
	eos: 'stop',
	eos_token: 'stop',
	end_turn: 'stop',
	stop_sequence: 'stop',
	length: 'length',
	max_tokens: 'length',
	model_length: 'length',
	content_filter: 'contentFilter',
	tool_calls: 'toolCalls',
	function_call: 'toolCalls',
};

function finishReasonOf(reason: string): FinishReason {
	return FINISH_REASONS[reason.toLowerCase()] ?? 'other';
}

/** A chunk as servers really send it. Groq puts usage in `x_groq`, Moonshot in the choice. */
export interface CompatibleChunk {
	usage?: CompatibleUsage | null;
	x_groq?: { usage?: CompatibleUsage | null } | null;
	choices?: Array<{
		index?: number;
		delta?: CompatibleDelta | null;
		finish_reason?: string | null;
		usage?: CompatibleUsage | null;
	}>;
}

/** A whole completion as the one chunk that says the same. */
export function asEvents(body: unknown): StreamEvent[] | null {
	if (typeof body !== 'object' || body === null || !('choices' in body) || !Array.isArray(body.choices)) {
		return null;
	}
	const choices = (body.choices as Array<{ message?: unknown }>).map((choice) => ({
		...choice,
		delta: choice.message ?? {},
	}));
	return [{ data: { ...body, choices } }];
}
