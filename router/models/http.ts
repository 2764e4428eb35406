import { ModelError } from '../types';

/** What all three SDKs take in place of the global `fetch`. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface HttpSettings {
	/** Proxies as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` name them; empty or absent: none. */
	httpProxy?: string;
	httpsProxy?: string;
	noProxy?: string;
	/** Largest answer that is read, in bytes after decompression. */
	maxResponseBytes?: number;
}

/** The longest answers of today's models are below 1 MB; only a broken server sends more than this. */
export const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

export interface Http {
	/**
	 * As the global `fetch`, over kept connections and the given proxies, without deadlines of its own. Throws
	 * `ModelError` (`serverError`) for an answer larger than allowed, be it while its body is read.
	 */
	fetch: Fetch;
	/** Closes idle connections and waits for open ones. */
	close(): Promise<void>;
}

/** Loads undici and opens its pool on the first request. */
export function createHttp(settings: HttpSettings = {}): Http {
	const limit = settings.maxResponseBytes ?? MAX_RESPONSE_BYTES;
	let opened: ReturnType<typeof openPool> | undefined;
	return {
		async fetch(input, init) {
			opened ??= openPool(settings);
			const { undici, dispatcher } = await opened;
			// undici's types differ from the global ones in details that matter to no caller.
			const response = await undici.fetch(
				input as Parameters<typeof undici.fetch>[0],
				{ ...init, dispatcher } as Parameters<typeof undici.fetch>[1],
			);
			return limited(response as unknown as Response, limit);
		},
		async close() {
			if (opened) await (await opened).dispatcher.close();
		},
	};
}

async function openPool({ httpProxy, httpsProxy, noProxy }: HttpSettings) {
	const undici = await import('undici');
	const dispatcher = new undici.EnvHttpProxyAgent({
		// Absent ones undici would take from the environment.
		httpProxy: httpProxy ?? '',
		httpsProxy: httpsProxy ?? '',
		noProxy: noProxy ?? '',
		headersTimeout: 0,
		bodyTimeout: 0,
	});
	return { undici, dispatcher };
}

async function limited(response: Response, limit: number): Promise<Response> {
	if (!response.body) return response;
	if (Number(response.headers.get('content-length') ?? 0) > limit) {
		await response.body.cancel();
		throw tooLarge(limit);
	}
	return withBody(response, atMost(response.body, limit));
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

function atMost(body: ReadableStream<Uint8Array>, limit: number): ReadableStream<Uint8Array> {
	const reader = body.getReader();
	let read = 0;
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				const { done, value } = await reader.read();
				if (done) {
					controller.close();
					return;
				}
				read += value.byteLength;
				if (read > limit) {
					await reader.cancel().catch(() => undefined);
					throw tooLarge(limit);
				}
				controller.enqueue(value);
			},
			cancel: (reason) => reader.cancel(reason),
		},
		{ highWaterMark: 0 },
	);
}

function tooLarge(limit: number): ModelError {
	const size = `${Math.round(limit / 1024 / 1024)} MB`;
	return new ModelError('serverError', `The provider sent more than ${size}, which is no answer of a model.`);
}
