/** The most output tokens that a refusal allows, and whether that holds for every request. */
export interface Allowed {
	tokens: number;
	/** False: it is what is left for this prompt, or what the account can pay for now. */
	lasts: boolean;
}

const SPEAKS_OF_LIMIT =
	/max_(?:completion_|output_|new_)?tokens|maxOutputTokens|(?:output|completion|maximum) tokens|in the completion|fewer max_tokens/i;

/** Limits by what is left of the window: each pattern captures the window and the input. */
const LEFT: ReadonlyArray<[pattern: RegExp, window: number, input: number]> = [
	// Anthropic: input length and `max_tokens` exceed context limit: 179413 + 32768 > 200000
	[/(\d+) \+ \d+ > (\d+)/, 2, 1],
	// vLLM: (64000 > 64001 - 24235)
	[/\d+ > (\d+) - (\d+)/, 1, 2],
	// OpenAI: maximum context length is 4097 tokens … (1000 in the messages, 4000 in the completion)
	[
		/context length is (\d+) tokens.{0,120}?\((\d+) (?:in|from) (?:the )?(?:messages|your prompt|input)/is,
		1,
		2,
	],
];

/** The last number of each is the limit. */
const MOST: readonly RegExp[] = [
	/supports? at most (\d+)/i,
	/(?:at most|less than or equal to|<=|no more than|cannot exceed|must not exceed|lower than or equal to|up to) ?(\d+)/i,
	/\d+ > (\d+), which is the maximum/i,
	/range (?:of \w+ )?(?:is|should be) \[\d+, ?(\d+)\]/i,
	/(?:exceeds?|above|over|greater than) the (?:model'?s? |maximum )?(?:limit|maximum|max)(?: allowed| value)?(?: of| is|:)? ?\(?(\d+)/i,
	/max(?:imum)?(?: allowed| value| number)?(?: of \w+ tokens)?(?: is|:| of) ?(\d+)/i,
	/lower than (\d+)/i,
];

const AFFORDABLE = /can only afford (\d+)/i;

/** With fewer tokens than this there is no room for an answer. */
const LEAST = 64;

/** @param current the limit that was sent, if any */
export function allowedTokens(words: string, current: number | undefined): Allowed | null {
	const text = words.replace(/(\d),(?=\d{3}\b)/g, '$1');
	if (!SPEAKS_OF_LIMIT.test(text)) return null;
	const found = leftIn(text) ?? affordableIn(text) ?? mostIn(text);
	if (!found || found.tokens < LEAST || (current !== undefined && found.tokens >= current)) return null;
	return found;
}

function leftIn(text: string): Allowed | null {
	for (const [pattern, window, input] of LEFT) {
		const match = pattern.exec(text);
		if (match) return { tokens: Number(match[window]) - Number(match[input]), lasts: false };
	}
	return null;
}

function affordableIn(text: string): Allowed | null {
	const match = AFFORDABLE.exec(text);
	return match ? { tokens: Number(match[1]), lasts: false } : null;
}

function mostIn(text: string): Allowed | null {
	for (const pattern of MOST) {
		const match = pattern.exec(text);
		if (match) return { tokens: Number(match[1]), lasts: true };
	}
	return null;
}
