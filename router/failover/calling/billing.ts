import { isLongerAsJson } from '../../text/jsonLength';
import { filesIn } from '../../text/parts';
import { NO_USAGE } from '../../types';
import type { AttachmentKind, Billing, ChatRequest, Part, Usage } from '../../types';
import type { Call } from './call';

/**
 * Tokens allowed for one attachment. An image: what Anthropic documents as its largest (1,568 px on the long
 * edge, width × height / 750 ≈ 1,600); a document: one dense page at Anthropic's 1,500–3,000 tokens a page;
 * audio: one minute at Gemini's 32 tokens a second.
 */
const ATTACHMENT_TOKENS: Readonly<Record<AttachmentKind, number>> = {
	image: 1_600,
	document: 3_000,
	audio: 1_920,
};

/** Longer conversations, in characters, are estimated from evenly spaced samples. */
const COUNTED_WHOLE = 262_144;
const SAMPLES = 64;
const SAMPLE_LENGTH = 4_096;

/** Tokens of everything that is sent: system message, conversation, tools, schema and an allowance for attachments. */
export function estimateRequest(request: ChatRequest, estimateTokens: (text: string) => number): number {
	let tokens = request.system ? estimateTokens(request.system) : 0;
	tokens += estimateParts(
		request.messages.flatMap(({ parts }) => parts),
		estimateTokens,
	);
	if (request.tools?.length) tokens += estimateJson(request.tools, estimateTokens);
	if (request.format.type === 'json' && request.format.schema) {
		tokens += estimateJson(request.format.schema, estimateTokens);
	}
	return tokens;
}

/** Characters. Longer JSON is not serialized just to be counted: no provider accepts that much. */
const COUNTED_JSON = 500_000;

function estimateJson(value: unknown, estimateTokens: (text: string) => number): number {
	return isLongerAsJson(value, COUNTED_JSON) ? COUNTED_JSON : estimateTokens(JSON.stringify(value));
}

function estimateParts(parts: readonly Part[], estimateTokens: (text: string) => number): number {
	const written = parts.filter(({ type }) => type !== 'file');
	const length = written.reduce((sum, part) => sum + lengthOf(part), 0);
	if (length <= COUNTED_WHOLE || parts.length <= SAMPLES / 4) {
		return parts.reduce((sum, part) => sum + estimatePart(part, estimateTokens), 0);
	}
	const files = filesIn(parts).reduce((sum, { kind }) => sum + ATTACHMENT_TOKENS[kind], 0);
	let share = 0;
	let taken = 0;
	let at = 0;
	for (const part of written) {
		const words = part.type === 'text' ? part.text : part.type === 'toolResult' ? part.output : '';
		const sample = words.slice(0, SAMPLE_LENGTH);
		at += lengthOf(part);
		// A long part covers several sample positions.
		const places = Math.min(SAMPLES, Math.floor((at / length) * SAMPLES)) - taken;
		if (places <= 0) continue;
		taken += places;
		share += places * (sample === '' ? 1 / THOUGHT_LENGTH : estimateTokens(sample) / sample.length);
	}
	return files + Math.round((share / Math.max(1, taken)) * length);
}

/** Characters per token of stored reasoning, which is mostly base64. */
const THOUGHT_LENGTH = 5;

function estimatePart(part: Part, estimateTokens: (text: string) => number): number {
	const files = filesIn([part]).reduce((sum, { kind }) => sum + ATTACHMENT_TOKENS[kind], 0);
	if (part.type === 'text') return estimateTokens(part.text);
	if (part.type === 'toolCall') return estimateTokens(part.name) + estimateTokens(part.input);
	if (part.type === 'toolResult') return estimateTokens(part.output) + files;
	return part.type === 'reasoning' ? Math.ceil(lengthOf(part) / THOUGHT_LENGTH) : files;
}

/** What a call is billed for, and who counted it. */
export interface Bill {
	billing: Billing;
	/** null with `none`. */
	usage: Usage | null;
	/** The provider reported an impossible count. */
	isDoubted?: true;
}

/**
 * A provider that refuses before it answers bills nothing. One that was already answering bills even if the answer
 * broke off, in which case usage may be missing and is estimated. Impossible counts are replaced by estimates.
 */
