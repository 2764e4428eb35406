import { createParser } from 'eventsource-parser';
import type { ParseError } from 'eventsource-parser';
import { ModelError } from '../../../types';
import { errorIn, Rejection } from '../../errors/rejection';
import { jsonShape, MAX_JSON_PARTS } from '../../../text/jsonShape';

/** One JSON event, with its name if it had one. */
export interface WireEvent {
	name?: string;
	data: unknown;
}

/** OpenAI's last event, which others send too; it is not JSON. */
export const DONE: unique symbol = Symbol('[DONE]');

/** Limit of an incomplete event, in characters: the longest answers of today's models are below 1 MB. */
export const MAX_KEPT = 32 * 1024 * 1024;

/** Limit of one JSON value, in characters: it is parsed in one go, and more would block the event loop. */
export const MAX_VALUE = 8 * 1024 * 1024;

/** Limit of lines that are no field of an event; each costs more than an event does. */
const MAX_ODD_LINES = 200;

/** How often JSON over several lines is tried before its stream is over. */
const MAX_TRIES = 8;

const SENTINEL = /^\[?done\]?$/i;
const GLUED_SENTINEL = /\s*(?:data:\s*)?\[DONE\]\s*$/;
/** The sentinel is searched for in this many characters at the end, spaces included. */
const SENTINEL_LENGTH = 64;
const FIELD_LINE = /^(?:data|event|id|retry)?:/;
const PULSE = /^\W*(?:ping|pong|heart-?beat|keep-?alive|ok|open(?:ed)?|connected|processing|comment)\b/i;
const SPEAKS_OF_ERROR =
	/\b(?:errors?|exception|fail(?:ed|ure|s)?|unavailable|overloaded|exceed(?:s|ed)?|rate.?limit\w*|timed? ?out|timeout|refused|denied|invalid|unauthorized|forbidden|quota|bad gateway)\b/i;

/**
 * Splits an answer's body into events, whichever form the server gave them: an event stream whatever its content
 * type, one JSON value, one line of JSON each, an error between events. Only framing: the protocol's reader
 * interprets the events. In order of arrival, the provider's error ends it with a `Rejection`, and an event that
 * cannot be parsed with a `ModelError`.
 */
export class Framing {
	/** Nothing is read after it. */
	failure: Error | null = null;

	private events: WireEvent[] = [];

	private readonly decoder = new TextDecoder();

	/** `start` until the first sign of whether events or one JSON value follow. */
	private mode: 'start' | 'events' | 'plain' = 'start';

	/** With `plain`: the incomplete line. */
	private line: string[] = [];

	private lineLength = 0;

	/** JSON or HTML outside of events, line by line. */
	private loose: string[] = [];

	private looseLength = 0;

	private tries = 0;

	private oddLines = 0;

	/** The first text outside of events that we could not interpret. */
	private stray = '';

	private isEmpty = true;

	private readonly parser = createParser({
		onEvent: ({ event, data }) => this.takeEvent(data, event),
		onError: (error) => this.takeOddLine(error),
		maxBufferSize: MAX_VALUE,
	});

	constructor(
		private readonly headers: Headers,
		private readonly label: string,
	) {}

	/** @returns the events completed by these bytes */
	take(bytes: Uint8Array): WireEvent[] {
		this.feed(this.decoder.decode(bytes, { stream: true }));
		return this.taken();
	}

	/** @returns what is only complete at the end of the body */
	end(): WireEvent[] {
		this.feed(this.decoder.decode());
		if (this.mode === 'plain') this.endLine();
		else if (this.mode === 'events' && !this.failure) this.feedEvents('\n\n');
		if (this.loose.length > 0) this.endLoose();
		if (this.isEmpty && this.stray !== '' && !this.failure) this.reject(this.stray);
		return this.taken();
	}

