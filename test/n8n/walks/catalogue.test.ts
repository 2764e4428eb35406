/** What is known of models, in a real n8n: one whose provider has named its last day is told of everywhere, and prices come without a restart. */
import { randomUUID } from 'node:crypto';
import type { INode } from 'n8n-workflow';

import { DAY_MS } from '../../../router/types/time';
import { FINISHED } from '../session';
import { simulatedCredentials } from '../simulation';
import { openWorld, type World } from '../world';

const TYPE = 'n8n-nodes-smart-llm-router.smartLlmRouter';

let world: World;
beforeAll(async () => {
	world = await openWorld();
});
afterAll(async () => await world.providers.close());

function node(name: string, type: string, typeVersion: number, parameters: object): INode {
	const position: [number, number] = [0, 0];
	return {
		id: randomUUID(),
		name,
		type,
		typeVersion,
		position,
		parameters: parameters as INode['parameters'],
	};
}

it('a model that retires in 20 days, by its list, is named in the panel, after a run, in the report and on its page', async () => {
	const modelId = `ends-${randomUUID().slice(0, 8)}`;
	const retiresAt = new Date(Date.now() + 20 * DAY_MS).toISOString().slice(0, 10);
	world.providers.ends[modelId] = retiresAt;
	const alias = `alias of ${modelId}`;
	const provider = 'openAi';
	const models = { values: [{ name: alias, provider, model: { __rl: true, mode: 'id', value: modelId } }] };
	const stored = simulatedCredentials(world.providers, world.examples);
	const credentials = Object.fromEntries(stored.map(({ id, name, type }) => [type, { id, name }]));
	const nodeTypeAndVersion = { name: TYPE, version: 1 };
	const choices = await world.session.listed({
		nodeTypeAndVersion,
		methodName: 'searchModels',
		path: 'parameters.models.values[0].model',
		currentNodeParameters: { models },
		credentials,
	});
	const chosen = choices.find(({ value }) => value === modelId);
	expect(chosen?.name).toContain(`retires ${retiresAt}`);
	const [offered] = await world.session.dropDown({
		nodeTypeAndVersion,
		methodName: 'getAliases',
		path: 'parameters.rules.values[0].models',
		currentNodeParameters: { models },
	});
	expect(offered).toMatchObject({
		name: alias,
		description: expect.stringContaining(`retires ${retiresAt}`),
	});

	const router: INode = { ...node('Router', TYPE, 1, { prompt: 'Hello?', models }), credentials };
	const reportType = 'n8n-nodes-smart-llm-router.llmRouterReport';
	const to = (name: string) => ({ main: [[{ node: name, type: 'main' as const, index: 0 }]] });
	const workflow = await world.session.createWorkflow({
		name: `Retirement ${alias}`,
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
			router,
			node('Models', reportType, 1, { operation: 'models' }),
			node('One', 'n8n-nodes-base.limit', 1, {}),
			node('Page', reportType, 1, { operation: 'usage', range: 'today', groupBy: [], page: true }),
		],
		connections: { Start: to('Router'), Router: to('Models'), Models: to('One'), One: to('Page') },
	});
	const id = await world.session.runByHand(workflow.id, {
		workflowData: workflow as never,
		triggerToStartFrom: { name: 'Start' },
	});
	const { data } = await world.session.run(id, FINISHED);
	expect(data.resultData.error).toBeUndefined();
	const { runData } = data.resultData;
	const hints = (runData.Router?.[0]?.hints ?? []).map(({ message }) => message);
	// Midnight may pass meanwhile.
	expect(hints.join('\n')).toMatch(new RegExp(`retires on ${retiresAt}, in (20|19) days`));
	const rows = (runData.Models?.[0]?.data?.main[0] ?? []).map(({ json }) => json);
	expect(rows.find(({ model }) => model === alias)).toMatchObject({
		modelId,
		retiresAt,
		daysLeft: Math.ceil((Date.parse(retiresAt) - Date.now()) / DAY_MS),
		workflows: [workflow.name],
	});
	const file = runData.Page?.[0]?.data?.main[0]?.[0]?.binary?.report;
	const page = await world.session.file(file!.id!);
	expect(page).toContain('Models That End');
	expect(page).toContain(alias);
});

it('a newer catalogue gives a price to a model that had none, without a restart', async () => {
	const modelId = `zephyr-${randomUUID().slice(0, 8)}`;
	const models = {
		values: [{ name: 'new', provider: 'openAi', model: { __rl: true, mode: 'id', value: modelId } }],
	};
	const catalogueText = JSON.stringify([
		{
			id: 'openai',
			name: 'OpenAI',
			api_pattern: 'https://api\\.openai\\.com',
			models: [
				{ id: modelId, match: { equals: modelId }, prices: { input_mtok: 1_000, output_mtok: 2_000 } },
			],
		},
	]);
	const stored = simulatedCredentials(world.providers, world.examples);
	const router = (name: string): INode => ({
		...node(name, TYPE, 1, { prompt: 'Hello?', models }),
		credentials: Object.fromEntries(stored.map(({ id, name: title, type }) => [type, { id, name: title }])),
	});
	const update = { operation: 'updateCatalogue', catalogueSource: 'text', catalogueText };
	const to = (name: string) => ({ main: [[{ node: name, type: 'main' as const, index: 0 }]] });
	const workflow = await world.session.createWorkflow({
		name: `Catalogue ${modelId}`,
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
			router('Before'),
			node('Update', 'n8n-nodes-smart-llm-router.llmRouterReport', 1, update),
			router('After'),
		],
		connections: { Start: to('Before'), Before: to('Update'), Update: to('After') },
	});
	const id = await world.session.runByHand(workflow.id, {
		workflowData: workflow as never,
		triggerToStartFrom: { name: 'Start' },
	});
	const { data } = await world.session.run(id, FINISHED);
	expect(data.resultData.error).toBeUndefined();
	const costOf = (name: string) => {
		const [item] = data.resultData.runData[name]?.[0]?.data?.main[0] ?? [];
		return (item?.json.router as { costUsd: number | null }).costUsd;
	};
	expect(costOf('Before')).toBeNull();
	expect(costOf('After')).toBeGreaterThan(0);
});
