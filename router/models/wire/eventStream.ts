import { ModelError } from '../../types';
import { Rejection } from './rejection';

/** What OpenAI sends as the last event of a stream; it is no JSON. */
const DONE = '[DONE]';

const KNOWN_FIELDS: ReadonlySet<string> = new Set(['data', 'event', 'id', 'retry']);

/** Reads after the last event before the connection is given up instead of kept for the next call. */
const DRAINED_READS = 16;

export interface EventStreamOptions {
	/** Every event must have an `event:` line (Anthropic): its SDK skips those without one in silence. */
	namedEvents: boolean;
	/** Answers' headers, for an error that comes inside the stream. */
	headers: Headers;
	/** Awaits a read and names what fails in it. */
	read: <T>(reading: Promise<T>) => Promise<T>;
}

/**
 * Passes a server-sent event stream on and looks at every event on the way, because the SDKs do not tell all that
 * is wrong with one. The stream fails with `ModelError` (`serverError`) where an event does not parse, is cut in its
 * middle or has no name though it must, and with `Rejection` where an event is the provider's error.
 */
export function checkedEvents(
	body: ReadableStream<Uint8Array>,
	options: EventStreamOptions,
): ReadableStream<Uint8Array> {
	const reader = body.getReader();
	const check = new EventCheck(options);
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				const { done, value } = await options.read(reader.read());
				if (done) {
					check.end();
					controller.close();
					return;
				}
				try {
					check.take(value);
				} catch (error) {
					await quietly(reader.cancel());
					throw error;
				}
				controller.enqueue(value);
			},
			// An SDK may stop reading at the last event.
			cancel: (reason) => (check.done ? drain(reader) : reader.cancel(reason)),
		},
		{ highWaterMark: 0 },
	);
}

/** Reads what little follows the last event, for a socket that is closed half read cannot serve the next call. */
function drain(reader: ReadableStreamDefaultReader<Uint8Array>): void {
	const rest = async (): Promise<void> => {
		for (let reads = 0; reads < DRAINED_READS; reads++) if ((await reader.read()).done) return;
		await reader.cancel();
	};
	void quietly(rest());
}

async function quietly(work: Promise<unknown>): Promise<void> {
	await work.catch(() => undefined);
}

/**
 * The events of a server-sent stream as parsed JSON, those that came together in one list. Fails as `checkedEvents` does.
 * What follows the last event is read in the background.
 */
export async function* readEvents(
	body: ReadableStream<Uint8Array>,
	options: EventStreamOptions,
): AsyncGenerator<unknown[], void, undefined> {
	const reader = body.getReader();
	const check = new EventCheck(options);
	let isOver = false;
	try {
		while (!check.done) {
			const { done, value } = await options.read(reader.read());
			isOver = done;
			const events = done ? check.end() : check.take(value);
			if (events.length > 0) yield events;
			if (done) return;
		}
	} finally {
		if (check.done) drain(reader);
		else if (!isOver) await quietly(reader.cancel());
	}
}

/** Takes a stream's bytes in pieces of any size; throws at the first event that is wrong. */
class EventCheck {
	/** The last event has come. */
	done = false;

	private readonly decoder = new TextDecoder();

	/** The line that is not complete yet, in pieces. */
	private readonly line: string[] = [];

	private endedWithReturn = false;

	private eventName: string | null = null;

	private readonly data: string[] = [];

	private events: unknown[] = [];

	constructor(private readonly options: EventStreamOptions) {}

	/** @returns the events that are complete with these bytes */
	take(bytes: Uint8Array): unknown[] {
		this.events = [];
		this.takeText(this.decoder.decode(bytes, { stream: true }));
		return this.events;
	}

	/** @returns the event that only the end of the stream completes, if there is one */
	end(): unknown[] {
		this.events = [];
		this.takeText(this.decoder.decode());
		if (this.done) return this.events;
		if (this.line.length > 0) this.takeLine();
		if (this.data.length > 0) this.takeEvent();
		return this.events;
	}

	private takeText(text: string): void {
		let from = 0;
		// A line may end in CR, LF or both, and both may come in different pieces.
		if (this.endedWithReturn && text.startsWith('\n')) from = 1;
		if (text !== '') this.endedWithReturn = text.endsWith('\r');
		const lineEnds = /\r\n|\n|\r/g;
		lineEnds.lastIndex = from;
		for (let match = lineEnds.exec(text); match; match = lineEnds.exec(text)) {
			this.line.push(text.slice(from, match.index));
			from = lineEnds.lastIndex;
			this.takeLine();
		}
		if (from < text.length) this.line.push(text.slice(from));
	}

	private takeLine(): void {
		const line = this.line.length === 1 ? this.line[0]! : this.line.join('');
		this.line.length = 0;
		if (this.done || line.startsWith(':')) return;
		if (line === '') return this.takeEvent();
		const colon = line.indexOf(':');
		const field = colon === -1 ? line : line.slice(0, colon);
		if (!KNOWN_FIELDS.has(field)) throw broken();
		const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
		if (field === 'data') this.data.push(value);
		if (field === 'event') this.eventName = value;
	}

	private takeEvent(): void {
		const name = this.eventName;
		this.eventName = null;
		if (this.data.length === 0) return;
		const text = this.data.join('\n');
		this.data.length = 0;
		if (text.trim() === DONE) {
			this.done = true;
			return;
		}
		const event = parse(text);
		if (isError(event, name)) throw new Rejection(undefined, this.options.headers, event);
		if (this.options.namedEvents && name === null) throw broken();
		this.events.push(event);
	}
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw broken();
	}
}

/** All three protocols report an error inside a stream as an object with `error`, Anthropic by the event's name too. */
function isError(event: unknown, name: string | null): boolean {
	if (name === 'error') return true;
	return typeof event === 'object' && event !== null && 'error' in event && Boolean(event.error);
}

/** The event itself is not quoted: it holds a part of the answer. */
function broken(): ModelError {
	return new ModelError(
		'serverError',
		'The provider sent a broken stream, so a part of the answer is missing.',
	);
}
