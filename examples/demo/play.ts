/** Runs an example in n8n's engine against simulated providers. The engine has to be imported first. */
import { runWorkflow, type WorkflowJson } from '../../test/support/engine';
import type { SimulatedCall, SimulatedProviders } from '../../test/support/simulatedProviders';

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeType } from 'n8n-workflow';

import { configuredOutputs, type ShapeParameters } from '../../nodes/SmartLlmRouter/outputs';
import type { Story } from './stories';

/** An item as it left the router. */
export interface PlayedItem {
	/** Its place in the input, from 1. */
	item: number;
	/** The output it left by. */
	outputName: string;
	json: IDataObject;
}

export interface Played {
	items: PlayedItem[];
	/** What the node says about the run as a whole. */
	hints: string[];
	ms: number;
}

export type ExampleJson = WorkflowJson & { id: string };

const ROUTER_TYPE = 'n8n-nodes-smart-llm-router.smartLlmRouter';

export function readExample(file: string): ExampleJson {
	return JSON.parse(readFileSync(join(__dirname, '..', `${file}.json`), 'utf8')) as ExampleJson;
}

/** Disabled nodes are only there for comparison and may belong to packages that are not installed. */
function withoutSwitchedOff(workflow: ExampleJson): ExampleJson {
	const nodes = workflow.nodes.filter(({ disabled }) => disabled !== true);
	const names = new Set(nodes.map(({ name }) => name));
	const connections = Object.entries(workflow.connections).filter(([name]) => names.has(name));
	return { ...workflow, nodes, connections: Object.fromEntries(connections) };
}

export function routerOf(workflow: WorkflowJson): WorkflowJson['nodes'][number] {
	const router = workflow.nodes.find(({ type }) => type === ROUTER_TYPE);
	if (!router) throw new Error(`"${workflow.name}" has no Smart LLM Router`);
	return router;
}

/** @throws Error where the workflow itself stops, with n8n's words */
export async function play(story: Story, router: INodeType, providers: SimulatedProviders): Promise<Played> {
	providers.reset();
	for (const [model, fault] of Object.entries(story.faults)) providers.setFault(model, fault);
	const workflow = readExample(story.file);
	const result = await runWorkflow(withoutSwitchedOff(workflow), {
		nodeTypes: { [ROUTER_TYPE]: router },
		credentials: credentialsFor(providers),
	});
	if (result.error || result.status !== 'success') {
		const { message = result.status, description = '' } = result.error ?? {};
		throw new Error(`The workflow stopped: ${message} ${description ?? ''}`.trim());
	}
	const { name, parameters } = routerOf(workflow);
	const names = configuredOutputs(parameters as ShapeParameters).map(({ displayName }) => displayName ?? '');
	const items = result.outputs(name).flatMap((output, index) =>
		output.map(({ json, pairedItem }) => ({
			item: (pairedItem as { item: number }).item + 1,
			outputName: names[index] ?? '',
			json,
		})),
	);
	return {
		items: items.sort((a, b) => a.item - b.item),
		hints: result.hints(name).map(({ message }) => message),
		ms: result.ms,
	};
}

/** The monthly report over all that was played: the page as HTML, and the email. */
export async function playReport(report: INodeType): Promise<{ page: string; email: IDataObject }> {
	const { error, items, json } = await runWorkflow(readExample('monthly-report'), {
		nodeTypes: { 'n8n-nodes-smart-llm-router.llmRouterReport': report },
	});
	const page = items('LLM Router Report')[0]?.binary?.report?.data;
	const [email] = json('Send the email');
	if (error || page === undefined || email === undefined)
		throw new Error(`The monthly report failed: ${error?.message ?? 'there is no page'}`);
	return { page: Buffer.from(page, 'base64').toString('utf8'), email };
}

function credentialsFor(providers: SimulatedProviders): Record<string, IDataObject> {
	const apiKey = 'simulated-key';
	return {
		llmRouterOpenAiApi: { apiKey, baseUrl: providers.baseUrl('openai') },
		llmRouterAnthropicApi: { apiKey, baseUrl: providers.baseUrl('anthropic') },
		llmRouterGeminiApi: { apiKey, baseUrl: providers.baseUrl('gemini') },
		llmRouterOpenAiCompatibleApi: { apiKey: '', baseUrl: providers.baseUrl('compatible') },
	};
}

/**
 * A text of some length, so that costs are of a size that people meet: 60 to 219 words, the same for the same prompt.
 * Where JSON or a tool is wanted, the simulated model's own answer.
 */
export function simulatedAnswer({ modelId, prompt, wantsJson, tools }: SimulatedCall): string | undefined {
	if (wantsJson || tools.length > 0) return undefined;
	const sum = [...prompt].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
	const words = `This is a simulated answer. A real ${modelId} would write its own words here.`.split(' ');
	return Array.from({ length: 60 + (sum % 160) }, (_, index) => words[index % words.length]).join(' ');
}

/** Where the run differed from the story; empty when it matched. */
export function surprises({ title, expected }: Story, { items }: Played): string[] {
	return Object.entries(expected).flatMap(([outcome, wanted]) => {
		const got = items.filter(({ json }) => (json.router as IDataObject).outcome === outcome).length;
		return got === wanted ? [] : [`${title}: ${got} items ${outcome}, expected ${wanted}`];
	});
}
