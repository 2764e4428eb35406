import { pipeline, Readable } from 'node:stream';
import type { Transform } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBrotliDecompress, createInflateRaw, createUnzip } from 'node:zlib';
import { ModelError } from '../../types';

/** A replacement for the global `fetch` that all three SDKs accept. */
export interface Fetch {
	(input: string | URL | Request, init?: RequestInit): Promise<Response>;
	/** Loads what the first request needs. */
	open?(): Promise<unknown>;
}

export interface HttpSettings {
	/** Proxies as in `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`; empty or absent: none. */
	httpProxy?: string;
	httpsProxy?: string;
	noProxy?: string;
	/** Largest answer, in bytes after decompression. */
	maxResponseBytes?: number;
	/** In ms, for each of: resolving the address, connecting, a proxy's consent, encryption. */
	connectTimeoutMs?: number;
}

/** Distant providers take less than a second. One that needs ten is down, and another model may not be. */
export const CONNECT_TIMEOUT_MS = 10_000;

/**
 * A stream of thoughts in small pieces may add up to 50 MB that are not kept; what is kept has its own limit where it
 * is read. Only a broken server sends more than this.
 */
export const MAX_RESPONSE_BYTES = 512 * 1024 * 1024;

export interface Http {
	/**
	 * Like the global `fetch`, over kept-alive connections and the given proxies, with no deadline except for
	 * connecting. Sends only strings and bytes, and follows no redirects. Throws `ModelError` (`serverError`) for an
	 * answer that is too large, even while its body is being read.
	 */
	fetch: Fetch;
	/** Closes idle connections and waits for open ones. */
	close(): Promise<void>;
}

/** Loads undici and opens its pool on the first request. */
export function createHttp(settings: HttpSettings = {}): Http {
	const limit = settings.maxResponseBytes ?? MAX_RESPONSE_BYTES;
	let opened: ReturnType<typeof openPool> | undefined;
	const open = (): ReturnType<typeof openPool> => (opened ??= openPool(settings));
	const fetch: Fetch = async (input, init) =>
		await send(await open(), new URL(input instanceof Request ? input.url : input), init, limit);
	return {
		fetch: Object.assign(fetch, { open }),
		async close() {
			if (opened) await (await opened).dispatcher.close();
		},
	};
}

type Pool = Awaited<ReturnType<typeof openPool>>;

/**
 * undici's `request` with the interface of `fetch`. It costs half as much per call, follows no redirects, which would
 * carry a key to another host, and does not block the ports that browsers must not reach.
 */
async function send(
	{ undici, dispatcher }: Pool,
	url: URL,
	init: RequestInit = {},
	limit: number,
): Promise<Response> {
	const { body } = init;
	if (body && typeof body !== 'string' && !(body instanceof Uint8Array))
		throw new TypeError('Only texts and bytes are sent');
	await farewellsAreHeard();
	const answer = await undici.request(url, {
		dispatcher,
		method: (init.method ?? 'GET') as 'GET' | 'POST',
		headers: Object.fromEntries(init.headers instanceof Headers ? init.headers : new Headers(init.headers)),
		body: body ?? null,
		signal: init.signal,
	});
	// Errors reach whoever reads the body; without a reader they must not end the process.
	answer.body.on('error', () => undefined);
	if (Number(answer.headers['content-length'] ?? 0) > limit) {
		answer.body.destroy();
		throw tooLarge(limit);
	}
	const isEmpty = [204, 205, 304].includes(answer.statusCode);
	if (isEmpty) answer.body.resume();
	const encoding = String(answer.headers['content-encoding'] ?? '');
	const response = new Response(isEmpty ? null : unpacked(answer.body, encoding, limit), {
		status: answer.statusCode,
	});
	for (const [name, value] of Object.entries(answer.headers)) {
		for (const one of [value ?? []].flat()) response.headers.append(name, one);
	}
	return response;
}

