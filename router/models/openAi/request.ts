import type { OpenAI } from 'openai';
import type { ModelRequest, ReasoningEffort } from '../../types';
import { meetsStrictDemands, systemWithJsonInstruction, withoutDialect } from '../jsonOutput';
import { messagesOf, toolParams } from './messages';
import type { OpenAiFlavour } from './messages';

export type { OpenAiFlavour };

type Body = OpenAI.ChatCompletionCreateParamsStreaming;

export function requestBody(modelId: string, flavour: OpenAiFlavour, request: ModelRequest): Body {
	const traits = traitsOf(modelId, flavour);
	const { maxOutputTokens, temperature } = request.limits;
	const json = jsonOutput(request, traits);
	const effort = effortOf(modelId, flavour, request);
	return {
		model: modelId,
		messages: messagesOf(modelId, flavour, json.system, request.messages),
		...toolParams(request, !/^o\d/.test(bareId(modelId))),
		stream: true,
		stream_options: { include_usage: true },
		...(json.responseFormat && { response_format: json.responseFormat }),
		...(maxOutputTokens !== undefined && { [traits.limitField]: maxOutputTokens }),
		...(temperature !== undefined && traits.takesTemperature && { temperature }),
		...(effort && { reasoning_effort: effort }),
	};
}

interface Traits {
	limitField: 'max_completion_tokens' | 'max_tokens';
	takesTemperature: boolean;
	json: 'schema' | 'object' | 'instruction';
}

/**
 * o1, o3, o4-mini, gpt-5 and later. Their chat variants do not reason on demand, but most refuse a temperature too.
 */
const MODERN = /^(?:o\d|codex|gpt-(?:[5-9]|\d\d))/;
const REASONING = new RegExp(`${MODERN.source}(?!.*chat)`);

/**
 * What a model accepts, by its id. Source: OpenAI's pages on reasoning models ("unsupported parameters") and on
 * structured outputs (from gpt-4o-2024-08-06 on; JSON mode from gpt-4-turbo and gpt-3.5-turbo-1106 on).
 */
function traitsOf(modelId: string, flavour: OpenAiFlavour): Traits {
	const id = bareId(modelId);
	const takesTemperature = !MODERN.test(id);
	if (flavour === 'compatible') return { limitField: 'max_tokens', takesTemperature, json: 'instruction' };
	return { limitField: 'max_completion_tokens', takesTemperature, json: jsonOf(id) };
}

function jsonOf(id: string): Traits['json'] {
	if (
		/^gpt-3\.5-turbo(?!-(?:0301|0613|16k|instruct))|^gpt-4-(?:turbo|1106|0125)|^gpt-4o-2024-05-13/.test(id)
	) {
		return 'object';
	}
	return /^(?:gpt-3|gpt-4(?:-|$)|o1-(?:mini|preview)|gpt-(?:4o-)?audio)/.test(id) ? 'instruction' : 'schema';
}

/** Without a gateway's vendor prefix and the marks of a fine-tuned model. */
function bareId(modelId: string): string {
	const id = modelId.toLowerCase().split('/').at(-1)!;
	return id.startsWith('ft:') ? id.split(':')[1]! : id;
}

/**
 * In chat completions no model after gpt-5.1 accepts tools together with reasoning, and from gpt-5.6 on tools require
 * that reasoning is switched off: "To use function tools, use /v1/responses or set reasoning_effort to 'none'."
 */
function effortOf(
	modelId: string,
	flavour: OpenAiFlavour,
	{ reasoningEffort, tools }: ModelRequest,
): ReasoningEffort | undefined {
	const minor = Number(/^gpt-5\.(\d+)(?!.*chat)/.exec(bareId(modelId))?.[1] ?? NaN);
	if (tools?.length && minor >= 2) return minor >= 6 ? 'none' : undefined;
	return reasoningEffort && effortFor(modelId, flavour, reasoningEffort);
}

/**
 * The nearest effort that the model has; undefined if it does not reason. o-models have low to high, gpt-5 also
 * `minimal`, gpt-5.1 and later `none` instead of it. Source: OpenAI, Reasoning guide, `reasoning.effort`.
 */
function effortFor(
	modelId: string,
	flavour: OpenAiFlavour,
	effort: ReasoningEffort,
): ReasoningEffort | undefined {
	const id = bareId(modelId);
	if (!REASONING.test(id)) return flavour === 'compatible' ? effort : undefined;
	if (effort !== 'none' && effort !== 'minimal') return effort;
	if (/^(?:o\d|codex)/.test(id)) return 'low';
	if (/^gpt-5(?!\.\d)/.test(id)) return 'minimal';
	return effort === 'none' ? 'none' : 'low';
}

function jsonOutput(
	request: ModelRequest,
	traits: Traits,
): { system: string | undefined; responseFormat?: Body['response_format'] } {
	const { format, system } = request;
	if (format.type !== 'json') return { system };
	const schema = format.schema && withoutDialect(format.schema);
	// Both native forms only return objects.
	const wantsObject = !schema || schema.type === 'object';
	if (traits.json === 'instruction' || !wantsObject) return { system: systemWithJsonInstruction(request) };
	if (schema && traits.json === 'schema') {
		const json_schema = { name: 'answer', schema, strict: meetsStrictDemands(schema) };
		return { system, responseFormat: { type: 'json_schema', json_schema } };
	}
	// JSON mode is refused unless the messages mention JSON.
	return { system: systemWithJsonInstruction(request), responseFormat: { type: 'json_object' } };
}
