import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { ModelError, type Attachment, type AttachmentKind } from '../../router/types';

/**
 * The files that go with a prompt. Fields that an item does not have are passed over, as items of one run
 * often differ. Throws `ModelError` (invalidRequest) for a kind that no model reads, where models are asked.
 */
export async function readAttachments(
	context: IExecuteFunctions,
	item: INodeExecutionData,
	itemIndex: number,
	fields: readonly string[],
	withData: boolean,
): Promise<Attachment[]> {
	const present = fields.filter((field) => item.binary?.[field]);
	const readable = present.filter((field) => kindOf(item.binary?.[field] as IBinaryData) !== null);
	const unreadable = present.find((field) => !readable.includes(field));
	if (withData && unreadable !== undefined)
		throw notReadable(unreadable, item.binary?.[unreadable]?.mimeType);
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
