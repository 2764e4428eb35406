/** What of a request decides over its price alone: cache marks, tier and region. */
import type { Anthropic } from '@anthropic-ai/sdk';
import type { CacheHints, ModelRequest } from '../../types';

type Body = Omit<Anthropic.MessageCreateParamsStreaming, 'stream'>;

/** The same body with marks where the shared beginning ends. */
export function withSavings(body: Body, request: ModelRequest): Body {
	const { cache, serviceTier, region, messages } = request;
	const more = {
		// There is no cheaper tier; `auto` uses capacity that was paid for, where there is some.
		...(serviceTier === 'priority' && { service_tier: 'auto' as const }),
		...(serviceTier === 'standard' && { service_tier: 'standard_only' as const }),
		...(region === 'us' && { inference_geo: 'us' }),
	};
	if (typeof cache !== 'object') return { ...body, ...more };
	const cache_control = controlOf(cache);
	// It goes on: the mark moves with the last block by itself.
	if (cache.messages >= messages.length) return { ...body, ...more, cache_control };
	return {
		...(cache.messages === 0 ? markedSystem(body, cache_control) : markedTurn(body, cache_control)),
		...more,
	};
}

function controlOf({ keep }: CacheHints): Anthropic.CacheControlEphemeral {
	return { type: 'ephemeral', ...(keep === 'hour' && { ttl: '1h' as const }) };
}

/** The system message comes after the tools, so its end is the end of both. */
function markedSystem(body: Body, cache_control: Anthropic.CacheControlEphemeral): Body {
	const { system, tools } = body;
	if (typeof system === 'string') return { ...body, system: [{ type: 'text', text: system, cache_control }] };
	const last = tools?.at(-1);
	return last ? { ...body, tools: [...(tools ?? []).slice(0, -1), { ...last, cache_control }] } : body;
}

/** The turn before the last one. */
function markedTurn(body: Body, cache_control: Anthropic.CacheControlEphemeral): Body {
	const turn = body.messages.at(-2);
	if (!turn) return markedSystem(body, cache_control);
	const blocks: Anthropic.ContentBlockParam[] =
		typeof turn.content === 'string' ? [{ type: 'text', text: turn.content }] : [...turn.content];
	const last = blocks.at(-1);
	// Thoughts take no mark.
	if (!last || last.type === 'thinking' || last.type === 'redacted_thinking') return body;
	const content = [...blocks.slice(0, -1), { ...last, cache_control }];
	const marked = { ...turn, content } as Anthropic.MessageParam;
	return { ...body, messages: [...body.messages.slice(0, -2), marked, body.messages.at(-1)!] };
}
