/** A node of n8n that takes a chat model, the sub-node below it and what else it needs, run in a real n8n. */
import { randomUUID } from 'node:crypto';
import type { IConnections, IDataObject, INode, ITaskData } from 'n8n-workflow';

import type { FinishedRun, NewWorkflow } from '../session';
import type { World } from '../world';

export const LANGCHAIN = '@n8n/n8n-nodes-langchain.';

/** `connected` is n8n's own OpenAI Chat Model below the sub-node. */
export const PROVIDERS = ['openAi', 'anthropic', 'gemini', 'openAiCompatible', 'connected'] as const;
export type Provider = (typeof PROVIDERS)[number];

const IDS: Record<Provider, string> = {
	openAi: 'gpt-4o-mini',
	anthropic: 'claude-haiku-4-5',
	gemini: 'gemini-2.5-flash',
	openAiCompatible: 'llama-3.3-70b-versatile',
	connected: 'gpt-4.1',
};

const CREDENTIALS = [
	'llmRouterOpenAiApi',
	'llmRouterAnthropicApi',
	'llmRouterGeminiApi',
	'llmRouterOpenAiCompatibleApi',
];

/** A node below another one. */
export interface SubNode {
	name: string;
	/** With the package's name, or without it where that is n8n's LangChain. */
	type: string;
	version: number;
	/** How it is tied to its parent. */
	connection: string;
	parameters?: IDataObject;
	credentials?: INode['credentials'];
	/** `Asked` where nothing is said. */
	to?: string;
}

export interface Cluster {
	/** Of the node that is asked. */
	type: string;
	version: number;
	parameters: IDataObject;
	below?: SubNode[];
	/** Between the webhook's body and the node. */
	before?: INode[];
	/** In the order in which they are tried. */
	order?: readonly Provider[];
	/** Other models than the usual ones. */
	models?: Partial<Record<Provider, string>>;
	/** Of each entry of the sub-node's list. */
	modelOptions?: IDataObject;
	/** Of the sub-node. */
	options?: IDataObject;
	/** Whose model the sub-node is; `Asked` where nothing is said. */
	modelOf?: string[];
	/** Its input there: 1 is the fallback model of an agent. */
	modelIndex?: number;
	body: IDataObject;
	/** In the place of the webhook. */
	trigger?: Partial<INode>;
}

export interface ClusterRun {
	run: FinishedRun;
	/** What the node that was asked gave, of all its outputs. */
	out: IDataObject[];
	/** The runs of the sub-node. */
	calls: ITaskData[];
	/** The models as the providers know them. */
	ids: Record<Provider, string>;
}

export function node(name: string, type: string, typeVersion: number, parameters: IDataObject): INode {
	return {
		id: randomUUID(),
		name,
		type: type.includes('.') ? type : LANGCHAIN + type,
		typeVersion,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
	};
}

export const CALCULATOR: SubNode = {
	// n8n calls a tool by the name of its node.
	name: 'calculator',
	type: 'toolCalculator',
	version: 1,
	connection: 'ai_tool',
};

export const AGENT = {
	type: 'agent',
	version: 3,
	parameters: { promptType: 'define', text: '={{ $json.question }}', options: {} },
};

/** Asks for three calls of the calculator, one after the other; the simulated models end with all results. */
export const SUMS =
	'use calculator({"input":"1+1"}) then use calculator({"input":"2+2"}) then use calculator({"input":"3+3"})';

/** The last answer to `SUMS`: n8n's engine hands results over as JSON. */
export const RESULTS = /^Results: \[\{"response":"2"\}\], \[\{"response":"4"\}\], \[\{"response":"6"\}\]$/;

export class Workshop {
	constructor(private readonly world: World) {}

	/** Each cluster has models of its own, so that no circuit of an earlier one is in its way. */
	private ids(models: Cluster['models']): Record<Provider, string> {
		const serial = randomUUID().slice(0, 4);
		const named = Object.entries({ ...IDS, ...models }).map(([provider, id]) => [
			provider,
			`${id}-${serial}`,
		]);
		return Object.fromEntries(named) as Record<Provider, string>;
	}

	/** By type; n8n has one for each from the start of the tests. */
	async credentials(): Promise<INode['credentials']> {
		const all = await this.world.session.credentials();
		return Object.fromEntries(
			CREDENTIALS.map((type) => {
				const found = all.find((credential) => credential.type === type);
				if (!found) throw new Error(`n8n has no credential of the type ${type}`);
				return [type, { id: found.id, name: found.name }];
			}),
		);
	}

