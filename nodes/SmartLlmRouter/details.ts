import type { IExecuteFunctions } from 'n8n-workflow';

import type { Details } from '../host/panel/parameters';

const CHAT_TRIGGER = '@n8n/n8n-nodes-langchain.chatTrigger';

/**
 * How much the field `router` tells where the option Details is not set. n8n sends the whole item of the last node to the
 * visitor of a public chat, who is to see neither costs nor what a provider said.
 */
export function defaultDetails(
	context: Pick<IExecuteFunctions, 'getNode' | 'getParentNodes' | 'getChildNodes'>,
): Details {
	const { name } = context.getNode();
	const parents = context.getParentNodes(name, { includeNodeParameters: true });
	const isPublicChat = parents.some(
		({ type, parameters }) => type === CHAT_TRIGGER && parameters?.public === true,
	);
	const isLast = context.getChildNodes(name).length === 0;
	return isPublicChat && isLast ? 'compact' : 'full';
}
