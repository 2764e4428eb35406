import type { Attachment, ChatRequest, JsonSchema, Message, Part, Tool } from '../types';
import { Placeholders } from './placeholders';
import type { Breathe } from '../text/pieces';
import { eachSpan, findInPieces, merged } from '../text/spans';
import type { Span, SpanFinder } from '../text/spans';

/** The parts of a JSON schema that contain text by people; its names and rules must not change. */
const SCHEMA_TEXTS = new Set(['title', 'description', 'default', 'const', 'enum', 'examples', '$comment']);

export interface Redaction {
	/**
	 * Replaces each piece of personal data in the request by a placeholder: in the system message, history, prompt,
	 * file names, tool calls and their results, and texts of tools and of the JSON schema. The same piece gets the
	 * same placeholder in every request. File contents are not read. Long texts are read a piece at a time.
	 */
	redact<Request extends ChatRequest>(request: Request): Promise<Request>;
	/** A text of the answer with the personal data put back. */
	restore(text: string): string;
	/** The same for a parsed answer, property names included. */
	restoreJson(value: unknown): unknown;
	/** For an answer that comes in parts. @param format `json`: values are escaped for a JSON string */
	restorer(format: 'text' | 'json'): Restorer;
	/** Number of pieces that have a placeholder. */
	size(): number;
}

/** Holds back the end of the received text while it may be the beginning of a placeholder. */
export interface Restorer {
	/** @returns what can be passed on, perhaps nothing yet */
	push(text: string): string;
	/** @returns what was held back */
	end(): string;
}

/** For one item: its placeholders have no meaning outside it. */
export function createRedaction(
	finders: readonly SpanFinder[],
	breathe: Breathe = () => undefined,
): Redaction {
	const placeholders = new Placeholders();
	const find = remembering(finders, breathe);
	const masked = async (text: string): Promise<string> => {
		const known = await findInPieces([(piece) => placeholders.findKnown(piece)], text, breathe);
		return await mask(text, await merged(await find(text), known, breathe), placeholders, breathe);
	};
	return {
		async redact(request) {
			const texts = new Set<string>();
			mapRequest(request, (text) => {
				texts.add(text);
				return text;
			});
			// Names and rules stay unchanged, so a placeholder in them means what it says.
			const named = JSON.stringify([request.tools, request.format]);
			for (const text of [...texts, named]) await placeholders.avoid(text, breathe);
			// A number that one message calls a phone number is masked in the others too.
			for (const text of texts) {
				await eachSpan(await find(text), breathe, ({ kind, start, end }) => {
					placeholders.of(kind, text.slice(start, end));
				});
			}
			const ready = new Map<string, string>();
			for (const text of texts) ready.set(text, await masked(text));
			return mapRequest(request, (text) => ready.get(text) ?? text);
		},
		restore: (text) => placeholders.restore(text),
		restoreJson: (value) => mapTexts(value, (text) => placeholders.restore(text), true),
		restorer: (format) => createRestorer(placeholders, format === 'json' ? escapeForJson : undefined),
		size: () => placeholders.size,
	};
}

/** Changes every text in which personal data may occur. */
function mapRequest<Request extends ChatRequest>(
	request: Request,
	change: (text: string) => string,
): Request {
	const { system, messages, tools, format } = request;
	return {
		...request,
		...(system === undefined ? {} : { system: change(system) }),
		messages: messages.map((message) => maskMessage(message, change)),
		...(tools && { tools: tools.map((tool) => maskTool(tool, change)) }),
		format:
			format.type === 'json' && format.schema
				? { ...format, schema: maskSchema(format.schema, change) }
				: format,
	};
}

/** Caches findings, because every call of an item sends the same texts, and searching a long one is slow. */
function remembering(
	finders: readonly SpanFinder[],
	breathe: Breathe,
): (text: string) => Promise<readonly Span[]> {
	const known = new Map<string, Promise<readonly Span[]>>();
	return async (text) => {
		const spans = known.get(text) ?? findInPieces(finders, text, breathe);
		known.set(text, spans);
		return await spans;
	};
}

const PARTS_AT_ONCE = 4_096;

