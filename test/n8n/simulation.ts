/** The examples, and a world without keys for them: simulated providers, and credentials under the ids that the examples name. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IConnections, IDataObject, INode } from 'n8n-workflow';

import {
	startSimulatedProviders,
	type AnswerFunction,
	type EndpointName,
	type SimulatedProviders,
} from '../support/simulatedProviders';

export interface StoredCredential {
	id: string;
	name: string;
	type: string;
	data: IDataObject;
}

export interface ExampleFile {
	file: string;
	id: string;
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IDataObject;
	pinData?: IDataObject;
}

const EXAMPLES = join(__dirname, '..', '..', 'examples');
const KEY = 'simulated-key';

const ENDPOINT_OF: Record<string, EndpointName> = {
	openAi: 'openai',
	anthropic: 'anthropic',
	gemini: 'gemini',
	openAiCompatible: 'compatible',
	openAiCompatible2: 'compatible2',
	openAiCompatible3: 'compatible3',
};

/** Models that the lists name beside those of the examples. */
const FURTHER_MODELS: Record<string, string[]> = {
	openai: ['gpt-4o-mini', 'gpt-5.4-mini', 'o4-mini', 'gpt-4o-mini--500', 'gpt-4o-mini--429'],
	anthropic: ['claude-haiku-4-5', 'claude-sonnet-4-6'],
	gemini: ['gemini-3.1-flash-lite', 'gemini-3.8-flash'],
	compatible: ['llama-3.3-70b-versatile'],
	compatible2: ['deepseek-chat'],
	compatible3: ['mistral-small-latest'],
};

interface ListedModel {
	provider: string;
	model?: { value: string };
}

/** Simulated providers whose lists offer the models of the examples, so that drop-downs show what is chosen. */
export async function startSimulation(
	examples: readonly ExampleFile[],
	answer?: AnswerFunction,
): Promise<SimulatedProviders> {
	const listed = examples
		.flatMap(({ nodes }) => nodes)
		.flatMap(({ parameters }) => (parameters.models as { values?: ListedModel[] } | undefined)?.values ?? []);
	const models = Object.fromEntries(
		Object.entries(ENDPOINT_OF).map(([provider, endpoint]) => {
			const named = listed.flatMap((entry) =>
				entry.provider === provider && entry.model ? [entry.model.value] : [],
			);
			return [endpoint, [...new Set([...named, ...FURTHER_MODELS[endpoint]!])]];
		}),
	);
	return await startSimulatedProviders({ models, answer });
}

export function readExamples(): ExampleFile[] {
	return readdirSync(EXAMPLES)
		.filter((file) => file.endsWith('.json'))
		.map((file) => ({
			...(JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8')) as Omit<ExampleFile, 'file'>),
			file: file.slice(0, -'.json'.length),
		}));
}

/** What each type of credential holds when its provider is a simulated one; n8n's own chat models included. */
function simulatedData(providers: SimulatedProviders): Record<string, IDataObject> {
	return {
		llmRouterOpenAiApi: { apiKey: KEY, baseUrl: providers.baseUrl('openai') },
		llmRouterAnthropicApi: { apiKey: KEY, baseUrl: providers.baseUrl('anthropic') },
		llmRouterGeminiApi: { apiKey: KEY, baseUrl: providers.baseUrl('gemini') },
		llmRouterOpenAiCompatibleApi: { apiKey: '', baseUrl: providers.baseUrl('compatible') },
		llmRouterOpenAiCompatible2Api: { apiKey: '', baseUrl: providers.baseUrl('compatible2') },
		llmRouterOpenAiCompatible3Api: { apiKey: '', baseUrl: providers.baseUrl('compatible3') },
		openAiApi: { apiKey: KEY, url: providers.baseUrl('openai') },
		anthropicApi: { apiKey: KEY, url: providers.baseUrl('anthropic') },
		googlePalmApi: { apiKey: KEY, host: providers.baseUrl('gemini') },
	};
}

/** One for every provider, and those that the examples name. */
export function simulatedCredentials(
	providers: SimulatedProviders,
	examples: readonly ExampleFile[],
): StoredCredential[] {
	const data = simulatedData(providers);
	const stored = new Map<string, StoredCredential>();
	for (const { file, nodes } of examples) {
		for (const [type, { id, name }] of nodes.flatMap(({ credentials = {} }) => Object.entries(credentials))) {
			if (!data[type])
				throw new Error(`${file} needs a credential ${type}, which no simulated provider serves`);
			if (id) stored.set(id, { id, name, type, data: data[type] });
		}
	}
	const types = new Set([...stored.values()].map(({ type }) => type));
	for (const type of Object.keys(data).filter((name) => name.startsWith('llmRouter') && !types.has(name))) {
		const id = createHash('sha256').update(type).digest('hex').slice(0, 16);
		stored.set(type, {
			id,
			name: `Simulated ${type.slice('llmRouter'.length, -'Api'.length)}`,
			type,
			data: data[type]!,
		});
	}
	return [...stored.values()];
}
