import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';

import {
	play,
	playReport,
	readExample,
	routerOf,
	simulatedAnswer,
	surprises,
	type ExampleJson,
	type Played,
} from '../../examples/demo/play';
import { STORIES } from '../../examples/demo/stories';
import { attemptLines, tableOf, totalsLine, totalsOf } from '../../examples/demo/table';
import { configuredOutputs, type ShapeParameters } from '../../nodes/SmartLlmRouter/outputs';
import { LlmRouterReport } from '../../nodes/LlmRouterReport/LlmRouterReport.node';
import { SmartLlmRouter } from '../../nodes/SmartLlmRouter/SmartLlmRouter.node';
import { lookUp } from '../../router/models/catalogue/catalogue';
import type { ProviderId } from '../../router/types';
import { startSimulatedProviders, type SimulatedProviders } from '../support/simulatedProviders';

/** By which output each sample leaves, in the order of the samples. */
const OUTPUTS: Record<string, string[]> = {
	'support-desk-triage': [
		'Default',
		'Invoices and refunds',
		'German',
		'Invoices and refunds',
		'Default',
		'Business customers',
		'Technical',
		'Check by hand',
		'Default',
		'Invoices and refunds',
		'Default',
		'Advice in depth',
	],
	'coding-and-legal': 'strong small strong strong small strong small strong small strong small strong'.split(
		' ',
	),
	// What the customer who asks most may spend is used up before its last four questions.
	'customer-budgets':
		'Answered Answered Answered Answered Answered Answered Answered Failed Failed Answered Failed Failed'.split(
			' ',
		),
	'personal-data': [
		'Personal data',
		'Everything else',
		'Personal data',
		'Personal data',
		'Everything else',
		'Failed',
		'Personal data',
		'Everything else',
		'Personal data',
		'Everything else',
	],
	'cached-faq': Array<string>(12).fill('Answered'),
	'sticky-chat': 'flash strong flash strong flash strong strong Fallback strong strong flash strong'.split(
		' ',
	),
	'from-switch': 'Billing Technical Contracts Default Technical Billing Contracts Technical Default'.split(
		' ',
	),
	'outage-drill':
		'Answered Answered Fallback Answered Failed Fallback Answered Fallback Fallback Answered Failed Answered'.split(
			' ',
		),
};

const NODE_SIZE = 96;
const OUTPUT_HEIGHT = 32;

interface Box {
	name: string;
	left: number;
	top: number;
	right: number;
	bottom: number;
}

interface ListedModel {
	provider: ProviderId;
	model: { value: string };
	options: { inputPrice?: number };
}

type Wires = Record<string, Record<string, Array<Array<{ node: string }>>>>;

function outputCount({ parameters = {}, type }: ExampleJson['nodes'][number]): number {
	if (type.endsWith('.smartLlmRouter')) return configuredOutputs(parameters as ShapeParameters).length;
	const { rules } = parameters as { rules?: { values: unknown[] } };
	if (type.endsWith('.switch')) return (rules?.values.length ?? 0) + 1;
	return /\.(if|splitInBatches)$/.test(type) ? 2 : 1;
}

/** As the canvas draws it: a node grows with its outputs, and its name stands below. */
function boxOf(node: ExampleJson['nodes'][number]): Box {
	const [left = 0, top = 0] = node.position ?? [];
	const { width = NODE_SIZE, height = NODE_SIZE + Math.max(0, outputCount(node) - 2) * OUTPUT_HEIGHT } =
		(node.parameters ?? {}) as { width?: number; height?: number };
	return { name: node.name, left, top, right: left + width, bottom: top + height + 40 };
}

const overlap = (a: Box, b: Box): boolean =>
	a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

let providers: SimulatedProviders;
const played = new Map<string, Played>();

beforeAll(async () => {
	providers = await startSimulatedProviders({ answer: simulatedAnswer });
	for (const story of STORIES) played.set(story.file, await play(story, new SmartLlmRouter(), providers));
}, 60_000);
afterAll(async () => await providers.close());

const FILES = readdirSync(join(__dirname, '..', '..', 'examples')).flatMap((file) =>
	file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : [],
);

