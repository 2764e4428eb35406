import type { Usage } from '../../types';
import { tokenCount, usageFrom } from '../usage';
import type { GeminiResponse } from './request';

/** `promptTokenCount` counts cached input. */
export function usageOf(counts: GeminiResponse['usageMetadata']): Usage | null {
	if (!counts || counts.promptTokenCount === undefined) return null;
	const reasoning = tokenCount(counts.thoughtsTokenCount);
	return usageFrom({
		input: tokenCount(counts.promptTokenCount) + tokenCount(counts.toolUsePromptTokenCount),
		output: outputOf(counts, reasoning),
		cachedInput: counts.cachedContentTokenCount,
		reasoning,
	});
}

/** Thoughts stand beside the candidates, or in them where the total says so. */
function outputOf(counts: NonNullable<GeminiResponse['usageMetadata']>, reasoning: number): number {
	const candidates = tokenCount(counts.candidatesTokenCount);
	const input = tokenCount(counts.promptTokenCount) + tokenCount(counts.toolUsePromptTokenCount);
	const areInside = reasoning <= candidates && counts.totalTokenCount === input + candidates;
	return areInside ? candidates : candidates + reasoning;
}
