/** Request fields that only affect the price: cache key and breakpoints, and the tier. */
import type { OpenAI } from 'openai';
import type { CacheHints, ModelRequest } from '../../types';
import type { OpenAiFlavour } from './request';

type Body = OpenAI.ChatCompletionCreateParamsStreaming;
type Message = OpenAI.ChatCompletionMessageParam;

/** From GPT-5.6 on cache writes are charged, and breakpoints determine what is written. */
const CHARGES_FOR_WRITES = /^gpt-(?:5\.(?:[6-9]|\d\d)|[6-9]|\d\d)/;

const TIERS = {
	standard: 'default',
	flex: 'flex',
	priority: 'priority',
	fast: 'priority',
	batch: 'default',
} as const;

/** For both interfaces: the tier, and the key by which requests with the same beginning reach the same cache. */
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
	// Without a breakpoint nothing is cached.
	if (cache === 'off') return { ...body, ...asked, ...explicit };
	const keyed = { ...body, ...asked, prompt_cache_key: cache.key };
	// The conversation goes on: OpenAI's own breakpoint moves with the last message.
	if (!isCharged || cache.messages >= messages.length) return keyed;
	return { ...keyed, ...explicit, messages: marked(body.messages, cache) };
}

/** Sets a breakpoint on the last shared message: the system message, or the one before the prompt. */
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
