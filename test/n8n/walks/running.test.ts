/** The ways in which n8n runs a workflow: pinned data, in part, as a sub-workflow, in a loop, with files on disk. */
import { randomUUID } from 'node:crypto';
import type { IConnections, IDataObject, INode, INodeExecutionData, IRunData } from 'n8n-workflow';

import { FINISHED, type FinishedRun, type NewWorkflow } from '../session';
import { simulatedCredentials } from '../simulation';
import { openWorld, type World } from '../world';

const ROUTER = 'Smart LLM Router';
const START = 'Start';

let world: World;
beforeAll(async () => {
	world = await openWorld();
});
beforeEach(() => world.providers.reset());
afterAll(async () => await world.providers.close());

function node(name: string, type: string, typeVersion: number, parameters: object = {}): INode {
	return {
		id: randomUUID(),
		name,
		type: type.includes('.') ? type : `n8n-nodes-base.${type}`,
		typeVersion,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
	};
}

function router(parameters: object = {}): INode {
	const stored = simulatedCredentials(world.providers, world.examples);
	return {
		...node(ROUTER, 'n8n-nodes-smart-llm-router.smartLlmRouter', 1, parameters),
		credentials: Object.fromEntries(stored.map(({ id, name, type }) => [type, { id, name }])),
	};
}

/** Items with these prompts. */
const questions = (...prompts: string[]): INode[] => [
	node('Questions', 'set', 3.4, {
		mode: 'raw',
		jsonOutput: JSON.stringify({ all: prompts.map((prompt, index) => ({ prompt, number: index + 1 })) }),
		options: {},
	}),
	node('One item each', 'splitOut', 1, { fieldToSplitOut: 'all', options: {} }),
];

/** One node after the other, each by its first output. */
const chained = (nodes: readonly INode[]): IConnections =>
	Object.fromEntries(
		nodes.slice(1).map(({ name }, index) => [nodes[index]!.name, { main: [[wireTo(name)]] }]),
	);

const wireTo = (name: string) => ({ node: name, type: 'main' as const, index: 0 });

async function runByHand(
	workflow: NewWorkflow,
	more: (id: string) => object = () => ({}),
): Promise<FinishedRun> {
	const saved = await world.session.createWorkflow(workflow);
	return await again(saved, { triggerToStartFrom: { name: START }, ...more(saved.id) });
}

async function again(workflow: NewWorkflow & { id: string }, body: object): Promise<FinishedRun> {
	const { session } = world;
	const id = await session.runByHand(workflow.id, {
		workflowData: { ...workflow, pinData: workflow.pinData ?? {} },
		...body,
	} as IDataObject);
	return await session.run(id, FINISHED);
}

const itemsOf = (runData: IRunData, name: string): INodeExecutionData[] =>
	(runData[name] ?? []).flatMap(({ data }) => (data?.main ?? []).flatMap((items) => items ?? []));

const outputsOf = (runData: IRunData, name: string): unknown[] =>
	itemsOf(runData, name).map(({ json }) => json.output);

const TWO = ['What is the capital of Australia?', 'Write a Python function that reverses a list.'];

describe('pinned data', () => {
	const nodes = (): INode[] => [
		node(START, 'manualTrigger', 1),
		...questions(...TWO),
		router(),
		node('After', 'noOp', 1),
	];

	it('of the router itself is passed on, and no model is asked', async () => {
		const all = nodes();
		const pinned = { json: { output: 'pinned', router: { outcome: 'answered' } } };
		const run = await runByHand({
			name: 'Pinned',
			nodes: all,
			connections: chained(all),
			pinData: { [ROUTER]: [pinned] } as never,
		});
		expect(run.status).toBe('success');
		expect(outputsOf(run.data.resultData.runData, 'After')).toEqual(['pinned']);
		expect(world.providers.log).toHaveLength(0);
	});

	it('of the node before is what is asked', async () => {
		const all = nodes();
		const pinned = { json: { prompt: 'A pinned question?' } };
		const run = await runByHand({
			name: 'Pinned before',
			nodes: all,
			connections: chained(all),
			pinData: { 'One item each': [pinned] } as never,
		});
		expect(outputsOf(run.data.resultData.runData, 'After')).toEqual([
			expect.stringContaining('A pinned question?'),
		]);
		expect(world.providers.log).toHaveLength(1);
	});
});

