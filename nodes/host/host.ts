import {
	getGlobalState,
	type ICredentialDataDecryptedObject,
	type IExecuteFunctions,
	type IGetNodeParameterOptions,
	type INode,
	type ISupplyDataFunctions,
	type NodeExecutionHint,
} from 'n8n-workflow';

import type { Caller } from '../../router/walk/walk';
import { escapedHints } from './hints/escape';

/** What the nodes need of n8n, which offers it in another shape in each of its contexts. */
export interface Host {
	readonly node: INode;
	readonly workflow: { id?: string; name?: string };
	/** Who asks, for the ledger and budgets. */
	readonly caller: Caller;
	/** As a tool of an agent, without inputs. */
	readonly isTool: boolean;
	/** Someone tries the workflow by hand. */
	readonly isManual: boolean;
	/** Aborts when the execution is cancelled. */
	readonly signal: AbortSignal | undefined;
	/** undefined where the panel holds none. */
	parameter(name: string, itemIndex: number, options?: IGetNodeParameterOptions): unknown;
	/** Decrypted. Rejects where the node has none of the type. */
	credential(type: string): Promise<ICredentialDataDecryptedObject>;
	/** The connected chat models with the names of their nodes, in the order of the inputs. */
	connectedModels(): Promise<ConnectedModels>;
	hint(hints: readonly NodeExecutionHint[]): void;
}

export interface ConnectedModels {
	models: unknown[];
	/** Of the nodes; shorter where n8n doesn't tell. */
	names: string[];
}

/** @param unique for executions that n8n doesn't keep and that have no id: their budgets are their own all the same */
export function hostOf(context: IExecuteFunctions | ISupplyDataFunctions, unique: () => string): Host {
	const node = context.getNode();
	const workflow = context.getWorkflow();
	const { id, name } = workflow;
	return {
		node,
		workflow,
		caller: {
			workflow: name || id || null,
			node: node.name,
			execution: context.getExecutionId() || `run-${unique()}`,
			learner: JSON.stringify([id || name || '', node.name]),
			// The instance's own: a scope has one budget, whichever workflow of whatever zone uses it.
			timeZone: getGlobalState().defaultTimezone,
		},
		isTool: context.getNodeOutputs().some(({ type }) => type === 'ai_tool'),
		isManual: context.getMode() === 'manual',
		signal: context.getExecutionCancelSignal(),
		// With no fallback n8n throws for what is not there.
		parameter: (path, itemIndex, options) =>
			context.getNodeParameter(path, itemIndex, null, options) ?? undefined,
		credential: async (type) => await context.getCredentials(type, 0),
		connectedModels: async () => await connectedModelsOf(context),
		hint(hints) {
			if (hints.length > 0) context.addExecutionHints(...escapedHints(hints));
		},
	};
}

/** n8n hands them over with the last connection first, and a single one by itself. */
async function connectedModelsOf(
	context: IExecuteFunctions | ISupplyDataFunctions,
): Promise<ConnectedModels> {
	const found = await context.getInputConnectionData('ai_languageModel', 0);
	const parents = context.getParentNodes(context.getNode().name, {
		connectionType: 'ai_languageModel',
		depth: 1,
	});
	return {
		models: Array.isArray(found) ? [...(found as unknown[])].reverse() : [found],
		names: parents.map(({ name }) => name).reverse(),
	};
}
