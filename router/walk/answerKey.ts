/** By what an answer is known again: a hash over everything that shapes it. */
import { createHash } from 'node:crypto';

import type { Attachment, ChatRequest, ErrorCategory, Message, Model, Part, Route } from '../types';

/** Everything that shapes an answer, but for chance and the provider's own moods. */
export interface AnswerShape {
	request: ChatRequest;
	/** The user's list. */
	models: readonly Model[];
	route: Route;
	/** The candidate that is the first because a conversation stays with it. */
	pinned: Model | null;
	/** With `cascade`: see `Escalation`. */
	toleratedDoubt: number | null;
	fallbackOn: ReadonlySet<ErrorCategory>;
	/** Models get placeholders for personal data. */
	redacts: boolean;
}

/**
 * SHA-256 of the canonical JSON of the shape, as 64 hexadecimal digits: nothing of prompt or answer can be read from it.
 * Rules, preference and judge are in it by what they come to: the strategy and the candidates in their order. Keys and
 * other credentials are not; whose endpoint is asked is.
 */
export function answerKey(shape: AnswerShape): string {
	const { request, models, route, toleratedDoubt, fallbackOn, redacts } = shape;
	return sha256(
		canonical({
			version: 2,
			system: request.system,
			messages: request.messages.map(messageOf),
			tools: request.tools,
			toolChoice: request.toolChoice,
			parallelToolCalls: request.parallelToolCalls,
			format: { type: request.format.type, schema: schemaOf(request) },
			limits: request.limits,
			models: models.map(modelOf),
			strategy: route.strategy,
			candidates: orderOf(shape),
			ladder: route.ladder?.map(({ alias }) => alias),
			toleratedDoubt,
			fallbackOn: [...fallbackOn].sort(),
			redacts,
		}),
	);
}

/** Files by their hash: they may be large. */
function messageOf({ role, parts }: Message): unknown {
	return { role, parts: parts.map(partOf) };
}

function partOf(part: Part): unknown {
	if (part.type === 'file') return { type: part.type, file: fileOf(part.file) };
	return part.type === 'toolResult' ? { ...part, files: part.files?.map(fileOf) } : part;
}

function fileOf({ data, ...file }: Attachment): unknown {
	return { ...file, data: sha256(data) };
}

function schemaOf({ format }: ChatRequest): unknown {
	return format.type === 'json' ? format.schema : undefined;
}

/** Prices and limits per minute shape no answer but through the order of the candidates. */
function modelOf(model: Model): unknown {
	const { alias, endpoint, modelId, quality, weight, contextWindow, seesPersonalData = false } = model;
	const { maxOutputTokens, temperature, reasoningEffort, variant } = model;
	const settings = { maxOutputTokens, temperature, reasoningEffort, variant };
	return { alias, endpoint, modelId, quality, weight, contextWindow, seesPersonalData, ...settings };
}

/**
 * Aliases in the order in which they are tried, as far as that is the user's will: with `fastest` it is a moment's, and
 * with `weighted` only the first is drawn for good.
 */
function orderOf({ route: { strategy, candidates }, pinned }: AnswerShape): unknown {
	const aliases = candidates.map(({ alias }) => alias);
	if (strategy === 'fastest') return { first: pinned?.alias, set: aliases.sort() };
	if (strategy === 'weighted') return { first: aliases[0], set: aliases.sort() };
	return aliases;
}

/** JSON whose objects have their keys in order, so that equal values give equal texts. */
function canonical(value: unknown): string {
	return JSON.stringify(value, (_key, part: unknown) => {
		if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
		return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
	});
}

function sha256(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
