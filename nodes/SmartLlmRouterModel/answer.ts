/** The engine's answer in LangChain's fields. */
import { toolCallsIn } from '../../router/text/parts';
import type { Answer, Decision, FinishReason, Usage } from '../../router/types';
import { thoughtBlocks } from './messages';

type ContentBlock = { type: string } & Record<string, unknown>;

/** What a chat model's message is made of. */
export interface MessageFields {
	content: string | ContentBlock[];
	tool_calls: Array<{ id: string; name: string; args: Record<string, unknown>; type: 'tool_call' }>;
	usage_metadata: UsageMetadata;
	response_metadata: Record<string, unknown>;
}

interface UsageMetadata {
	input_tokens: number;
	output_tokens: number;
	total_tokens: number;
	input_token_details: { cache_read: number; cache_creation: number };
	output_token_details: { reasoning: number };
}

/** In OpenAI's words, which chains and agents know. */
const FINISH_REASONS: Readonly<Record<FinishReason, string>> = {
	stop: 'stop',
	length: 'length',
	toolCalls: 'tool_calls',
	contentFilter: 'content_filter',
	refusal: 'refusal',
	other: 'other',
};

/** @param stop texts that end the answer; what stands behind the first of them is left out */
export function messageFields(decision: Decision, stop: readonly string[] = []): MessageFields {
	const answer = answerOf(decision);
	const { model, parts, finishReason, usage } = answer;
	const thoughts = thoughtBlocks(parts);
	const text = upTo(answer.text, stop);
	return {
		content: thoughts.length > 0 ? [...thoughts, ...(text ? [{ type: 'text', text }] : [])] : text,
		tool_calls: toolCallsIn(parts).map(({ id, name, input }) => ({
			id,
			name,
			args: JSON.parse(input || '{}') as Record<string, unknown>,
			type: 'tool_call',
		})),
		usage_metadata: usageMetadata(usage),
		response_metadata: {
			model_name: model.modelId,
			model_provider: model.provider,
			finish_reason: FINISH_REASONS[finishReason],
			llm_router: { id: decision.id, model: model.alias, outcome: decision.outcome },
		},
	};
}

/** As n8n's log and LangChain's older callbacks read it. */
export function tokenUsageOf(decision: Decision): Record<string, number> {
	const { inputTokens, outputTokens, totalTokens } = answerOf(decision).usage;
	return { promptTokens: inputTokens, completionTokens: outputTokens, totalTokens };
}

function answerOf({ answer }: Decision): Answer {
	if (!answer) throw new Error('A call without an answer is an error');
	return answer;
}

function usageMetadata(usage: Usage): UsageMetadata {
	const { cacheWriteTokens = 0 } = usage as Usage & { cacheWriteTokens?: number };
	return {
		input_tokens: usage.inputTokens,
		output_tokens: usage.outputTokens,
		total_tokens: usage.totalTokens,
		input_token_details: { cache_read: usage.cachedInputTokens, cache_creation: cacheWriteTokens },
		output_token_details: { reasoning: usage.reasoningTokens },
	};
}

function upTo(text: string, stop: readonly string[]): string {
	const ends = stop.map((word) => (word === '' ? -1 : text.indexOf(word))).filter((at) => at >= 0);
	return ends.length > 0 ? text.slice(0, Math.min(...ends)) : text;
}

/** What is left of a message whose text has been passed on as it was written. */
export function withoutText(content: MessageFields['content']): MessageFields['content'] {
	return typeof content === 'string' ? '' : content.filter(({ type }) => type !== 'text');
}
