import { ModelError } from '../../types';
import { checkedEvents, readEvents } from './eventStream';
import type { EventStreamOptions } from './eventStream';
import type { Fetch } from './http';
import { withBody } from './http';
import { Rejection } from './rejection';

/** Of an error's body no more than this is read, in bytes. */
const MAX_ERROR_BYTES = 64 * 1024;

/** One event of a stream; `data` is JSON. */
export interface StreamEvent {
	name?: string;
	data: unknown;
}

/** What the transport must know of a provider's protocol. */
export interface WireProtocol {
	/** How the provider is called in messages. */
	label: string;
	/** Every event of a stream has an `event:` line. */
	namedEvents: boolean;
	/**
	 * The events that a whole answer would have had as a stream, for servers that ignore `stream: true`; null for
	 * JSON that is no answer.
	 */
	asEvents(body: unknown): StreamEvent[] | null;
}

/**
 * A `fetch` for an SDK's streaming calls that fails in one way whatever the SDK would make of it: `ModelError` for the
 * network and for answers that are no stream, `Rejection` for the provider's errors. An abort is passed on as it is.
 * The body is as it came, for `readAnswer`.
 */
export function answeringFetch(fetch: Fetch, label: string): Fetch {
	return async (input, init) => {
		const response = await reached(fetch(input, init), label, init?.signal);
		if (!response.ok) throw await readFailure(response, label);
		const type = mediaType(response);
		if (type === 'text/html' || !response.body) {
			await response.body?.cancel();
			throw noAnswer(label, type === 'text/html' ? 'a web page' : 'nothing');
		}
		return response;
	};
}

/** The same for an SDK that can only be had to read the stream itself: errors inside the stream fail alike. */
export function guardedFetch(fetch: Fetch, protocol: WireProtocol): Fetch {
	const answering = answeringFetch(fetch, protocol.label);
	return async (input, init) => {
		const response = await answering(input, init);
		const signal = init?.signal;
		if (!response.body || isWhole(response)) return await asStream(response, protocol, signal);
		return withBody(response, checkedEvents(response.body, streamOptions(response, protocol, signal)));
	};
}

/**
 * The events of an answer that `answeringFetch` let through, those that came together in one list: read once, where the
 * SDK would read the stream a second time after our check. Fails as `guardedFetch` does.
 */
export async function* readAnswer(
	response: Response,
	protocol: WireProtocol,
	signal: AbortSignal,
): AsyncGenerator<unknown[], void, undefined> {
	if (!response.body || isWhole(response)) {
		yield (await wholeAnswer(response, protocol, signal)).map(({ data }) => data);
		return;
	}
	yield* readEvents(response.body, streamOptions(response, protocol, signal));
}

function mediaType({ headers }: Response): string {
	return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
}

/** The server took no notice of `stream: true`. */
function isWhole(response: Response): boolean {
	return mediaType(response) === 'application/json';
}

function streamOptions(
	{ headers }: Response,
	{ namedEvents, label }: WireProtocol,
	signal: AbortSignal | null | undefined,
): EventStreamOptions {
	return { namedEvents, headers, read: (reading) => reached(reading, label, signal) };
}

/** For plain calls that expect JSON: the same errors, without the care for streams. */
export async function fetchJson(
	fetch: Fetch,
	label: string,
	url: URL,
	init: { headers: Record<string, string>; signal: AbortSignal },
): Promise<unknown> {
	const response = await reached(fetch(url, init), label, init.signal);
	if (!response.ok) throw await readFailure(response, label);
	const text = await reached(response.text(), label, init.signal);
	const body = parsed(text);
	if (body === undefined) throw noAnswer(label, 'something that is no list of models');
	return body;
}

async function asStream(
	response: Response,
	protocol: WireProtocol,
	signal: AbortSignal | null | undefined,
): Promise<Response> {
	const text = (await wholeAnswer(response, protocol, signal)).map(
		({ name, data }) => `${name ? `event: ${name}\n` : ''}data: ${JSON.stringify(data)}\n\n`,
	);
	const streamed = withBody(response, text.join(''));
	streamed.headers.set('content-type', 'text/event-stream');
	return streamed;
}

