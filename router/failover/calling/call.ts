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

/** The result of one call, before it is judged. */
export interface Call {
	/** Epoch ms. */
	startedAt: number;
	ms: number;
	firstTokenMs: number | null;
	partial: PartialAnswer;
	/** null: the answer is not whole. */
	end: Extract<AnswerPart, { type: 'end' }> | null;
	/** Usage that the provider reported before the end. */
	earlyUsage: Usage | null;
	/** `earlyUsage` counts everything written until the answer broke off. */
	earlyUsageIsFinal: boolean;
	/** A part arrived, though perhaps no token. */
	heard: boolean;
	/** We broke the call off, so the provider may still be working on it and bill it. */
	brokenOff: boolean;
	error: ModelError | null;
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
	const call = newCall(surroundings.now());
	const startedAt = surroundings.monotonic();
	const reader = new Reader(call, watch, surroundings, listener);

	try {
		const open = () => clientOf(model).stream(requestFor(model, request), key, connection.signal);
		const reading = listener.signal.aborted ? cancellation.happened : reader.read(open);
		const brokenOffBy = await Promise.race([reading, watch.passed, cancellation.happened]);
		if (brokenOffBy !== null && !call.end) {
			call.error = brokenOffBy;
			call.brokenOff = reader.hasBegun;
		}
	} finally {
		call.ms = surroundings.monotonic() - startedAt;
		// An explicit reason saves creating an error with a stack trace, which would cost more than everything else
		// here.
		timers.abort(OVER);
		cancellation.forget();
		reader.close(connection);
	}
	return call;
}

function newCall(startedAt: number): Call {
	return {
		startedAt,
		ms: 0,
		firstTokenMs: null,
		partial: new PartialAnswer(),
		end: null,
		earlyUsage: null,
		earlyUsageIsFinal: false,
		heard: false,
		brokenOff: false,
		error: null,
	};
}

/** Reads a stream into a call until the end of the answer, an error, or `close`. */
class Reader {
	private iterator: AsyncIterator<AnswerPart> | null = null;

	private closed = false;

	private finished = false;

	/** By the monotonic clock. */
	private readonly startedAt: number;

	constructor(
		private readonly call: Call,
		private readonly watch: Watch,
		private readonly surroundings: Surroundings,
		private readonly listener: Listener,
	) {
		this.startedAt = surroundings.monotonic();
	}

	get hasBegun(): boolean {
		return this.iterator !== null;
	}

	/** Resolves with null when there is nothing more to read; the result is in the call. */
	async read(open: () => AsyncIterable<AnswerPart>): Promise<null> {
		try {
			this.iterator = open()[Symbol.asyncIterator]();
			while (!this.call.end) {
				const next = await this.iterator.next();
				if (this.closed) return null;
				if (next.done) throw endedEarly();
				this.take(next.value);
			}
		} catch (error) {
			if (this.closed) return null;
			this.finished = true;
			this.call.error = asModelError(error);
		}
		return null;
	}

	private take(part: AnswerPart): void {
		const { call } = this;
		if (part.type === 'limits') return this.listener.onLimits?.(part.allowances);
		call.heard = true;
		if (part.type === 'end') call.end = part;
		else if (part.type === 'usage') {
			call.earlyUsage = part.usage;
			call.earlyUsageIsFinal = part.isFinal === true;
		} else if (part.type === 'rewind') call.partial.rewind();
		else if (part.type !== 'text' || part.text !== '') {
			this.watch.token();
			if (call.firstTokenMs === null) {
				call.firstTokenMs = this.surroundings.monotonic() - this.startedAt;
				this.listener.onFirstToken();
			}
			call.partial.add(part);
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
		const isUnheard = !this.call.heard && this.call.error?.category === 'cancelled';
		const leave = isUnheard ? this.listener.lingering?.() : null;
		if (leave) return void this.linger(this.iterator, connection, leave);
		if (this.call.end && !this.call.error) void this.letClose(this.iterator, connection);
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