	/**
	 * Whether a JSON value or event may be whole although its line has not ended; then `end()` is worth trying if
	 * nothing follows.
	 */
	get mayBeWhole(): boolean {
		return this.mode === 'plain' && /[\]}]\s*$/.test(this.line.at(-1) ?? this.loose.at(-1) ?? '');
	}

	/** Whether everything received so far is one JSON value. */
	isWhole(): boolean {
		return parse(withSentinel([...this.loose, this.line.join('')].join('\n'), '')) !== undefined;
	}

	/** Whether any JSON arrived. */
	get sawJson(): boolean {
		return !this.isEmpty;
	}

	private taken(): WireEvent[] {
		const { events } = this;
		this.events = [];
		return events;
	}

	private feed(text: string): void {
		let rest = text;
		if (this.mode === 'start') {
			rest = text.trimStart();
			if (rest === '') return;
			this.mode = /^[[{<"]/.test(rest) ? 'plain' : 'events';
		}
		if (this.mode === 'plain') rest = this.feedPlain(rest);
		if (rest !== '' && !this.failure) this.feedEvents(rest);
	}

	private feedEvents(text: string): void {
		try {
			this.parser.feed(text);
		} catch (error) {
			// We threw it ourselves, to abandon a piece that contains only junk.
			if (error !== this.failure) throw error;
		}
	}

	/** @returns what belongs to the events that follow */
	private feedPlain(text: string): string {
		let from = 0;
		for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
			const line = [...this.line, text.slice(from, at)].join('');
			if (FIELD_LINE.test(line)) {
				this.clearLine();
				if (this.loose.length > 0) this.endLoose();
				this.mode = 'events';
				return line + text.slice(at);
			}
			this.clearLine();
			this.takeLoose(line);
			if (this.failure) return '';
			from = at + 1;
		}
		if (from < text.length) this.line.push(text.slice(from));
		this.lineLength += text.length - from;
		if (this.lineLength > MAX_VALUE) this.fail(tooLarge(MAX_VALUE));
		return '';
	}

	private endLine(): void {
		const line = this.line.join('');
		this.clearLine();
		if (FIELD_LINE.test(line)) {
			this.mode = 'events';
			this.feedEvents(`${line}\n\n`);
		} else this.takeLoose(line);
	}

	private clearLine(): void {
		this.line = [];
		this.lineLength = 0;
	}

	private takeEvent(data: string, name: string | undefined): void {
		if (this.failure) return;
		const text = data.trim();
		if (text === '') return;
		if (isTooDear(text)) return this.fail(tooLarge(MAX_VALUE));
		if (SENTINEL.test(text)) return void this.events.push({ data: DONE });
		const value = parse(text);
		if (value !== undefined) return this.takeValue(value, name);
		this.takeUnparsed(text, name);
	}

	private takeUnparsed(text: string, name: string | undefined): void {
		// The end marker glued to the event before it, or several events without an empty line between them.
		const lines = withSentinel(text, '\n[DONE]').split('\n').filter(Boolean);
		const isWhole = (line: string): boolean => SENTINEL.test(line.trim()) || parse(line) !== undefined;
		if (lines.length > 1 && lines.every(isWhole)) {
			for (const line of lines) this.takeEvent(line, name);
		} else if (/^[[{"]/.test(text)) this.fail(broken());
		else if (name === 'error' || (SPEAKS_OF_ERROR.test(text) && !PULSE.test(text))) this.reject(text);
		else if (!PULSE.test(text) && !PULSE.test(name ?? '')) this.fail(broken());
	}

	/** A list contains what would have been the events of a stream. */
	private takeValue(value: unknown, name?: string): void {
		if (Array.isArray(value)) {
			for (const entry of value as unknown[]) this.takeValue(entry, name);
			return;
		}
		if (this.failure) return;
		if (typeof value === 'string' && name !== 'error') return this.takeWords(value);
		const error = errorIn(value, name);
		if (error !== null) return this.reject(error);
		if (typeof value !== 'object' || value === null) return;
		this.isEmpty = false;
		this.events.push({ ...(name && { name }), data: value });
	}

	/** A line that is no event field: JSON, llama.cpp's `error: {…}`, a proxy's message, or an unknown field. */
	private takeOddLine({ type, line = '', field = '', value = '' }: ParseError): void {
		if (++this.oddLines > MAX_ODD_LINES) {
			this.fail(broken());
			throw this.failure!;
		}
		if (this.failure || type === 'invalid-retry') return;
		if (type !== 'unknown-field') return this.fail(tooLarge(MAX_VALUE));
		if (this.loose.length > 0 || /^\s*[[{<"\]}]/.test(line)) return this.takeLoose(line);
		if (/^error$/i.test(field.trim())) return this.reject(parse(value) ?? value);
		// A field containing JSON is a mangled event.
		if (/^[[{]/.test(value)) return this.fail(broken());
		this.takeWords(line);
	}

	private takeLoose(line: string): void {
		const text = line.trim();
		if (text === '' || this.failure) return;
		if (this.loose.length === 0) {
			if (SENTINEL.test(text)) return void this.events.push({ data: DONE });
			const value = /^[[{"]/.test(text) ? parse(text) : undefined;
			if (value !== undefined) return this.takeValue(value);
			if (!/^[[{<"]/.test(text)) return this.takeWords(text);
		}
		this.loose.push(line);
		this.looseLength += line.length;
		if (this.looseLength > MAX_VALUE) return this.fail(tooLarge(MAX_VALUE));
		// The last line of indented JSON.
		const opensWith = this.loose[0]!.trimStart()[0];
		const isClosing = opensWith === '{' ? /^\}/.test(line) : opensWith === '[' && /^\]/.test(line);
		if (isClosing && this.tries++ < MAX_TRIES) this.tryLoose();
	}

	private tryLoose(): boolean {
		const value = parse(this.loose.join('\n'));
		if (value === undefined) return false;
		this.clearLoose();
		this.takeValue(value);
		return true;
	}

	private endLoose(): void {
		// A single line was tried when it came.
		if (this.loose.length > 1 && this.tryLoose()) return;
		if (this.failure) return;
		const text = this.loose.join('\n');
		this.clearLoose();
		const json = withSentinel(text, '');
		const value = json === text ? undefined : parse(json);
		if (value !== undefined) {
			this.takeValue(value);
			this.events.push({ data: DONE });
		} else if (text.trimStart().startsWith('<')) {
			this.fail(noAnswer(this.label, 'a web page'));
		} else {
			this.fail(this.mode === 'plain' ? noAnswer(this.label, 'broken JSON') : broken());
		}
	}

	private clearLoose(): void {
		this.loose = [];
		this.looseLength = 0;
	}

	private takeWords(text: string): void {
		if (SPEAKS_OF_ERROR.test(text)) this.reject(text);
		else this.stray ||= text.slice(0, 300);
	}

	private reject(body: unknown): void {
		this.fail(new Rejection(undefined, this.headers, body));
	}

	private fail(error: Error): void {
		this.failure ??= error;
	}
}

/** Replaces an end marker that is glued to the end of the text. */
function withSentinel(text: string, other: string): string {
	const tail = text.slice(-SENTINEL_LENGTH);
	return text.slice(0, text.length - tail.length) + tail.replace(GLUED_SENTINEL, other);
}

/** More nesting than any answer has; each level costs the parser far more than a character. */
const MAX_LEVELS = 500;

/** Characters. What is shorter is parsed in a moment whatever it holds. */
const SHORT = 16_384;

function isTooLaborious(text: string): boolean {
	if (text.length < SHORT) return false;
	const { depth, parts } = jsonShape(text, MAX_JSON_PARTS);
	return depth > MAX_LEVELS || parts > MAX_JSON_PARTS;
}

/** Number of places where a long value is sampled for escapes, and characters at each. */
const LOOKS = 32;
const LOOK_LENGTH = 512;

/** An escape costs the parser twice as much as a plain character. */
function isTooDear(text: string): boolean {
	if (text.length > MAX_VALUE) return true;
	if (text.length < MAX_VALUE / 4) return false;
	let escapes = 0;
	for (let look = 0; look < LOOKS; look += 1) {
		const from = Math.floor((look * (text.length - LOOK_LENGTH)) / (LOOKS - 1));
		for (let at = from; at < from + LOOK_LENGTH; at += 1) escapes += Number(text[at] === '\\');
	}
	return text.length * (1 + (2 * escapes) / (LOOKS * LOOK_LENGTH)) > MAX_VALUE;
}

function parse(text: string): unknown {
	if (isTooLaborious(text)) return undefined;
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

export function noAnswer(label: string, what: string): ModelError {
	return new ModelError('serverError', `${label} sent ${what} instead of an answer.`);
}

/** Does not quote the event, which contains a part of the answer. */
function broken(): ModelError {
	return new ModelError(
		'serverError',
		'The provider sent a broken stream, so a part of the answer is missing.',
	);
}

export function tooLarge(bytes = MAX_KEPT): ModelError {
	const size = `${Math.round(bytes / 1024 / 1024)} MB`;
	return new ModelError('serverError', `The provider sent more than ${size}, which is no answer of a model.`);
}
