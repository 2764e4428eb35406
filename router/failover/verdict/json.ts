import type { BoundedWork } from '../../bounded/bounded';
import type { JsonFormat } from '../../types';
import { compileSchema, depthOf, MAX_DEPTH } from './schema';
import type { SchemaCheck } from './schema';

/** Characters. A million tokens' worth of text is no plausible answer; parsing this much JSON takes some 50 ms. */
const MAX_CHARACTERS = 4_000_000;
/** JSON values in the text of an answer. If more than one fits, none is taken as the answer. */
const MAX_VALUES = 100;

export type JsonResult = { value: unknown } | { problem: string };
export type JsonCheck = (text: string) => Promise<JsonResult>;

/** @throws ConfigurationError if the schema is invalid */
export async function jsonCheckFor(format: JsonFormat, work: BoundedWork): Promise<JsonCheck> {
	const { check, schema } = format;
	const fits: SchemaCheck = check
		? async (value) => check(value)
		: schema
			? await compileSchema(schema, work)
			: async () => null;
	return async (text) => await checkJson(text, fits);
}

async function checkJson(text: string, fits: SchemaCheck): Promise<JsonResult> {
	if (text.length > MAX_CHARACTERS) {
		return { problem: `it has ${text.length} characters, and JSON is read up to ${MAX_CHARACTERS}` };
	}
	if (depthOf(text) > MAX_DEPTH) return { problem: `it is nested more than ${MAX_DEPTH} levels deep` };
	const found = jsonValuesIn(text);
	if (found.length === 0) return { problem: 'it is not valid JSON' };
	if (found.length > MAX_VALUES) return { problem: `it holds more than ${MAX_VALUES} JSON values` };
	const problems: string[] = [];
	const fitting: unknown[] = [];
	for (const { value, text: source } of found) {
		const problem = await fits(value, source);
		if (problem === null) fitting.push(value);
		else problems.push(problem);
	}
	if (fitting.length === 1) return { value: fitting[0] };
	if (fitting.length > 1) return { problem: 'it holds more than one JSON value' };
	return { problem: problems.join('; ') };
}

export interface FoundValue {
	value: unknown;
	/** As written in the answer. */
	text: string;
}

/**
 * The JSON values of an answer: the answer itself, the content of a Markdown code fence, or the objects and arrays in
 * its text. A part of a value is never taken for the whole: the search ends at a bracket that is not closed. It takes
 * a single pass for any text, and stops at too many values.
 */
export function jsonValuesIn(text: string): FoundValue[] {
	const trimmed = text.trim();
	const fenced = /^```[^\n`]*\n([^]*)```$/.exec(trimmed)?.[1];
	for (const whole of [trimmed, fenced]) {
		const parsed = whole === undefined ? null : parse(whole);
		if (parsed) return [parsed];
	}
	const found: FoundValue[] = [];
	for (const piece of bracketed(trimmed)) {
		const parsed = parse(piece);
		if (parsed) found.push(parsed);
		if (found.length > MAX_VALUES) break;
	}
	return found;
}

function* bracketed(text: string): Generator<string> {
	const tokens = /["\\{}[\]]/g;
	let start = -1;
	let depth = 0;
	let inString = false;
	for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
		const sign = token[0];
		// Quotes and backslashes in the surrounding text have no meaning.
		if (depth === 0 && sign !== '{' && sign !== '[') continue;
		if (sign === '\\') tokens.lastIndex += 1;
		else if (sign === '"') inString = !inString;
		else if (inString) continue;
		else if (sign === '{' || sign === '[') {
			if (depth === 0) start = token.index;
			depth += 1;
		} else {
			depth -= 1;
			if (depth === 0) yield text.slice(start, token.index + 1);
		}
	}
}

function parse(text: string): FoundValue | null {
	try {
		return { value: JSON.parse(text) as unknown, text };
	} catch {
		return null;
	}
}
