/** What a person does with nodes on the canvas and with settings in the panel, and what n8n has stored afterwards. */
import { randomUUID } from 'node:crypto';
import type { IConnections, INode } from 'n8n-workflow';

import { Desk } from '../browser/desk';
import type { Editor, Wires } from '../browser/editor';
import { meaningOf } from '../meaning';
import { Screens } from '../browser/screens';
import { until, type WorkflowEntity } from '../session';
import { simulatedCredentials } from '../simulation';
import { workbench } from '../browser/workbench';
import type { World } from '../world';

const ROUTER = 'Smart LLM Router';
const RENAMED = 'Router of mails';
const READS = (name: string): string => `={{ $('${name}').item.json.output }}`;

let desk: Desk;
let world: World;
let editor: Editor;
let workflowId: string;
const screens = new Screens('hands');

beforeAll(async () => {
	desk = await Desk.open();
	({ world, editor } = desk);
	({ id: workflowId } = await world.session.createWorkflow(wired()));
	await editor.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await editor.open(workflowId);
});

afterAll(async () => await desk?.close());

afterEach(async () => {
	const name = expect.getState().currentTestName ?? '';
	await screens.take(editor.page, name.replace(/\W+/g, '-').slice(0, 60));
	expect(await desk.flaws()).toEqual([]);
});

const model = (name: string, provider: string, value: string) => ({
	name,
	provider,
	model: { __rl: true, mode: 'id', value },
	options: {},
});

const PARAMETERS = {
	models: {
		values: [model('small', 'openAi', 'gpt-5.4-mini'), model('strong', 'anthropic', 'claude-sonnet-4-6')],
	},
	rules: {
		values: [
			{ name: 'Coding', match: { taskTypes: ['coding'] }, models: ['strong', 'small'], strategy: 'priority' },
			{ name: 'Legal', match: { taskTypes: ['legal'] }, models: ['strong'], strategy: 'smart' },
		],
	},
	outputs: 'routes',
	options: {
		systemMessage: 'Be short.',
		budgets: { values: [{ limitUsd: 5, scope: 'Contoso' }] },
	},
};

/** The workbench with a router in it, and a node that reads from the router by its name. */
function wired() {
	const { nodes, connections, ...rest } = workbench('Hands');
	const stored = simulatedCredentials(world.providers, world.examples);
	const router: INode = {
		id: randomUUID(),
		name: ROUTER,
		type: 'n8n-nodes-smart-llm-router.smartLlmRouter',
		typeVersion: 1,
		position: [700, 0],
		parameters: PARAMETERS as INode['parameters'],
		credentials: Object.fromEntries(stored.map(({ id, name, type }) => [type, { id, name }])),
	};
	const reads = {
		assignments: { assignments: [{ id: randomUUID(), name: 'said', type: 'string', value: READS(ROUTER) }] },
		options: {},
	};
	const after: INode = {
		id: randomUUID(),
		name: 'After',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		position: [1400, 0],
		parameters: reads as INode['parameters'],
	};
	const to = (name: string) => [{ node: name, type: 'main' as const, index: 0 }];
	const targets = ['Rest', 'By another model', 'Nobody answered', 'Code', 'Law'];
	const own: IConnections = {
		'One item each': { main: [to(ROUTER)] },
		[ROUTER]: { main: targets.map(to) },
		Rest: { main: [to('After')] },
	};
	return { ...rest, nodes: [...nodes, router, after], connections: { ...connections, ...own } };
}

async function eventually(what: string, holds: (now: WorkflowEntity) => boolean): Promise<WorkflowEntity> {
	return await until(what, 15_000, async () => {
		const now = await world.session.workflow(workflowId);
		return holds(now) ? now : null;
	});
}

const named = ({ nodes }: WorkflowEntity, name: string): INode | undefined =>
	nodes.find((node) => node.name === name);

const WIRES: Wires = {
	0: ['Rest'],
	1: ['By another model'],
	2: ['Nobody answered'],
	3: ['Code'],
	4: ['Law'],
};

describe('on the canvas', () => {
	it('a renamed node keeps its wires, and who reads from it reads on', async () => {
		await editor.zoomToFit();
		await editor.renameNode(ROUTER, RENAMED);
		const now = await eventually('it has its new name', (saved) => named(saved, RENAMED) !== undefined);
		expect(await editor.wires(RENAMED)).toEqual(WIRES);
		expect(Object.keys(now.connections)).toContain(RENAMED);
		expect(JSON.stringify(named(now, 'After')!.parameters)).toContain(`$('${RENAMED}')`);
	});

	it('a duplicate has the same settings and credentials', async () => {
		await editor.select(RENAMED);
		await editor.page.keyboard.press('Control+d');
		const copy = `${RENAMED}1`;
		const now = await eventually('there is a copy', (saved) => named(saved, copy) !== undefined);
		const { parameters, credentials } = await meaningOf(world.session, named(now, RENAMED)!);
		expect(await meaningOf(world.session, named(now, copy)!)).toMatchObject({ parameters, credentials });
		await editor.page.keyboard.press('Delete');
		await eventually('the copy is gone', (saved) => named(saved, copy) === undefined);
	});

	it('what was deleted comes back by undo, wires and all', async () => {
		const before = await meaningOf(world.session, named(await world.session.workflow(workflowId), RENAMED)!);
		await editor.select(RENAMED);
		await editor.page.keyboard.press('Delete');
		await eventually('it is deleted', (saved) => named(saved, RENAMED) === undefined);
		await editor.page.keyboard.press('Control+z');
		const now = await eventually('it is back', (saved) => named(saved, RENAMED) !== undefined);
		expect(await editor.wires(RENAMED)).toEqual(WIRES);
		expect(await meaningOf(world.session, named(now, RENAMED)!)).toEqual(before);
	});
});

