/**
 * What a JSON text costs whoever parses it: that depends on its values and names far more than on its length. A text of
 * 4 MB is parsed in some milliseconds if it is one string, and keeps n8n for half a second if it is a list of `{}`.
 */

/** Values and names. All of them fit into the longest answers of today's models; parsing them takes some 40 ms at most. */
export const MAX_JSON_PARTS = 200_000;

const SIGNS = /["{}[\]:,]/g;
/** JSON has two signs for each part, such as a comma and a quotation mark; a text with more is none. */
const SIGNS_A_PART = 3;

export interface JsonShape {
	/** Levels of objects and lists. */
	depth: number;
	/** Values and names, roughly: brackets, colons and commas. */
	parts: number;
}

/** Stops at more than `most` parts. Signs in strings do not count. */
export function jsonShape(json: string, most = Infinity): JsonShape {
	let level = 0;
	let depth = 0;
	let parts = 0;
	const signs = new RegExp(SIGNS);
	let left = most * SIGNS_A_PART;
	for (let found = signs.exec(json); found && parts <= most && left > 0; found = signs.exec(json)) {
		left -= 1;
		switch (found[0]) {
			case '"':
				signs.lastIndex = endOfString(json, found.index + 1) + 1;
				break;
			case '}':
			case ']':
				level -= 1;
				break;
			case '{':
			case '[':
				depth = Math.max(depth, ++level);
				parts += 1;
				break;
			default:
				parts += 1;
		}
	}
	return { depth, parts };
}

export function hasTooManyParts(json: string): boolean {
	return jsonShape(json, MAX_JSON_PARTS).parts > MAX_JSON_PARTS;
}

/** The place of the quotation mark that ends the string, or the text's end: an even number of backslashes stands before it. */
export function endOfString(json: string, from: number): number {
	for (let end = json.indexOf('"', from); end !== -1; end = json.indexOf('"', end + 1)) {
		let before = end;
		while (before > from && json[before - 1] === '\\') before -= 1;
		if ((end - before) % 2 === 0) return end;
	}
	return json.length;
}
