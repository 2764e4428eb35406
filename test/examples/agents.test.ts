/** The examples with agents, in n8n's own engine with stand-ins for its nodes: what their sticky notes promise. */
import { NodeConnectionTypes, type IDataObject, type INodeType, type ITaskData } from 'n8n-workflow';

import { readExample, type ExampleJson } from '../../examples/demo/play';
import { SmartLlmRouterModel } from '../../nodes/SmartLlmRouterModel/SmartLlmRouterModel.node';
import { lookUp } from '../../router/models/catalogue/catalogue';
import type { ProviderId } from '../../router/types';
import { credentialsFor, type RouterRecord } from '../engine/workflow';
import { runWorkflow, type WorkflowJson } from '../support/engine';
import { startSimulatedProviders, type SimulatedProviders } from '../support/simulatedProviders';
import { standInAgent } from '../support/standIn/agent';

const FILES = ['agent-support-desk', 'agents-share-a-circuit'];
const LANGCHAIN = '@n8n/n8n-nodes-langchain.';
const MODEL_TYPE = 'n8n-nodes-smart-llm-router.smartLlmRouterModel';

let providers: SimulatedProviders;
let day = 1;
/** The examples' small model under a different date for each test, so that circuits of one don't affect the next. */
let small: string;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => {
	providers.reset();
	providers.answer = undefined;
	small = `gpt-5.4-mini-2026-03-${String((day += 1)).padStart(2, '0')}`;
});
afterAll(async () => await providers.close());

const modelNodesOf = ({ nodes }: ExampleJson) => nodes.filter(({ type }) => type === MODEL_TYPE);

interface Panel {
	providers: string[];
	models: { values: Array<{ name: string; provider: ProviderId; model: { value: string } }> };
	rules: { values: Array<{ match: object; models: string[] }> };
	options: object;
}

describe.each(FILES)('example %s', (file) => {
	const workflow = readExample(file);

	it("names only what the sub-node's panel has, and models with a known price", () => {
		const { properties, credentials: slots = [] } = new SmartLlmRouterModel().description;
		const fields = properties.find(({ name }) => name === 'options')!.options!.map(({ name }) => name);
		expect(modelNodesOf(workflow).length).toBeGreaterThan(0);
		for (const { parameters = {}, credentials = {} } of modelNodesOf(workflow)) {
			const { models, providers: ticked, rules, options } = parameters as Panel;
			expect(properties.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(parameters)));
			expect(fields).toEqual(expect.arrayContaining(Object.keys(options)));
			expect(slots.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(credentials)));
			const aliases = models.values.map(({ name }) => name);
			for (const rule of rules.values) expect(aliases).toEqual(expect.arrayContaining(rule.models));
			for (const { provider, model } of models.values) {
				expect(ticked).toContain(provider);
				expect(lookUp({ provider, modelId: model.value, now: Date.now() }).prices).not.toBeNull();
			}
		}
	});

	it('runs in the order in which an agent has its results before it goes on', () => {
		expect(workflow.settings).toMatchObject({ executionOrder: 'v1' });
		const names = workflow.nodes.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
		const wires = Object.entries(
			workflow.connections as Record<string, Record<string, Array<Array<{ node: string }>>>>,
		);
		for (const [from, types] of wires) {
			const targets = Object.values(types).flat(2);
			expect(names).toEqual(expect.arrayContaining([from, ...targets.map(({ node }) => node)]));
		}
	});
});

/** Sub-nodes that the stand-in agent does not ask for. */
const idle: INodeType = {
	description: {
		name: 'idle',
		displayName: 'idle',
		group: ['transform'],
		version: 1,
		description: '',
		defaults: {},
		inputs: [],
		outputs: [NodeConnectionTypes.AiTool],
		properties: [],
	},
	supplyData: () => Promise.resolve({ response: undefined }),
};

async function play(file: string, items: Record<string, IDataObject[]>) {
	const text = JSON.stringify(readExample(file)).replaceAll('"gpt-5.4-mini"', `"${small}"`);
	const Calculator = ({ input }: IDataObject) =>
		String(input)
			.split('+')
			.map(Number)
			.reduce((a, b) => a + b, 0)
			.toString();
	return await runWorkflow(JSON.parse(text) as WorkflowJson, {
		nodeTypes: {
			[MODEL_TYPE]: new SmartLlmRouterModel(),
			[`${LANGCHAIN}agent`]: standInAgent({ Calculator }),
			[`${LANGCHAIN}memoryBufferWindow`]: idle,
			[`${LANGCHAIN}toolCalculator`]: idle,
		},
		credentials: credentialsFor(providers),
		items,
		mode: 'trigger',
		workflowId: file,
	});
}

const records = (tasks: readonly ITaskData[]): RouterRecord[] =>
	tasks.map((task) => task.data?.ai_languageModel?.[0]?.[0]?.json.router as RouterRecord);

describe('the support agent', () => {
	const chat = async (sessionId: string, prompt: string) => {
		const start = 'When chat message received';
		const result = await play('agent-support-desk', { [start]: [{ sessionId, prompt, chatInput: prompt }] });
		return { result, calls: records(result.tasks('Smart LLM Router Model')) };
	};

	it('goes on with the other model between two calls of the calculator, and stays with it', async () => {
		providers.setFault(small, 'none*1--503*3');
		const sums = 'A refund: use Calculator({"input":"1+1"}) then use Calculator({"input":"2+2"})';
		const { result, calls } = await chat('anna', sums);
		expect(result.error).toBeNull();
		const [{ output, calls: made }] = result.json('Support agent');
		expect(output).toMatch(/^Results: .*"2".*"4"/);
		expect(made).toHaveLength(2);
		expect(calls.map(({ model, route }) => `${String(route)} ${String(model)}`)).toEqual([
			'Refunds small',
			'Refunds strong',
			'Refunds strong',
		]);
		expect((await chat('anna', 'Money back?')).calls.map(({ model }) => model)).toEqual(['strong']);
		expect((await chat('bo', 'Money back?')).calls.map(({ model }) => model)).toEqual(['small']);
	});

	it('lets each visitor spend five cents a day, and no more', async () => {
		providers.setFault(small, '401');
		// As much as the node lets a model say: 600 tokens.
		providers.answer = () => 'word '.repeat(700);
		let spent = 0;
		let error: string | undefined;
		for (let turn = 0; error === undefined && turn < 20; turn++) {
			const { result, calls } = await chat('carla', `Refund number ${turn}`);
			error = result.error?.message;
			spent += Number(calls.at(-1)?.costUsd ?? 0);
		}
		expect(error).toMatch(/budget.*carla/i);
		expect(spent).toBeGreaterThan(0.03);
		expect(spent).toBeLessThanOrEqual(0.05);
		expect((await chat('dora', 'A refund')).result.error).toBeNull();
	});
});

test('of the two agents the second asks no model that the first has found dead', async () => {
	providers.setFault(small, '503');
	const asked = async () => {
		const result = await play('agents-share-a-circuit', {});
		expect(result.error).toBeNull();
		return ['Model of the writer', 'Model of the checker'].map((name) =>
			records(result.tasks(name)).flatMap(({ attempts }) => attempts.map(({ model }) => model)),
		);
	};
	expect(await asked()).toEqual([['small', 'small', 'strong'], ['strong']]);
	expect(await asked()).toEqual([['strong'], ['strong']]);
	expect(providers.attempts(small)).toHaveLength(2);
});
