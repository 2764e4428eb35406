import { pipeline, type Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import { ModelError } from '../types';

/** A provider's answer before anyone has made a `Response` of it. */
export interface RawAnswer {
	status: number;
	headers: Headers;
	/** Decompressed, up to the size that is allowed. Ending the iteration early closes the connection. */
	body: AsyncIterable<Uint8Array>;
}

/** What all three SDKs take in place of the global `fetch`. */
export interface Fetch {
	(input: string | URL | Request, init?: RequestInit): Promise<Response>;
	/** The same without streams of the web, which cost as much as the request itself. */
	raw?(url: string | URL, init?: RequestInit): Promise<RawAnswer>;
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

/** The longest answers of today's models are below 1 MB; only a broken server sends more than this. */
export const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

export interface Http {
	/**
	 * As the global `fetch`, over kept connections and the given proxies, with no deadline but the one for connecting.
	 * Sends texts only and follows no redirects. Throws `ModelError` (`serverError`) for an answer larger than allowed,
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
		toResponse(await send(await open(), new URL(input instanceof Request ? input.url : input), init, limit));
	const raw: Fetch['raw'] = async (url, init) => await send(await open(), new URL(url), init, limit);
	return {
		fetch: Object.assign(fetch, { open, raw }),
		async close() {
			if (opened) await (await opened).dispatcher.close();
		},
	};
}

type Pool = Awaited<ReturnType<typeof openPool>>;

/**
 * By undici's `request`: half the cost of `fetch` a call, and neither redirects, which would carry a key to another host,
 * nor ports that only a browser must not reach.
 */
async function send(
	{ undici, dispatcher }: Pool,
	url: URL,
	init: RequestInit = {},
	limit: number,
): Promise<RawAnswer> {
	if (init.body && typeof init.body !== 'string') throw new TypeError('Only texts are sent');
	await farewellsAreHeard();
	const answer = await undici.request(url, {
		dispatcher,
		method: (init.method ?? 'GET') as 'GET' | 'POST',
		headers: isPlain(init.headers) ? init.headers : Object.fromEntries(new Headers(init.headers)),
		body: init.body ?? null,
		signal: init.signal,
	});
	const headers = new Headers();
	for (const [name, value] of Object.entries(answer.headers)) {
		if (typeof value === 'string') headers.append(name, value);
		else for (const one of value ?? []) headers.append(name, one);
	}
	// Its errors reach the one who reads; one that nobody reads must not end the process.
	answer.body.on('error', () => undefined);
	if (Number(headers.get('content-length') ?? 0) > limit) {
		answer.body.destroy();
		throw tooLarge(limit);
	}
	return { status: answer.statusCode, headers, body: new Chunks(unpacked(answer.body, headers), limit) };
}

function isPlain(headers: RequestInit['headers']): headers is Record<string, string> {
	return headers !== undefined && !Array.isArray(headers) && !(headers instanceof Headers);
}

const EMPTY_STATUSES: ReadonlySet<number> = new Set([204, 205, 304]);

/** @throws RangeError for a status that is none */
export function toResponse({ status, headers, body }: RawAnswer): Response {
	const chunks = body[Symbol.asyncIterator]();
	if (EMPTY_STATUSES.has(status)) {
		void chunks.next().catch(() => undefined);
		return new Response(null, { status, headers });
	}
	const stream = new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				const { done, value } = await chunks.next();
				if (done) controller.close();
				else controller.enqueue(value);
			},
			cancel: async () => void (await chunks.return?.()),
		},
		{ highWaterMark: 0 },
	);
	return new Response(stream, { status, headers });
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
function unpacked(body: Readable, headers: Headers): Readable {
	const encoding = headers.get('content-encoding')?.toLowerCase();
	if (encoding !== 'gzip' && encoding !== 'deflate' && encoding !== 'br') return body;
	const decoder = encoding === 'br' ? createBrotliDecompress() : createUnzip();
	return pipeline(body, decoder, () => undefined);
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

/** The same answer with another body. */
export function withBody(response: Response, body: ReadableStream<Uint8Array> | string): Response {
	const { status, statusText } = response;
	const headers = new Headers(response.headers);
	// What they say is about the body as it was sent.
	headers.delete('content-length');
	headers.delete('content-encoding');
	return new Response(body, { status, statusText, headers });
}

/** The pieces of a stream as they come, up to a limit of bytes. Lighter than the stream's own iterator. */
class Chunks implements AsyncIterableIterator<Uint8Array> {
	private read = 0;

	private isOver = false;

	private error: unknown;

	private wake: () => void = () => undefined;

	constructor(
		private readonly body: Readable,
		private readonly limit: number,
	) {
		const ring = (): void => this.wake();
		const end = (error?: unknown): void => {
			this.isOver = true;
			this.error ??= error;
			ring();
		};
		body.on('readable', ring);
		body.once('end', () => end());
		body.once('error', end);
		body.once('close', () => end(body.readableEnded ? undefined : new Error('The connection was closed')));
	}

	async next(): Promise<IteratorResult<Uint8Array, undefined>> {
		for (;;) {
			const value = this.error === undefined ? (this.body.read() as Uint8Array | null) : null;
			if (value !== null) {
				this.read += value.byteLength;
				if (this.read <= this.limit) return { done: false, value };
				this.body.destroy();
				throw tooLarge(this.limit);
			}
			if (this.error !== undefined) throw this.error;
			if (this.isOver) return { done: true, value: undefined };
			await new Promise<void>((resolve) => {
				this.wake = resolve;
			});
		}
	}

	async return(): Promise<IteratorResult<Uint8Array, undefined>> {
		this.body.destroy();
		return { done: true, value: undefined };
	}

	[Symbol.asyncIterator](): this {
		return this;
	}
}

function tooLarge(limit: number): ModelError {
	const size = `${Math.round(limit / 1024 / 1024)} MB`;
	return new ModelError('serverError', `The provider sent more than ${size}, which is no answer of a model.`);
}
