/**
 * How the built node scales in n8n's own engine:
 *
 *     npm run bench -- engine [--short] [--keep]
 *
 * Items, rules, models and prompts from few and small to many and large. Each row is a process of its own; the provider is
 * another, and answers at once but where latency is the question. Memory is the heap after a collection.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { INodeType } from 'n8n-workflow';

import { runWorkflow } from '../test/support/engine';
import { conditions, keep } from './measures/results';

const ROUTER = join(__dirname, '../dist/nodes/SmartLlmRouter/SmartLlmRouter.node.js');
const PROVIDER = join(__dirname, 'overhead/provider.ts');
const PLAIN_NODE = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];
/** Between two collections while items are under way. */
const LOOK_MS = 3_000;

interface Shape {
	items: number;
	rules: number;
	models: number;
	promptBytes: number;
	answerBytes: number;
	latencyMs: number;
	concurrency: number;
	/** Samples memory during the run, which slows it down. */
	memory: boolean;
}

const USUAL: Shape = {
	items: 500,
	rules: 1,
	models: 2,
	promptBytes: 60,
	answerBytes: 0,
	latencyMs: 0,
	concurrency: 50,
	memory: false,
};

interface Row {
	ms: number;
	/** Heap held by the items and their answers after the run. */
	heldBytes: number;
	/** Peak of the heap during the run. */
	peakBytes: number;
}

function parametersOf({ rules, models, concurrency }: Shape): object {
	const model = (index: number) => ({
		name: `m${index}`,
		provider: 'openAi',
		model: { __rl: true, mode: 'id', value: index === 0 ? 'gpt-4o-mini' : `model-${index}` },
		options: { contextWindow: 2_000_000, quality: 60, inputPrice: 1 + index, outputPrice: 2 + index },
	});
	// No rule matches, so all of them are evaluated.
	const rule = (index: number) => ({
		name: `Rule ${index}`,
		match: { keywords: `word${index}\nanother${index}`, minTokens: 10 },
		models: [],
		strategy: 'smart',
	});
	return {
		models: { values: Array.from({ length: models }, (_, index) => model(index)) },
		rules: { values: Array.from({ length: rules }, (_, index) => rule(index)) },
		options: { concurrency },
	};
}

function promptOf(item: number, bytes: number): string {
	const sentence = 'Please summarise the following report of the quarter for the board. ';
	return `${item} ${sentence.repeat(Math.ceil(bytes / sentence.length))}`.slice(0, bytes);
}

/** What finished runs held is released in the next turns of the event loop. */
const settled = async (): Promise<void> => {
	for (let turn = 0; turn < 5; turn++) {
		await new Promise((resolve) => setTimeout(resolve, 50));
		globalThis.gc?.();
	}
};

const held = (): number => {
	globalThis.gc?.();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
};

/** In a process of its own. */
async function run(shape: Shape): Promise<Row> {
	const { SmartLlmRouter } = createRequire(__filename)(ROUTER) as { SmartLlmRouter: new () => INodeType };
	const args = [String(shape.answerBytes), String(shape.latencyMs)];
	const provider = fork(PROVIDER, args, { execArgv: PLAIN_NODE });
	const [{ ready }] = (await once(provider, 'message')) as [{ ready: { url: string } }];
	const route = async (items: object[]) =>
		await runWorkflow(
			{
				nodes: [
					{ name: 'Items', type: 'test.items' },
					{
						name: 'Router',
						type: 'n8n-nodes-smart-llm-router.smartLlmRouter',
						parameters: parametersOf(shape),
					},
				],
				connections: { Items: { main: [[{ node: 'Router', type: 'main', index: 0 }]] } },
			},
			{
				mode: 'trigger',
				nodeTypes: { smartLlmRouter: new SmartLlmRouter() },
				items: { Items: items as never },
				credentials: { llmRouterOpenAiApi: { apiKey: 'sk-bench', baseUrl: ready.url } },
			},
		);
	const prompts = (count: number) =>
		Array.from({ length: count }, (_, item) => ({ prompt: promptOf(item, shape.promptBytes) }));
	// Warm-up: loads and compiles the code.
	for (let round = 0; round < 3; round++) await route(prompts(Math.min(100, shape.items)));
	const items = prompts(shape.items);
	if (shape.memory) await settled();
	const before = shape.memory ? held() : 0;
	let peakBytes = 0;
	const look = (): void => void (peakBytes = Math.max(peakBytes, held() - before));
	const timer = shape.memory ? setInterval(look, LOOK_MS) : undefined;
	const result = await route(items);
	clearInterval(timer);
	if (shape.memory) await settled();
	const heldBytes = shape.memory ? held() - before : 0;
	const answered = result.outputs('Router')[0].length;
	provider.disconnect();
	if (answered !== shape.items) throw new Error(`Only ${answered} of ${shape.items} items were answered`);
	return { ms: result.ms, heldBytes, peakBytes: Math.max(peakBytes, heldBytes) };
}

