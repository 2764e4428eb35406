import { ModelError } from '../../types';
import { hasTooManyParts } from '../../text/jsonShape';
import type { Surroundings } from '../../types';
import type { Fetch } from './http';
import { withLongTexts } from './longTexts';
import { reached } from '../errors/network';
import { noAnswer, tooLarge } from './reading/framing';
import { Rejection } from '../errors/rejection';

/** An error's body is read up to this size, in bytes, and for this long, in ms. */
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_ERROR_MS = 1_000;

/** In bytes. A list of models is parsed in one go; the longest has about 1 MB. */
export const MAX_LIST = 4 * 1024 * 1024;

type Sleep = Surroundings['sleep'];

/**
 * A `fetch` for an SDK's calls that fails in a uniform way, whatever the SDK would make of it: `ModelError` for the
 * network, `Rejection` for the provider's errors. An abort is passed on unchanged. The body is left as it is, for
 * `readAnswer`.
 */
export function answeringFetch(fetch: Fetch, label: string, sleep: Sleep): Fetch {
	return async (input, init) => {
		const response = await reached(fetch(input, await written(init, sleep)), label, init?.signal);
		if (!response.ok) throw await readFailure(response, label, sleep);
		return response;
	};
}

async function written(init: RequestInit | undefined, sleep: Sleep): Promise<RequestInit | undefined> {
	if (typeof init?.body !== 'string') return init;
	const body = await withLongTexts(init.body, sleep);
	if (body === init.body) return init;
	// The SDK measured the body with marks in place of its texts.
	const headers = new Headers(init.headers);
	headers.delete('content-length');
	return { ...init, headers, body };
}

/** For plain calls that expect JSON. */
export async function fetchJson(
	fetch: Fetch,
	label: string,
	url: URL,
	init: { headers: Record<string, string>; signal: AbortSignal },
	sleep: Sleep,
): Promise<unknown> {
	const response = await reached(fetch(url, init), label, init.signal);
	if (!response.ok) throw await readFailure(response, label, sleep);
	const text = await reached(textOf(response, MAX_LIST), label, init.signal);
	const body = parsed(text);
	if (body === undefined) throw noAnswer(label, 'something that is no list of models');
	return body;
}

/** @param most bytes @throws ModelError if there are more */
export async function textOf(response: Response, most: number): Promise<string> {
	const decoder = new TextDecoder();
	const pieces: string[] = [];
	let length = 0;
	for await (const bytes of response.body ?? []) {
		length += bytes.byteLength;
		if (length > most) throw tooLarge(most);
		pieces.push(decoder.decode(bytes, { stream: true }));
	}
	return [...pieces, decoder.decode()].join('');
}

function parsed(text: string): unknown {
	if (hasTooManyParts(text)) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The status decides. Only the words of an error's body are needed, so it may be cut off at a size or time limit. */
async function readFailure(response: Response, label: string, sleep: Sleep): Promise<Error> {
	if (response.status < 400) {
		await response.body?.cancel();
		const words = `${label} has moved to another address (${response.status}). Correct the Base URL in its credential.`;
		return new ModelError('invalidRequest', words, { status: response.status });
	}
	const text = response.body ? await beginningOf(response.body, sleep) : '';
	return new Rejection(response.status, response.headers, parsed(text) ?? text);
}

async function beginningOf(body: ReadableStream<Uint8Array>, sleep: Sleep): Promise<string> {
	const reader = body.getReader();
	const decoder = new TextDecoder();
	const timer = new AbortController();
	let text = '';
	let bytes = 0;
	const read = async (): Promise<'ended' | 'cut'> => {
		while (bytes < MAX_ERROR_BYTES) {
			const { done, value } = await reader.read();
			if (done) return 'ended';
			bytes += value.byteLength;
			text += decoder.decode(value, { stream: true });
		}
		return 'cut';
	};
	const isEnded = await Promise.race([read().catch(() => 'ended'), sleep(MAX_ERROR_MS, timer.signal)]);
	timer.abort('over');
	if (isEnded !== 'ended') void reader.cancel().catch(() => undefined);
	return text;
}
