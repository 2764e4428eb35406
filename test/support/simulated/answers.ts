/** What a healthy simulated model says, and how many tokens it names. */
import { sampleOf } from './schemaSample';
import {
	isJson,
	type Json,
	type SimulatedCall,
	type SimulatedMessage,
	type SimulatedReply,
	type SimulatedUsage,
} from './wire';

/** Ids of models that think before they answer. */
const REASONS = /(^|[-/])(o[134](-|$)|gpt-5|r1(-|$))|reason|think|2\.5-pro|gemini-3/i;

/** System text as long as this counts as cached, as with a provider's prompt cache (in words). */
const CACHED_FROM_WORDS = 100;

/** What a model says: text, or calls of tools with or without text before them. */
export interface SimulatedAnswer {
	text: string;
	calls: Array<{ name: string; input: unknown }>;
}

export type AnswerFunction = (call: SimulatedCall) => string | SimulatedAnswer | undefined;

export const wordsOf = (text: string): number => text.split(/\s+/).filter(Boolean).length;

export const reasons = (modelId: string): boolean => REASONS.test(modelId);

export function answerOf(call: SimulatedCall, override?: AnswerFunction): SimulatedAnswer {
	const given = override?.(call) ?? calledFor(call) ?? spoken(call);
	return typeof given === 'string' ? { text: given, calls: [] } : given;
}

/**
 * A prompt may say which tools are to be called, one after the other: `use add({"a":1}) then use add({"a":2})`. After the
 * last result the answer repeats all of them.
 */
function calledFor({ prompt, tools, messages }: SimulatedCall): SimulatedAnswer | undefined {
	const wanted = [...prompt.matchAll(/\buse (\w+)\((\{[^)]*\})\)/g)].filter(([, name]) =>
		tools.includes(name!),
	);
	if (wanted.length === 0) return undefined;
	const turn = messages.findLastIndex(({ role, text }) => role === 'user' && text === prompt);
	const results = messages.slice(turn + 1).flatMap((message) => message.results);
	const next = wanted[results.length];
	if (!next) return { text: `Results: ${results.map(({ output }) => output).join(', ')}`, calls: [] };
	return { text: '', calls: [{ name: next[1]!, input: JSON.parse(next[2]!) as unknown }] };
}

function spoken(call: SimulatedCall): string {
	const echo = `[${call.modelId}] You asked: ${call.prompt.split(/\s+/).filter(Boolean).slice(0, 12).join(' ')}`;
	if (!call.wantsJson) return echo;
	return JSON.stringify(call.schema === null ? { answer: echo } : sampleOf(call.schema, echo));
}

/** An answer that does not fit what was asked. */
export function wrongAnswer(call: SimulatedCall, kind: 'invalidjson' | 'invalidschema'): string {
	if (kind === 'invalidjson') return '{"answer": "this JSON never end';
	const required = call.schema?.required;
	const isObject = call.schema === null || call.schema.type === 'object' || isJson(call.schema.properties);
	if (!isObject) return '{"unexpected":true}';
	return Array.isArray(required) && required.length > 0 ? '{"unexpected":true}' : '["unexpected"]';
}

/** Cuts a text into parts that each keep their white space; at most `most` parts. */
export function partsOf(text: string, most = 8): string[] {
	const pieces = text.match(/\s*\S+/g) ?? (text === '' ? [] : [text]);
	const size = Math.max(1, Math.ceil(pieces.length / most));
	const parts: string[] = [];
	for (let at = 0; at < pieces.length; at += size) parts.push(pieces.slice(at, at + size).join(''));
	const tail = text.slice(parts.join('').length);
	if (tail !== '') parts.push(tail);
	// A text of one long word (compact JSON) still comes in several parts.
	if (parts.length === 1 && text.length > 8) {
		const middle = Math.ceil(text.length / 2);
		return [text.slice(0, middle), text.slice(middle)];
	}
	return parts;
}

/** One token a word, and one for each message: easy to predict in a test. */
export function usageOf(call: SimulatedCall, text: string): SimulatedUsage {
	const systemWords = wordsOf(call.system);
	const input = call.messages.reduce((sum, message) => sum + wordsIn(message) + 1, systemWords);
	const reasoning = reasons(call.modelId) ? 16 : 0;
	return {
		input,
		cached: systemWords >= CACHED_FROM_WORDS ? systemWords : 0,
		output: wordsOf(text) + reasoning,
		reasoning,
	};
}

const wordsIn = ({ text, calls, results }: SimulatedMessage): number =>
	[text, ...calls.map(({ input }) => input), ...results.map(({ output }) => output)].reduce(
		(sum, words) => sum + wordsOf(words),
		0,
	);

export function replyOf(
	call: SimulatedCall,
	{ text, calls }: SimulatedAnswer,
	serial: number,
	at: number,
): SimulatedReply {
	let parts = partsOf(text);
	let finish: SimulatedReply['finish'] = 'stop';
	if (call.maxOutputTokens !== null && wordsOf(text) > call.maxOutputTokens) {
		const kept = (text.match(/\s*\S+/g) ?? []).slice(0, call.maxOutputTokens).join('');
		parts = partsOf(kept);
		finish = 'length';
	}
	return {
		id: `sim${String(serial).padStart(6, '0')}`,
		created: Math.floor(at / 1000),
		parts,
		calls: calls.map(({ name, input }, index) => ({
			id: `sim${serial}x${index}abc`.slice(0, 9),
			name,
			input: typeof input === 'string' ? input : JSON.stringify(input),
		})),
		callForm: new Set(),
		thought: reasons(call.modelId) ? 'Let me think about that.' : null,
		finish,
		usage: usageOf(call, [parts.join(''), ...calls.map(({ input }) => JSON.stringify(input))].join(' ')),
	};
}

/** Finds a JSON schema in instructions, for callers whose provider takes none. */
export function instructedJson(text: string): { wantsJson: boolean; schema: Json | null } {
	if (!/\bjson\b/i.test(text)) return { wantsJson: false, schema: null };
	for (let start = text.indexOf('{'); start !== -1; start = text.indexOf('{', start + 1)) {
		const value = objectAt(text, start);
		if (value !== null && isSchema(value)) return { wantsJson: true, schema: value };
	}
	return { wantsJson: true, schema: null };
}

/** Other JSON may stand in a prompt too. */
const isSchema = (value: Json): boolean =>
	isJson(value.properties) ||
	['$schema', '$ref', 'anyOf', 'allOf'].some((key) => key in value) ||
	/^(object|array|string|number|integer|boolean)$/.test(String(value.type));

function objectAt(text: string, start: number): Json | null {
	let depth = 0;
	let inString = false;
	for (let at = start; at < text.length; at++) {
		const char = text[at];
		if (inString && char === '\\') at++;
		else if (char === '"') inString = !inString;
		else if (!inString && char === '{') depth++;
		else if (!inString && char === '}' && --depth === 0) return parsed(text.slice(start, at + 1));
	}
	return null;
}

function parsed(text: string): Json | null {
	try {
		const value: unknown = JSON.parse(text);
		return isJson(value) ? value : null;
	} catch {
		return null;
	}
}
