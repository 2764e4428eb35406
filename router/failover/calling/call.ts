import { ConfigurationError, ModelError } from '../../types';
import type {
	Allowance,
	AnswerPart,
	ChatRequest,
	Model,
	ModelRequest,
	Surroundings,
	Usage,
} from '../../types';
import { watchDeadlines } from './deadlines';
import { cacheFor } from './warmth';
import { PartialAnswer } from './partialAnswer';
import type { Limits, Watch } from './deadlines';

/** How long a client may take to close its stream after the end of the answer before it is aborted, in ms. */
const CLOSING_MS = 1_000;

/** How long loading a model may take, in ms: longer than disks need for the largest models that people run. */
const LOADING_MS = 300_000;

/** Microtask turns within which a client that has nothing left to wait for closes. */
const CLOSING_TURNS = 12;

const OVER = 'over';

type End = Extract<AnswerPart, { type: 'end' }>;

/** How a call ended: with the end of a whole answer, or with what went wrong. */
type Ending = { end: End; error: null } | { end: null; error: ModelError };

/** The result of one call, before it is judged. */
export type Call = Heard & Ending & { ms: number };

/** What came of a call so far. */
interface Heard {
	/** Epoch ms. */
	startedAt: number;
	firstTokenMs: number | null;
	partial: PartialAnswer;
	/** Usage that the provider reported before the end. */
	earlyUsage: Usage | null;
	/** `earlyUsage` counts everything written until the answer broke off. */
	earlyUsageIsFinal: boolean;
	/** A part arrived, though perhaps no token. */
	heard: boolean;
	/** We broke the call off, so the provider may still be working on it and bill it. */
	brokenOff: boolean;
}

/** The request as this model gets it: what the user set for the model takes precedence over the node's settings. */
export function requestFor(model: Model, request: ChatRequest): ModelRequest {
	const { maxOutputTokens, temperature } = request.limits;
	return {
		...request,
		limits: {
			maxOutputTokens: model.maxOutputTokens ?? maxOutputTokens,
			temperature: model.temperature ?? temperature,
		},
		reasoningEffort: model.reasoningEffort,
		serviceTier: model.serviceTier,
		region: model.region,
		cache: cacheFor(model, request),
	};
}

/**
 * Loads what the model's first call needs, so that no deadline includes the loading time.
 * @throws ConfigurationError if the model cannot be called at all
 */
export async function prepareModel(model: Model, key: string): Promise<void> {
	await clientOf(model).prepare?.(key);
}

export interface Listener {
	/** Aborts when the answer is no longer wanted; a `ModelError` as the reason says why. */
	signal: AbortSignal;
	/** The first text, reasoning or tool call arrived. */
	onFirstToken(): void;
	onText?(text: string): void;
	onLimits?(allowances: readonly Allowance[]): void;
	/**
	 * Asked when a call that has sent nothing is no longer wanted: whether it may go on until its first token, so
	 * that a model that is being loaded finishes loading.
	 * @returns null: it may not; `over` must be called when it has ended
	 */
	lingering?(): { signal?: AbortSignal; over(): void } | null;
}

/**
 * Calls the model once and reads its whole answer. Returns when the answer ends, a deadline passes or the answer is
 * no longer wanted, whichever is first: a client that ignores its signal is left behind.
 * @throws ConfigurationError if the model cannot be called at all
 */
export async function callModel(
	model: Model,
	key: string,
	request: ChatRequest,
	limits: Limits,
	surroundings: Surroundings,
	listener: Listener,
): Promise<Call> {
	const connection = new AbortController();
	const timers = new AbortController();
	const watch = watchDeadlines(limits, surroundings, timers.signal);
	const cancellation = listenForCancel(listener.signal);
	const heard = nothingYet(surroundings.now());
	const startedAt = surroundings.monotonic();
	const reader = new Reader(heard, watch, surroundings, listener);

	try {
		const open = () => clientOf(model).stream(requestFor(model, request), key, connection.signal);
		const reading = listener.signal.aborted ? cancellation.happened : reader.read(open);
		const first = await Promise.race([reading, watch.passed, cancellation.happened]);
		const ending = reader.endWith(first);
		return { ...heard, ...ending, ms: surroundings.monotonic() - startedAt };
	} finally {
		// An explicit reason saves creating an error with a stack trace, which would cost more than everything else
		// here.
		timers.abort(OVER);
		cancellation.forget();
		reader.close(connection);
	}
}

function nothingYet(startedAt: number): Heard {
	return {
		startedAt,
		firstTokenMs: null,
		partial: new PartialAnswer(),
		earlyUsage: null,
		earlyUsageIsFinal: false,
		heard: false,
		brokenOff: false,
	};
}

/** Reads a stream until the end of the answer, an error, or `close`. */
class Reader {
	private iterator: AsyncIterator<AnswerPart> | null = null;

	/** The end of the answer came. */
	private whole: (Ending & { error: null }) | null = null;

	/** null: the call itself failed, or has not ended. */
	private ending: Ending | null = null;

	private closed = false;

	private finished = false;

	/** By the monotonic clock. */
	private readonly startedAt: number;

	constructor(
		private readonly heard: Heard,
		private readonly watch: Watch,
		private readonly surroundings: Surroundings,
		private readonly listener: Listener,
	) {
		this.startedAt = surroundings.monotonic();
	}

