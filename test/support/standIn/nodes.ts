/**
 * Small stand-ins for nodes of n8n's own packages, under their real type names, so that workflow files
 * run unchanged. They do what the tests and examples need of them and nothing more.
 */
import {
	NodeConnectionTypes,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
	type ISupplyDataFunctions,
} from 'n8n-workflow';

import { standInChatModel, type ChatModelBehaviour } from './chatModel';

export interface StandInData {
	items: Record<string, ReadonlyArray<IDataObject | INodeExecutionData>>;
	chatModels: Record<string, ChatModelBehaviour>;
}

export function standInNodes(data: StandInData): Record<string, INodeType> {
	const source = trigger(data);
	return {
		'n8n-nodes-base.manualTrigger': source,
		'n8n-nodes-base.webhook': source,
		'n8n-nodes-base.scheduleTrigger': source,
		'@n8n/n8n-nodes-langchain.chatTrigger': source,
		'test.items': source,
		'n8n-nodes-base.set': set,
		'n8n-nodes-base.splitOut': splitOut,
		'n8n-nodes-base.noOp': noOp,
		'n8n-nodes-base.stickyNote': { description: description('stickyNote', { inputs: [], outputs: [] }) },
		'test.chatModel': chatModel(data),
	};
}

function description(name: string, more: Partial<INodeTypeDescription> = {}): INodeTypeDescription {
	return {
		name,
		displayName: name,
		group: ['transform'],
		version: [1, 1.1, 2, 2.1, 3, 3.1, 3.2, 3.3, 3.4],
		description: 'Stand-in',
		defaults: { name },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
		...more,
	};
}

const field = (
	name: string,
	type: INodeProperties['type'],
	initial: INodeProperties['default'],
): INodeProperties => ({
	name,
	displayName: name,
	type,
	default: initial,
	// n8n iterates over a collection's fields, even where there are none.
	...(type === 'collection' ? { options: [] } : {}),
});

/** Emits what the test gave for this node's name, else one empty item. */
const trigger = ({ items }: StandInData): INodeType => ({
	description: description('trigger', { group: ['trigger'], inputs: [] }),
	async execute(this: IExecuteFunctions) {
		const given = items[this.getNode().name] ?? [{}];
		return [given.map((item) => (isItem(item) ? item : { json: item }))];
	},
});

const isItem = (item: IDataObject | INodeExecutionData): item is INodeExecutionData =>
	typeof item.json === 'object' && item.json !== null && Object.keys(item).every((key) => ITEM_KEYS.has(key));

const ITEM_KEYS = new Set(['json', 'binary', 'pairedItem', 'error', 'metadata']);

const noOp: INodeType = {
	description: description('noOp'),
	async execute(this: IExecuteFunctions) {
		return [this.getInputData()];
	},
};

/** Edit Fields: raw JSON, and assignments as of version 3.4. */
const set: INodeType = {
	description: description('set', {
		properties: [
			field('mode', 'string', 'manual'),
			field('jsonOutput', 'json', '{}'),
			field('assignments', 'assignmentCollection', {}),
			field('includeOtherFields', 'boolean', false),
			field('options', 'collection', {}),
		],
	}),
	async execute(this: IExecuteFunctions) {
		const out = this.getInputData().map((item, index): INodeExecutionData => {
			const kept = this.getNodeParameter('includeOtherFields', index, false) === true ? item.json : {};
			const json: IDataObject = structuredClone(kept);
			if (this.getNodeParameter('mode', index) === 'raw') {
				Object.assign(json, parsed(this.getNodeParameter('jsonOutput', index)));
			} else {
				const assignments = this.getNodeParameter('assignments.assignments', index, []) as Assignment[];
				for (const { name, value, type } of assignments) assign(json, name, converted(value, type));
			}
			return { json, pairedItem: { item: index }, ...(item.binary && { binary: item.binary }) };
		});
		return [out];
	},
};

interface Assignment {
	name: string;
	value: unknown;
	type: string;
}

const parsed = (value: unknown): IDataObject =>
	(typeof value === 'string' ? JSON.parse(value) : value) as IDataObject;

function converted(value: unknown, type: string): IDataObject[string] {
	if (type === 'number') return Number(value);
	if (type === 'boolean') return value === true || value === 'true';
	if (type === 'string') return typeof value === 'string' ? value : JSON.stringify(value);
	return parsed(value);
}

/** A dot in a name goes one level down. */
function assign(json: IDataObject, name: string, value: IDataObject[string]): void {
	const steps = name.split('.');
	let at = json;
	for (const step of steps.slice(0, -1)) at = (at[step] ??= {}) as IDataObject;
	at[steps.at(-1)!] = value;
}

const splitOut: INodeType = {
	description: description('splitOut', {
		properties: [
			field('fieldToSplitOut', 'string', ''),
			field('include', 'string', 'noOtherFields'),
			field('options', 'collection', {}),
		],
	}),
	async execute(this: IExecuteFunctions) {
		const out = this.getInputData().flatMap(({ json }, index) => {
			const name = this.getNodeParameter('fieldToSplitOut', index) as string;
			const destination = this.getNodeParameter('options.destinationFieldName', index, '') as string;
			const others = this.getNodeParameter('include', index) === 'allOtherFields';
			const { [name]: list, ...rest } = json;
			return (Array.isArray(list) ? list : [list]).map((value): INodeExecutionData => {
				const spread = typeof value === 'object' && value !== null && !others && destination === '';
				const entry = spread ? (value as IDataObject) : { [destination || name]: value as IDataObject };
				return { json: { ...(others ? rest : {}), ...entry }, pairedItem: { item: index } };
			});
		});
		return [out];
	},
};

const chatModel = ({ chatModels }: StandInData): INodeType => ({
	description: description('chatModel', { inputs: [], outputs: [NodeConnectionTypes.AiLanguageModel] }),
	async supplyData(this: ISupplyDataFunctions) {
		const node = this.getNode();
		const behaviour = chatModels[node.name];
		if (behaviour === undefined) {
			throw new NodeOperationError(node, `The test gives no behaviour for the chat model "${node.name}"`);
		}
		return { response: standInChatModel(node.name, behaviour) };
	},
});
