/** Providers that bill caches and tiers as the real ones do, in virtual time. */
import { ModelError } from '../../router/types';
import type {
	AnswerPart,
	Model,
	ModelClient,
	ModelRequest,
	Prices,
	Surroundings,
	Usage,
} from '../../router/types';

/** Tokens of the beginning that all items share, of what is each item's own, and of an answer. */
export const SHARED = 10_000;
export const OWN = 200;
export const ANSWER = 150;

/** How each vendor fills its cache; see docs/costs.md. */
export type Vendor = 'anthropic' | 'openAi' | 'gemini';

export const PRICES: Readonly<Record<Vendor, Prices>> = {
	anthropic: {
		input: { base: 3 },
		cachedInput: { base: 0.3 },
		cacheWrite: { base: 3.75 },
		output: { base: 15 },
	},
	openAi: { input: { base: 2 }, cachedInput: { base: 0.2 }, cacheWrite: { base: 2.5 }, output: { base: 10 } },
	gemini: { input: { base: 0.75 }, cachedInput: { base: 0.075 }, output: { base: 3.75 } },
};

/**
 * A provider with a prompt cache: a prefix is cached from the first token of the call that sent it until five
 * minutes after its last use.
 */
export function cachingClient(vendor: Vendor, { now, sleep, random }: Surroundings): ModelClient {
	let keptUntil = 0;
	return {
		async *stream(request: ModelRequest, _key, signal): AsyncIterable<AnswerPart> {
			const isWarm = now() < keptUntil;
			const keeps = keepsOf(vendor, request);
			await sleep(1_200 + 800 * random(), signal);
			if (keeps > 0 || isWarm) keptUntil = now() + 300_000;
			yield { type: 'text', text: 'The' };
			await sleep(ANSWER * 10, signal);
			yield { type: 'text', text: ' answer.' };
			yield {
				type: 'end',
				finishReason: 'stop',
				usage: usageOf(vendor, isWarm && reads(vendor, request), keeps),
			};
		},
	};
}

/**
 * Anthropic caches what is marked. OpenAI caches everything unless breakpoints or an opt-out say otherwise. Gemini
 * decides by itself.
 */
function keepsOf(vendor: Vendor, { cache }: ModelRequest): number {
	if (typeof cache === 'object') return SHARED;
	if (vendor === 'anthropic' || cache === 'off') return 0;
	return SHARED + OWN;
}

function reads(vendor: Vendor, { cache }: ModelRequest): boolean {
	return vendor !== 'anthropic' || typeof cache === 'object';
}

function usageOf(vendor: Vendor, isRead: boolean, keeps: number): Usage {
	const written = vendor === 'gemini' ? 0 : Math.max(0, keeps - (isRead ? SHARED : 0));
	const inputTokens = SHARED + OWN;
	return {
		inputTokens,
		outputTokens: ANSWER,
		cachedInputTokens: isRead ? SHARED : 0,
		reasoningTokens: 0,
		totalTokens: inputTokens + ANSWER,
		...(written > 0 && { cacheWriteTokens: written }),
	};
}

/** A provider with a cheap tier whose capacity comes and goes over the day. */
export function flexClient({ now, sleep, random }: Surroundings, startedAt: number): ModelClient {
	return {
		async *stream({ serviceTier }: ModelRequest, _key, signal): AsyncIterable<AnswerPart> {
			const isFlex = serviceTier === 'flex';
			if (isFlex && random() > capacityAt(now() - startedAt)) {
				await sleep(200, signal);
				throw new ModelError('rateLimited', 'Resource unavailable.', { status: 429 });
			}
			// Mostly some seconds, but now and then minutes.
			const firstToken = isFlex ? 2_000 * Math.exp(3.2 * random() ** 2 * 1.6) : 800 + 600 * random();
			await sleep(firstToken, signal);
			yield { type: 'text', text: 'The answer.' };
			await sleep(ANSWER * (isFlex ? 30 : 10), signal);
			const tokens = { inputTokens: 2_000, outputTokens: ANSWER, cachedInputTokens: 0, reasoningTokens: 0 };
			const tier = isFlex ? ('flex' as const) : ('standard' as const);
			yield { type: 'end', finishReason: 'stop', usage: { ...tokens, totalTokens: 2_000 + ANSWER, tier } };
		},
	};
}

/** Plenty at night, scarce in the afternoon, and none for an hour at three. */
function capacityAt(sinceMidnightMs: number): number {
	const hour = (sinceMidnightMs / 3_600_000) % 24;
	if (hour >= 15 && hour < 16) return 0;
	return 0.65 + 0.33 * Math.cos(((hour - 3) / 24) * 2 * Math.PI);
}

export function modelWith(client: ModelClient, more: Partial<Model>): Model {
	return {
		alias: 'model',
		provider: 'openAi',
		modelId: 'model-1',
		client,
		keys: ['key'],
		endpoint: 'bench',
		quality: 80,
		prices: null,
		contextWindow: null,
		accepts: new Set(),
		reasoning: false,
		weight: 1,
		...more,
	};
}
