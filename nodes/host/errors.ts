import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { ConfigurationError } from '../../router/types';

/** A wrong setting as n8n shows it: the field and the value in the message, the remedy beneath. */
export function toNodeError(node: INode, error: unknown, itemIndex?: number): Error {
	if (error instanceof ConfigurationError) {
		return new NodeOperationError(node, error.sentence, { description: error.remedy, itemIndex });
	}
	if (error instanceof NodeOperationError || error instanceof NodeApiError) return error;
	return new NodeOperationError(node, error as Error, { itemIndex });
}
