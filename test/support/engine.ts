/**
 * Runs whole workflows, as n8n exports them, in n8n's own engine: real expressions, parameters, dynamic
 * outputs, credentials, On Error, hints, sub-nodes and cancellation. Only nodes of other packages are
 * stand-ins (`standIn/nodes.ts`).
 */
import './engineFolder';

import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import { ExecutionLifecycleHooks, ExternalSecretsProxy, WorkflowExecute } from 'n8n-core';
import {
	LoggerProxy,
	NodeHelpers,
	UserError,
	Workflow,
	type IConnections,
	type ICredentialType,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type INodeTypes,
	type IPinData,
	type IRun,
	type ITaskData,
	type IVersionedNodeType,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
	type IWorkflowSettings,
	type NodeExecutionHint,
	type StructuredChunk,
} from 'n8n-workflow';

import { TestCredentialsHelper, type GivenCredentials } from './engineCredentials';
import { standInNodes } from './standIn/nodes';
import type { ChatModelBehaviour } from './standIn/chatModel';

/** A node as it stands in a workflow file; what is left out gets a default. */
export interface NodeJson {
	name: string;
	type: string;
	typeVersion?: number;
	parameters?: object;
	credentials?: object;
	onError?: string;
	position?: number[];
	[setting: string]: unknown;
}

export interface WorkflowJson {
	name?: string;
	nodes: readonly NodeJson[];
	connections: object;
	settings?: object;
	pinData?: object;
	[more: string]: unknown;
}

/** By type name; the package's prefix (`n8n-nodes-x.`, `CUSTOM.`) may be left out. */
export type GivenNodeTypes = Record<string, INodeType | IVersionedNodeType>;

export interface RunOptions {
	nodeTypes: GivenNodeTypes;
	/** Decrypted, by type. A node has exactly those of its credentials that are given here. */
	credentials?: GivenCredentials;
	/** For defaults of credential fields and for `authenticate`. */
	credentialTypes?: readonly ICredentialType[];
	/** What triggers and `test.items` nodes emit, by node name; plain objects become `json`. */
	items?: Record<string, ReadonlyArray<IDataObject | INodeExecutionData>>;
	/** What `test.chatModel` nodes do, by node name. */
	chatModels?: Record<string, ChatModelBehaviour>;
	/** Pinned data counts in `manual` only, as in n8n. Default `manual`. */
	mode?: 'manual' | 'trigger' | 'webhook';
	/** Name of the node to start from; the first trigger otherwise. */
	start?: string;
	/** Cancels the execution as the Stop button does. */
	signal?: AbortSignal;
	/** The same, after so many ms. */
	cancelAfter?: number;
	/** Whether a chat listens: `isStreaming()` is true, and what is sent is found in `chunks`. */
	streaming?: boolean;
	executionId?: string;
	workflowId?: string;
}

export interface WorkflowResult {
	/** null where the engine refused to start. */
	run: IRun | null;
	/** The execution's error: of the node that stopped it, or of a workflow that cannot start. */
	error: (Error & { description?: string | null; node?: INode; context?: IDataObject }) | null;
	status: string;
	ms: number;
	/** Names of the nodes that ran, in order of their start. */
	ran: string[];
	/** All runs of a node; sub-nodes included. */
	tasks(node: string): ITaskData[];
	/** What a node put on each output in its last run; the Error output comes last. */
	outputs(node: string): INodeExecutionData[][];
	items(node: string, output?: number): INodeExecutionData[];
	/** The same, `json` only. */
	json(node: string, output?: number): IDataObject[];
	hints(node: string): NodeExecutionHint[];
	/** Sent to the chat. */
	chunks: StructuredChunk[];
	/** What was logged meanwhile, by n8n and by nodes. */
	logs: string[];
	/** Custom data of the execution (`customData.set`). */
	customData: Record<string, string>;
}

const logs: string[] = [];

