import { endOfString, jsonShape, MAX_JSON_PARTS } from '../../text/jsonShape';
import { breatheWith } from '../../text/pieces';
import type { Breathe } from '../../text/pieces';
import type { JsonFormat, Surroundings } from '../../types';
import { compileSchema, MAX_DEPTH } from './schema';
import type { SchemaCheck } from './schema';

/** Characters. A million tokens' worth of text is no plausible answer; parsing this much JSON takes some 40 ms. */
const MAX_CHARACTERS = 4_000_000;
/** JSON values in the text of an answer. If more than one fits, none is taken as the answer. */
const MAX_VALUES = 100;
/** Brackets and quotation marks that are looked at: four for each value and name. */
const MAX_TOKENS = 4 * MAX_JSON_PARTS;

export type JsonResult = { value: unknown } | { problem: string };
export type JsonCheck = (text: string) => Promise<JsonResult>;

/** @throws ConfigurationError if the schema is invalid */
export async function jsonCheckFor(format: JsonFormat, surroundings: Surroundings): Promise<JsonCheck> {
	const { check, schema } = format;
	const fits: SchemaCheck = check
		? async (value) => check(value)
		: schema
			? await compileSchema(schema, surroundings.work)
			: async () => null;
	return async (text) => await checkJson(text, fits, breatheWith(surroundings));
}

async function checkJson(text: string, fits: SchemaCheck, breathe: Breathe): Promise<JsonResult> {
	if (text.length > MAX_CHARACTERS) {
		return { problem: `it has ${text.length} characters, and JSON is read up to ${MAX_CHARACTERS}` };
	}
	const { depth, parts } = jsonShape(text, MAX_JSON_PARTS);
	if (depth > MAX_DEPTH) return { problem: `it is nested more than ${MAX_DEPTH} levels deep` };
	if (parts > MAX_JSON_PARTS) return { problem: `it holds more than ${MAX_JSON_PARTS} values and names` };
	await breathe();
	const found = await jsonValuesIn(text, breathe);
	if (found.length === 0) return { problem: 'it is not valid JSON' };
	if (found.length > MAX_VALUES) return { problem: `it holds more than ${MAX_VALUES} JSON values` };
	const problems: string[] = [];
	const fitting: unknown[] = [];
	for (const { value, text: source } of found) {
		await breathe();
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
 * a single pass for any text, and stops at too many values. Other work gets a turn between the pieces that take long:
 * a search, and a value that is parsed.
 */
export async function jsonValuesIn(text: string, breathe: Breathe): Promise<FoundValue[]> {
	const trimmed = text.trim();
	const fenced = /^```[^\n`]*\n([^]*)```$/.exec(trimmed)?.[1];
	for (const whole of [trimmed, fenced]) {
		const parsed = whole === undefined ? null : parse(whole);
		if (parsed) return [parsed];
		await breathe();
	}
	const found: FoundValue[] = [];
	for (const piece of bracketed(trimmed)) {
		await breathe();
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
	let seen = 0;
	for (let token = tokens.exec(text); token && seen < MAX_TOKENS; token = tokens.exec(text)) {
		const sign = token[0];
		seen += 1;
		// Quotes and backslashes in the surrounding text have no meaning.
		if (depth === 0 && sign !== '{' && sign !== '[') continue;
		if (sign === '\\') tokens.lastIndex += 1;
		else if (sign === '"') tokens.lastIndex = endOfString(text, token.index + 1) + 1;
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
	// Words before it may have hidden what it is made of.
	const { depth, parts } = jsonShape(text, MAX_JSON_PARTS);
	if (depth > MAX_DEPTH || parts > MAX_JSON_PARTS) return null;
	try {
		return { value: JSON.parse(text) as unknown, text };
	} catch {
		return null;
	}
}