async function mask(
	text: string,
	spans: readonly Span[],
	placeholders: Placeholders,
	breathe: Breathe,
): Promise<string> {
	let written = '';
	let parts: string[] = [];
	let end = 0;
	await eachSpan(spans, breathe, (span) => {
		parts.push(text.slice(end, span.start), placeholders.of(span.kind, text.slice(span.start, span.end)));
		end = span.end;
		// Joining a million parts in one go would block the event loop.
		if (parts.length < PARTS_AT_ONCE) return;
		written += parts.join('');
		parts = [];
	});
	return written + parts.join('') + text.slice(end);
}

function maskMessage(message: Message, masked: (text: string) => string): Message {
	return { ...message, parts: message.parts.map((part) => maskPart(part, masked)) };
}

function maskPart(part: Part, masked: (text: string) => string): Part {
	switch (part.type) {
		case 'text':
			return { ...part, text: masked(part.text) };
		case 'file':
			return { ...part, file: maskName(part.file, masked) };
		case 'toolCall':
			return { ...part, input: maskJson(part.input, masked) };
		case 'toolResult': {
			const files = part.files?.map((file) => maskName(file, masked));
			return { ...part, output: masked(part.output), ...(files && { files }) };
		}
		case 'reasoning':
			// The model's own, made of placeholders; it is signed, so it must not change.
			return part;
	}
}

/** The result is still JSON: a number replaced by a placeholder becomes a string. */
function maskJson(json: string, masked: (text: string) => string): string {
	try {
		return JSON.stringify(maskNumbers(JSON.parse(json), masked));
	} catch {
		return masked(json);
	}
}

function maskNumbers(value: unknown, masked: (text: string) => string): unknown {
	if (typeof value === 'string') return masked(value);
	if (typeof value === 'number')
		return masked(String(value)) === String(value) ? value : masked(String(value));
	if (Array.isArray(value)) return value.map((entry: unknown) => maskNumbers(entry, masked));
	if (!isRecord(value)) return value;
	return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, maskNumbers(entry, masked)]));
}

function maskTool({ description, schema, ...tool }: Tool, masked: (text: string) => string): Tool {
	return {
		...tool,
		...(description === undefined ? {} : { description: masked(description) }),
		schema: maskSchema(schema, masked),
	};
}

function maskName(file: Attachment, masked: (text: string) => string): Attachment {
	return file.fileName === undefined ? file : { ...file, fileName: masked(file.fileName) };
}

function maskSchema(schema: JsonSchema, masked: (text: string) => string): JsonSchema {
	return Object.fromEntries(
		Object.entries(schema).map(([key, value]) => [key, maskSchemaPart(key, value, masked)]),
	);
}

function maskSchemaPart(key: string, value: unknown, masked: (text: string) => string): unknown {
	const isText = typeof value === 'string' || Array.isArray(value);
	if (SCHEMA_TEXTS.has(key) && (isText || key === 'default' || key === 'const')) {
		return mapTexts(value, masked, false);
	}
	if (Array.isArray(value)) return value.map((entry: unknown) => maskSchemaPart('', entry, masked));
	return isRecord(value) ? maskSchema(value, masked) : value;
}

function mapTexts(value: unknown, change: (text: string) => string, withNames: boolean): unknown {
	if (typeof value === 'string') return change(value);
	if (Array.isArray(value)) return value.map((entry: unknown) => mapTexts(entry, change, withNames));
	if (!isRecord(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, entry]) => [
			withNames ? change(key) : key,
			mapTexts(entry, change, withNames),
		]),
	);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}

function createRestorer(placeholders: Placeholders, write?: (value: string) => string): Restorer {
	let held = '';
	let before = '';
	const release = (text: string) => {
		const restored = placeholders.restore(text, write, before);
		before = text.slice(-1) || before;
		return restored;
	};
	return {
		push(text) {
			const all = held + text;
			const open = placeholders.openEnd(all);
			held = open > 0 ? all.slice(-open) : '';
			return release(open > 0 ? all.slice(0, -open) : all);
		},
		end() {
			const rest = held;
			held = '';
			return release(rest);
		},
	};
}

function escapeForJson(value: string): string {
	return JSON.stringify(value).slice(1, -1);
}