const recorder = {
	scoped: () => recorder,
	...Object.fromEntries(
		['error', 'warn', 'info', 'debug', 'log'].map((level) => [
			level,
			(message: unknown, meta?: unknown) =>
				void logs.push(`${level} ${String(message)} ${meta === undefined ? '' : inspectable(meta)}`),
		]),
	),
};
Container.set(Logger, recorder as unknown as Logger);
LoggerProxy.init(recorder as unknown as Parameters<typeof LoggerProxy.init>[0]);

let executions = 0;

export async function runWorkflow(json: WorkflowJson, options: RunOptions): Promise<WorkflowResult> {
	const firstLog = logs.length;
	const nodeTypes = registry({
		...standInNodes({ items: options.items ?? {}, chatModels: options.chatModels ?? {} }),
		...options.nodeTypes,
	});
	const workflow = workflowOf(json, nodeTypes, options);
	const mode = options.mode ?? 'manual';
	const chunks: StructuredChunk[] = [];
	const additionalData = additionalDataOf(options);
	const hooks = new ExecutionLifecycleHooks(mode, additionalData.executionId!, baseOf(workflow));
	if (options.streaming === true) hooks.addHandler('sendChunk', (chunk) => void chunks.push(chunk));
	additionalData.hooks = hooks;

	const startedAt = performance.now();
	let run: IRun | null = null;
	let refusal: Error | null = null;
	try {
		run = await executed(workflow, additionalData, mode, json, options);
	} catch (error) {
		refusal = error instanceof Error ? error : new Error(String(error));
	}
	return resultOf(run, refusal, performance.now() - startedAt, chunks, logs.slice(firstLog));
}

async function executed(
	workflow: Workflow,
	additionalData: IWorkflowExecuteAdditionalData,
	mode: 'manual' | 'trigger' | 'webhook',
	json: WorkflowJson,
	{ start, signal, cancelAfter }: RunOptions,
): Promise<IRun> {
	const execution = new WorkflowExecute(additionalData, mode).run({
		workflow,
		startNode: start === undefined ? triggerOf(workflow) : (workflow.getNode(start) ?? undefined),
		pinData: mode === 'manual' ? (json.pinData as IPinData | undefined) : undefined,
	});
	const cancel = (): void => execution.cancel();
	const timer = cancelAfter === undefined ? undefined : setTimeout(cancel, cancelAfter);
	if (signal?.aborted === true) cancel();
	signal?.addEventListener('abort', cancel, { once: true });
	try {
		return await execution;
	} finally {
		clearTimeout(timer);
		signal?.removeEventListener('abort', cancel);
	}
}

/** Node types by name, with versions resolved as n8n does. */
export function registry(types: GivenNodeTypes): INodeTypes {
	const find = (name: string): INodeType | IVersionedNodeType => {
		const type = types[name] ?? types[name.split('.').at(-1) ?? ''];
		if (type === undefined) throw new UserError(`Unrecognized node type: ${name}`);
		return type;
	};
	return {
		getByName: find,
		getByNameAndVersion: (name, version) => NodeHelpers.getVersionedNodeType(find(name), version),
		getKnownTypes: () => ({}),
	};
}

/** The engine's workflow; every node gets the credentials that are given and that its type knows. */
export function workflowOf(
	json: WorkflowJson,
	nodeTypes: INodeTypes,
	{ credentials = {}, workflowId = 'test-workflow' }: Pick<RunOptions, 'credentials' | 'workflowId'>,
): Workflow {
	const nodes = json.nodes.map((node, index): INode => {
		const { typeVersion = 1, parameters = {}, position = [index * 200, 0], ...rest } = structuredClone(node);
		const { description } = nodeTypes.getByNameAndVersion(node.type, typeVersion);
		const known = (description.credentials ?? []).filter(({ name }) => credentials[name] !== undefined);
		return {
			id: `node-${index}`,
			...rest,
			typeVersion,
			parameters: parameters as INode['parameters'],
			position: position as INode['position'],
			credentials: Object.fromEntries(known.map(({ name }) => [name, { id: `id-${name}`, name }])),
		} as INode;
	});
	return new Workflow({
		id: workflowId,
		name: json.name ?? 'Test workflow',
		nodes,
		connections: structuredClone(json.connections) as IConnections,
		active: false,
		nodeTypes,
		settings: { executionOrder: 'v1', ...json.settings } as IWorkflowSettings,
		pinData: json.pinData as IPinData | undefined,
	});
}

