import { hasTooManyParts, MAX_JSON_PARTS } from '../../../router/text/jsonShape';
import { ConfigurationError } from '../../../router/types';

/** Characters of JSON that are read: some 50 ms, and more than any model's window holds. */
const MAX_JSON = 4_000_000;

/** A value that is JSON as text, or already an object because an expression gave one. */
export function parseJson(value: unknown, field: string, example: string): unknown {
	if (typeof value !== 'string') return value;
	if (value.trim() === '') return undefined;
	if (value.length > MAX_JSON) {
		throw tooLong(field, `${inWords(value.length)} characters, and at most ${inWords(MAX_JSON)} are read`);
	}
	if (hasTooManyParts(value)) throw tooLong(field, `more than ${inWords(MAX_JSON_PARTS)} values and names`);
	try {
		return JSON.parse(value);
	} catch (error) {
		// eslint-disable-next-line @n8n/community-nodes/require-node-api-error -- execute.ts makes it a NodeOperationError with its item
		throw new ConfigurationError(
			field,
			`${field} is no valid JSON${positionOf(error)}`,
			`Write it like ${example}, or leave it empty`,
		);
	}
}

const inWords = (count: number): string => count.toLocaleString('en-US');

function tooLong(field: string, what: string): ConfigurationError {
	return new ConfigurationError(field, `${field} has ${what}`, 'Shorten it: no model reads as much');
}

/** Where the JSON breaks, without the text around it, which may be a prompt. */
function positionOf(error: unknown): string {
	const position = /position \d+|line \d+ column \d+/.exec(String((error as Error).message));
	return position ? ` (at ${position[0]})` : '';
}
