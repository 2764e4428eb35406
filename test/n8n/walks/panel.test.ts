/** Every setting of every node and credential of the package on screen, in words and without an error in the console. */
import type { INode, INodeParameters } from 'n8n-workflow';

import { SmartLlmRouter } from '../../../nodes/SmartLlmRouter/SmartLlmRouter.node';
import { toolProperties } from '../../../nodes/SmartLlmRouter/properties/tool';
import { Desk } from '../browser/desk';
import type { Editor } from '../browser/editor';
import { everySetting } from '../everySetting';
import { Screens } from '../browser/screens';
import { simulatedCredentials } from '../simulation';
import type { World } from '../world';

const TYPE = 'n8n-nodes-smart-llm-router.smartLlmRouter';
const { properties } = new SmartLlmRouter().description;

let desk: Desk;
let world: World;
let editor: Editor;
const screens = new Screens('settings');

beforeAll(async () => {
	desk = await Desk.open();
	({ world, editor } = desk);
	await editor.page.goto(`${world.session.url}/workflow/${await workflowOfAll()}`);
});

afterAll(async () => await desk?.close());

const NODES: Record<string, INodeParameters> = {
	Answers: everySetting(properties, { mode: 'answer', outputs: 'routes' }),
	'Routes only': everySetting(properties, { mode: 'route', outputs: 'models' }),
	'Classifies only': everySetting(properties, { mode: 'classify' }),
	'As a tool': everySetting(toolProperties(properties), {}),
};

async function workflowOfAll(): Promise<string> {
	const nodes = Object.entries(NODES).map(([name, parameters], index): INode => ({
		id: `every-setting-${index}`,
		name,
		type: name === 'As a tool' ? `${TYPE}Tool` : TYPE,
		typeVersion: 1,
		position: [0, index * 400],
		parameters,
	}));
	const { id } = await world.session.createWorkflow({ name: 'Every setting', nodes, connections: {} });
	return id;
}

it.each(Object.keys(NODES))('the panel of "%s"', async (name) => {
	await editor.zoomToFit();
	await editor.openPanel(name);
	await editor.field('prompt').waitFor();
	// Lists that n8n loads from the node appear a moment later.
	await editor.page.waitForLoadState('networkidle');
	const shown = await editor.by('node-parameters').innerText();
	const last = Object.keys(NODES[name]!).includes('options') ? 'Options' : 'Prompt';
	expect(shown).toContain(last);
	await screens.take(editor.by('node-parameters'), name.replace(/\W+/g, '-'));
	expect(await desk.flaws()).toEqual([]);
	await editor.closePanel();
});

it('the dialogs of the credentials', async () => {
	await editor.page.goto(`${world.session.url}/home/credentials`);
	const dialog = editor.by('credential-edit-dialog');
	for (const { name, type } of simulatedCredentials(world.providers, world.examples)) {
		if (!type.startsWith('llmRouter')) continue;
		await editor.by('resources-list-item').filter({ hasText: name }).first().click();
		await dialog.locator('[data-test-id^="parameter-input-"]').first().waitFor();
		await screens.take(editor.page, `credential-${name.replace(/\W+/g, '-')}`);
		expect({ name, flaws: await desk.flaws() }).toEqual({ name, flaws: [] });
		await editor.page.keyboard.press('Escape');
		await dialog.waitFor({ state: 'hidden' });
	}
});