/**
 * A server that has closed an idle connection has told us, but a busy process has not read that yet and would send
 * into the closed connection. We wait two turns of the event loop, since the first may be half over. A later failure
 * of a connection is the provider's failure like any other: resending silently would make a call that nobody counts.
 */
async function farewellsAreHeard(): Promise<void> {
	await nextTurn();
	await nextTurn();
}

/** We request no compression, but a few gateways compress anyway. */
function unpacked(body: Readable, encoding: string, limit: number): ReadableStream<Uint8Array> {
	const encodings = encoding
		.toLowerCase()
		.split(',')
		.map((name) => name.trim().replace(/^x-/, ''))
		.filter((name) => /^(?:gzip|deflate|br)$/.test(name));
	return atMost(encodings.reduceRight<AsyncIterable<Uint8Array>>(unpack, body), body, limit);
}

/**
 * Proxies name an encoding twice that was applied once, or one that another proxy has removed, so the bytes decide.
 */
async function* unpack(packed: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Uint8Array> {
	const pieces = packed[Symbol.asyncIterator]();
	let start: Uint8Array = new Uint8Array();
	while (start.length < MARK_BYTES) {
		const { done, value } = await pieces.next();
		if (done) break;
		start = Buffer.concat([start, value]);
	}
	const all = (async function* () {
		yield start;
		yield* { [Symbol.asyncIterator]: () => pieces };
	})();
	const decoder = decoderOf(encoding, start);
	yield* decoder
		? (pipeline(Readable.from(all), decoder, () => undefined) as AsyncIterable<Uint8Array>)
		: all;
}

/** Bytes needed to recognize an encoding. */
const MARK_BYTES = 6;

function decoderOf(encoding: string, start: Uint8Array): Transform | null {
	const isText = /^(?:\uFEFF|\s)*(?:data:|event:|id: |retry:|: |\{\s*"|\[\s*\{|<[!hH])/.test(
		Buffer.from(start).toString(),
	);
	if (encoding === 'br') return isText ? null : createBrotliDecompress();
	if (start[0] === 0x1f && start[1] === 0x8b) return createUnzip();
	if (encoding !== 'deflate' || isText) return null;
	// With the zlib header, as it should be, or without.
	return (start[0]! & 0x0f) === 8 ? createUnzip() : createInflateRaw();
}

async function openPool(settings: HttpSettings) {
	const { httpProxy, httpsProxy, noProxy, connectTimeoutMs = CONNECT_TIMEOUT_MS } = settings;
	const undici = await import('undici');
	const noDeadlines = { headersTimeout: 0, bodyTimeout: 0 };
	const dispatcher = new undici.EnvHttpProxyAgent({
		// undici would take missing ones from the environment.
		httpProxy: httpProxy ?? '',
		httpsProxy: httpsProxy ?? '',
		noProxy: noProxy ?? '',
		connectTimeout: connectTimeoutMs,
		// Waiting for a proxy's answer is part of connecting.
		clientFactory: (proxy: URL, options: object) =>
			new undici.Pool(proxy, { ...options, headersTimeout: connectTimeoutMs }),
		// With HTTP/2 all calls would share one connection: if it died, all of them would fall silent at once, and
		// aborting one would not close it.
		allowH2: false,
		...noDeadlines,
	});
	return { undici, dispatcher };
}

function atMost(
	unpackedBody: AsyncIterable<Uint8Array>,
	body: Readable,
	limit: number,
): ReadableStream<Uint8Array> {
	const chunks = unpackedBody[Symbol.asyncIterator]();
	let read = 0;
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				const { done, value } = await chunks.next();
				if (done) {
					controller.close();
					return;
				}
				read += value.byteLength;
				if (read > limit) {
					body.destroy();
					throw tooLarge(limit);
				}
				controller.enqueue(value);
			},
			cancel: () => void body.destroy(),
		},
		{ highWaterMark: 0 },
	);
}

function tooLarge(limit: number): ModelError {
	const size = `${Math.round(limit / 1024 / 1024)} MB`;
	return new ModelError('serverError', `The provider sent more than ${size}, which is no answer of a model.`);
}
