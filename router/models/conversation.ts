/**
 * A conversation in the one form that every provider can be told in: each tool call is answered, at once, once, and by
 * nothing else. What another provider, a cut history or an impatient user left otherwise is mended, and no call is lost.
 */
import { createHash } from 'node:crypto';

import { assistantMessage, filesIn, toolCallsIn, userMessage } from '../text/parts';
import type { Message, Part, ReasoningPart, ToolCallPart, ToolResultPart } from '../types';

/** The form that a provider wants the ids of calls in. */
export interface IdForm {
	fits: RegExp;
	/** @param letters as many letters and digits as may be wanted */
	make(letters: string): string;
}

export interface Wanted {
	ids: IdForm;
	/** The user speaks first, and never twice in a row: results of tools count as the user's. */
	takesTurns?: boolean;
	/** Nobody but the model speaks after results. */
	answersResults?: boolean;
}

/** Said where a conversation begins with the model's greeting: Anthropic and Gemini want the user to speak first. */
const OPENING = userMessage('(The conversation begins.)');

/** Said in the place of a result that is not there. */
const NO_RESULT = 'The tool gave no result.';

/** Said for the model where the user speaks after results before it did. */
const HEARD = assistantMessage('I have the results.');

/** Messages without blank ones; those of the role `tool` hold exactly the results of the message before them. */
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

/** Puts results behind their calls; calls without one get one that says so, results without a call become text. */
function withAnswers(messages: readonly Message[]): Message[] {
	const waiting = new Results(messages);
	const result: Message[] = [];
	messages.forEach(({ role, parts }, at) => {
		const rest = parts.filter((part) => part.type !== 'toolResult');
		const orphans = waiting.orphansOf(at);
		if (orphans.length > 0) result.push({ role: 'user', parts: orphans.flatMap(asText) });
		// A call of anyone but the assistant is none.
		const own =
			role === 'assistant' ? rest : rest.filter(({ type }) => type !== 'toolCall' && type !== 'reasoning');
		if (own.length === 0) return;
		result.push({ role: role === 'assistant' ? role : 'user', parts: own });
		const calls = role === 'assistant' ? toolCallsIn(own) : [];
		if (calls.length > 0) result.push({ role: 'tool', parts: waiting.answersOf(calls) });
	});
	return result;
}

/** Which results belong to which calls: the next one with the call's id, before a call of the same id comes again. */
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

/** Call and result get the same id, in the provider's form and unique within the conversation. */
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

/** The same in every request, so that a provider's prompt cache knows the conversation again. */
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

/** Results stay in messages of their own, as some want nothing beside them. */
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

/** Where the turn begins that is under way: behind the last words of the user. */
export function startOfTurn(messages: readonly Message[]): number {
	return messages.findLastIndex(({ role }) => role === 'user') + 1;
}

/** Whose thoughts a model wants back: its own. */
export function thoughtsOf(parts: readonly Part[], maker: string): Part[] {
	return parts.filter((part) => part.type !== 'reasoning' || part.maker === maker);
}

/**
 * Which thought belongs to which call: the one right before it, else, where a caller has put all thoughts in front, the
 * first to the first call.
 * @param thoughts of those that belong to calls
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

/** An input as an object; what is none, as nothing. */
export function inputOf({ input }: ToolCallPart): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(input);
		const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
		return isObject ? (value as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}

/** A message whose files come after one text: providers that read best the other way round get them first. */
export function filesFirst(parts: readonly Part[]): readonly Part[] {
	const texts = parts.filter(({ type }) => type === 'text');
	if (texts.length !== 1 || filesIn(parts).length === 0) return parts;
	return [...parts.filter(({ type }) => type === 'file'), ...parts.filter(({ type }) => type !== 'file')];
}
