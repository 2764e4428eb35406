/** Sends a reply over the wire, and breaks the wire where a fault asks for it. */
import type { ServerResponse } from 'node:http';

import type { Fault } from './faults';
import type { ErrorKind, ErrorReply, EventStream, Json, SimulatedCall, SimulatedReply, Wire } from './wire';

const MEGABYTE = 1024 * 1024;

/** Pause between pings of the fault `pings`, in ms. */
const PING_MS = 50;

export interface Exchange {
	call: SimulatedCall;
	reply: SimulatedReply;
	wire: Wire;
	/** By name; all of them hold. */
	faults: ReadonlyMap<string, Fault>;
	response: ServerResponse;
	/** Resolves after `ms`, earlier when the caller goes away. */
	pause(ms: number): Promise<void>;
}

/** Faults that are an answer of the provider's own: an error body. */
const ERRORS: Record<string, ErrorKind> = {
	quota: { kind: 'quota' },
	credit: { kind: 'credit' },
	context: { kind: 'context' },
	filter: { kind: 'filter' },
	badrequest: { kind: 'badRequest' },
	'400': { kind: 'badRequest' },
	modelnotfound: { kind: 'modelNotFound' },
	'404': { kind: 'modelNotFound' },
};

export async function deliver(exchange: Exchange): Promise<void> {
	const { faults, response, wire, call, reply, pause } = exchange;
	const delay = Number(faults.get('slow')?.arg ?? 0);
	if (faults.has('reset')) return void response.socket?.resetAndDestroy();
	if (faults.has('hang')) return;

	const blocked =
		faults.has('blockedprompt') || faults.has('filter') ? wire.blockedPrompt(call, reply) : null;
	const error = blocked === null ? errorFault(exchange) : null;
	if (error !== null) {
		await pause(delay);
		return sendError(response, error);
	}
	if (faults.has('html')) return sendHtml(response);

	const asStream = call.streaming && !faults.has('wholejson');
	if (blocked !== null) return sendBlocked(response, blocked, asStream);
	if (asStream) await sendStream(exchange, delay);
	else await sendWhole(exchange, delay);
}

/** The error body that the faults ask for, with its headers. */
function errorFault({ faults, wire, call }: Exchange): ErrorReply | null {
	if (faults.has('noprefill') && call.messages.at(-1)?.role !== 'user') {
		const message = 'This model does not go on from a message of the assistant.';
		return wire.error({ kind: 'invalid', message, param: 'messages', code: null }, call);
	}
	for (const [name, { arg }] of faults) {
		if (name === '429' || name === '429date' || name === '429ms') return rateLimit(name, arg, wire, call);
		const kind: ErrorKind | undefined =
			name === 'blockedprompt'
				? { kind: 'filter' }
				: name === '401' && wire.protocol !== 'gemini'
					? { kind: 'wrongKey', key: 'sk-simulated-key' }
					: (ERRORS[name] ??
						(/^[345]\d\d$/.test(name) ? { kind: 'status', status: Number(name) } : undefined));
		if (kind === undefined) continue;
		const error = wire.error(kind, call);
		return arg === null ? error : { ...error, headers: { ...error.headers, 'retry-after': arg } };
	}
	return null;
}

function rateLimit(name: string, arg: string | null, wire: Wire, call: SimulatedCall): ErrorReply {
	const seconds =
		name === '429ms'
			? Number(arg ?? 200) / 1000
			: name === '429date'
				? Number(arg ?? 2)
				: arg === null
					? null
					: Number(arg);
	const error = wire.error({ kind: 'rateLimit', retryAfterSeconds: seconds }, call);
	// Gemini names its delay in the body and sends no header.
	if (seconds === null || wire.protocol === 'gemini') return error;
	const headers: Record<string, string> =
		name === '429ms'
			? { 'retry-after-ms': String(seconds * 1000) }
			: name === '429date'
				? { 'retry-after': new Date(Date.now() + seconds * 1000).toUTCString() }
				: { 'retry-after': String(arg) };
	return { ...error, headers: { ...error.headers, ...headers } };
}

