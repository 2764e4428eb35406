import type { Anthropic } from '@anthropic-ai/sdk';
import type { JsonSchema, ModelRequest, ReasoningEffort } from '../../types';
import { hasOpenObjects, systemWithJsonInstruction } from '../jsonOutput';
import { conversationOf, isForced, toolParams } from './messages';

type Body = Omit<Anthropic.MessageCreateParamsStreaming, 'stream'>;

export async function anthropicBody(modelId: string, request: ModelRequest): Promise<Body> {
	const traits = traitsOf(modelId);
	// Other providers accept up to 2, Anthropic refuses more than 1.
	const temperature = request.limits.temperature && Math.min(request.limits.temperature, 1);
	const { messages, lacksThoughts } = conversationOf(modelId, request.messages);
	const mayThink = !isForced(request) && !(lacksThoughts && traits.thinking === 'budget');
	const { maxTokens, thinking, effort } = reasoning(mayThink ? request : withoutEffort(request), traits);
	const schema = await nativeSchema(request, traits);
	const system = schema ? request.system : systemWithJsonInstruction(request);
	const outputConfig: Anthropic.OutputConfig = {
		...(schema && { format: { type: 'json_schema' as const, schema } }),
		...(effort && { effort }),
	};
	return {
		model: modelId,
		max_tokens: maxTokens,
		messages,
		...toolParams(request),
		...(system && { system }),
		...(temperature !== undefined && traits.takesTemperature && !thinking && { temperature }),
		...(thinking && { thinking }),
		...(Object.keys(outputConfig).length > 0 && { output_config: outputConfig }),
	};
}

function withoutEffort({ reasoningEffort: _, ...request }: ModelRequest): ModelRequest {
	return request;
}

interface Traits {
	/** Most output tokens if the user set no limit; the interface requires one. */
	defaultMaxTokens: number;
	takesTemperature: boolean;
	takesSchema: boolean;
	/** `budget`: a number of tokens. `adaptive`: by effort. */
	thinking: 'none' | 'budget' | 'adaptive';
	thinksUnasked: boolean;
}

/** Other vendors' servers with models of their own: what most of them accept. The rest is learned from refusals. */
const FOREIGN: Traits = {
	defaultMaxTokens: 8_192,
	takesTemperature: true,
	takesSchema: false,
	thinking: 'budget',
	thinksUnasked: false,
};

/**
 * What a model accepts, by the version in its id; Claude ids without a version are newer than all that have one.
 * Sources: Anthropic's pages on models (4,096 output tokens with Claude 3, 8,192 with 3.5, at least 32,000 from 4 on,
 * of which we allow half, because a truncated answer is worse than a long one), on structured outputs (from 4.5 and
 * Opus 4.1 on), on thinking (budgets from 3.7 on, adaptive from 4.6 on) and the migration guide of Opus 4.7 (no
 * temperature).
 */
function traitsOf(modelId: string): Traits {
	if (!/claude/i.test(modelId)) return FOREIGN;
	const version = versionOf(modelId);
	return {
		defaultMaxTokens: version >= 4 ? 16_384 : version >= 3.5 ? 8_192 : 4_096,
		takesTemperature: version < 4.7,
		takesSchema: version >= 4.5 || /opus-4[-.]1(?!\d)/.test(modelId),
		thinking: version >= 4.6 ? 'adaptive' : version >= 3.7 ? 'budget' : 'none',
		thinksUnasked: version >= 5,
	};
}

/** 4.6 for `claude-sonnet-4-6`, 3.5 for `claude-3-5-haiku-20241022`, 4 for `claude-opus-4-20250514`. */
function versionOf(modelId: string): number {
	const match = /claude-(?:[a-z]+-)?(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/.exec(modelId);
	if (match) return Number(`${match[1]}.${match[2] ?? 0}`);
	return /claude-(?:instant|v?2)/.test(modelId) ? 2 : Infinity;
}

/**
 * Thinking tokens by effort. The smallest budget allowed is 1,024; the others are those that Google documents for its
 * own models.
 */
const BUDGETS: Readonly<Record<Exclude<ReasoningEffort, 'none'>, number>> = {
	minimal: 1_024,
	low: 2_048,
	medium: 8_192,
	high: 24_576,
};

const MIN_BUDGET = 1_024;

function reasoning(
	{ reasoningEffort, limits }: ModelRequest,
	traits: Traits,
): {
	maxTokens: number;
	thinking?: Anthropic.ThinkingConfigParam;
	effort?: Anthropic.OutputConfig['effort'];
} {
	const maxTokens = limits.maxOutputTokens ?? traits.defaultMaxTokens;
	if (reasoningEffort === undefined || traits.thinking === 'none') return { maxTokens };
	if (reasoningEffort === 'none') {
		// Newer models refuse to switch thinking off; the lowest effort is what they offer instead.
		return { maxTokens, effort: traits.thinksUnasked ? 'low' : undefined };
	}
	const wanted = BUDGETS[reasoningEffort];
	// Thinking counts against the limit, so the default limit makes room for it.
	const roomy = limits.maxOutputTokens ?? Math.min(traits.defaultMaxTokens + wanted, 32_000);
	if (traits.thinking === 'adaptive') {
		const effort = reasoningEffort === 'minimal' ? 'low' : reasoningEffort;
		return { maxTokens: roomy, thinking: { type: 'adaptive' }, effort };
	}
	const budget = Math.min(wanted, Math.floor(roomy / 2));
	if (budget < MIN_BUDGET) return { maxTokens };
	return { maxTokens: roomy, thinking: { type: 'enabled', budget_tokens: budget } };
}

/** The schema in Anthropic's form; null: only an instruction can ask for it. */
async function nativeSchema({ format }: ModelRequest, traits: Traits): Promise<JsonSchema | null> {
	if (format.type !== 'json' || !format.schema || !traits.takesSchema) return null;
	// Anthropic closes all objects, so one whose property names the model chooses could only stay empty.
	if (hasOpenObjects(format.schema)) return null;
	const { transformJSONSchema } = await import('@anthropic-ai/sdk/lib/transform-json-schema');
	try {
		return transformJSONSchema(format.schema) as JsonSchema;
	} catch {
		return null;
	}
}
