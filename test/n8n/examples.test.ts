/** Every example in a real n8n: what comes out is what n8n's engine gives, which `test/examples` looks at closely. */
import { randomUUID } from 'node:crypto';

import { runWorkflow, type WorkflowJson } from '../support/engine';

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { STORIES } from '../../examples/demo/stories';
import { configuredOutputs, type ShapeParameters } from '../../nodes/SmartLlmRouter/outputs';
import { SmartLlmRouter } from '../../nodes/SmartLlmRouter/SmartLlmRouter.node';
import { readExamples, simulatedCredentials } from './simulation';
import { WEBHOOK, webhookCopy } from './webhookCopy';
import { openWorld, type World } from './world';

const ROUTER_TYPE = 'n8n-nodes-smart-llm-router.smartLlmRouter';
const BODY = { chatInput: 'What is the capital of Australia?' };

let world: World;
beforeAll(async () => {
	world = await openWorld();
});
afterAll(async () => await world.providers.close());

interface Left {
	item: number;
	outputName: string;
	json: IDataObject;
}

/** What does not depend on the time of the day or the speed of the machine. */
function essence({ item, outputName, json }: Left): IDataObject {
	const { outcome, route, model, modelId, reason, attempts, costUsd } = json.router as IDataObject;
	const tried = (attempts as IDataObject[]).map((attempt) => `${attempt.model}: ${attempt.outcome}`);
	const { category = null } = (json.error ?? {}) as IDataObject;
	return {
		item,
		outputName,
		outcome,
		route,
		model,
		modelId,
		reason,
		tried,
		costUsd,
		category,
		output: json.output,
	};
}

type Outputs = ReadonlyArray<readonly INodeExecutionData[] | null>;

function left(outputs: Outputs, parameters: unknown): IDataObject[] {
	const names = configuredOutputs(parameters as ShapeParameters).map(({ displayName }) => displayName ?? '');
	const items = outputs.flatMap((output, index) =>
		(output ?? []).map(({ json, pairedItem }) => ({
			item: (pairedItem as { item: number }).item + 1,
			outputName: names[index] ?? '',
			json,
		})),
	);
	return items.sort((a, b) => a.item - b.item).map(essence);
}

/** The same models fail in the same way in both runs. */
function setFaults(file: string): void {
	world.providers.reset();
	const faults = STORIES.find((story) => story.file === file)?.faults ?? {};
	for (const [model, fault] of Object.entries(faults)) world.providers.setFault(model, fault);
}

const all = readExamples();
const isRouter = ({ type }: { type: string }): boolean => type === ROUTER_TYPE;
const examples = all
	.filter(({ nodes }) => nodes.some(isRouter))
	.map((example) => [example.file, example] as const);
const reports = all
	.filter(({ nodes }) => nodes.some(({ type }) => type.endsWith('.llmRouterReport')))
	.map((example) => [example.file, example] as const);

it.each(examples)('%s gives by webhook what the engine gives', async (file, example) => {
	const { session, providers } = world;
	const path = `example-${file}-${randomUUID().slice(0, 8)}`;
	const copy = webhookCopy(example, path);
	const { name, parameters } = copy.nodes.find(({ type }) => type === ROUTER_TYPE)!;

	setFaults(file);
	const expected = await runWorkflow(JSON.parse(JSON.stringify(copy)) as WorkflowJson, {
		nodeTypes: { [ROUTER_TYPE]: new SmartLlmRouter() },
		credentials: Object.fromEntries(
			simulatedCredentials(providers, [example]).map(({ type, data }) => [type, data]),
		),
		items: { [WEBHOOK]: [{ json: { body: BODY } }] },
		mode: 'webhook',
	});
	expect(expected.status).toBe('success');

	setFaults(file);
	const workflow = await session.createWorkflow(copy);
	await session.publish(workflow);
	const { status, data } = await session.runByWebhook(workflow, path, BODY);
	expect(data.resultData.error).toBeUndefined();
	expect(status).toBe('success');
	const outputs = data.resultData.runData[name]?.[0]?.data?.main ?? [];
	const [seen, wanted] = [outputs, expected.outputs(name)].map((all) => left(all, parameters));
	// Which of several equal items asks for the answer that all get is left to chance.
	const comparable =
		file === 'cached-faq' ? (rows: IDataObject[]) => rows.map(withoutPrice) : (rows: IDataObject[]) => rows;
	expect(comparable(seen!)).toEqual(comparable(wanted!));
});

function withoutPrice({ costUsd: _cost, tried: _tried, ...row }: IDataObject): IDataObject {
	return row;
}

it.each(reports)('%s reports by webhook, with its page', async (file, example) => {
	const { session } = world;
	const path = `example-${file}`;
	const workflow = await session.createWorkflow(webhookCopy(example, path));
	await session.publish(workflow);
	const { status, data } = await session.runByWebhook(workflow, path, BODY);
	expect(data.resultData.error).toBeUndefined();
	expect(status).toBe('success');
	const [item] = data.resultData.runData['LLM Router Report']?.[0]?.data?.main[0] ?? [];
	expect(item?.json.requests).toBeGreaterThan(0);
	expect(item?.binary?.report).toMatchObject({ mimeType: 'text/html', fileName: 'llm-router-report.html' });
});
