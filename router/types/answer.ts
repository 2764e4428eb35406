/** Answers, as they stream in and as a whole. */
import type { Allowance } from './limits';
import type { ReasoningPart } from './request';
import type { Usage } from './usage';

/** `refusal` and `contentFilter` are the provider's decisions; `other` is any reason that we do not know. */
export type FinishReason = 'stop' | 'length' | 'refusal' | 'contentFilter' | 'toolCalls' | 'other';

/** Every provider's stream is translated into these parts. A stream without an `end` was cut off. */
export type AnswerPart =
	/** `pieces` are the chunks as they arrived, for a chat that shows the text while it is written. */
	| { type: 'text'; text: string; pieces?: readonly string[] }
	/** The model is thinking. With `keep`, a thought is complete and has to be sent back on the next turn. */
	| { type: 'reasoning'; keep?: ReasoningPart }
	/**
	 * A piece of a tool call. Pieces with the same `id` form one call, and their inputs are concatenated. Ids are
	 * unique within an answer; every piece carries the name.
	 */
	| { type: 'toolCall'; id: string; name: string; input: string }
	/**
	 * All text so far was the model's thinking, whose opening tag stood in its prompt template. The answer begins now.
	 */
	| { type: 'rewind' }
	/** The provider's rate limits. They come with the headers, so they do not mean that an answer has begun. */
	| { type: 'limits'; allowances: readonly Allowance[] }
	/**
	 * Usage before the end (Anthropic sends the input count first); usage in `end` replaces it. `isFinal` means that
	 * it covers everything written so far, so it is used if no `end` follows.
	 */
	| { type: 'usage'; usage: Usage; isFinal?: boolean }
	/** `usage` is null where the provider named none; `detail` is the provider's own reason for a refusal or filter. */
	| { type: 'end'; finishReason: FinishReason; usage: Usage | null; detail?: string };
