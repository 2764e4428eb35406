/**
 * Who is told when a signal aborts. All calls of an execution share its signal, and an `EventTarget` goes through all of
 * its listeners with each that is added: at 50 calls at once that cost more than a request's headers.
 */
interface Told {
	callbacks: Set<() => void>;
	tell(): void;
}

const told = new WeakMap<AbortSignal, Told>();

/** @returns ends it */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
	const { callbacks, tell } = told.get(signal) ?? begin(signal);
	callbacks.add(callback);
	return () => {
		callbacks.delete(callback);
		// A signal made of others is kept alive by its listeners.
		if (callbacks.size > 0) return;
		signal.removeEventListener('abort', tell);
		told.delete(signal);
	};
}

function begin(signal: AbortSignal): Told {
	const callbacks = new Set<() => void>();
	const tell = (): void => {
		for (const callback of [...callbacks]) callback();
	};
	signal.addEventListener('abort', tell, { once: true });
	const begun = { callbacks, tell };
	told.set(signal, begun);
	return begun;
}
