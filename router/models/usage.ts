import type { ServiceTier, Usage } from '../types';
import { NANO_PER_DOLLAR } from '../types/money';

/** Counts as the provider sent them: any field may be missing or not be a number. */
export interface CountedTokens {
	/** All input, cached input included. */
	input: unknown;
	/** All output, reasoning included. */
	output: unknown;
	cachedInput?: unknown;
	cacheWrite?: unknown;
	/** The part of `cacheWrite` that is cached for an hour. */
	longCacheWrite?: unknown;
	audioInput?: unknown;
	cachedAudio?: unknown;
	audioOutput?: unknown;
	imageOutput?: unknown;
	reasoning?: unknown;
	webSearches?: unknown;
	tier?: ServiceTier;
	region?: unknown;
	/** The total cost of the call as the provider reports it. */
	costUsd?: number;
	servedModel?: unknown;
}

/** Characters. Longer than any model's name, so a longer value is ignored. */
const LONGEST_NAME = 200;

/** Whatever a server says: token counts are whole and not negative, and a part is no larger than the total. */
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

/** 0 if it is not a count. A count beyond any model's limits is a server error. */
export function tokenCount(value: unknown): number {
	const count = numberIn(value);
	return count > 0 && count < 1e9 ? Math.round(count) : 0;
}

/** A reported cost in USD; undefined if it is no number, or more than any call costs. */
export function namedCost(value: unknown): number | undefined {
	const cost = numberIn(value);
	return cost >= 0 && cost < 100_000 ? cost : undefined;
}

/** Some servers write numbers as strings. NaN if it is none. */
function numberIn(value: unknown): number {
	if (typeof value === 'number') return value;
	return typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
}

function nameIn<Field extends string>(field: Field, value: unknown): { [F in Field]?: string } {
	const isName = typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME;
	return (isName ? { [field]: value } : {}) as { [F in Field]?: string };
}
