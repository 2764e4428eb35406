import type { JsonFormat } from '../../types';
import { compileSchema } from './schema';
import type { SchemaCheck } from './schema';

export type JsonVerdict = { value: unknown } | { problem: string };
export type JsonCheck = (text: string) => JsonVerdict;

/**
 * The check for a JSON answer.
 * @throws ConfigurationError where the schema is not valid
 */
export async function jsonCheckFor(format: JsonFormat): Promise<JsonCheck> {
	const fits = format.check ?? (format.schema ? await compileSchema(format.schema) : () => null);
	return (text) => checkJson(text, fits);
}

function checkJson(text: string, fits: SchemaCheck): JsonVerdict {
	const values = jsonValuesIn(text);
	if (values.length === 0) return { problem: 'it is not valid JSON' };
	const problems = values.map((value) => fits(value));
	const fitting = values.filter((_, index) => problems[index] === null);
	if (fitting.length === 1) return { value: fitting[0] };
	if (fitting.length > 1) return { problem: 'it holds more than one JSON value' };
	return { problem: problems.join('; ') };
}

/**
 * The JSON values of an answer: the answer itself, the inside of a Markdown code fence, or the objects and
 * arrays that stand in its text. Parts of a value are never taken for the whole: where a bracket is not
 * closed, the search ends. One pass, whatever the text.
 */
export function jsonValuesIn(text: string): unknown[] {
	const trimmed = text.trim();
	const fenced = /^```[^\n`]*\n([^]*)```$/.exec(trimmed)?.[1];
	for (const whole of [trimmed, fenced]) {
		const parsed = whole === undefined ? null : parse(whole);
		if (parsed) return [parsed.value];
	}
	const values: unknown[] = [];
	for (const piece of bracketed(trimmed)) {
		const parsed = parse(piece);
		if (parsed) values.push(parsed.value);
	}
	return values;
}

function* bracketed(text: string): Generator<string> {
	const tokens = /["\\{}[\]]/g;
	let start = -1;
	let depth = 0;
	let inString = false;
	for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
		const sign = token[0];
		// Quotes and backslashes in the text around a value mean nothing.
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

function parse(text: string): { value: unknown } | null {
	try {
		return { value: JSON.parse(text) as unknown };
	} catch {
		return null;
	}
}
