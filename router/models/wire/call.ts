import type { AnswerPart } from '../../types';
import { toModelError } from '../errors/errors';
import type { ErrorContext } from '../errors/errors';
import type { Fetch } from './http';

/**
 * Runs one call so that only `ModelError` leaves it. An abort ends it as `cancelled` and releases its socket, and so
 * does a reader that stops early. `open` gets its own signal, which is aborted unless the answer ended.
 */
export async function* guardedCall(
	context: ErrorContext,
	open: (signal: AbortSignal) => AsyncIterable<AnswerPart>,
): AsyncGenerator<AnswerPart, void, undefined> {
	const connection = new AbortController();
	const abort = (): void => connection.abort();
	let ended = false;
	try {
		context.signal.throwIfAborted();
		context.signal.addEventListener('abort', abort, { once: true });
		for await (const part of open(connection.signal)) {
			ended ||= part.type === 'end';
			yield part;
		}
		// The SDKs end an aborted stream as if it were complete.
		if (!ended) context.signal.throwIfAborted();
	} catch (error) {
		throw toModelError(error, context);
	} finally {
		context.signal.removeEventListener('abort', abort);
		if (!ended) connection.abort();
	}
}

/**
 * Loads and opens what a client needs before its first call. Failures are ignored here, because the call itself will
 * meet them again.
 */
export async function opened(fetch: Fetch, sdk: Promise<unknown>): Promise<void> {
	await Promise.allSettled([sdk, fetch.open?.()]);
}

/** One SDK client per key: creating one is expensive, and keys are few. */
export function perKey<T>(create: (key: string) => Promise<T>): (key: string) => Promise<T> {
	const clients = new Map<string, Promise<T>>();
	return (key) => {
		const known = clients.get(key);
		if (known) return known;
		const created = create(key);
		clients.set(key, created);
		created.catch(() => clients.delete(key));
		return created;
	};
}