describe('in the panel', () => {
	it('a renamed model is offered by its new name at once, and the rule that has the old one is told of', async () => {
		await editor.openPanel(RENAMED);
		// n8n 2.41 loads a list anew only where it can resolve all expressions of the node, which needs items.
		const before = editor.page.getByRole('button', { name: 'Execute previous nodes' });
		await before.click();
		await editor.by('run-data-schema-item').filter({ hasText: 'prompt' }).first().waitFor();
		await editor.page.waitForLoadState('networkidle');
		await editor.write('models.values[1].name', 'claude');
		await editor.hint(/not in the list of models/).waitFor();
		// The list is loaded anew as soon as the name is changed.
		await editor.expectEventually(async () => {
			const offered = await editor.optionsOf('rules.values[1].models');
			await editor.page.keyboard.press('Escape');
			await editor.page.locator('.el-select-dropdown__item:visible').first().waitFor({ state: 'hidden' });
			return offered.some((text) => text.startsWith('claude'));
		}, 'the new name is offered');
		await editor.write('models.values[1].name', 'strong');
		await editor.hint(/not in the list of models/).waitFor({ state: 'hidden' });
	});

	it('the list of strategies tells the order and what each model costs', async () => {
		const said = await editor.optionsOf('rules.values[0].strategy');
		expect(said.join('\n')).toMatch(/Priority\s+strong \$0\.\d+ → small \$0\.\d+/);
		await screens.take(
			editor.page.locator('.el-select-dropdown:visible').first(),
			'strategies',
			'strategies',
		);
		await editor.page.keyboard.press('Escape');
	});

	type Choice = [path: string, ...names: string[]];
	const CHOICES: Choice[] = [
		['noMatch', 'Ask No Model', 'Choose Among All Models'],
		['credentialSource', 'Other n8n Nodes', 'LLM Router'],
		['classifier', 'Hybrid', 'Judge', 'Local'],
		['rules.values[0].strategy', 'Smart', 'Cheapest', 'Fastest', 'Weighted', 'Cascade', 'Priority'],
		['models.values[0].provider', 'Google Gemini', 'OpenAI-Compatible', 'OpenAI'],
	];
	/** n8n removes wires of outputs that no longer exist; all settings must survive. */
	const CHOICES_OF_OUTPUTS: Choice[] = [
		['mode', 'Route Only', 'Classify Only', 'Route and Answer'],
		['outputs', 'By Outcome', 'One per Model', 'One per Rule'],
	];

	/** The router as the editor holds it now: a further change makes the editor save all there is, so what is stored lags no more. */
	async function router(mark: string): Promise<Record<string, unknown>> {
		await editor.closePanel();
		await editor.renameNode('By another model', mark);
		const now = await eventually('the editor has saved it', (saved) => named(saved, mark) !== undefined);
		await editor.renameNode(mark, 'By another model');
		return await meaningOf(world.session, named(now, RENAMED)!);
	}

	async function backAndForth(choices: Choice[]): Promise<void> {
		const before = await router('Before');
		await editor.openPanel(RENAMED);
		for (const [path, ...names] of choices) {
			for (const name of names) await editor.choose(path, name);
		}
		expect(await router('Changed')).toEqual(before);
	}

	it('nothing is lost when each choice is changed and put back', async () => {
		await backAndForth(CHOICES);
		expect(await editor.wires(RENAMED)).toEqual(WIRES);
	});

	it('no setting is lost when mode and outputs are', async () => {
		await backAndForth(CHOICES_OF_OUTPUTS);
	});

	it('a deleted model that a rule names is told of', async () => {
		await editor.openPanel(RENAMED);
		await editor.deleteEntry('models.values[1].name');
		await editor.hint(/not in the list of models/).waitFor();
		await editor.hint(/Only one model is listed/).waitFor();
		await editor.closePanel();
	});
});

it('copied to an n8n that has no such credentials, it opens and says which are missing', async () => {
	const [example] = world.examples.filter(({ file }) => file === 'support-desk-triage');
	const foreign = JSON.stringify({ nodes: example!.nodes, connections: example!.connections }).replaceAll(
		/"id":"router[A-Za-z0-9]+"/g,
		`"id":"${randomUUID().slice(0, 16)}"`,
	);
	const { page } = editor;
	const { id } = await world.session.createWorkflow({ name: 'Another n8n', nodes: [], connections: {} });
	await editor.page.goto(`${world.session.url}/workflow/${id}`);
	await editor.by('canvas-add-button').or(editor.by('node-creator-plus-button')).first().waitFor();
	await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(foreign)})`);
	await page.keyboard.press('Control+v');
	await editor.node(ROUTER).waitFor();
	workflowId = id;
	const now = await eventually('the editor has saved it', (saved) => named(saved, ROUTER) !== undefined);
	const [pasted, original] = [named(now, ROUTER)!, example!.nodes.find(({ name }) => name === ROUTER)!];
	const { parameters } = await meaningOf(world.session, original);
	expect(await meaningOf(world.session, pasted)).toMatchObject({ parameters });
	expect(await editor.outputNames(ROUTER)).toHaveLength(9);
	await editor.zoomToFit();
	await editor.openPanel(ROUTER);
	await editor.by('credentials-label').first().waitFor();
	await editor.closePanel();
});
