/**
 * Keeps long texts and files out of the body while an SDK serializes it, because writing 20 MB of JSON in one go
 * would block the event loop. A mark replaces each of them until the body is sent; then they are written a piece at a
 * time.
 */
import { randomBytes } from 'node:crypto';

import type { ModelRequest, Part, Surroundings } from '../../types';

/** Characters. Shorter requests are written in one go. */
const LONG_REQUEST = 1_000_000;

/** Characters. In a long request, texts of at least this length are replaced by marks. */
const LONG_TEXT = 256;

/** Characters that are written in one go. */
const PIECE = 65_536;

/**
 * Bytes after which other work gets a turn. Bytes, because control characters take six times as many as plain ones,
 * and cost as much more.
 */
const TURN_BYTES = 512 * 1024;

/** Copying is much cheaper than writing. */
const COPIED_A_TURN = 8 * 1024 * 1024;

/** Makes our marks impossible to forge. */
const SECRET = randomBytes(12).toString('hex');
const MARK = new RegExp(`aside-${SECRET}-\\d+-`, 'g');

/** The texts of calls that are being written. */
const texts = new Map<string, string>();
let count = 0;

/**
 * Replaces long texts by marks; `forget` discards the texts. A short request is returned unchanged. What a protocol
 * has to look into stays: tool inputs and outputs, and thoughts. A text of only white space is shortened.
 */
export function withLongTextsAside(request: ModelRequest): { request: ModelRequest; forget(): void } {
	const length = request.messages.reduce(
		(sum, { parts }) => sum + parts.reduce((all, part) => all + (asideIn(part)?.length ?? 0), 0),
		request.system?.length ?? 0,
	);
	if (length < LONG_REQUEST) return { request, forget: () => undefined };
	const marks: string[] = [];
	const aside = (text: string): string => {
		if (text.length < LONG_TEXT) return text;
		if (text.trim() === '') return ' ';
		const mark = `aside-${SECRET}-${count++}-`;
		texts.set(mark, text);
		marks.push(mark);
		return mark;
	};
	const partOf = (part: Part): Part => {
		if (part.type === 'text') return { ...part, text: aside(part.text) };
		return part.type === 'file' ? { ...part, file: { ...part.file, data: aside(part.file.data) } } : part;
	};
	return {
		request: {
			...request,
			...(request.system !== undefined && { system: aside(request.system) }),
			messages: request.messages.map((message) => ({ ...message, parts: message.parts.map(partOf) })),
		},
		forget: () => marks.forEach((mark) => texts.delete(mark)),
	};
}

function asideIn(part: Part): string | undefined {
	if (part.type === 'text') return part.text;
	return part.type === 'file' ? part.file.data : undefined;
}

/** The body to send, with texts in place of their marks. */
export async function withLongTexts(
	body: string,
	sleep: Surroundings['sleep'],
): Promise<string | Uint8Array<ArrayBuffer>> {
	if (texts.size === 0 || !body.includes(SECRET)) return body;
	const bytes: Uint8Array[] = [];
	let written = 0;
	let from = 0;
	for (const { 0: mark, index } of body.matchAll(MARK)) {
		bytes.push(Buffer.from(body.slice(from, index)));
		from = index + mark.length;
		const text = texts.get(mark) ?? '';
		for (const piece of cut(text)) {
			const json = Buffer.from(JSON.stringify(piece).slice(1, -1));
			bytes.push(json);
			written += json.length;
			if (written < TURN_BYTES) continue;
			written = 0;
			await sleep(0);
		}
	}
	bytes.push(Buffer.from(body.slice(from)));
	return await joined(bytes, sleep);
}

async function joined(
	pieces: readonly Uint8Array[],
	sleep: Surroundings['sleep'],
): Promise<Uint8Array<ArrayBuffer>> {
	const all = new Uint8Array(new ArrayBuffer(pieces.reduce((sum, { length }) => sum + length, 0)));
	let at = 0;
	let turnEnds = COPIED_A_TURN;
	for (const piece of pieces) {
		all.set(piece, at);
		at += piece.length;
		if (at < turnEnds) continue;
		turnEnds += COPIED_A_TURN;
		await sleep(0);
	}
	return all;
}

/** Never cuts between the two halves of a surrogate pair, which would become two broken characters. */
function* cut(text: string): Generator<string> {
	for (let from = 0; from < text.length;) {
		let to = Math.min(text.length, from + PIECE);
		const last = text.charCodeAt(to - 1);
		if (to < text.length && last >= 0xd800 && last <= 0xdbff) to -= 1;
		yield text.slice(from, to);
		from = to;
	}
}