export function additionalDataOf(
	options: Pick<RunOptions, 'credentials' | 'credentialTypes' | 'executionId' | 'streaming'>,
): IWorkflowExecuteAdditionalData {
	const url = 'http://127.0.0.1:5678';
	const unused = (name: string) => async (): Promise<never> => {
		throw new UserError(`The harness has no ${name}`);
	};
	return {
		credentialsHelper: new TestCredentialsHelper(options.credentials ?? {}, options.credentialTypes),
		externalSecretsProxy: new ExternalSecretsProxy(),
		executionId: options.executionId ?? String(++executions),
		streamingEnabled: options.streaming === true,
		currentNodeExecutionIndex: 0,
		executeWorkflow: unused('sub-workflows'),
		getRunExecutionData: unused('stored executions'),
		getRuntimeCredential: unused('runtime credentials'),
		startRunnerTask: unused('task runner'),
		logAiEvent: () => undefined,
		restApiUrl: `${url}/rest`,
		instanceBaseUrl: url,
		formBaseUrl: url,
		formWaitingBaseUrl: url,
		formTestBaseUrl: url,
		webhookBaseUrl: url,
		webhookWaitingBaseUrl: url,
		webhookTestBaseUrl: url,
		mcpBaseUrl: url,
		mcpTestBaseUrl: url,
		variables: {},
	};
}

function triggerOf(workflow: Workflow): INode {
	const trigger = Object.values(workflow.nodes).find(({ type, typeVersion, disabled }) => {
		const { group } = workflow.nodeTypes.getByNameAndVersion(type, typeVersion).description;
		return disabled !== true && group.includes('trigger');
	});
	if (trigger === undefined) throw new UserError('The workflow has no trigger to start from');
	return trigger;
}

const baseOf = (workflow: Workflow): IWorkflowBase => ({
	id: workflow.id,
	name: workflow.name ?? '',
	active: false,
	isArchived: false,
	createdAt: new Date(),
	updatedAt: new Date(),
	activeVersionId: null,
	nodes: Object.values(workflow.nodes),
	connections: workflow.connectionsBySourceNode,
});

function resultOf(
	run: IRun | null,
	refusal: Error | null,
	ms: number,
	chunks: StructuredChunk[],
	logged: string[],
): WorkflowResult {
	const runData = run?.data.resultData.runData ?? {};
	const tasks = (node: string): ITaskData[] => runData[node] ?? [];
	const outputs = (node: string): INodeExecutionData[][] =>
		(tasks(node).at(-1)?.data?.main ?? []).map((items) => items ?? []);
	const items = (node: string, output = 0): INodeExecutionData[] => outputs(node)[output] ?? [];
	const started = (node: string): number => tasks(node)[0]?.executionIndex ?? 0;
	return {
		run,
		error: (run?.data.resultData.error ?? refusal ?? null) as WorkflowResult['error'],
		status: run?.status ?? 'error',
		ms,
		ran: Object.keys(runData).sort((a, b) => started(a) - started(b)),
		tasks,
		outputs,
		items,
		json: (node, output) => items(node, output).map((item) => item.json),
		hints: (node) => tasks(node).flatMap((task) => task.hints ?? []),
		chunks,
		logs: logged,
		customData: run?.data.resultData.metadata ?? {},
	};
}

function inspectable(meta: unknown): string {
	if (meta instanceof Error) return `${meta.message} ${meta.stack ?? ''}`;
	try {
		return JSON.stringify(meta) ?? '';
	} catch {
		return String(meta);
	}
}
