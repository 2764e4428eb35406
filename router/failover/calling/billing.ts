import { filesIn } from '../../text/parts';
import type { AttachmentKind, Billing, ChatRequest, Part, Usage } from '../../types';
import type { Call } from './attempt';

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

/** Tokens of everything that is sent: system message, conversation, tools, schema and an allowance for attachments. */
export function estimateRequest(request: ChatRequest, estimateTokens: (text: string) => number): number {
	let tokens = request.system ? estimateTokens(request.system) : 0;
	for (const { parts } of request.messages) {
		for (const part of parts) tokens += estimatePart(part, estimateTokens);
	}
	if (request.tools?.length) tokens += estimateTokens(JSON.stringify(request.tools));
	if (request.format.type === 'json' && request.format.schema) {
		tokens += estimateTokens(JSON.stringify(request.format.schema));
	}
	return tokens;
}

function estimatePart(part: Part, estimateTokens: (text: string) => number): number {
	const files = filesIn([part]).reduce((sum, { kind }) => sum + ATTACHMENT_TOKENS[kind], 0);
	if (part.type === 'text') return estimateTokens(part.text);
	if (part.type === 'toolCall') return estimateTokens(part.name) + estimateTokens(part.input);
	if (part.type === 'toolResult') return estimateTokens(part.output) + files;
	return part.type === 'reasoning' ? estimateTokens(JSON.stringify(part.opaque) ?? '') : files;
}

/**
 * Who says what a call is billed for. A provider that refuses before it says anything bills nothing; one that
 * was at work when the answer broke off does, though it had no chance to name its usage.
 */
export function billingOf(call: Call): Billing {
	if (call.end?.usage || call.earlyUsageIsFinal) return 'named';
	return call.heard || call.brokenOff ? 'estimated' : 'none';
}

/** What the provider counted, else what it said early, else our estimate. */
export function usageOf(call: Call, request: ChatRequest, estimateTokens: (text: string) => number): Usage {
	if (call.end?.usage) return call.end.usage;
	const early = call.earlyUsage;
	if (early && call.earlyUsageIsFinal) return early;
	const inputTokens = early?.inputTokens ?? estimateRequest(request, estimateTokens);
	const written = call.draft.written();
	const outputTokens = Math.max(early?.outputTokens ?? 0, written === '' ? 0 : estimateTokens(written));
	return {
		inputTokens,
		outputTokens,
		cachedInputTokens: early?.cachedInputTokens ?? 0,
		reasoningTokens: early?.reasoningTokens ?? 0,
		totalTokens: inputTokens + outputTokens,
	};
}
