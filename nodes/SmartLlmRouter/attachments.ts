import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { ModelError, type Attachment, type AttachmentKind } from '../../router/types';
import { ByteGate } from './byteGate';

/**
 * What the files of one item may have together, in bytes. No provider takes more in one request (OpenAI 50 MB, Anthropic
 * 32 MB, Gemini 20 MB), and a file takes about six times its size in memory until it is sent.
 */
const MAX_BYTES = 50_000_000;

/** Of all items of this process together, in bytes. */
const MAX_UNDER_WAY = 100_000_000;

const gate = new ByteGate(MAX_UNDER_WAY);

/** The files that go with a prompt, and what makes room for those of other items when they are no longer needed. */
export interface AttachedFiles {
	files: Attachment[];
	makeRoom: () => void;
}

/** What rules see of an item's files where no model is asked: nothing is read, and what no model reads is passed over. */
export function describedAttachments(item: INodeExecutionData, fields: readonly string[]): Attachment[] {
	const readable = presentIn(item, fields).filter((field) => kindOf(binaryOf(item, field)) !== null);
	return readable.map((field) => attachment(binaryOf(item, field), ''));
}

/**
 * Waits until the files have room beside those of other items, and reads them. Fields that the item does not have are
 * passed over, as items of one run often differ.
 * @throws ModelError (invalidRequest) for a kind that no model reads, and for too much
 */
export async function readAttachments(
	context: IExecuteFunctions,
	item: INodeExecutionData,
	itemIndex: number,
	fields: readonly string[],
	signal: AbortSignal,
): Promise<AttachedFiles> {
	const present = presentIn(item, fields);
	const unreadable = present.find((field) => kindOf(binaryOf(item, field)) === null);
	if (unreadable !== undefined) throw notReadable(unreadable, binaryOf(item, unreadable).mimeType);
	const bytes = await sizeOf(context, item, present);
	if (bytes > MAX_BYTES) throw tooLarge(bytes);
	const makeRoom = present.length > 0 ? await gate.enter(bytes, signal) : () => undefined;
	try {
		const files = present.map(async (field) => {
			const data = await context.helpers.getBinaryDataBuffer(itemIndex, field);
			return attachment(binaryOf(item, field), data.toString('base64'));
		});
		return { files: await Promise.all(files), makeRoom };
	} catch (error) {
		makeRoom();
		// eslint-disable-next-line @n8n/community-nodes/require-node-api-error -- execute.ts makes it one
		throw error;
	}
}

/** Its own fields alone: every object has a `constructor`. */
function presentIn({ binary }: INodeExecutionData, fields: readonly string[]): string[] {
	return fields.filter((field) => binary && Object.hasOwn(binary, field));
}

function binaryOf({ binary }: INodeExecutionData, field: string): IBinaryData {
	return binary?.[field] as IBinaryData;
}

function attachment(binary: IBinaryData, data: string): Attachment {
	const { mimeType, fileName } = binary;
	return { kind: kindOf(binary) as AttachmentKind, mediaType: mimeType, data, fileName };
}

async function sizeOf(
	context: IExecuteFunctions,
	item: INodeExecutionData,
	fields: readonly string[],
): Promise<number> {
	let bytes = 0;
	for (const field of fields) {
		const { id, data } = binaryOf(item, field);
		// With an id the data is on disk, and `data` names the place. Of base64 four characters are three bytes.
		bytes += id ? (await context.helpers.getBinaryMetadata(id)).fileSize : Math.ceil(data.length * 0.75);
	}
	return bytes;
}

function tooLarge(bytes: number): ModelError {
	const inMegabytes = (size: number): string => `${Math.ceil(size / 1e6)} MB`;
	return new ModelError(
		'invalidRequest',
		`The attached files have ${inMegabytes(bytes)} together, and at most ${inMegabytes(MAX_BYTES)} can be sent with one prompt. Name fewer files under Attachments, or make them smaller.`,
	);
}

function kindOf({ mimeType }: IBinaryData): AttachmentKind | null {
	if (mimeType.startsWith('image/')) return 'image';
	if (mimeType.startsWith('audio/')) return 'audio';
	return mimeType === 'application/pdf' ? 'document' : null;
}

function notReadable(field: string, mimeType = 'unknown'): ModelError {
	return new ModelError(
		'invalidRequest',
		`The binary field "${field}" is of the type ${mimeType}, which models cannot read. Attach images or PDF files, or put the text into the prompt.`,
	);
}
