/**
 * Brings a conversation into the one form that every provider accepts: each tool call is followed at once by exactly
 * one result. Repairs what another provider, a truncated history or an impatient user left behind, without losing a
 * call.
 */
import { createHash } from 'node:crypto';

import { assistantMessage, filesIn, toolCallsIn, userMessage } from '../text/parts';
import type { Message, Part, ReasoningPart, ToolCallPart, ToolResultPart } from '../types';

/** The form of tool call ids that a provider accepts. */
export interface IdForm {
	fits: RegExp;
	/** @param letters as many letters and digits as any form needs */
	make(letters: string): string;
}

export interface Wanted {
	ids: IdForm;
	/** The user comes first and never twice in a row; tool results count as the user's. */
	takesTurns?: boolean;
	/** Only the model may speak after results. */
	answersResults?: boolean;
}

/**
 * Inserted if a conversation begins with the model's greeting, because Anthropic and Gemini require the user to come
 * first.
 */
const OPENING = userMessage('(The conversation begins.)');

/** Inserted for a missing result. */
const NO_RESULT = 'The tool gave no result.';

/** Inserted as the model's reply if the user speaks after results before the model did. */
const HEARD = assistantMessage('I have the results.');

/** Drops blank messages; a message with the role `tool` then holds exactly the results of the message before it. */
export function mended(messages: readonly Message[], wanted: Wanted): Message[] {
	const joined = withAnswers(
		messages.map(withoutBlanks).filter(({ parts }) => parts.some(({ type }) => type !== 'reasoning')),
	);
	const renamed = withIds(joined, wanted.ids);
	const heard = wanted.answersResults ? renamed.flatMap(answerResults) : renamed;
	return wanted.takesTurns ? inTurns(heard) : heard;
}

function withoutBlanks({ role, parts }: Message): Message {
	return { role, parts: parts.filter((part) => part.type !== 'text' || part.text.trim() !== '') };
}

/**
 * Puts results behind their calls. A call without a result gets one that says so; a result without a call becomes
 * text.
 */
function withAnswers(messages: readonly Message[]): Message[] {
	const waiting = new Results(messages);
	const result: Message[] = [];
	messages.forEach(({ role, parts }, at) => {
		const rest = parts.filter((part) => part.type !== 'toolResult');
		const orphans = waiting.orphansOf(at);
		if (orphans.length > 0) result.push({ role: 'user', parts: orphans.flatMap(asText) });
		// Tool calls of anyone but the assistant are dropped.
		const own =
			role === 'assistant' ? rest : rest.filter(({ type }) => type !== 'toolCall' && type !== 'reasoning');
		if (own.length === 0) return;
		result.push({ role: role === 'assistant' ? role : 'user', parts: own });
		const calls = role === 'assistant' ? toolCallsIn(own) : [];
		if (calls.length > 0) result.push({ role: 'tool', parts: waiting.answersOf(calls) });
	});
	return result;
}

/** Matches results to calls: the next result with the call's id, up to the next call with the same id. */
class Results {
	private readonly byCall = new Map<ToolCallPart, ToolResultPart>();

	private readonly orphans = new Map<number, ToolResultPart[]>();

	constructor(messages: readonly Message[]) {
		const open = new Map<string, ToolCallPart[]>();
		messages.forEach(({ role, parts }, at) => {
			for (const part of parts) {
				if (part.type === 'toolCall' && role === 'assistant')
					open.set(part.id, [...(open.get(part.id) ?? []), part]);
				if (part.type !== 'toolResult') continue;
				const [call, ...others] = open.get(part.id) ?? [];
				open.set(part.id, others);
				if (call) this.byCall.set(call, part);
				else this.orphans.set(at, [...(this.orphans.get(at) ?? []), part]);
			}
		});
	}

	orphansOf(at: number): ToolResultPart[] {
		return this.orphans.get(at) ?? [];
	}

	answersOf(calls: readonly ToolCallPart[]): ToolResultPart[] {
		return calls.map((call): ToolResultPart => {
			const { id, name } = call;
			const found = this.byCall.get(call);
			return found ? { ...found, name } : { type: 'toolResult', id, name, output: NO_RESULT, isError: true };
		});
	}
}

