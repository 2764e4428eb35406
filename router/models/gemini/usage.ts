import type { Usage } from '../../types';
import { tokenCount, usageFrom } from '../usage';
import type { GeminiResponse } from './request';

/** `candidatesTokenCount` leaves the thoughts out; `promptTokenCount` counts cached input. */
export function usageOf(counts: GeminiResponse['usageMetadata']): Usage | null {
	if (!counts || counts.promptTokenCount === undefined) return null;
	const reasoning = tokenCount(counts.thoughtsTokenCount);
	return usageFrom({
		input: tokenCount(counts.promptTokenCount) + tokenCount(counts.toolUsePromptTokenCount),
		output: tokenCount(counts.candidatesTokenCount) + reasoning,
		cachedInput: counts.cachedContentTokenCount,
		reasoning,
	});
}
