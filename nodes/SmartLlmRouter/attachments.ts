import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { ModelError, type Attachment, type AttachmentKind } from '../../router/types';

/**
 * The files that go with a prompt. Fields that an item does not have are passed over, as items of one run
 * often differ; `missing` collects them. Throws `ModelError` (invalidRequest) for a kind no model reads.
 */
export async function readAttachments(
	context: IExecuteFunctions,
	item: INodeExecutionData,
	itemIndex: number,
	fields: readonly string[],
	withData: boolean,
): Promise<Attachment[]> {
	const present = fields.filter((field) => item.binary?.[field]);
	return await Promise.all(
		present.map(async (field) => {
			const binary = item.binary?.[field] as IBinaryData;
			return {
				kind: kindOf(binary, field),
				mediaType: binary.mimeType,
				data: withData
					? (await context.helpers.getBinaryDataBuffer(itemIndex, field)).toString('base64')
					: '',
				fileName: binary.fileName,
			};
		}),
	);
}

function kindOf({ mimeType }: IBinaryData, field: string): AttachmentKind {
	if (mimeType.startsWith('image/')) return 'image';
	if (mimeType.startsWith('audio/')) return 'audio';
	if (mimeType === 'application/pdf') return 'document';
	throw new ModelError(
		'invalidRequest',
		`The binary field "${field}" is of the type ${mimeType}, which models cannot read. Attach images or PDF files, or put the text into the prompt.`,
	);
}
