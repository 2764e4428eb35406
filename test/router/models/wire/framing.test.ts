import { DONE, Framing } from '../../../../router/models/wire/reading/framing';
import { Rejection } from '../../../../router/models/errors/rejection';

const text = new TextEncoder();

/** The data of the events that come out, given the pieces in which the body came in. @throws what ended it */
function read(pieces: Uint8Array[]): unknown[] {
	const framing = new Framing(new Headers(), 'Acme');
	const events = [...pieces.flatMap((piece) => framing.take(piece)), ...framing.end()];
	if (framing.failure) throw framing.failure;
	return events.map(({ data }) => (data === DONE ? '[DONE]' : data));
}

/** The same bytes cut into pieces of every size from one byte on. */
function cuts(body: string): Uint8Array[][] {
	const bytes = text.encode(body);
	return [1, 2, 3, 5, 7, bytes.length].map((size) => {
		const count = Math.ceil(bytes.length / size);
		return Array.from({ length: count }, (_, at) => bytes.slice(at * size, (at + 1) * size));
	});
}

const AB = [{ a: 1 }, { b: 2 }];
const READ: Record<string, [body: string, events: unknown[]]> = {
	'LF and a comment': [
		': hi\n\ndata: {"a":"ü€😀"}\n\ndata:{"b":2}\n\ndata: [DONE]\n\n',
		[{ a: 'ü€😀' }, { b: 2 }, '[DONE]'],
	],
	CRLF: ['id: 1\r\nevent: x\r\ndata: {"a":1}\r\n\r\ndata: {"b":2}\r\n\r\n', AB],
	CR: ['data: {"a":1}\r\rdata: {"b":2}\r\r', AB],
	'an event over several lines': ['data: {"a":\ndata: 1}\n\n', [{ a: 1 }]],
	'no empty line at the end': ['data: {"a":1}\n\ndata: {"b":2}', AB],
	'a byte order mark': ['\uFEFFdata: {"a":1}\n\ndata: {"b":2}\n\n', AB],
	'empty data and a named pulse': [
		'data: \n\ndata:\n\nevent: ping\ndata: \n\ndata: {"a":1}\n\nevent: ping\ndata: ok\n\ndata: {"b":2}\n\n',
		AB,
	],
	'fields of a proxy, and a bad retry': [
		'retry: soon\nx-trace: 7\ndata: {"a":1}\n\nheartbeat\n\ndata: {"b":2}\n\n',
		AB,
	],
	'no empty line between two events': ['data: {"a":1}\ndata: {"b":2}\n\n', AB],
	'the sentinel glued to an event': ['data: {"a":1}\n\ndata: {"b":2}[DONE]\n\n', [...AB, '[DONE]']],
	'one JSON value': ['\n\n {"a":1}', [{ a: 1 }]],
	'one JSON value over several lines': ['{\n  "a": 1\n}\n', [{ a: 1 }]],
	'one JSON value with the sentinel glued on': ['{"a":1}data: [DONE]\n\n', [{ a: 1 }, '[DONE]']],
	'one JSON value, then the sentinel': ['{"a":1}\n\ndata: [DONE]\n\n', [{ a: 1 }, '[DONE]']],
	'a JSON list of events': ['[{"a":1}\n,\n{"b":2}\n]', AB],
	'a line of JSON each': ['{"a":1}\n{"b":2}\n', AB],
	'JSON without data: between events': ['data: {"a":1}\n\n{"b":2}\n\n', AB],
	'an error of nothing': [
		'data: {"a":1,"error":null}\n\ndata: {"b":2,"error":{}}\n\n',
		[
			{ a: 1, error: null },
			{ b: 2, error: {} },
		],
	],
};

test.each(Object.entries(READ))('%s is read, however it is cut', (_, [body, events]) => {
	for (const pieces of cuts(body)) expect(read(pieces)).toEqual(events);
});

const BROKEN = {
	'an event that does not parse': 'data: {"a":1}\n\ndata: {"b":\n\ndata: {"c":3}\n\n',
	'an event cut in its middle': 'data: {"a":1}\r\n\r\ndata: {"b":',
	'a web page between events': 'data: {"a":1}\n\n<html>\n\n',
	'a web page': '<!DOCTYPE html>\n<p>Sign in</p>',
	'a mangled field': 'data: {"a":1}\n\ndat: {"b":2}\n\n',
	'a JSON value cut in its middle': '{"a":1,\n"b',
};

test.each(Object.entries(BROKEN))('%s fails, however it is cut', (_, body) => {
	for (const pieces of cuts(body)) {
		expect(() => read(pieces)).toThrow(expect.objectContaining({ category: 'serverError' }) as Error);
	}
});

const ERRORS = [
	'data: {"error":{"message":"no"}}\n\n',
	'data: {"error":"no"}\n\n',
	'event: error\ndata: {"message":"no"}\n\n',
	'event: error\ndata: no\n\n',
	'error: {"code":400,"message":"no"}\n\n',
	'{"error":{"code":503,"message":"no"}}',
	'{\n  "error": {\n    "code": 503,\n    "message": "no"\n  }\n}\n',
	'[{"error":{"code":503}}]',
	'data: {"choices":null,"base_resp":{"status_code":1004,"status_msg":"no"}}\n\n',
	'data: {"choices":[{"delta":{},"error":{"message":"no"}}]}\n\n',
	'{"detail":"no"}',
	'{"success":false,"errors":[{"code":7009,"message":"no"}]}',
	'{"error_code":17,"error_msg":"no"}',
	'upstream connect error or disconnect/reset before headers\n',
];

test.each(ERRORS)('an error inside a 200 is a rejection, alone and after events: %s', (error) => {
	for (const body of [error, `data: {"a":1}\n\n${error}`]) {
		for (const pieces of cuts(body)) expect(() => read(pieces)).toThrow(Rejection);
	}
});

test('one line of many pieces costs time in proportion to its length', () => {
	const piece = text.encode('x'.repeat(64));
	const pieces = Array.from({ length: 40_000 }, () => piece);
	for (const [start, end] of [
		['data: {"a":"', '"}\n\n'],
		['{"a":"', '"}'],
	] as const) {
		const started = performance.now();
		read([text.encode(start), ...pieces, text.encode(end)]);
		expect(performance.now() - started).toBeLessThan(2000);
	}
});

test.each([
	'data: {"status":"queued","message":"place 3"}\n\n',
	'data: {"code":200,"msg":"ok","data":{}}\n\n',
	'data: {"type":"progress","message":"50 %"}\n\n',
])('a word on the way is no error: %s', (event) => {
	expect(read([text.encode(`${event}data: {"a":1}\n\n`)])).toContainEqual({ a: 1 });
});

test('junk between events is given up before it costs time', () => {
	const started = performance.now();
	const framing = new Framing(new Headers(), 'Acme');
	framing.take(text.encode(`data: {"a":1}\n\n${'x\n'.repeat(2_000_000)}`));
	expect(framing.failure).toMatchObject({ category: 'serverError' });
	expect(performance.now() - started).toBeLessThan(500);
});

test('an event that never ends is given up', () => {
	const piece = text.encode('x'.repeat(4 * 1024 * 1024));
	for (const start of ['data: ', '{']) {
		const framing = new Framing(new Headers(), 'Acme');
		framing.take(text.encode(start));
		for (let at = 0; at < 9; at++) framing.take(piece);
		expect(framing.failure).toMatchObject({ message: expect.stringContaining('more than 8 MB') as string });
	}
});
