/** Every node of the package as n8n loads it, from the list in package.json, and the tool that n8n makes of one. */
import { join } from 'node:path';
import { deepCopy, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { n8n } from '../../package.json';

const ROOT = join(__dirname, '..', '..');

export const nodeDescriptions: INodeTypeDescription[] = n8n.nodes.flatMap((built) => {
	const path = join(ROOT, built.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
	const className = /([^/]+)\.node\.js$/.exec(built)![1]!;
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- package.json names them
	const { description } = new (require(path) as Record<string, new () => INodeType>)[className]!();
	return [description, ...asTool(description)];
});

/** As n8n does at its start; its own parameters for a tool's name are left out. */
function asTool(description: INodeTypeDescription): INodeTypeDescription[] {
	const { usableAsTool } = description;
	if (typeof usableAsTool !== 'object') return [];
	const tool = { ...deepCopy(description), ...usableAsTool.replacements };
	return [{ ...tool, name: `${description.name}Tool`, inputs: [], outputs: ['ai_tool'] }];
}