export function billOf(call: Call, request: ChatRequest, estimateTokens: (text: string) => number): Bill {
	const early = call.earlyUsage;
	const named = call.end?.usage ?? (call.earlyUsageIsFinal ? early : null);
	const writesNothing = request.limits.maxOutputTokens === 0;
	const sent = (): number => estimateRequest(request, estimateTokens);
	const answered = (): number => {
		const written = call.partial.written();
		return written === '' || writesNothing ? 0 : estimateTokens(written);
	};
	if (!named) {
		if (!call.heard && !call.brokenOff) return { billing: 'none', usage: null };
		const output = Math.max(early?.outputTokens ?? 0, answered());
		return {
			billing: 'estimated',
			usage: withTokens(early ?? NO_USAGE, early?.inputTokens || sent(), output),
		};
	}
	const { inputTokens, outputTokens } = named;
	const isTooMuch = {
		input: inputTokens > HIDDEN_INPUT && inputTokens > mostInput(request),
		output: outputTokens > HIDDEN_OUTPUT && outputTokens > mostOutput(request, call.partial.written()),
	};
	const isNothing = {
		input: inputTokens === 0,
		output: outputTokens === 0 && !writesNothing && call.partial.written().trim() !== '',
	};
	const isDoubted = isTooMuch.input || isTooMuch.output;
	const isComplete = (!isNothing.input && !isNothing.output) || named.costNano !== undefined;
	if (!isDoubted && isComplete) return { billing: 'named', usage: named };
	const usage = withTokens(
		named,
		isTooMuch.input || isNothing.input ? sent() : inputTokens,
		isTooMuch.output || isNothing.output ? answered() : outputTokens,
	);
	return { billing: 'estimated', usage, ...(isDoubted && { isDoubted }) };
}

/** No tokenizer makes more than this of one character. */
const TOKENS_A_CHARACTER = 4;

/** Input tokens that a provider may add itself: a system prompt, tools, search results. */
const HIDDEN_INPUT = 50_000;

/** Output tokens that may be hidden: the longest reasoning of today's models. */
const HIDDEN_OUTPUT = 200_000;

/** Counts characters because tokenizing a large prompt takes too long. */
function mostInput({ system = '', messages, tools, format }: ChatRequest): number {
	let characters = system.length;
	for (const { parts } of messages) for (const part of parts) characters += lengthOf(part);
	if (tools?.length) characters += JSON.stringify(tools).length;
	if (format.type === 'json' && format.schema) characters += JSON.stringify(format.schema).length;
	return HIDDEN_INPUT + characters * TOKENS_A_CHARACTER;
}

function lengthOf(part: Part): number {
	const files = filesIn([part]).reduce((sum, { data }) => sum + data.length, 0);
	if (part.type === 'text') return part.text.length;
	if (part.type === 'toolCall') return part.name.length + part.input.length;
	if (part.type === 'toolResult') return part.output.length + files;
	return part.type === 'reasoning' ? (JSON.stringify(part.opaque)?.length ?? 0) : files;
}

function mostOutput({ limits }: ChatRequest, written: string): number {
	const hidden = Math.max(HIDDEN_OUTPUT, 2 * (limits.maxOutputTokens ?? 0));
	return hidden + written.length * TOKENS_A_CHARACTER;
}

/** Replaces the totals, limits the parts to them, and drops the cost that came with the old counts. */
function withTokens(named: Usage, inputTokens: number, outputTokens: number): Usage {
	const { costNano: _cost, ...usage } = named;
	const cachedInputTokens = Math.min(usage.cachedInputTokens, inputTokens);
	const rest = inputTokens - cachedInputTokens;
	return {
		...usage,
		inputTokens,
		outputTokens,
		cachedInputTokens,
		...(usage.cacheWriteTokens && { cacheWriteTokens: Math.min(usage.cacheWriteTokens, rest) }),
		...(usage.longCacheWriteTokens && { longCacheWriteTokens: Math.min(usage.longCacheWriteTokens, rest) }),
		reasoningTokens: Math.min(usage.reasoningTokens, outputTokens),
		totalTokens: inputTokens + outputTokens,
	};
}
