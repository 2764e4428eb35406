/** Every example in a real n8n keeps what its sticky note promises of the first run. */
import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeExecutionData, IRunData } from 'n8n-workflow';

import { simulatedAnswer } from '../../../examples/demo/play';
import { configuredOutputs, type ShapeParameters } from '../../../nodes/SmartLlmRouter/outputs';
import { promisesOf } from '../../support/promises';
import { FINISHED, until, type FinishedRun } from '../session';
import { readExamples, type ExampleFile } from '../simulation';
import { WEBHOOK_BODY, webhookCopy } from '../webhookCopy';
import { openWorld, type World } from '../world';

const ROUTER_TYPE = 'n8n-nodes-smart-llm-router.smartLlmRouter';
const MODEL_TYPE = 'n8n-nodes-smart-llm-router.smartLlmRouterModel';
const OPENAI_CREDENTIAL = 'llmRouterOpenAiApi';
const LIMITED = 'bulk-under-a-limit';

let world: World;
beforeAll(async () => {
	world = await openWorld();
	world.providers.answer = simulatedAnswer;
});
afterAll(async () => await world.providers.close());

const all = readExamples().map((example) => [example.file, example] as const);

it.each(all)('%s keeps what its note promises', async (file, example) => {
	const promised = promisesOf(example)!;
	world.providers.reset();
	const run = await runOf(file === LIMITED ? await underALimit(example) : example);
	expect(run.data.resultData.error).toBeUndefined();
	expect(run.status).toBe('success');
	const { runData } = run.data.resultData;
	const left = Object.fromEntries(
		Object.keys(promised.leave).map((name) => [name, itemsLeftBy(name, example, runData).length]),
	);
	expect({ file, left }).toEqual({ file, left: promised.leave });
	expect(askedModels(example, runData)).toMatchObject(promised.asked);
	for (const { json } of routersItems(example, runData)) {
		const { costUsd } = json.router as IDataObject;
		expect(costUsd).not.toBeNull();
	}
});

/**
 * Its provider takes twenty calls a second and refuses the others. The account is its own: the pace that is learned for
 * a key holds for the runs after it, too.
 */
async function underALimit(example: ExampleFile): Promise<ExampleFile> {
	world.providers.setFault('gpt-5.4-mini', 'limit-20');
	const limited = await world.session.createCredential('An account with a limit', OPENAI_CREDENTIAL, {
		apiKey: 'key-of-the-limited-account',
		baseUrl: world.providers.baseUrl('openai'),
	});
	const nodes = example.nodes.map((node) =>
		node.credentials?.[OPENAI_CREDENTIAL]
			? { ...node, credentials: { ...node.credentials, [OPENAI_CREDENTIAL]: limited } }
			: node,
	);
	return { ...example, nodes };
}

async function runOf(example: ExampleFile): Promise<FinishedRun> {
	const { session } = world;
	const path = `example-${example.file}-${randomUUID().slice(0, 8)}`;
	const workflow = await session.createWorkflow(webhookCopy(example, path));
	await session.publish(workflow);
	const id = await session.startByWebhook(workflow, path, {
		chatInput: 'What is the capital of Australia?',
		sessionId: path,
	});
	const forms = example.nodes.filter(({ type }) => type.endsWith('.wait'));
	const expected = forms.length > 0 ? promisesOf(example)!.leave[forms[0]!.name]! : 0;
	for (let number = 0; number < expected; number++)
		await fillIn(id, number % 2 === 0 ? 'Send it' : 'Discard it');
	return await session.run(id, FINISHED);
}

/** Sends the form that an execution waits for, as a person does. */
async function fillIn(executionId: string, decision: string): Promise<void> {
	const { data } = await world.session.run(executionId, new Set(['waiting']));
	const [start] = data.resultData.runData[WEBHOOK_BODY]!;
	const address = String(start!.data!.main[0]![0]!.json.resumeFormUrl);
	const before = waits(data);
	const form = new FormData();
	form.append('field-0', decision);
	const { status } = await fetch(address, { method: 'POST', body: form });
	expect(status).toBe(200);
	await until('the execution goes on', 30_000, async () => {
		const now = await world.session.run(executionId, new Set([...FINISHED, 'waiting']));
		return FINISHED.has(now.status) || waits(now.data) > before ? true : null;
	});
}

const waits = ({ resultData }: FinishedRun['data']): number =>
	resultData.runData['Ask a person']?.length ?? 0;

function itemsLeftBy(name: string, { nodes }: ExampleFile, runData: IRunData): INodeExecutionData[] {
	const router = nodes.find(({ type }) => type === ROUTER_TYPE);
	const outputs = router ? configuredOutputs(router.parameters as ShapeParameters) : [];
	const output = outputs.findIndex(({ displayName }) => displayName === name);
	const [node, index] = output === -1 ? [name, 0] : [router!.name, output];
	return (runData[node] ?? []).flatMap(({ data }) => data?.main[index] ?? []);
}

function routersItems({ nodes }: ExampleFile, runData: IRunData): INodeExecutionData[] {
	return nodes
		.filter(({ type }) => type === ROUTER_TYPE)
		.flatMap(({ name }) => runData[name] ?? [])
		.flatMap(({ data }) => (data?.main ?? []).flatMap((items) => items ?? []));
}

/** How many calls each model of the sub-nodes got. */
function askedModels({ nodes }: ExampleFile, runData: IRunData): Record<string, number> {
	const asked: Record<string, number> = {};
	for (const { name } of nodes.filter(({ type }) => type === MODEL_TYPE)) {
		for (const { data } of runData[name] ?? []) {
			const { router } = (data?.ai_languageModel?.[0]?.[0]?.json ?? {}) as { router?: { model: string } };
			if (router) asked[router.model] = (asked[router.model] ?? 0) + 1;
		}
	}
	return asked;
}
