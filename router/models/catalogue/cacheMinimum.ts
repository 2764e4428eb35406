/**
 * The smallest prompt prefix, in tokens, that a provider caches. Sources, November 2026: Anthropic's, OpenAI's and
 * Google's pages on prompt and context caching.
 */
import type { ProviderId } from '../../types';
import { bareName, familyOf } from './names';

const ANTHROPIC: Readonly<Record<string, number>> = {
	'claude-opus-4.5': 4_096,
	'claude-opus-4.6': 4_096,
	'claude-opus-4.7': 2_048,
	'claude-opus-4.8': 1_024,
	'claude-haiku-4.5': 4_096,
	'claude-3.5-haiku': 2_048,
	'claude-3-haiku': 2_048,
	'claude-opus-5': 512,
	'claude-fable-5': 512,
	'claude-mythos-5': 512,
};

/** undefined if the provider is not known to cache. */
export function cacheMinimumOf(provider: ProviderId, modelId: string): number | undefined {
	const name = bareName(modelId.replace(/^models\//, ''));
	switch (provider) {
		case 'anthropic':
			return familyOf(name, ANTHROPIC) ?? 1_024;
		case 'openAi':
			return /^gpt-(3|4$|4-)/.test(name) ? undefined : 1_024;
		case 'gemini':
			if (/^gemini-2-5/.test(name)) return 2_048;
			return /^gemini-(?:[3-9]|\d\d)/.test(name) ? 4_096 : undefined;
		default:
			return undefined;
	}
}