	/** @param fault of the first model */
	async run(cluster: Cluster, fault?: string): Promise<ClusterRun> {
		const path = `agent-${randomUUID().slice(0, 8)}`;
		const { ids, ...workflow } = await this.workflowOf(cluster, path);
		if (fault) this.fail(ids[cluster.order?.[0] ?? 'openAi'], fault);
		const { session } = this.world;
		const saved = await session.createWorkflow(workflow);
		await session.publish(saved);
		const run = await session.runByWebhook(saved, path, cluster.body);
		const { runData } = run.data.resultData;
		const out = (runData.Asked?.at(-1)?.data?.main ?? []).flatMap((items) =>
			(items ?? []).map(({ json }) => json),
		);
		return { run, out, calls: runData.Model ?? [], ids };
	}

	fail(modelId: string, fault: string): void {
		this.world.providers.setFault(modelId, fault);
	}

	async workflowOf(cluster: Cluster, path: string): Promise<NewWorkflow & { ids: Record<Provider, string> }> {
		const { type, version, parameters, below = [], before = [], order = ['openAi'], trigger } = cluster;
		const ids = this.ids(cluster.models);
		const webhook = node('Start', 'n8n-nodes-base.webhook', 2, {
			httpMethod: 'POST',
			path,
			responseMode: 'onReceived',
			options: {},
		});
		const body = node('Body', 'n8n-nodes-base.set', 3.4, {
			mode: 'raw',
			jsonOutput: '={{ $json.body ?? $json }}',
			options: {},
		});
		const asked = node('Asked', type, version, parameters);
		const model = {
			...node('Model', 'n8n-nodes-smart-llm-router.smartLlmRouterModel', 1, {
				providers: PROVIDERS.filter((provider) => provider !== 'connected'),
				models: { values: order.map((provider) => listed(provider, ids[provider], cluster.modelOptions)) },
				rules: {
					values: [{ name: 'In order', enabled: true, match: {}, models: [], strategy: 'priority' }],
				},
				options: { maxRetries: 0, ...cluster.options },
			}),
			credentials: await this.credentials(),
		};
		const subNodes = [...below, ...(order.includes('connected') ? [await this.ownModel(ids.connected)] : [])];
		const main = [{ ...webhook, webhookId: path, ...trigger }, body, ...before, asked];
		return {
			name: `Agent test ${path}`,
			nodes: [
				...main,
				model,
				...subNodes.map(({ name, type: kind, version: number, parameters: own = {}, credentials }) => ({
					...node(name, kind, number, own),
					...(credentials && { credentials }),
				})),
			],
			connections: {
				...Object.fromEntries(main.slice(1).map(({ name }, at) => [main[at]!.name, wires('main', [name])])),
				Model: wires('ai_languageModel', cluster.modelOf ?? ['Asked'], cluster.modelIndex),
				...Object.fromEntries(
					subNodes.map(({ name, connection, to = 'Asked' }) => [name, wires(connection, [to])]),
				),
			} as IConnections,
			// With the order of old, an agent is asked on before its tools have run.
			settings: { executionOrder: 'v1' },
			ids,
		};
	}

	private async ownModel(id: string): Promise<SubNode> {
		const { session, providers } = this.world;
		const data = { apiKey: 'simulated-key', url: providers.baseUrl('openai') };
		return {
			name: 'Own',
			type: 'lmChatOpenAi',
			version: 1.3,
			connection: 'ai_languageModel',
			to: 'Model',
			parameters: {
				model: { __rl: true, mode: 'id', value: id },
				responsesApiEnabled: false,
				options: { maxRetries: 0 },
			},
			credentials: { openAiApi: await session.createCredential('OpenAI of the tests', 'openAiApi', data) },
		};
	}
}

/** An entry of the sub-node's list. */
function listed(provider: Provider, id: string, own?: IDataObject): IDataObject {
	const options = { inputPrice: 1, outputPrice: 2, ...own };
	if (provider === 'connected') return { name: provider, provider, input: 1, options };
	return { name: provider, provider, model: { __rl: true, mode: 'id', value: id }, options };
}

const wires = (type: string, names: readonly string[], index = 0): IDataObject => ({
	[type]: [names.map((name) => ({ node: name, type, index }))],
});