it('a run from a later node asks nobody again; one from the router does', async () => {
	const all = [node(START, 'manualTrigger', 1), ...questions(...TWO), router(), node('After', 'noOp', 1)];
	const workflow = await world.session.createWorkflow({
		name: 'In part',
		nodes: all,
		connections: chained(all),
		pinData: {},
	});
	const whole = await again(workflow, { triggerToStartFrom: { name: START } });
	const { runData } = whole.data.resultData;
	expect(world.providers.log).toHaveLength(2);
	const destinationNode = { nodeName: 'After', mode: 'inclusive' };
	const { After: _after, ...before } = runData;
	const later = await again(workflow, { runData: before, destinationNode, dirtyNodeNames: ['After'] });
	expect(later.status).toBe('success');
	expect(world.providers.log).toHaveLength(2);
	expect(outputsOf(later.data.resultData.runData, 'After')).toEqual(outputsOf(runData, 'After'));
	const { [ROUTER]: _router, ...first } = before;
	const fromRouter = await again(workflow, { runData: first, destinationNode, dirtyNodeNames: [ROUTER] });
	expect(fromRouter.status).toBe('success');
	expect(world.providers.log).toHaveLength(4);
});

it('a sub-workflow gives its answers to the workflow that called it, each to its own item', async () => {
	const inner = [node('Called', 'executeWorkflowTrigger', 1.1, { inputSource: 'passthrough' }), router()];
	const child = await world.session.createWorkflow({
		name: 'Called',
		nodes: inner,
		connections: chained(inner),
	});
	await world.session.publish(child);
	const call = node('Call it', 'executeWorkflow', 1.2, {
		workflowId: { __rl: true, mode: 'id', value: child.id },
		workflowInputs: { mappingMode: 'defineBelow', value: {} },
		mode: 'once',
		options: {},
	});
	const number = node('Of which', 'set', 3.4, {
		assignments: {
			assignments: [
				{ id: 'a', name: 'of', type: 'number', value: "={{ $('One item each').item.json.number }}" },
			],
		},
		includeOtherFields: true,
		options: {},
	});
	const all = [node(START, 'manualTrigger', 1), ...questions(...TWO), call, number];
	const run = await runByHand({ name: 'Calling', nodes: all, connections: chained(all) });
	expect(run.data.resultData.error).toBeUndefined();
	const items = itemsOf(run.data.resultData.runData, 'Of which').map(({ json }) => json);
	expect(items.map(({ of, output }) => [of, output])).toEqual([
		[1, expect.stringContaining('capital of Australia')],
		[2, expect.stringContaining('Python function')],
	]);
});

it('in Loop Over Items each batch is answered, and all come out at the end', async () => {
	const five = ['one?', 'two?', 'three?', 'four?', 'five?'];
	const loop = node('Loop', 'splitInBatches', 3, { batchSize: 2, options: {} });
	const all = [node(START, 'manualTrigger', 1), ...questions(...five), loop];
	const run = await runByHand({
		name: 'Loop',
		nodes: [...all, router(), node('Done', 'noOp', 1)],
		connections: {
			...chained(all),
			Loop: { main: [[wireTo('Done')], [wireTo(ROUTER)]] },
			[ROUTER]: { main: [[wireTo('Loop')], [wireTo('Loop')], [wireTo('Loop')]] },
		},
	});
	const { runData } = run.data.resultData;
	expect(run.status).toBe('success');
	expect(runData[ROUTER]).toHaveLength(3);
	expect(itemsOf(runData, 'Done').map(({ json }) => json.prompt)).toEqual(five);
	expect(world.providers.log).toHaveLength(5);
});

it('files that n8n keeps on disk are read for the model, and the report’s page is kept there', async () => {
	const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('base64');
	const file = [
		node('Questions', 'set', 3.4, {
			mode: 'raw',
			jsonOutput: JSON.stringify({ prompt: 'What is in this picture?', picture: png }),
			options: {},
		}),
		node('As a file', 'convertToFile', 1.1, {
			operation: 'toBinary',
			sourceProperty: 'picture',
			options: { fileName: 'picture.png', mimeType: 'image/png' },
		}),
	];
	const report = node('Report', 'n8n-nodes-smart-llm-router.llmRouterReport', 1, { page: true, groupBy: [] });
	const asked = router({ prompt: 'What is in this picture?', options: { attachments: 'data' } });
	const all = [node(START, 'manualTrigger', 1), ...file, asked, report];
	const run = await runByHand({ name: 'Files', nodes: all, connections: chained(all) });
	expect(run.data.resultData.error).toBeUndefined();
	const { runData } = run.data.resultData;
	expect(itemsOf(runData, 'As a file')[0]?.binary?.data?.id).toMatch(/^filesystem/);
	expect(itemsOf(runData, ROUTER)[0]?.json.router).toMatchObject({ outcome: 'answered' });
	expect(JSON.stringify(world.providers.log[0]?.body)).toContain(png);
	expect(itemsOf(runData, 'Report')[0]?.binary?.report?.id).toMatch(/^filesystem/);
});