function asText({ name, output, files = [] }: ToolResultPart): Part[] {
	const text = `Result of the tool ${name}:\n${output}`;
	return [{ type: 'text', text }, ...files.map((file) => ({ type: 'file' as const, file }))];
}

/** Gives a call and its result the same id, in the provider's form and unique within the conversation. */
function withIds(messages: readonly Message[], form: IdForm): Message[] {
	const taken = new Set<string>();
	const last: string[] = [];
	return messages.map(({ role, parts }) => {
		if (role === 'assistant') last.length = 0;
		return {
			role,
			parts: parts.map((part) => {
				if (part.type === 'toolCall') {
					const id = freeId(part.id, form, taken);
					last.push(id);
					return { ...part, id };
				}
				return part.type === 'toolResult' ? { ...part, id: last.shift() ?? part.id } : part;
			}),
		};
	});
}

/** Deterministic, so that a provider's prompt cache recognizes the conversation in the next request. */
function freeId(id: string, form: IdForm, taken: Set<string>): string {
	let free = id;
	for (let attempt = 0; !form.fits.test(free) || taken.has(free); attempt++)
		free = form.make(lettersOf(id, attempt));
	taken.add(free);
	return free;
}

function lettersOf(id: string, attempt: number): string {
	return createHash('sha256').update(`${attempt} ${id}`).digest('hex');
}

function answerResults(message: Message, at: number, all: readonly Message[]): Message[] {
	return message.role === 'tool' && all[at + 1]?.role === 'user' ? [message, HEARD] : [message];
}

/** Results stay in messages of their own, because some providers allow nothing beside them. */
function inTurns(messages: readonly Message[]): Message[] {
	const fromUser = messages[0]?.role === 'assistant' ? [OPENING, ...messages] : messages;
	const turns: Message[] = [];
	for (const message of fromUser) {
		const last = turns.at(-1);
		if (last?.role === message.role && message.role !== 'tool') {
			turns[turns.length - 1] = { ...last, parts: [...last.parts, ...message.parts] };
		} else turns.push(message);
	}
	return turns;
}

/** Index of the first message of the current turn, after the user's last message. */
export function startOfTurn(messages: readonly Message[]): number {
	return messages.findLastIndex(({ role }) => role === 'user') + 1;
}

/** Drops the thoughts of other models: a model accepts only its own. */
export function thoughtsOf(parts: readonly Part[], maker: string): Part[] {
	return parts.filter((part) => part.type !== 'reasoning' || part.maker === maker);
}

/**
 * Matches thoughts to calls: the one right before the call, or, if a caller has put all thoughts in front, the first
 * to the first call.
 * @param thoughts those that belong to calls
 */
export function thoughtsByCall(
	parts: readonly Part[],
	isOfCall: (opaque: unknown) => boolean,
): Map<ToolCallPart, ReasoningPart> {
	const isThought = (part: Part | undefined): part is ReasoningPart =>
		part?.type === 'reasoning' && isOfCall(part.opaque);
	const calls = toolCallsIn(parts);
	const before = (call: ToolCallPart): Part | undefined => parts[parts.indexOf(call) - 1];
	const near = calls.flatMap((call): Array<[ToolCallPart, ReasoningPart]> => {
		const part = before(call);
		return isThought(part) ? [[call, part]] : [];
	});
	const all = parts.filter(isThought);
	if (near.length === all.length) return new Map(near);
	return new Map(all.slice(0, calls.length).map((thought, index) => [calls[index]!, thought]));
}

/** The input as an object; `{}` if it is not one. */
export function inputOf({ input }: ToolCallPart): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(input);
		const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
		return isObject ? (value as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}

/** If files follow a single text they are put before it, for providers that read that order best. */
export function filesFirst(parts: readonly Part[]): readonly Part[] {
	const texts = parts.filter(({ type }) => type === 'text');
	if (texts.length !== 1 || filesIn(parts).length === 0) return parts;
	return [...parts.filter(({ type }) => type === 'file'), ...parts.filter(({ type }) => type !== 'file')];
}
