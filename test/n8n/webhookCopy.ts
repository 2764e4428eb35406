/** Examples start by a click; a copy that starts by a webhook runs without the editor. */
import type { IConnections, INode } from 'n8n-workflow';

import type { ExampleFile } from './simulation';
import type { NewWorkflow } from './session';

const TRIGGERS = /(manualTrigger|chatTrigger|scheduleTrigger|formTrigger)$/;
export const WEBHOOK = 'Test webhook';
/** Gives the posted item, and where a form of this execution is sent to. */
export const WEBHOOK_BODY = 'Body of the test webhook';

/**
 * The same workflow, with a webhook in the place of its trigger: what is posted is the item that comes in. All ids are
 * left to n8n, so that the original can stay beside it.
 */
export function webhookCopy(example: ExampleFile, path: string): NewWorkflow {
	const triggers = example.nodes.filter(({ type }) => TRIGGERS.test(type)).map(({ name }) => name);
	if (triggers.length === 0) throw new Error(`${example.file} has no trigger`);
	const nodes = example.nodes.filter(({ name }) => !triggers.includes(name));
	const connections: IConnections = Object.fromEntries(
		Object.entries(example.connections).filter(([name]) => !triggers.includes(name)),
	);
	const targets = triggers.flatMap(
		(name) => example.connections[name]?.main?.flatMap((wires) => wires ?? []) ?? [],
	);
	return {
		name: `${example.name} (by webhook)`,
		settings: example.settings,
		nodes: [...nodes.map((node) => withoutPast(node, path)), webhookNode(path), bodyNode(path)],
		connections: {
			...connections,
			[WEBHOOK]: { main: [[{ node: WEBHOOK_BODY, type: 'main', index: 0 }]] },
			[WEBHOOK_BODY]: { main: [targets] },
		},
	};
}

interface RememberingParameters {
	options?: {
		budgets?: { values?: Array<{ scope?: string }> };
		stickyKey?: string;
		cacheTtl?: number;
		systemMessage?: string;
	};
}

/**
 * n8n remembers what earlier runs have spent, answered and who answered whom: under a scope, a key and a system message
 * that nobody had before it begins with nothing, as the engine does.
 */
function withoutPast(node: INode, prefix: string): INode {
	const parameters = structuredClone(node.parameters) as INode['parameters'] & RememberingParameters;
	const { options } = parameters;
	for (const budget of options?.budgets?.values ?? []) budget.scope = prefixed(budget.scope, prefix);
	if (options?.stickyKey) options.stickyKey = prefixed(options.stickyKey, prefix);
	if (options?.cacheTtl) options.systemMessage = prefixed(options.systemMessage, prefix);
	return { ...node, parameters };
}

/** Text or expression. */
function prefixed(value = '', prefix: string): string {
	return value.startsWith('=') ? `=${prefix} ${value.slice(1)}` : `${prefix} ${value}`;
}

function webhookNode(path: string): INode {
	return {
		id: `${path}-webhook`,
		name: WEBHOOK,
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		position: [-400, 0],
		webhookId: path,
		parameters: { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
	};
}

function bodyNode(path: string): INode {
	return {
		id: `${path}-body`,
		name: WEBHOOK_BODY,
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		position: [-200, 0],
		parameters: {
			mode: 'raw',
			jsonOutput: '={{ { ...$json.body, resumeFormUrl: $execution.resumeFormUrl } }}',
			options: {},
		},
	};
}
