/** What is answered. */
import type { Allowance } from './limits';
import type { ReasoningPart } from './request';
import type { Usage } from './usage';

/** `refusal` and `contentFilter` are verdicts of the provider; `other` is a reason we have no word for. */
export type FinishReason = 'stop' | 'length' | 'refusal' | 'contentFilter' | 'toolCalls' | 'other';

/** What every provider's stream is turned into. A stream without its `end` was cut off. */
export type AnswerPart =
	/** `pieces`: how the text was cut where several came together, for those who watch it being written. */
	| { type: 'text'; text: string; pieces?: readonly string[] }
	/** Proof of life before the first visible token; with `keep`, a thought is complete and to be sent back. */
	| { type: 'reasoning'; keep?: ReasoningPart }
	/**
	 * A piece of a tool call: all with one `id` are one call, and their inputs put together are its input. Ids are unique
	 * within an answer; every piece has the name.
	 */
	| { type: 'toolCall'; id: string; name: string; input: string }
	/** All text so far was thought: a model's template opened its thoughts, and the answer begins only now. */
	| { type: 'rewind' }
	/** What the provider says of its limits; no sign that it answers. */
	| { type: 'limits'; allowances: readonly Allowance[] }
	/**
	 * An early word on usage (Anthropic names the input at the start); what stands in `end` replaces it. `isFinal`: it counts
	 * all that was written, so that it holds where no `end` follows.
	 */
	| { type: 'usage'; usage: Usage; isFinal?: boolean }
	/** `usage` is null where the provider named none; `detail` is the provider's own reason for a refusal or filter. */
	| { type: 'end'; finishReason: FinishReason; usage: Usage | null; detail?: string };