/** The events that the whole answer would have had. */
async function wholeAnswer(
	response: Response,
	protocol: WireProtocol,
	signal: AbortSignal | null | undefined,
): Promise<StreamEvent[]> {
	const body = parsed(await reached(response.text(), protocol.label, signal));
	if (body === undefined) throw noAnswer(protocol.label, 'broken JSON');
	// Some gateways put an error beside what they had of the answer.
	if (hasError(body)) throw new Rejection(undefined, response.headers, body);
	const events = protocol.asEvents(body);
	if (events) return events;
	throw noAnswer(protocol.label, 'JSON that is no answer of a model');
}

function hasError(body: unknown): boolean {
	const first: unknown = Array.isArray(body) ? body[0] : body;
	return typeof first === 'object' && first !== null && 'error' in first && Boolean(first.error);
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** An error's body is wanted for its words only, so neither its size nor its end is waited for. */
async function readFailure(response: Response, label: string): Promise<Error> {
	if (response.status < 400) {
		await response.body?.cancel();
		const words = `${label} has moved to another address (${response.status}). Correct the Base URL in its credential.`;
		return new ModelError('invalidRequest', words, { status: response.status });
	}
	const decoder = new TextDecoder();
	let text = '';
	let bytes = 0;
	const reader = response.body?.getReader();
	try {
		while (reader && bytes < MAX_ERROR_BYTES) {
			const { done, value } = await reader.read();
			if (done) break;
			bytes += value.byteLength;
			text += decoder.decode(value, { stream: true });
		}
		if (bytes >= MAX_ERROR_BYTES) await reader?.cancel();
	} catch {
		// The status alone tells enough.
	}
	return new Rejection(response.status, response.headers, parsed(text) ?? text);
}

async function reached<T>(
	work: Promise<T>,
	label: string,
	signal: AbortSignal | null | undefined,
): Promise<T> {
	try {
		return await work;
	} catch (error) {
		if (signal?.aborted || error instanceof ModelError) throw error;
		throw networkError(error, label);
	}
}

function noAnswer(label: string, what: string): ModelError {
	return new ModelError('serverError', `${label} sent ${what} instead of an answer.`);
}

/** What codes of Node.js and undici mean. The SDKs look for words like "timed out" in errors: none here. */
const CAUSES: ReadonlyArray<[codes: RegExp, message: (label: string) => string]> = [
	[/^(?:ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/, unreachable('its address was not found')],
	[/^ECONNREFUSED$/, unreachable('it refused the connection')],
	[
		/^(?:ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT)$/,
		unreachable('no connection came about in time'),
	],
	[/^(?:EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/, unreachable('there is no way to it from here')],
	[
		/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/,
		unreachable('its certificate or encryption was not accepted'),
	],
	[/PRX|PROXY/, unreachable('the proxy did not let the request through')],
	[
		/^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/,
		(label) => `The connection to ${label} was cut.`,
	],
];

function unreachable(cause: string): (label: string) => string {
	return (label) => `${label} could not be reached: ${cause}.`;
}

function networkError(error: unknown, label: string): ModelError {
	const codes = codesOf(error);
	const known = CAUSES.find(([pattern]) => codes.some((code) => pattern.test(code)));
	return new ModelError('network', (known?.[1] ?? unreachable('the connection failed'))(label));
}

/** A host with several addresses fails with an `AggregateError`, whose parts hold the codes. */
function codesOf(error: unknown, depth = 0): string[] {
	if (typeof error !== 'object' || error === null || depth > 4) return [];
	const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
	const inner = [cause, ...(Array.isArray(errors) ? (errors as unknown[]) : [])];
	return [...(typeof code === 'string' ? [code] : []), ...inner.flatMap((part) => codesOf(part, depth + 1))];
}
