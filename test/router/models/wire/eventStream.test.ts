import { checkedEvents, readEvents } from '../../../../router/models/wire/eventStream';
import { Rejection } from '../../../../router/models/wire/rejection';

const text = new TextEncoder();

function streamOf(pieces: Uint8Array[]): ReadableStream<Uint8Array> {
	return new ReadableStream<Uint8Array>({
		start(controller) {
			for (const piece of pieces) controller.enqueue(piece);
			controller.close();
		},
	});
}

const optionsWith = (namedEvents: boolean) => ({
	namedEvents,
	headers: new Headers(),
	read: <T>(reading: Promise<T>) => reading,
});

/** What comes out, given the pieces in which it came in. */
async function through(pieces: Uint8Array[], namedEvents = false): Promise<string> {
	return await new Response(checkedEvents(streamOf(pieces), optionsWith(namedEvents))).text();
}

/** The events that are read of it. */
async function read(pieces: Uint8Array[]): Promise<unknown[]> {
	const events: unknown[] = [];
	for await (const together of readEvents(streamOf(pieces), optionsWith(false))) events.push(...together);
	return events;
}

/** The same bytes cut into pieces of every size from one byte on. */
function cuts(stream: string): Uint8Array[][] {
	const bytes = text.encode(stream);
	return [1, 2, 3, 5, 7, bytes.length].map((size) => {
		const count = Math.ceil(bytes.length / size);
		return Array.from({ length: count }, (_, at) => bytes.slice(at * size, (at + 1) * size));
	});
}

const GOOD = {
	'LF and a comment': ': hi\n\ndata: {"a":"ü€😀"}\n\ndata:{"b":2}\n\ndata: [DONE]\n\n',
	CRLF: 'id: 1\r\nevent: x\r\ndata: {"a":1}\r\n\r\ndata: {"b":2}\r\n\r\n',
	CR: 'data: {"a":1}\r\rdata: {"b":2}\r\r',
	'an event over several lines': 'data: {"a":\ndata: 1}\n\n',
	'no blank line at the end': 'data: {"a":1}\n\ndata: {"b":2}',
	'anything after the last event': 'data: [DONE]\n\nbye',
};

test.each(Object.entries(GOOD))('%s passes unchanged, however it is cut', async (_, stream) => {
	for (const pieces of cuts(stream)) expect(await through(pieces)).toBe(stream);
});

test.each(Object.entries(GOOD))('%s: each event is read once, however it is cut', async (name, stream) => {
	const events = {
		'LF and a comment': [{ a: 'ü€😀' }, { b: 2 }],
		'an event over several lines': [{ a: 1 }],
		'anything after the last event': [],
	}[name] ?? [{ a: 1 }, { b: 2 }];
	for (const pieces of cuts(stream)) expect(await read(pieces)).toEqual(events);
});

test('a reader that stops early lets go of the stream; after the last event the rest is read', async () => {
	const seen: string[] = [];
	const source = (stream: string) =>
		new ReadableStream<Uint8Array>(
			{
				pull(controller) {
					seen.push('pulled');
					if (seen.length > 3) return controller.close();
					controller.enqueue(text.encode(stream));
				},
				cancel: () => void seen.push('cancelled'),
			},
			{ highWaterMark: 0 },
		);
	for await (const _events of readEvents(source('data: {"a":1}\n\n'), optionsWith(false))) break;
	expect(seen).toEqual(['pulled', 'cancelled']);
	seen.length = 0;
	for await (const _events of readEvents(source('data: {"a":1}\n\ndata: [DONE]\n\n'), optionsWith(false)));
	await new Promise((resolve) => setImmediate(resolve));
	expect(seen).toEqual(['pulled', 'pulled', 'pulled', 'pulled']);
});

const BROKEN = {
	'an event that does not parse': 'data: {"a":1}\n\ndata: {"b":\n\ndata: {"c":3}\n\n',
	'an event cut in its middle': 'data: {"a":1}\r\n\r\ndata: {"b":',
	'a lost line end': 'data: {"a":1}\ndata: {"b":2}\n\n',
	'a line of something else': 'data: {"a":1}\n\n<html>\n\n',
	'a mangled field': 'data: {"a":1}\n\ndat: {"b":2}\n\n',
};

test.each(Object.entries(BROKEN))('%s fails, however it is cut', async (_, stream) => {
	for (const pieces of cuts(stream)) {
		await expect(through(pieces)).rejects.toMatchObject({ category: 'serverError' });
		await expect(read(pieces)).rejects.toMatchObject({ category: 'serverError' });
	}
});

test('an event without a name fails where names are due', async () => {
	const named = 'event: a\ndata: {"a":1}\n\n';
	expect(await through([text.encode(named)], true)).toBe(named);
	const nameless = `${named}data: {"b":2}\n\n`;
	await expect(through([text.encode(nameless)], true)).rejects.toMatchObject({ category: 'serverError' });
});

test.each([
	'data: {"error":{"message":"no"}}\n\n',
	'data: {"error":"no"}\n\n',
	'event: error\ndata: {"message":"no"}\n\n',
])('an error inside the stream is a rejection: %s', async (stream) => {
	await expect(through([text.encode(`data: {"error":null}\n\n${stream}`)])).rejects.toBeInstanceOf(Rejection);
});

test('one line of many pieces costs time in proportion to its length', async () => {
	const piece = text.encode('x'.repeat(64));
	const pieces = Array.from({ length: 40_000 }, () => piece);
	const started = performance.now();
	await through([text.encode('data: "'), ...pieces, text.encode('"\n\n')]);
	expect(performance.now() - started).toBeLessThan(2000);
});
