/** Workflows of a source, the router and what is wired to it, run in n8n's engine against the simulated providers. */
import {
	registry,
	runWorkflow,
	workflowOf,
	type NodeJson,
	type RunOptions,
	type WorkflowResult,
} from '../support/engine';
import type { SimulatedProviders } from '../support/simulatedProviders';
import {
	NodeHelpers,
	type IDataObject,
	type INodeExecutionData,
	type INodeOutputConfiguration,
} from 'n8n-workflow';

import { SmartLlmRouter } from '../../nodes/SmartLlmRouter/SmartLlmRouter.node';

const TYPE = 'n8n-nodes-smart-llm-router.smartLlmRouter';
const nodeTypes = { smartLlmRouter: new SmartLlmRouter() };

/** Every provider's credential, pointing at the simulation; the compatible ones need no key. */
export const credentialsFor = (providers: SimulatedProviders) => ({
	llmRouterOpenAiApi: { apiKey: 'sk-good', baseUrl: providers.baseUrl('openai') },
	llmRouterAnthropicApi: { apiKey: 'sk-ant-good', baseUrl: providers.baseUrl('anthropic') },
	llmRouterGeminiApi: { apiKey: 'AIza-good', baseUrl: providers.baseUrl('gemini') },
	llmRouterOpenAiCompatibleApi: { apiKey: '', baseUrl: providers.baseUrl('compatible') },
});

/** An entry of `models`. */
export const model = (name: string, provider: string, id: string, options: IDataObject = {}) => ({
	name,
	provider,
	model: { __rl: true, mode: 'id', value: id },
	options,
});

/** An entry of `models` that uses a connected chat model. */
export const connected = (name: string, input: number, options: IDataObject = {}) => ({
	name,
	provider: 'connected',
	input,
	options,
});

/** `priority`, so that the order of the list is the order of the attempts. */
export const inOrder = { name: 'In order', strategy: 'priority' };

export interface RouterParameters {
	models?: object[];
	rules?: object[];
	options?: IDataObject;
	providers?: string[];
	[more: string]: unknown;
}

export interface RouterRun extends Partial<Omit<RunOptions, 'items'>> {
	parameters: RouterParameters;
	/** Texts become the field `prompt`. */
	items: ReadonlyArray<string | IDataObject | INodeExecutionData>;
	/** Further settings of the node: `onError`, … */
	node?: Partial<NodeJson>;
	/** Of the workflow: `timezone`, … */
	settings?: IDataObject;
	/** Names of chat model nodes, wired to inputs 1, 2, …; null leaves an input empty. */
	wired?: ReadonlyArray<string | null>;
}

/** `router` of an item, as loosely as a user's expression sees it. */
export interface RouterRecord extends IDataObject {
	attempts: IDataObject[];
	usage: IDataObject;
}

export interface RouterResult extends WorkflowResult {
	/** Those on a model's end included, which `hints` leaves out. */
	allHints: WorkflowResult['hints'];
	/** As the description's own expression names them, Error included where On Error adds it. */
	names: string[];
	/** Indices of the input items on each output that has any, by the output's name. */
	left: Record<string, number[]>;
	/** All items that left, in input order. */
	all: INodeExecutionData[];
	/** The record of an input item. */
	record(index: number): RouterRecord;
	/** `error` of an input item. */
	failure: (index: number) => IDataObject | undefined;
}

const PROVIDERS = ['openAi', 'anthropic', 'gemini', 'openAiCompatible'];

export async function runRouter(
	providers: SimulatedProviders,
	{ parameters, items, node = {}, settings = {}, wired = [], ...options }: RouterRun,
): Promise<RouterResult> {
	const { models, rules, ...rest } = parameters;
	const json = {
		settings,
		nodes: [
			{ name: 'Source', type: 'test.items' },
			{
				name: 'Router',
				type: TYPE,
				...node,
				parameters: {
					providers: PROVIDERS,
					...(models && { models: { values: models } }),
					...(rules && { rules: { values: rules } }),
					...rest,
				},
			},
			...wired.flatMap((name) => (name === null ? [] : [{ name, type: 'test.chatModel' }])),
		],
		connections: {
			Source: { main: [[{ node: 'Router', type: 'main', index: 0 }]] },
			...Object.fromEntries(
				wired.flatMap((name, index) =>
					name === null
						? []
						: [[name, { ai_languageModel: [[{ node: 'Router', type: 'ai_languageModel', index }]] }]],
				),
			),
		},
	};
	const credentials = options.credentials ?? credentialsFor(providers);
	const source = items.map((item) => (typeof item === 'string' ? { prompt: item } : item));
	const result = await runWorkflow(json, {
		nodeTypes,
		...options,
		credentials,
		items: { Source: source },
	});
	return {
		...result,
		// Whether a model's end is near depends on the day on which the tests run.
		allHints: result.hints,
		hints: (name) => result.hints(name).filter(({ message }) => !/retire[sd] on/.test(message)),
		...placed(result, outputNames(json.nodes)),
	};
}

/** The names of the outputs, in order, from the expression in the node's description. */
export function outputNames(nodes: readonly NodeJson[]): string[] {
	const types = registry(nodeTypes);
	const router = nodes.filter(({ name }) => name === 'Router');
	const workflow = workflowOf({ nodes: router, connections: {} }, types, {});
	const node = workflow.getNode('Router')!;
	return NodeHelpers.getNodeOutputs(workflow, node, types.getByNameAndVersion(TYPE, 1).description).map(
		(output) => (output as INodeOutputConfiguration).displayName ?? String(output),
	);
}

function placed(
	result: WorkflowResult,
	names: string[],
): Pick<RouterResult, 'names' | 'left' | 'all' | 'record' | 'failure'> {
	const outputs = result.outputs('Router');
	const left: Record<string, number[]> = {};
	const byIndex = new Map<number, INodeExecutionData>();
	outputs.forEach((items, output) => {
		for (const item of items) {
			const index = indexOf(item);
			(left[names[output] ?? `output ${output}`] ??= []).push(index);
			byIndex.set(index, item);
		}
	});
	return {
		names,
		left,
		all: [...byIndex].sort(([a], [b]) => a - b).map(([, item]) => item),
		record: (index) => byIndex.get(index)?.json.router as RouterRecord,
		failure: (index) => byIndex.get(index)?.json.error as IDataObject | undefined,
	};
}

/** Which input item an item comes from. */
export function indexOf({ pairedItem }: INodeExecutionData): number {
	if (typeof pairedItem === 'number') return pairedItem;
	return pairedItem !== undefined && !Array.isArray(pairedItem) ? pairedItem.item : -1;
}
