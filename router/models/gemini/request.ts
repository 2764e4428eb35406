import type {
	GenerateContentConfig,
	GenerateContentParameters,
	GenerateContentResponse,
	GoogleGenAI,
	Part,
	ServiceTier,
	ThinkingConfig,
	ThinkingLevel,
} from '@google/genai';
import type { ModelRequest, ReasoningEffort } from '../../types';
import { systemWithJsonInstruction, withoutDialect } from '../jsonOutput';
import { contentsOf, toolConfig, versionOf } from './contents';

export type { GenerateContentParameters, GoogleGenAI };
export type GeminiResponse = GenerateContentResponse;
export type GeminiPart = Part;

export function geminiParameters(
	modelId: string,
	request: ModelRequest,
	abortSignal: AbortSignal,
): GenerateContentParameters {
	const { maxOutputTokens, temperature } = request.limits;
	const jsonConfig = jsonOutput(request, modelId);
	const system = jsonConfig.responseJsonSchema ? request.system : systemWithJsonInstruction(request);
	const thinkingConfig = thinking(modelId, request.reasoningEffort);
	const config: GenerateContentConfig = {
		abortSignal,
		...(system && { systemInstruction: system }),
		...(maxOutputTokens !== undefined && { maxOutputTokens }),
		...(temperature !== undefined && { temperature }),
		...(thinkingConfig && { thinkingConfig }),
		...(request.serviceTier && { serviceTier: request.serviceTier as ServiceTier }),
		...jsonConfig,
		...toolConfig(request),
	};
	return { model: modelId, contents: contentsOf(modelId, request.messages), config };
}

/** Before Gemini 3, JSON output together with tools was refused. */
function jsonOutput({ format, tools }: ModelRequest, modelId: string): Partial<GenerateContentConfig> {
	if (format.type !== 'json' || (tools?.length && !(versionOf(modelId) >= 3))) return {};
	const responseJsonSchema = format.schema && withoutDialect(format.schema);
	return { responseMimeType: 'application/json', ...(responseJsonSchema && { responseJsonSchema }) };
}

/** Source: Google, "Gemini thinking" and "OpenAI compatibility", which maps efforts to budgets. */
const BUDGETS: Readonly<Record<Exclude<ReasoningEffort, 'none'>, number>> = {
	minimal: 1_024,
	low: 1_024,
	medium: 8_192,
	high: 24_576,
};

/** Thinking cannot be switched off for Gemini 2.5 Pro; this is its smallest budget. */
const MIN_PRO_BUDGET = 128;

const LEVELS: Readonly<Record<ReasoningEffort, string>> = {
	none: 'MINIMAL',
	minimal: 'MINIMAL',
	low: 'LOW',
	medium: 'MEDIUM',
	high: 'HIGH',
};

/** Gemini 2.5 takes a thinking budget, later models a level; earlier ones do not think and refuse the setting. */
function thinking(modelId: string, effort: ReasoningEffort | undefined): ThinkingConfig | undefined {
	const version = versionOf(modelId);
	if (effort === undefined || !(version >= 2.5)) return undefined;
	const isPro = modelId.includes('pro');
	// Thoughts show that the model is alive before the answer begins.
	const includeThoughts = effort !== 'none';
	if (version >= 3) {
		// Pro models have no level below low.
		const level = isPro && LEVELS[effort] === 'MINIMAL' ? 'LOW' : LEVELS[effort];
		return { thinkingLevel: level as ThinkingLevel, includeThoughts };
	}
	if (effort === 'none') return { thinkingBudget: isPro ? MIN_PRO_BUDGET : 0 };
	return { thinkingBudget: BUDGETS[effort], includeThoughts };
}
