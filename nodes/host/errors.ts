import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { ConfigurationError } from '../../router/types';
import { escaped } from './hints/escape';

/** A wrong setting as n8n shows it: the field and the value in the message, the remedy beneath. */
export function toNodeError(node: INode, error: unknown, itemIndex?: number): Error {
	if (error instanceof ConfigurationError) {
		return new NodeOperationError(node, error.sentence, { description: described(error), itemIndex });
	}
	if (error instanceof NodeOperationError || error instanceof NodeApiError) return error;
	return new NodeOperationError(node, error as Error, { itemIndex });
}

/**
 * n8n draws a description as HTML, and a message as one paragraph: of several wrong settings each gets its lines here, the
 * remedy beneath what is wrong.
 */
function described({ parts, told, remedy }: ConfigurationError): string {
	if (parts.length === 1) return escaped(remedy);
	const more = parts.length - told.length;
	return [
		...told.map(
			({ lines: [what, todo] }, index) =>
				`<strong>${escaped(`${index + 1}. ${what}`)}</strong><br>${escaped(todo)}`,
		),
		...(more > 0 ? [`And ${more} more, told of once these are mended.`] : []),
	].join('<br><br>');
}
