import type { ServiceTier, Usage } from '../../types';
import { tokenCount, usageFrom } from '../usage';
import type { GeminiResponse } from './request';

type Counts = GeminiResponse['usageMetadata'] & {
	/** The SDK's types have it only for live sessions. */
	serviceTier?: string;
};
type ByModality = Array<{ modality?: string; tokenCount?: number }> | undefined;

/** `candidatesTokenCount` does not include thoughts; `promptTokenCount` includes cached input. */
export function usageOf({
	usageMetadata,
	modelVersion,
}: Pick<GeminiResponse, 'usageMetadata' | 'modelVersion'>): Usage | null {
	const counts = usageMetadata as Counts | undefined;
	if (!counts || counts.promptTokenCount === undefined) return null;
	const reasoning = tokenCount(counts.thoughtsTokenCount);
	const tier = counts.serviceTier ?? counts.trafficType;
	return usageFrom({
		input: tokenCount(counts.promptTokenCount) + tokenCount(counts.toolUsePromptTokenCount),
		output: outputOf(counts, reasoning),
		cachedInput: counts.cachedContentTokenCount,
		audioInput: tokensOf('AUDIO', counts.promptTokensDetails),
		cachedAudio: tokensOf('AUDIO', counts.cacheTokensDetails),
		audioOutput: tokensOf('AUDIO', counts.candidatesTokensDetails),
		imageOutput: tokensOf('IMAGE', counts.candidatesTokensDetails),
		reasoning,
		tier: TIERS[tier?.toLowerCase() ?? ''],
		servedModel: modelVersion,
	});
}

/** Thoughts are counted in addition to the candidates, unless the total shows that they are included. */
function outputOf(counts: NonNullable<GeminiResponse['usageMetadata']>, reasoning: number): number {
	const candidates = tokenCount(counts.candidatesTokenCount);
	const input = tokenCount(counts.promptTokenCount) + tokenCount(counts.toolUsePromptTokenCount);
	const areInside = reasoning <= candidates && counts.totalTokenCount === input + candidates;
	return areInside ? candidates : candidates + reasoning;
}

/** Gemini's own names, and those of Vertex. */
const TIERS: Readonly<Record<string, ServiceTier>> = {
	standard: 'standard',
	unspecified: 'standard',
	flex: 'flex',
	priority: 'priority',
	on_demand: 'standard',
	on_demand_flex: 'flex',
	on_demand_priority: 'priority',
	provisioned_throughput: 'standard',
};

function tokensOf(modality: string, details: ByModality): number {
	return (details ?? []).reduce(
		(sum, part) => (part.modality === modality ? sum + tokenCount(part.tokenCount) : sum),
		0,
	);
}
