import { hasTooManyParts } from '../../text/jsonShape';
import { toolCallsIn } from '../../text/parts';
import type { ChatRequest, ErrorCategory, FinishReason, Part, ToolCallPart } from '../../types';
import type { Call } from '../calling/call';
import type { JsonCheck } from './json';
import type { Fault } from '../terms';

/** Providers' own words are cut to this length, in characters. */
const MAX_DETAIL = 300;

export type Verdict =
	| { passed: true; parts: Part[]; json?: unknown; finishReason: FinishReason }
	| { passed: false; fault: Fault };

export interface Asked {
	request: ChatRequest;
	/** null unless JSON is requested. */
	checkJson: JsonCheck | null;
}

/** Whether the result of a call may be passed on as an answer. A partial answer never may. */
export async function judgeCall(
	call: Call,
	{ request, checkJson }: Asked,
	truncatedCounts: boolean,
): Promise<Verdict> {
	if (call.error) {
		const { category, message, status, retryAfterMs, saysRemedy, inAnswer } = call.error;
		// If we broke it off, the answer may have been good. `invalidOutput`: the provider found its model's output
		// unusable.
		const broken = inAnswer || (call.heard && !call.brokenOff) || category === 'invalidOutput';
		return failed({
			category,
			message,
			status: status ?? null,
			retryAfterMs: retryAfterMs ?? null,
			...(broken && { broken }),
			...(saysRemedy && { lasting: true, saysRemedy }),
		});
	}
	const { detail } = call.end;
	// Whether there are tool calls decides, not the finish reason: some servers say "tool_calls" for text alone.
	const finishReason = call.end.finishReason === 'toolCalls' ? 'stop' : call.end.finishReason;
	if (finishReason === 'refusal') return short('refused', withDetail('It refused to answer', detail));
	if (finishReason === 'contentFilter') {
		return short('contentFiltered', withDetail("The provider's content filter stopped it", detail));
	}
	const cut = finishReason === 'length';
	const { text } = call.partial;
	const parts = call.partial.parts().filter(({ type }) => type !== 'toolCall' || mayCall(request));
	const calls = toolCallsIn(parts);
	if (calls.length > 0) return judgeToolCalls(calls, parts, request, cut);
	if (text.trim() === '') return empty(cut);
	if (hasToCall(request)) return unusable('It called no tool, though it had to.');
	if (isCallAsText(text, request)) return unusable('It wrote a tool call as text.');
	if (checkJson) {
		const verdict = await checkJson(text);
		if ('problem' in verdict) return misfit(verdict.problem, cut);
		return truncatedCounts && cut ? truncated() : { passed: true, parts, json: verdict.value, finishReason };
	}
	return truncatedCounts && cut ? truncated() : { passed: true, parts, finishReason };
}

/**
 * How chat templates write tool calls that their server did not parse: Hermes, Gemma, Mistral, Llama, gpt-oss,
 * DeepSeek, Kimi.
 */
const CALL_AS_TEXT =
	/^\s*(?:<tool_call>|<start_function_call>|\[TOOL_CALLS\]|<function[=_]|<\|python_tag\|>|<\|channel\|>commentary|<[|｜]tool[▁_]calls?[▁_](?:section[▁_])?begin[|｜]>)/;

/** Characters of all inputs of an answer: they are parsed in one go, and more would block the event loop. */
const MAX_INPUT = 4_000_000;

/** In characters; no call of a tool in bare JSON is longer. */
const MAX_BARE_CALL = 100_000;

/** Llama 4 and Devstral also write calls as bare JSON: `{"name": "look", "parameters": {}}`, or a list of them. */
function isCallAsText(text: string, { tools = [] }: ChatRequest): boolean {
	if (tools.length === 0) return false;
	if (CALL_AS_TEXT.test(text)) return true;
	const bare = text.length > MAX_BARE_CALL ? '' : text.trim();
	return /^[[{]/.test(bare) && bare.includes('"name"') && isBareCall(bare, tools);
}

function isBareCall(text: string, tools: NonNullable<ChatRequest['tools']>): boolean {
	try {
		const value = JSON.parse(text) as { tool_calls?: unknown } | unknown[];
		const list: unknown = Array.isArray(value) ? value : (value.tool_calls ?? [value]);
		const calls = (Array.isArray(list) ? list : []) as Array<Record<string, unknown> | null>;
		const isCall = (call: Record<string, unknown> | null): boolean =>
			tools.some(({ name }) => name === call?.name) &&
			['parameters', 'arguments'].some((field) => typeof call?.[field] === 'object');
		return calls.length > 0 && calls.every(isCall);
	} catch {
		return false;
	}
}

/** An answer of tool calls alone is whole, but not if one of them cannot be carried out as written. */
function judgeToolCalls(
	calls: readonly ToolCallPart[],
	parts: Part[],
	{ tools = [], toolChoice }: ChatRequest,
	cut: boolean,
): Verdict {
	if (cut) return short('invalidOutput', 'Its tool call was cut off at the limit of output tokens.');
	const inputs = calls.map(({ input }) => input).join();
	if (inputs.length > MAX_INPUT || hasTooManyParts(inputs)) {
		return unusable('What its tool calls hand over is longer than any model writes.');
	}
	for (const { name, input } of calls) {
		if (!tools.some((tool) => tool.name === name)) {
			return unusable(`It called a tool that it was not given: ${clip(name)}.`);
		}
		if (typeof toolChoice === 'object' && name !== toolChoice.name) {
			return unusable(`It called the tool ${clip(name)} and not ${toolChoice.name}, as it had to.`);
		}
		if (!isJsonObject(input)) return unusable(`Its call of the tool ${clip(name)} is not valid JSON.`);
	}
	return { passed: true, parts, finishReason: 'toolCalls' };
}

function mayCall({ tools = [], toolChoice }: ChatRequest): boolean {
	return tools.length > 0 && toolChoice !== 'none';
}

/** Servers that do not know the parameter ignore it. */
function hasToCall({ tools = [], toolChoice }: ChatRequest): boolean {
	return tools.length > 0 && (toolChoice === 'required' || typeof toolChoice === 'object');
}

function unusable(message: string): Verdict {
	return failed({ category: 'invalidOutput', message, status: null, retryAfterMs: null, broken: true });
}

function isJsonObject(text: string): boolean {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null && !Array.isArray(value);
	} catch {
		return false;
	}
}

function empty(cut: boolean): Verdict {
	if (!cut) return short('emptyAnswer', 'It sent an empty answer.');
	const message = 'It used all its output tokens before it wrote a word.';
	return failed({ category: 'emptyAnswer', message, status: null, retryAfterMs: null, lasting: true });
}

function misfit(problem: string, cut: boolean): Verdict {
	if (cut) return short('invalidOutput', 'Its JSON was cut off at the limit of output tokens.');
	const message = `Its answer does not fit: ${clip(problem)}.`;
	return failed({
		category: 'invalidOutput',
		message,
		status: null,
		retryAfterMs: null,
		repair: problem,
	});
}

function truncated(): Verdict {
	return short('truncated', 'Its answer was cut off at the limit of output tokens.');
}

function short(category: ErrorCategory, message: string): Verdict {
	return failed({ category, message, status: null, retryAfterMs: null });
}

function failed(fault: Fault): Verdict {
	return { passed: false, fault };
}

function withDetail(sentence: string, detail: string | undefined): string {
	const words = detail?.trim();
	return words ? `${sentence}: ${clip(words)}` : `${sentence}.`;
}

function clip(text: string): string {
	return text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL - 1)}…` : text;
}
