/**
 * Long texts and files are kept out of the body while an SDK writes it: JSON of 20 MB made at a stroke would keep the event
 * loop. A mark stands in the place of each until the body is sent, and then they are written a piece at a time.
 */
import { randomBytes } from 'node:crypto';

import type { ModelRequest, Part, Surroundings } from '../../types';

/** A request of fewer characters is written at a stroke. */
const LONG_REQUEST = 1_000_000;

/** Of a long one the texts from this length on are put aside, in characters. */
const LONG_TEXT = 256;

/** Characters that are written at once. */
const PIECE = 65_536;

/** Bytes after which others get their turn: control characters come to six times as many as plain ones, and cost as much more. */
const TURN_BYTES = 512 * 1024;

/** Copying costs far less than writing. */
const COPIED_A_TURN = 8 * 1024 * 1024;

/** Nobody can write a mark that is one of ours. */
const SECRET = randomBytes(12).toString('hex');
const MARK = new RegExp(`aside-${SECRET}-\\d+-`, 'g');

/** The texts of calls that are being written. */
const texts = new Map<string, string>();
let count = 0;

/**
 * The request with marks in the place of long texts, and what forgets them again. The same request where it is short.
 * What a protocol has to look into stays: inputs and outputs of tools, and thoughts. A text without a word is shortened.
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

/** A body as it is to be sent, with its texts in the place of their marks. */
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

/** No piece ends between the two halves of a character, which would be written as two broken ones. */
function* cut(text: string): Generator<string> {
	for (let from = 0; from < text.length;) {
		let to = Math.min(text.length, from + PIECE);
		const last = text.charCodeAt(to - 1);
		if (to < text.length && last >= 0xd800 && last <= 0xdbff) to -= 1;
		yield text.slice(from, to);
		from = to;
	}
}
