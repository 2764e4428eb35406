import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { ModelError, type Attachment, type AttachmentKind } from '../../router/types';
import { ByteGate } from './byteGate';

/**
 * What the files of one item may have together, in bytes. No provider takes more in one request (OpenAI 50 MB, Anthropic
 * 32 MB, Gemini 20 MB), and a file takes six times its size on its way.
 */
const MAX_BYTES = 50_000_000;

/** Of all items of this process together, in bytes: each takes six times its size while it is under way. */
const MAX_UNDER_WAY = 100_000_000;

const gate = new ByteGate(MAX_UNDER_WAY);

/** Waits until the item's files have room beside those of others. @returns what makes room for others again */
export async function roomForAttachments(
	context: IExecuteFunctions,
	item: INodeExecutionData,
	fields: readonly string[],
	signal: AbortSignal,
): Promise<() => void> {
	const present = fields.filter((field) => item.binary && Object.hasOwn(item.binary, field));
	if (present.length === 0) return () => undefined;
	return await gate.enter(await sizeOf(context, item, present), signal);
}

/**
 * The files that go with a prompt. Fields that an item does not have are passed over, as items of one run often differ.
 * Where models are asked throws `ModelError` (invalidRequest) for a kind that no model reads, and for too much.
 */
export async function readAttachments(
	context: IExecuteFunctions,
	item: INodeExecutionData,
	itemIndex: number,
	fields: readonly string[],
	withData: boolean,
): Promise<Attachment[]> {
	// Its own fields alone: every object has a `constructor`.
	const present = fields.filter((field) => item.binary && Object.hasOwn(item.binary, field));
	const readable = present.filter((field) => kindOf(item.binary?.[field] as IBinaryData) !== null);
	const unreadable = present.find((field) => !readable.includes(field));
	if (withData && unreadable !== undefined)
		throw notReadable(unreadable, item.binary?.[unreadable]?.mimeType);
	if (withData) await assertSize(context, item, readable);
	return await Promise.all(
		readable.map(async (field) => {
			const binary = item.binary?.[field] as IBinaryData;
			return {
				kind: kindOf(binary) as AttachmentKind,
				mediaType: binary.mimeType,
				data: withData
					? (await context.helpers.getBinaryDataBuffer(itemIndex, field)).toString('base64')
					: '',
				fileName: binary.fileName,
			};
		}),
	);
}

async function assertSize(
	context: IExecuteFunctions,
	item: INodeExecutionData,
	fields: readonly string[],
): Promise<void> {
	const bytes = await sizeOf(context, item, fields);
	if (bytes > MAX_BYTES) throw tooLarge(bytes);
}

async function sizeOf(
	context: IExecuteFunctions,
	item: INodeExecutionData,
	fields: readonly string[],
): Promise<number> {
	let bytes = 0;
	for (const field of fields) {
		const { id, data } = item.binary?.[field] as IBinaryData;
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
