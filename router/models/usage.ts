import type { ServiceTier, Usage } from '../types';
import { NANO_PER_DOLLAR } from '../types/money';

/** What a provider counted, as it came: any field may be missing, or be no number. */
export interface CountedTokens {
	/** All input, cached input included. */
	input: unknown;
	/** All output, reasoning included. */
	output: unknown;
	cachedInput?: unknown;
	cacheWrite?: unknown;
	/** The part of `cacheWrite` that is kept for an hour. */
	longCacheWrite?: unknown;
	audioInput?: unknown;
	cachedAudio?: unknown;
	audioOutput?: unknown;
	imageOutput?: unknown;
	reasoning?: unknown;
	webSearches?: unknown;
	tier?: ServiceTier;
	region?: unknown;
	/** The whole cost of the call, as the provider names it. */
	costUsd?: number;
	servedModel?: unknown;
}

/** Nobody has a longer name for a model; what is longer is none. */
const LONGEST_NAME = 200;

/** Tokens are whole and not negative, and a part is no larger than the whole, whatever a server says. */
export function usageFrom(counted: CountedTokens): Usage {
	const inputTokens = tokenCount(counted.input);
	const outputTokens = tokenCount(counted.output);
	const cachedInputTokens = Math.min(tokenCount(counted.cachedInput), inputTokens);
	const cacheWriteTokens = Math.min(tokenCount(counted.cacheWrite), inputTokens - cachedInputTokens);
	const parts = {
		cacheWriteTokens,
		longCacheWriteTokens: Math.min(tokenCount(counted.longCacheWrite), cacheWriteTokens),
		audioInputTokens: Math.min(tokenCount(counted.audioInput), inputTokens),
		cachedAudioTokens: Math.min(tokenCount(counted.cachedAudio), cachedInputTokens),
		audioOutputTokens: Math.min(tokenCount(counted.audioOutput), outputTokens),
		imageOutputTokens: Math.min(tokenCount(counted.imageOutput), outputTokens),
		webSearches: tokenCount(counted.webSearches),
	};
	return {
		inputTokens,
		outputTokens,
		cachedInputTokens,
		reasoningTokens: Math.min(tokenCount(counted.reasoning), outputTokens),
		totalTokens: inputTokens + outputTokens,
		...Object.fromEntries(Object.entries(parts).filter(([, tokens]) => tokens > 0)),
		...(counted.tier && { tier: counted.tier }),
		...nameIn('region', counted.region),
		...(counted.costUsd !== undefined && { costNano: Math.round(counted.costUsd * NANO_PER_DOLLAR) }),
		...nameIn('servedModel', counted.servedModel),
	};
}

/** 0 for what is no count; a count beyond what any model has is a server's error. */
export function tokenCount(value: unknown): number {
	const count = numberIn(value);
	return count > 0 && count < 1e9 ? Math.round(count) : 0;
}

/** A cost in USD as a provider names it; undefined for what is none, or more than any call costs. */
export function namedCost(value: unknown): number | undefined {
	const cost = numberIn(value);
	return cost >= 0 && cost < 100_000 ? cost : undefined;
}

/** Some servers write their numbers as texts. NaN for what is none. */
function numberIn(value: unknown): number {
	if (typeof value === 'number') return value;
	return typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
}

function nameIn<Field extends string>(field: Field, value: unknown): { [F in Field]?: string } {
	const isName = typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME;
	return (isName ? { [field]: value } : {}) as { [F in Field]?: string };
}
