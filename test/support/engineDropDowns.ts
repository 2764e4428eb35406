/** The editor's lists (`loadOptions`, `listSearch`) through n8n's own context. */
import './engineFolder';

import { LoadOptionsContext } from 'n8n-core';
import {
	NodeHelpers,
	UserError,
	type ICredentialType,
	type INodeListSearchResult,
	type INodeParameters,
	type INodePropertyOptions,
	type INodeType,
	type IVersionedNodeType,
} from 'n8n-workflow';

import { additionalDataOf, registry, workflowOf } from './engine';
import type { GivenCredentials } from './engineCredentials';

export interface DropDown {
	nodeType: INodeType | IVersionedNodeType;
	method: string;
	/** The node's parameters as the panel has them at that moment. */
	parameters: object;
	/** Of the field that asks, for `&sibling`: `parameters.models.values[0].model`. */
	path?: string;
	credentials?: GivenCredentials;
	credentialTypes?: readonly ICredentialType[];
	typeVersion?: number;
}

export async function loadOptions(dropDown: DropDown): Promise<INodePropertyOptions[]> {
	const { context, type } = contextOf(dropDown);
	const method = type.methods?.loadOptions?.[dropDown.method];
	if (method === undefined) throw new UserError(`The node has no loadOptions method "${dropDown.method}"`);
	return await method.call(context);
}

export async function listSearch(
	dropDown: DropDown & { filter?: string; paginationToken?: string },
): Promise<INodeListSearchResult> {
	const { context, type } = contextOf(dropDown);
	const method = type.methods?.listSearch?.[dropDown.method];
	if (method === undefined) throw new UserError(`The node has no listSearch method "${dropDown.method}"`);
	return await method.call(context, dropDown.filter, dropDown.paginationToken);
}

function contextOf(dropDown: DropDown): { context: LoadOptionsContext; type: INodeType } {
	const { parameters, credentials, credentialTypes, path = '' } = dropDown;
	const type = NodeHelpers.getVersionedNodeType(dropDown.nodeType, dropDown.typeVersion);
	const nodeTypes = registry({ node: type });
	const typeVersion = dropDown.typeVersion ?? type.description.defaultVersion ?? 1;
	const json = { nodes: [{ name: 'Node', type: 'test.node', typeVersion, parameters }], connections: {} };
	const workflow = workflowOf(json, nodeTypes, { credentials });
	const additionalData = additionalDataOf({ credentials, credentialTypes });
	const node = workflow.getNode('Node')!;
	additionalData.currentNodeParameters = parameters as INodeParameters;
	return { context: new LoadOptionsContext(workflow, node, additionalData, path), type };
}
