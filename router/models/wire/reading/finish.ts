import type { ErrorCategory, FinishReason } from '../../../types';

/** The meaning of a provider's finish reason; `unknown` ones are accepted only if everything else is in order. */
export type Finish =
	{ kind: 'whole'; reason: FinishReason } | { kind: 'fault'; category: ErrorCategory } | { kind: 'unknown' };

/** Values that mean "no reason", which some servers set on every chunk. */
const NONE =
	/^(?:null|none|nil|undefined|unset|unspecified|finish_?reason_?unspecified|in_?progress|not_?finished|unfinished)?$/i;

/**
 * In order of precedence: `max_tokens_error` is an error, `safety_error` a filter. Collected from OpenAI, Anthropic,
 * Gemini, Mistral, DeepSeek, GLM, OpenRouter, vLLM, SGLang, llama.cpp, Ollama, Bedrock and Cohere.
 */
const WORDS: ReadonlyArray<[words: RegExp, finish: Finish]> = [
	[
		/filter|safety|sensitive|moderat|prohibit|block|recitation|spii|guardrail|policy|unsafe|violat|censor|harm|inappropriate|copyright|toxic/,
		{ kind: 'whole', reason: 'contentFilter' },
	],
	[/refus|declin|reject/, { kind: 'whole', reason: 'refusal' }],
	[/rate_?limit|too_?many_?req|throttl/, { kind: 'fault', category: 'rateLimited' }],
	[
		/insufficient_?(?:quota|balance|credit|fund)|quota_?(?:exceed|exhaust)|out_?of_?credit/,
		{ kind: 'fault', category: 'quotaExhausted' },
	],
	[
		/insufficient|resource|overload|capacity|unavailable|exhaust|out_?of_?memory|^oom|preempt|evict|busy|no_?worker/,
		{ kind: 'fault', category: 'overloaded' },
	],
	// Claude waits to be asked to go on.
	[/^pause/, { kind: 'fault', category: 'serverError' }],
	[/time_?out|timed_?out|deadline/, { kind: 'fault', category: 'serverError' }],
	[
		/error|fail|abort|cancel|disconnect|interrupt|malformed|kill|crash|terminat|shut_?down|broken|invalid|exception|corrupt|lost|reset|unexpected|too_?many|missing/,
		{ kind: 'fault', category: 'serverError' },
	],
	[
		/length|max_?(?:output_?|completion_?|new_?)?tokens?|(?:token|context|output)_?limit|context_?window|truncat|incomplete|continuation|max_?len/,
		{ kind: 'whole', reason: 'length' },
	],
	[/tool|function_?call/, { kind: 'whole', reason: 'toolCalls' }],
	[
		/^(?:stop|stopped|stop_?(?:sequence|token|word|string)s?|eos(?:_?token)?|eot(?:_?id)?|end|ended|end_?of_?(?:turn|text|sequence|stream)|end_?turn|done|complete|completed|finish|finished|success|normal)$/,
		{ kind: 'whole', reason: 'stop' },
	],
];

/**
 * @param own reasons that mean something else with this provider, in capitals as it writes them
 * @returns null if the word says nothing
 */
export function finishOf(word: unknown, own: Readonly<Record<string, Finish>> = {}): Finish | null {
	if (typeof word !== 'string' || NONE.test(word.trim())) return null;
	if (Object.hasOwn(own, word)) return own[word]!;
	const plain = word
		.trim()
		.toLowerCase()
		.replace(/[\s.-]+/g, '_');
	return WORDS.find(([words]) => words.test(plain))?.[1] ?? { kind: 'unknown' };
}
