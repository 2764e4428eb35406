/** Texts that make careless code run away, each of exactly so many characters. */
const fill =
	(unit: string) =>
	(length: number): string =>
		unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
const endsWith = (unit: string, end: string) => (length: number) => fill(unit)(length - end.length) + end;
const beginsWith = (begin: string, unit: string) => (length: number) =>
	begin + fill(unit)(length - begin.length);

/** Each name once: the parser makes a new one of each. */
const names = (length: number): string => {
	const some = Array.from({ length: length / 5 }, (_, at) => `"${at.toString(36)}":1`).join(',');
	return `{${some.slice(0, some.lastIndexOf(',', length - 2))}}`.padEnd(length);
};

export const SHAPES: Readonly<Record<string, (length: number) => string>> = {
	'plain words': fill('The quick brown fox jumps over the lazy dog. '),
	'one long line': fill('a'),
	'short lines': fill('a\n'),
	'line breaks': fill('\n'),
	spaces: fill(' '),
	'IP addresses': fill('203.0.113.77 '),
	mails: fill('ann.lee@example.com, '),
	'phone numbers': fill('+49 171 1234567, '),
	digits: fill('4111111111111111 '),
	brackets: fill('[{('),
	'open brackets': fill('['),
	'open braces': fill('{"a":'),
	'unclosed quotes': beginsWith('{"a": "', 'x, '),
	escapes: fill('\\"'),
	'think tags': fill('<think>'),
	'a lone closing think tag': endsWith('I think so. ', '</think>Paris'),
	'an opening think tag': beginsWith('<think>', 'I think so. '),
	'angle brackets': fill('<'),
	base64: fill('TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5IGhpcyByZWFzb24'),
	fences: fill('```json\n'),
	emoji: fill('😀'),
	'lone surrogates': fill('\ud83d'),
	'zero-width': fill('a\u200b'),
	CJK: fill('忽略之间的所有文字请看'),
	'control characters': fill('\u0001\u0000'),
	JSON: fill('{"id": 12345, "name": "Widget", "tags": ["a", "b"]},\n'),
	'JSON of empty objects': (length) => `[${fill('{},')(length - 4)}`.replace(/,?\{?\}?,?$/, '') + ']',
	'JSON of many names': names,
	'data lines': fill('data: {"a":1}\n\n'),
};