export function sendError(response: ServerResponse, { status, headers, body }: ErrorReply): void {
	const html = typeof body === 'string';
	response.writeHead(status, { 'content-type': html ? 'text/html' : 'application/json', ...headers });
	response.end(html ? body : JSON.stringify(body));
}

function sendHtml(response: ServerResponse): void {
	response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
	response.end(
		'<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n',
	);
}

function sendBlocked(response: ServerResponse, body: Json, asStream: boolean): void {
	const text = JSON.stringify(body);
	response.writeHead(200, { 'content-type': asStream ? 'text/event-stream' : 'application/json' });
	response.end(asStream ? `data: ${text}\n\n` : text);
}

async function sendWhole(
	{ faults, response, wire, call, reply, pause }: Exchange,
	delay: number,
): Promise<void> {
	const silent = faults.has('silent') || faults.has('pings') || faults.has('stall');
	if (!silent) await pause(delay);
	response.writeHead(200, { 'content-type': 'application/json' });
	response.flushHeaders();
	let text = JSON.stringify(
		faults.has('errorevent')
			? wire.error({ kind: 'status', status: 500 }, call).body
			: wire.whole(call, reply),
	);
	if (faults.has('nousage')) text = withoutUsage(JSON.parse(text));
	if (faults.has('nofinish'))
		text = text.replace(/"(finish_reason|stop_reason|finishReason)":"[^"]*"/, '"$1":null');
	if (faults.has('silent') || faults.has('pings')) return;
	if (faults.has('stall') || faults.has('cut')) {
		response.write(text.slice(0, text.length / 2));
		if (faults.has('cut')) await cutOff(response, pause);
		return;
	}
	const broken = ['brokenjson', 'brokenevent', 'noeventline'].some((name) => faults.has(name));
	response.end(broken ? text.slice(0, (text.length * 2) / 3) : text);
}

async function sendStream(exchange: Exchange, delay: number): Promise<void> {
	const { faults, response, pause } = exchange;
	response.writeHead(200, {
		'content-type': 'text/event-stream; charset=utf-8',
		'cache-control': 'no-cache',
	});
	response.flushHeaders();
	if (faults.has('silent')) return;
	const { opening, parts, closing } = withoutSentinel(exchange, eventsOf(exchange));
	for (const event of opening) response.write(event);
	if (faults.has('pings')) return await pingForever(exchange);
	await pause(delay);

	const drip = Number(faults.get('drip')?.arg ?? 0);
	const stop = ['stall', 'cut', 'errorevent', 'brokenevent', 'noeventline', 'brokenjson', 'nofinish'].find(
		(name) => faults.has(name),
	);
	const until =
		stop === undefined || stop === 'nofinish' ? parts.length : stopsAfter(faults.get(stop), parts);
	for (const event of parts.slice(0, until)) {
		if (response.destroyed) return;
		if (!response.write(event)) await drained(response);
		if (drip > 0) await pause(drip);
	}
	if (stop === undefined) return void response.end(closing.join(''));
	await breakOff(exchange, stop, [...parts.slice(until), ...closing]);
}

/** Some compatible servers name no usage, and a proxy may drop it. */
function eventsOf({ faults, wire, call, reply }: Exchange): EventStream {
	if (!faults.has('nousage')) return wire.stream(call, reply);
	const { opening, parts, closing } = wire.stream({ ...call, includeUsage: false }, reply);
	const strip = (event: string): string =>
		event.replace(/^data: (\{.*\})$/m, (_, json: string) => `data: ${withoutUsage(JSON.parse(json))}`);
	return { opening: opening.map(strip), parts: parts.map(strip), closing: closing.map(strip) };
}

/** `nodone`: whole, finish reason and usage included, but for the event that only says it is over; Gemini has none. */
function withoutSentinel({ faults }: Exchange, events: EventStream): EventStream {
	if (!faults.has('nodone')) return events;
	const isSentinel = (event: string): boolean => /\[DONE\]|"type":"message_stop"/.test(event);
	return { ...events, closing: events.closing.filter((event) => !isSentinel(event)) };
}

