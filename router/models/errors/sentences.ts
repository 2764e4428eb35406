import type { ErrorCategory } from '../../types';

/** Used if names are missing or too vague. Collected from the servers named above each line. */
const OVERFLOW: readonly RegExp[] = [
	// OpenAI, vLLM, Mistral, DeepSeek, OpenRouter, Groq, xAI
	/maximum (?:context|prompt|model) length|context[ _]length[ _]exceeded|reduce (?:the length of )?(?:the|your) (?:messages|prompt|input|context)/i,
	// Anthropic, Bedrock, Ollama, Perplexity
	/(?:prompt|input|messages|conversation) (?:is |are )?too (?:long|large)|input length.{0,40}exceeds?.{0,10} context|exceeds? (?:max(?:imum)? )?context/i,
	// Gemini and Vertex
	/input token count.{0,60}(?:exceeds the maximum|only supports up to)/i,
	// OpenAI's newer models, llama.cpp, LM Studio, Together, SGLang
	/(?:exceeds?|greater than|longer than) the (?:available |model'?s )?context (?:window|size|length)|longer than the model'?s? (?:maximum )?context|context the overflows|context overflows?|`?inputs`? tokens \+ `?max_new_tokens`? must be/i,
	// MiniMax, LM Studio
	/context (?:window|size|length|limit)(?: has been| is| was)? exceed(?:s|ed)/i,
	// GLM, Poolside, Bedrock, GitHub
	/exceeds? the (?:max(?:imum)?|model'?s?)? ?(?:allowed )?(?:input|prompt|context) (?:length|size|tokens?\b(?! per)|limit)|(?:prompt|input) tokens? (?:count )?(?:of |\()?[\d,]*\)? ?exceeds?/i,
	// Moonshot, Cohere, Bedrock, DashScope, gpustack
	/exceeded model token limit|too many (?:input )?tokens: size limit|too many input tokens|range of input length should be|tokens exceed n_ctx|exceeds context size|total length of all messages/i,
	// vLLM, where the prompt leaves less than nothing; OpenAI, for a text of millions of characters
	/max_\w*tokens must be at least 1, got -\d|\b(?:content|text|input|prompt|instructions)['"`\]]*: string too long/i,
	// in Chinese: longer than the context, the input is too long
	/超(?:出|过).{0,12}(?:上下文|最大长度|长度限制)|上下文.{0,6}(?:过长|超)|输入.{0,6}过长/,
];

const QUOTA =
	/credit balance is too low|insufficient (?:account )?(?:balance|credits?|quota|funds)|exceeded your (?:current|monthly) quota|(?:run |used |are )?out of (?:extra usage|credits)|used all available credits|credits are depleted|requires more credits|can only afford|usage limits?\b.{0,40}(?:reached|exceeded)|reached your.{0,30}usage limits?|usage limit reached|(?:monthly|daily|weekly) (?:spending )?limit|spending limit|free-models-per-day|quota is (?:not enough|used up)|not[ _]enough[ _](?:balance|credits?|quota|funds)|draw from your extra usage|fair us(?:e|age) policy|no resource package|please recharge|subscription payment is past due|budget has been exceeded|(?:crossed|exceeded) budget|key limit exceeded|failure to pay|out of call volume quota|daily (?:free allocation|request limit)|reached the set \w+ limit|余额不足|欠费|额度已?(?:用尽|不足)/i;

/** A limit that is over within a minute, whatever else the words say about quotas. */
const A_MINUTE = /per[ _-]?(?:minute|second)|\b[rt]pm\b|[rt]equests? per min|tokens per min/i;

const FILTER =
	/content (?:filter|management policy|policy|exists risk)|flagged|safety (?:system|guidelines|polic)|responsible ai|inappropriate content|sensitive (?:content|words?|information)|violat\w+ .{0,40}(?:polic|guideline)|敏感|内容安全/i;

const KEY =
	/organi[sz]ation has been disabled|(?:invalid|incorrect|expired|missing|wrong|no) (?:api[ -]?key|(?:access |auth\w* )token)|api[ -]?key (?:not valid|not found|expired|is (?:invalid|missing|required))|user location is not supported/i;

const MODEL =
	/model .{0,100}(?:not found|does not exist|not exist|is not supported (?:by any provider|when using)|has been (?:decommissioned|retired|deprecated)|is not accessible)|no such model|unknown model|not a chat model|only supported in v1\/responses|does not support chat ?completions|not allowed to use publisher model|no available channel|无可用渠道|not found for account|non-serverless model|model requires a (?:paid )?subscription/i;

/** Bedrock, with a straight or curly apostrophe; gateways in front of it send this with a 500. */
const NOT_ON_DEMAND = /with on-demand throughput isn.t supported/i;

const LOADING =
	/loading model|currently loading|is (?:still )?loading|failed to load model|model is unloaded|no models? (?:is )?loaded|degraded function|system is too busy|capacity (?:exceeded|exhausted)/i;

/** LM Studio and others send this with a 400, although the next call may well succeed. */
const CRASHED = /model has crashed|(?:process|runner) (?:has )?(?:crashed|terminated|unexpectedly stopped)/i;

/** llama.cpp sends this with a 500, although no other call with an image would succeed. */
const NO_SUCH_INPUT =
	/(?:image|audio|video|vision|multimodal)s? inputs? (?:is|are) not supported|does(?: not|n't) support (?:images?|audio|video|vision|multimodal)/i;

/** The template of a server's model cannot write this conversation; LM Studio and llama.cpp send this with a 500. */
const NO_TEMPLATE = /jinja (?:template|exception)|no user query found in messages/i;

/** A request larger than the account may send at once never passes, however long one waits. */
const TOO_LARGE =
	/request too large|reduce (?:your|the) (?:message|request|prompt) size|extra usage is required for long context/i;

/** @param status absent for an error inside a 200 that names none */
export function categoryByWords(status: number | undefined, words: string): ErrorCategory | undefined {
	const among = (...statuses: number[]): boolean => status === undefined || statuses.includes(status);
	// Groq uses 413 for this, as others do for a prompt that is too long for the model.
	if ((among(429) || (status === 413 && A_MINUTE.test(words))) && isTooLarge(words)) return 'invalidRequest';
	// Ollama and llama.cpp report an overflow as 500; a 429 about too many tokens means tokens per minute.
	if (among(400, 413, 422, 500) && OVERFLOW.some((pattern) => pattern.test(words))) return 'contextOverflow';
	if (among(400, 401, 402, 403, 412, 429) && QUOTA.test(words) && !A_MINUTE.test(words))
		return 'quotaExhausted';
	if (among(400, 403, 422, 451) && FILTER.test(words)) return 'contentFiltered';
	if (among(400, 422) && KEY.test(words)) return 'authentication';
	if (among(400, 403, 404, 422, 503) && MODEL.test(words)) return 'modelNotFound';
	if (among(400, 404, 500) && NOT_ON_DEMAND.test(words)) return 'modelNotFound';
	if (among(400) && CRASHED.test(words)) return 'serverError';
	if (among(500, 501) && (NO_SUCH_INPUT.test(words) || NO_TEMPLATE.test(words))) return 'invalidRequest';
	if (among(400, 404, 429, 500, 503) && LOADING.test(words)) return 'overloaded';
	// OpenRouter: none of the model's hosts supports what the request needs, such as tools or images.
	if (among(404) && /no endpoints found that support/i.test(words)) return 'invalidRequest';
	return undefined;
}

/** "Limit 30000, Requested 36000": this single request exceeds the limit per minute. */
export function isTooLarge(words: string): boolean {
	const [, limit, requested] = /limit:? ?~?([\d,]+)\b.{0,60}requested:? ?~?([\d,]+)/i.exec(words) ?? [];
	if (limit && requested) return numberIn(requested) > numberIn(limit);
	return TOO_LARGE.test(words);
}

function numberIn(text: string): number {
	return Number(text.replaceAll(',', ''));
}

/** What servers and proxies say for an address that is no chat endpoint; none of these names a model. */
const NO_SUCH_ADDRESS =
	/^\W*(?:404 )?(?:page |resource |path |route |url )?not found\W*$|cannot (?:post|get) \/|invalid url|unknown request url|no route matched|requested url .{0,80} not found|method not allowed|nginx|<(?:!doctype|html|head|h1)/i;

/** Whether a 404 or 405 is about the address rather than the model. */
export function isWrongAddress(status: number | undefined, words: string): boolean {
	if (status !== 404 && status !== 405) return false;
	return words.trim() === '' || NO_SUCH_ADDRESS.test(words);
}
