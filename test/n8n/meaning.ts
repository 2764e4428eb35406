import { NodeHelpers, type INode, type INodeTypeDescription } from 'n8n-workflow';

import type { N8nSession } from './session';

let known: Promise<INodeTypeDescription[]> | undefined;

/** The editor leaves out what has its default value, and writes empty collections: compared is what n8n makes of both. */
export async function meaningOf(session: N8nSession, node: INode): Promise<Record<string, unknown>> {
	known ??= session.nodeTypes();
	const { name, type, typeVersion, position, credentials, disabled } = node;
	const description = (await known).find((one) => one.name === type && hasVersion(one, typeVersion));
	if (!description) throw new Error(`n8n does not know the node ${type} in version ${typeVersion}`);
	const parameters = NodeHelpers.getNodeParameters(
		description.properties,
		node.parameters,
		true,
		false,
		node,
		description,
	);
	return { name, type, typeVersion, position, credentials, disabled, parameters };
}

const hasVersion = ({ version }: INodeTypeDescription, wanted: number): boolean =>
	[version].flat().includes(wanted);
