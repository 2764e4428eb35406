/** Request fields that only affect the price: cache marks, tier and region. */
import type { Anthropic } from '@anthropic-ai/sdk';
import type { CacheHints, ModelRequest } from '../../types';

type Body = Omit<Anthropic.MessageCreateParamsStreaming, 'stream'>;

/** Adds cache marks where the shared beginning ends. */
export function withSavings(body: Body, request: ModelRequest): Body {
	const { cache, serviceTier, region, messages } = request;
	const more = {
		// There is no cheaper tier; `auto` uses prepaid capacity if there is any.
		...(serviceTier === 'priority' && { service_tier: 'auto' as const }),
		...(serviceTier === 'standard' && { service_tier: 'standard_only' as const }),
		...(region === 'us' && { inference_geo: 'us' }),
	};
	if (typeof cache !== 'object') return { ...body, ...more };
	const cache_control = controlOf(cache);
	// The conversation goes on: the mark moves with the last block automatically.
	if (cache.messages >= messages.length) return { ...body, ...more, cache_control };
	return {
		...(cache.messages === 0 ? markedSystem(body, cache_control) : markedTurn(body, cache_control)),
		...more,
	};
}

function controlOf({ keep }: CacheHints): Anthropic.CacheControlEphemeral {
	return { type: 'ephemeral', ...(keep === 'hour' && { ttl: '1h' as const }) };
}

/** The system message comes after the tools, so a mark at its end covers both. */
function markedSystem(body: Body, cache_control: Anthropic.CacheControlEphemeral): Body {
	const { system, tools } = body;
	if (typeof system === 'string') return { ...body, system: [{ type: 'text', text: system, cache_control }] };
	const last = tools?.at(-1);
	return last ? { ...body, tools: [...(tools ?? []).slice(0, -1), { ...last, cache_control }] } : body;
}

/** Marks the turn before the last one. */
function markedTurn(body: Body, cache_control: Anthropic.CacheControlEphemeral): Body {
	const turn = body.messages.at(-2);
	if (!turn) return markedSystem(body, cache_control);
	const blocks: Anthropic.ContentBlockParam[] =
		typeof turn.content === 'string' ? [{ type: 'text', text: turn.content }] : [...turn.content];
	const last = blocks.at(-1);
	// Thoughts cannot be marked.
	if (!last || last.type === 'thinking' || last.type === 'redacted_thinking') return body;
	const content = [...blocks.slice(0, -1), { ...last, cache_control }];
	const marked = { ...turn, content } as Anthropic.MessageParam;
	return { ...body, messages: [...body.messages.slice(0, -2), marked, body.messages.at(-1)!] };
}