	/** After `close` nobody waits for the result. */
	async read(open: () => AsyncIterable<AnswerPart>): Promise<Ending> {
		try {
			this.iterator = open()[Symbol.asyncIterator]();
			while (!this.whole) {
				const next = await this.iterator.next();
				if (this.closed || next.done) throw endedEarly();
				this.take(next.value);
			}
			return this.whole;
		} catch (error) {
			this.finished = true;
			return { end: null, error: asModelError(error) };
		}
	}

	/** @param first what happened first; a `ModelError` says why the call is broken off */
	endWith(first: Ending | ModelError): Ending {
		const ending = first instanceof ModelError ? this.breakOff(first) : first;
		this.ending = ending;
		return ending;
	}

	/** An answer that was whole just before stays so. */
	private breakOff(error: ModelError): Ending {
		if (this.whole) return this.whole;
		this.heard.brokenOff = this.iterator !== null;
		return { end: null, error };
	}

	private take(part: AnswerPart): void {
		const { heard } = this;
		if (part.type === 'limits') return this.listener.onLimits?.(part.allowances);
		heard.heard = true;
		if (part.type === 'end') this.whole = { end: part, error: null };
		else if (part.type === 'usage') {
			heard.earlyUsage = part.usage;
			heard.earlyUsageIsFinal = part.isFinal === true;
		} else if (part.type === 'rewind') heard.partial.rewind();
		else if (part.type !== 'text' || part.text !== '') {
			this.watch.token();
			if (heard.firstTokenMs === null) {
				heard.firstTokenMs = this.surroundings.monotonic() - this.startedAt;
				this.listener.onFirstToken();
			}
			heard.partial.add(part);
			if (part.type !== 'text') return;
			const { onText } = this.listener;
			if (onText) for (const piece of part.pieces ?? [part.text]) if (piece !== '') onText(piece);
		}
	}

	/**
	 * Never waits. A stream whose answer is whole may close by itself, which keeps its connection for the next call.
	 */
	close(connection: AbortController): void {
		this.closed = true;
		if (this.finished || !this.iterator) return connection.abort();
		const isUnheard = !this.heard.heard && this.ending?.error?.category === 'cancelled';
		const leave = isUnheard ? this.listener.lingering?.() : null;
		if (leave) return void this.linger(this.iterator, connection, leave);
		if (this.ending?.end) void this.letClose(this.iterator, connection);
		else {
			connection.abort();
			void endQuietly(this.iterator);
		}
	}

	/** Waits for the first part and discards it. */
	private async linger(
		iterator: AsyncIterator<AnswerPart>,
		connection: AbortController,
		{ signal, over }: { signal?: AbortSignal; over(): void },
	): Promise<void> {
		const stop = new AbortController();
		const end = (): void => stop.abort(OVER);
		signal?.addEventListener('abort', end, { once: true });
		// The pending read; its result is discarded.
		const loaded = iterator.next().then(
			() => undefined,
			() => undefined,
		);
		await Promise.race([loaded, this.surroundings.sleep(LOADING_MS, stop.signal)]);
		signal?.removeEventListener('abort', end);
		end();
		connection.abort();
		await endQuietly(iterator);
		over();
	}

	private async letClose(iterator: AsyncIterator<AnswerPart>, connection: AbortController): Promise<void> {
		let closed: boolean | null = null;
		const closing = iterator.next().then(
			(next) => (closed = next.done === true),
			() => (closed = false),
		);
		// Most close at once, and need no timer.
		for (let turns = 0; turns < CLOSING_TURNS && closed === null; turns++) await null;
		if (closed === null) {
			const grace = new AbortController();
			await Promise.race([closing, this.surroundings.sleep(CLOSING_MS, grace.signal)]);
			grace.abort(OVER);
		}
		if (closed) return;
		connection.abort();
		await endQuietly(iterator);
	}
}

function endedEarly(): ModelError {
	const message = 'The connection ended before the answer was complete.';
	return new ModelError('network', message, { inAnswer: true });
}

async function endQuietly(iterator: AsyncIterator<AnswerPart>): Promise<void> {
	try {
		await iterator.return?.();
	} catch {
		// Errors while closing a stream no longer matter.
	}
}

function listenForCancel(signal: AbortSignal): {
	happened: Promise<ModelError>;
	forget: () => void;
} {
	let listener = (): void => undefined;
	const happened = new Promise<ModelError>((resolve) => {
		listener = () => resolve(reasonOf(signal));
	});
	if (signal.aborted) listener();
	signal.addEventListener('abort', listener, { once: true });
	return { happened, forget: () => signal.removeEventListener('abort', listener) };
}

function reasonOf({ reason }: AbortSignal): ModelError {
	return reason instanceof ModelError ? reason : new ModelError('cancelled', 'The execution was cancelled.');
}

function clientOf(model: Model): NonNullable<Model['client']> {
	if (model.client) return model.client;
	throw new ConfigurationError(
		'models',
		`The model "${model.alias}" cannot be called.`,
		'Choose a credential for its provider, or connect a chat model.',
	);
}

/** Anything but a `ModelError` is a bug in a client; its message may contain a secret, so it is not passed on. */
function asModelError(error: unknown): ModelError {
	if (error instanceof ConfigurationError) throw error;
	if (!(error instanceof ModelError)) {
		return new ModelError('serverError', 'The call failed in a way we do not know.', { cause: error });
	}
	// We did not cancel, or nobody would be reading: a server or proxy closed the connection.
	if (error.category === 'cancelled') {
		return new ModelError('network', 'The connection was closed before the answer was complete.');
	}
	return error;
}
