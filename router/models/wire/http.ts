import { pipeline, Readable } from 'node:stream';
import type { Transform } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBrotliDecompress, createInflateRaw, createUnzip } from 'node:zlib';
import { ModelError } from '../../types';

/** What all three SDKs take in place of the global `fetch`. */
export interface Fetch {
	(input: string | URL | Request, init?: RequestInit): Promise<Response>;
	/** Loads what the first request needs. */
	open?(): Promise<unknown>;
}

export interface HttpSettings {
	/** Proxies as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` name them; empty or absent: none. */
	httpProxy?: string;
	httpsProxy?: string;
	noProxy?: string;
	/** Largest answer that is read, in bytes after decompression. */
	maxResponseBytes?: number;
	/** For finding the address, reaching it, a proxy's consent and encryption each, in ms. */
	connectTimeoutMs?: number;
}

/** Distant providers take less than a second; who lets ten pass is not there, and another model may be. */
export const CONNECT_TIMEOUT_MS = 10_000;

/**
 * A stream of thoughts in small pieces may come to 50 MB that nobody keeps; what is kept has a limit of its own where it
 * is read. Only a broken server sends more than this.
 */
export const MAX_RESPONSE_BYTES = 512 * 1024 * 1024;

export interface Http {
	/**
	 * As the global `fetch`, over kept connections and the given proxies, with no deadline but the one for connecting.
	 * Sends texts and bytes only and follows no redirects. Throws `ModelError` (`serverError`) for an answer larger than allowed,
	 * be it while its body is read.
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
 * undici's `request` in the form of `fetch`: half the cost a call, and neither redirects, which would carry a key to
 * another host, nor ports that only a browser must not reach.
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
		headers: Object.fromEntries(new Headers(init.headers)),
		body: body ?? null,
		signal: init.signal,
	});
	const headers = new Headers();
	for (const [name, value] of Object.entries(answer.headers)) {
		for (const one of [value ?? []].flat()) headers.append(name, one);
	}
	// Its errors reach the one who reads; one that nobody reads must not end the process.
	answer.body.on('error', () => undefined);
	if (Number(headers.get('content-length') ?? 0) > limit) {
		answer.body.destroy();
		throw tooLarge(limit);
	}
	const isEmpty = [204, 205, 304].includes(answer.statusCode);
	if (isEmpty) answer.body.resume();
	return new Response(isEmpty ? null : unpacked(answer.body, headers, limit), {
		status: answer.statusCode,
		headers,
	});
}

/**
 * A server that closed an idle connection has said so, but a process that was busy meanwhile has not read it, and would
 * send into it. One turn of the event loop may be half over, so two are let pass. What a connection does after that is
 * the provider's failure like any other: a request that is sent again in silence would be a call that nobody counts.
 */
async function farewellsAreHeard(): Promise<void> {
	await nextTurn();
	await nextTurn();
}

/** We ask for no compression, but a few gateways compress whatever they are asked. */
function unpacked(body: Readable, headers: Headers, limit: number): ReadableStream<Uint8Array> {
	const names = (headers.get('content-encoding') ?? '').toLowerCase().split(',');
	const encodings = names
		.map((name) => name.trim().replace(/^x-/, ''))
		.filter((name) => /^(?:gzip|deflate|br)$/.test(name));
	return atMost(encodings.reduceRight<AsyncIterable<Uint8Array>>(unpack, body), body, limit);
}

/** Proxies name an encoding twice that was used once, or one that another proxy has undone: the bytes decide. */
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

/** Bytes by which packed ones are told. */
const MARK_BYTES = 6;

function decoderOf(encoding: string, start: Uint8Array): Transform | null {
	const isText = /^(?:\uFEFF|\s)*(?:data:|event:|id: |retry:|: |\{\s*"|\[\s*\{|<[!hH])/.test(
		Buffer.from(start).toString(),
	);
	if (encoding === 'br') return isText ? null : createBrotliDecompress();
	if (start[0] === 0x1f && start[1] === 0x8b) return createUnzip();
	if (encoding !== 'deflate' || isText) return null;
	// With zlib's header as it should be, or without it.
	return (start[0]! & 0x0f) === 8 ? createUnzip() : createInflateRaw();
}

async function openPool(settings: HttpSettings) {
	const { httpProxy, httpsProxy, noProxy, connectTimeoutMs = CONNECT_TIMEOUT_MS } = settings;
	const undici = await import('undici');
	const noDeadlines = { headersTimeout: 0, bodyTimeout: 0 };
	const dispatcher = new undici.EnvHttpProxyAgent({
		// Absent ones undici would take from the environment.
		httpProxy: httpProxy ?? '',
		httpsProxy: httpsProxy ?? '',
		noProxy: noProxy ?? '',
		connectTimeout: connectTimeoutMs,
		// A proxy's answer is a part of connecting.
		clientFactory: (proxy: URL, options: object) =>
			new undici.Pool(proxy, { ...options, headersTimeout: connectTimeoutMs }),
		// With HTTP/2 all calls would share one connection: were that dead, all of them would be silent at once, and
		// aborting one would not end it.
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
