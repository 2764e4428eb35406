/** What of a request decides over its price alone: cache key and breakpoints, and the tier. */
import type { OpenAI } from 'openai';
import type { CacheHints, ModelRequest } from '../../types';
import type { OpenAiFlavour } from './request';

type Body = OpenAI.ChatCompletionCreateParamsStreaming;
type Message = OpenAI.ChatCompletionMessageParam;

/** From GPT-5.6 on what is kept is charged for, and breakpoints say what that is. */
const CHARGES_FOR_WRITES = /^gpt-(?:5\.(?:[6-9]|\d\d)|[6-9]|\d\d)/;

const TIERS = {
	standard: 'default',
	flex: 'flex',
	priority: 'priority',
	fast: 'priority',
	batch: 'default',
} as const;

/** Of both interfaces: the tier, and the key by which requests with the same beginning come to the same place. */
export function plainSavings({
	cache,
	serviceTier,
}: ModelRequest): Pick<OpenAI.Responses.ResponseCreateParamsStreaming, 'service_tier' | 'prompt_cache_key'> {
	return {
		...(serviceTier && { service_tier: TIERS[serviceTier] }),
		...(cache && cache !== 'off' && { prompt_cache_key: cache.key }),
	};
}

export function withSavings(body: Body, flavour: OpenAiFlavour, request: ModelRequest): Body {
	const { cache, serviceTier, messages } = request;
	const asked = serviceTier ? { service_tier: TIERS[serviceTier] } : {};
	if (cache === undefined || flavour !== 'openAi') return { ...body, ...asked };
	const isCharged = CHARGES_FOR_WRITES.test(body.model);
	const explicit = isCharged ? { prompt_cache_options: { mode: 'explicit' as const } } : {};
	// Without a breakpoint nothing is kept.
	if (cache === 'off') return { ...body, ...asked, ...explicit };
	const keyed = { ...body, ...asked, prompt_cache_key: cache.key };
	// It goes on: OpenAI's own breakpoint moves with the last message.
	if (!isCharged || cache.messages >= messages.length) return keyed;
	return { ...keyed, ...explicit, messages: marked(body.messages, cache) };
}

/** A breakpoint on the last message of the beginning: the system message, or what stands before the prompt. */
function marked(messages: Message[], cache: CacheHints): Message[] {
	const at = cache.messages === 0 ? 0 : messages.length - 2;
	const message = messages[at];
	const content = message && 'content' in message ? message.content : null;
	if (!message || typeof content !== 'string' || content === '' || at >= messages.length - 1) return messages;
	const part = {
		type: 'text' as const,
		text: content,
		prompt_cache_breakpoint: { mode: 'explicit' as const },
	};
	return messages.map((other, index) => (index === at ? ({ ...other, content: [part] } as Message) : other));
}