async function inProcess(shape: Shape): Promise<Row> {
	const child = fork(__filename, [], {
		execArgv: ['--import', 'tsx', '--expose-gc', '--max-old-space-size=6000'],
		env: { ...process.env, BENCH_SHAPE: JSON.stringify(shape) },
	});
	const ended = once(child, 'exit').then(([code]) => ({ error: `A process ended with ${String(code)}` }));
	const said = once(child, 'message').then(([message]) => message as Row | { error: string });
	const row = await Promise.race([said, ended]);
	if ('error' in row) throw new Error(row.error);
	return row;
}

const kb = (bytes: number): string => `${(bytes / 1e3).toFixed(1)} kB`;

/** One row of a table. */
export interface EngineRow {
	name: string;
	items: number;
	/** Median, minimum and maximum of the runs. */
	seconds: number;
	from: number;
	to: number;
	/** Only where memory was sampled; with few items the code itself is larger. */
	heldBytes?: number;
	peakBytes?: number;
}

export interface EngineTable {
	title: string;
	rows: EngineRow[];
}

type Shapes = ReadonlyArray<[name: string, shape: Partial<Shape>]>;

async function table(title: string, shapes: Shapes, times: number): Promise<EngineTable> {
	const rows: EngineRow[] = [];
	for (const [name, partial] of shapes) {
		const shape = { ...USUAL, ...partial };
		const runs: Row[] = [];
		// A row that takes long enough is not repeated.
		for (let time = 0; time < (shape.items >= 10_000 ? 1 : times); time++) runs.push(await inProcess(shape));
		const all = runs.map(({ ms }) => ms / 1_000).sort((one, other) => one - other);
		const [{ heldBytes, peakBytes }] = runs;
		rows.push({
			name,
			items: shape.items,
			seconds: all[all.length >> 1],
			from: all[0],
			to: all[all.length - 1],
			...(shape.memory && shape.items >= 1_000 && { heldBytes, peakBytes }),
		});
	}
	print({ title, rows });
	return { title, rows };
}

function print({ title, rows }: EngineTable): void {
	const shown = rows.map(({ name, items, seconds, from, to, heldBytes, peakBytes }) => [
		name,
		{
			s: seconds.toFixed(2),
			'from to': `${from.toFixed(2)} – ${to.toFixed(2)}`,
			'ms an item': ((1_000 * seconds) / items).toFixed(3),
			...(heldBytes !== undefined && { 'held an item': kb(heldBytes / items) }),
			...(peakBytes !== undefined && { 'most held an item': kb(peakBytes / items) }),
		},
	]);
	console.log(title);
	console.table(Object.fromEntries(shown));
}

const TABLES: ReadonlyArray<[title: string, shapes: Shapes]> = [
	[
		'200 items, each 50 ms at the provider',
		[50, 200].map((concurrency) => [`${concurrency} at once`, { items: 200, latencyMs: 50, concurrency }]),
	],
	[
		'Items, 50 at once',
		[10, 100, 1_000, 10_000, 100_000].map((items) => [`${items} items`, { items, memory: true }]),
	],
	[
		'Answers of 50 kB',
		[100, 1_000, 4_000].map((items) => [`${items} items`, { items, answerBytes: 50_000, memory: true }]),
	],
	[
		'Rules, none of which matches; 500 items',
		[1, 10, 100, 1_000].map((rules) => [`${rules} rules`, { rules }]),
	],
	['Models; 500 items', [1, 10, 100].map((models) => [`${models} models`, { models }])],
	[
		'Prompts',
		[
			[10, 500],
			[1_000, 500],
			[10_000, 200],
			[100_000, 100],
			[1_000_000, 20],
		].map(([promptBytes, items]) => [`${promptBytes} bytes`, { promptBytes, items }]),
	],
];

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { short: { type: 'boolean', default: false }, keep: { type: 'boolean', default: false } },
	});
	const under = conditions();
	console.log(`${under.machine}, Node.js ${under.node}, load ${under.load}`);
	const most = values.short ? 1_000 : Infinity;
	const tables: EngineTable[] = [];
	for (const [title, shapes] of TABLES) {
		const taken = shapes.filter(([, { items = 0 }]) => items <= most);
		tables.push(await table(title, taken, values.short ? 1 : 5));
	}
	if (values.keep) keep('engine', under, tables);
}

async function entry(): Promise<void> {
	const { BENCH_SHAPE } = process.env;
	if (BENCH_SHAPE === undefined) return await main();
	const row = await run(JSON.parse(BENCH_SHAPE) as Shape).catch((error: unknown) => ({
		error: String(error),
	}));
	await new Promise((resolve) => process.send?.(row, resolve));
	process.exit();
}

entry().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