describe.each(FILES)('the workflow of %s', (file) => {
	const workflow = readExample(file);
	const { nodes } = workflow;
	const connections = workflow.connections as Wires;

	it('has nodes with unique ids and names, apart from each other on the canvas', () => {
		expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
		expect(new Set(nodes.map(({ name }) => name)).size).toBe(nodes.length);
		// A note below nodes is a frame around them.
		const boxes = nodes.filter(({ name }) => name !== 'Before').map(boxOf);
		const clashes = boxes.flatMap((a, index) =>
			boxes.slice(index + 1).flatMap((b) => (overlap(a, b) ? [`${a.name} / ${b.name}`] : [])),
		);
		expect(clashes).toEqual([]);
	});

	it('has a wire to an existing node on every output, and on no other', () => {
		const names = nodes.map(({ name }) => name);
		for (const [source, kinds] of Object.entries(connections)) {
			const node = nodes.find(({ name }) => name === source);
			expect(node).toBeDefined();
			if (kinds.main) expect(kinds.main).toHaveLength(outputCount(node!));
			for (const wires of Object.values(kinds).flat()) {
				expect(wires.length).toBeGreaterThan(0);
				for (const wire of wires) expect(names).toContain(wire.node);
			}
		}
	});
});

describe.each(STORIES)('example $file', (story) => {
	const workflow = readExample(story.file);

	it('names only parameters and values that the panel has, and models with a known price', () => {
		const { parameters = {}, credentials = {} } = routerOf(workflow);
		const { properties, credentials: slots = [] } = new SmartLlmRouter().description;
		expect(properties.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(parameters)));
		expect(slots.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(credentials)));
		const { models, providers: ticked } = parameters as {
			models: { values: ListedModel[] };
			providers: string[];
		};
		for (const { provider, model, options } of models.values) {
			expect(ticked).toContain(provider);
			// Someone's own server has the price that its owner says.
			if (options.inputPrice === undefined)
				expect(lookUp({ provider, modelId: model.value, now: Date.now() }).prices).not.toBeNull();
		}
	});

	it('sends every sample out by the output that its rule or its fate names', () => {
		const { items } = played.get(story.file)!;
		expect(items.map(({ outputName }) => outputName)).toEqual(OUTPUTS[story.file]);
		expect(surprises(story, played.get(story.file)!)).toEqual([]);
		for (const { json } of items) {
			const { outcome, costUsd } = json.router as IDataObject;
			expect(costUsd).not.toBeNull();
			expect(outcome === 'failed' ? json.error : json.output).toBeTruthy();
		}
	});
});

it('asks each question of the FAQ once, and says what the cache has saved', () => {
	const { items } = played.get('cached-faq')!;
	const records = items.map(({ json }) => json.router as IDataObject);
	// Which of several equal items asks is left to chance: all come at once.
	const asked = items.filter((_, index) => !records[index]!.cached).map(({ json }) => json.prompt);
	expect(asked).toHaveLength(6);
	expect(new Set(asked)).toEqual(new Set(items.map(({ json }) => json.prompt)));
	for (const { cached, costUsd, savedUsd } of records) {
		expect(cached ? costUsd : 0).toBe(0);
		if (cached) expect(savedUsd).toBeGreaterThan(0);
	}
});

it('writes a report of it all for an email', async () => {
	const count = [...played.values()].flatMap(({ items }) => items).length;
	const { page, email } = await playReport(new LlmRouterReport());
	expect(email.subject).toBe(`LLM Router: ${count} requests in the last 30 days`);
	expect(email.html).toContain(`<td style`);
	expect(page).toContain('<h1>LLM Router Report</h1>');
});

it('prints tables that fit a terminal of 140 columns', () => {
	const all = [...played.values()];
	const text = [
		...all.map(tableOf),
		...all.flatMap(attemptLines),
		...all.map(({ items }) => totalsLine(totalsOf(items))),
	];
	const longest = Math.max(
		...text
			.join('\n')
			.split('\n')
			.map((line) => line.length),
	);
	expect(longest).toBeLessThanOrEqual(140);
});

it('tells when an example did not go as its story says', () => {
	const [story] = STORIES;
	const { items, ...rest } = played.get(story!.file)!;
	expect(surprises(story!, { ...rest, items: items.slice(1) })).toHaveLength(1);
});