const withoutUsage = (value: unknown): string =>
	JSON.stringify(value, (key, part: unknown) =>
		key === 'usage' || key === 'usageMetadata' ? undefined : part,
	);

const drained = async (response: ServerResponse): Promise<void> =>
	await new Promise((resolve) => {
		const done = (): void => {
			response.off('drain', done).off('close', done);
			resolve();
		};
		response.on('drain', done).on('close', done);
	});

/** Half of the parts have come by then, unless the fault's argument says how many. */
const stopsAfter = (fault: Fault | undefined, parts: string[]): number =>
	fault?.arg !== null && Number.isInteger(Number(fault?.arg))
		? Number(fault?.arg)
		: Math.ceil(parts.length / 2);

async function breakOff(
	{ faults, response, wire, pause }: Exchange,
	stop: string,
	rest: string[],
): Promise<void> {
	switch (stop) {
		case 'stall':
			return;
		case 'cut':
			return await cutOff(response, pause);
		case 'errorevent':
			return void response.end(wire.errorEvent(faults.get(stop)?.arg ?? 'overloaded'));
		case 'brokenevent': {
			const name = wire.protocol === 'anthropic' ? 'event: content_block_delta\n' : '';
			return void response.end(`${name}data: {"type":"content_block_delta","delta":{"te\n\n${rest.join('')}`);
		}
		case 'noeventline':
			return void response.end(`data: {"type":"content_block_delta","delta":{"te\n\n${rest.join('')}`);
		case 'brokenjson':
			return void response.end('data: {"id":"simulated","cho');
		default:
			return void response.end();
	}
}

/** What was written must have left before the socket goes, or the caller sees a reset and no parts. */
async function cutOff(response: ServerResponse, pause: Exchange['pause']): Promise<void> {
	await pause(5);
	response.socket?.destroy();
}

async function pingForever({ response, wire, call, reply, pause, faults }: Exchange): Promise<void> {
	while (!response.destroyed) {
		response.write(wire.ping(call, reply));
		await pause(Number(faults.get('pings')?.arg ?? PING_MS));
	}
}

function reshapedCalls(fault: string, calls: SimulatedReply['calls']): SimulatedReply['calls'] {
	switch (fault) {
		case 'badargs':
			return calls.map((call) => ({ ...call, input: '{"a": "this never end' }));
		case 'unknowntool':
			return calls.map((call) => ({ ...call, name: 'nobody_knows' }));
		case 'emptyargs':
			return calls.map((call) => ({ ...call, input: '' }));
		case 'empty':
			return [];
		case 'length':
			return calls.map((call) => ({ ...call, input: call.input.slice(0, call.input.length / 2) }));
		default:
			return calls;
	}
}

/** Faults that change what the model says. */
export function reshape(reply: SimulatedReply, faults: ReadonlyMap<string, Fault>): SimulatedReply {
	const callForm = new Set(faults.keys());
	const shaped = { ...reply, usage: { ...reply.usage }, callForm };
	for (const [name, { arg }] of faults) {
		switch (name) {
			case 'filterfinish':
				shaped.finish = 'filter';
				if (arg !== null) shaped.finishReason = arg.toUpperCase();
				shaped.parts = reply.parts.slice(0, 1);
				break;
			case 'refusal':
				shaped.finish = 'refusal';
				shaped.parts = [];
				break;
			case 'empty':
				shaped.parts = [];
				shaped.calls = [];
				shaped.usage.output = shaped.usage.reasoning;
				break;
			case 'length':
				shaped.finish = 'length';
				shaped.parts = reply.parts.slice(0, Math.ceil(reply.parts.length / 2));
				shaped.calls = reshapedCalls(name, shaped.calls);
				break;
			case 'huge':
				shaped.parts = Array.from({ length: Number(arg ?? 1) * 16 }, () => 'x'.repeat(MEGABYTE / 16));
				break;
			case 'many':
				shaped.parts = Array.from({ length: Number(arg ?? 1000) }, (_, index) => `${index} `);
				shaped.usage.output = shaped.parts.length + shaped.usage.reasoning;
				break;
			default:
				shaped.calls = reshapedCalls(name, shaped.calls);
		}
	}
	return shaped;
}
