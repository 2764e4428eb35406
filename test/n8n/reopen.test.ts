/** Every example in the editor: nothing is lost when it is saved and opened again, and a click runs it to its end. */
import { NodeHelpers, type INode } from 'n8n-workflow';
import type { Browser } from 'playwright-core';

import { SmartLlmRouter } from '../../nodes/SmartLlmRouter/SmartLlmRouter.node';
import { launchedChromium } from './chromium';
import { Editor } from './editor';
import { Screens } from './screens';
import { until } from './session';
import { readExamples } from './simulation';
import { flaws, Watch } from './watch';
import { openWorld, type World } from './world';

const { description } = new SmartLlmRouter();

let world: World;
let browser: Browser;
let editor: Editor;
let watch: Watch;
const screens = new Screens('examples');

beforeAll(async () => {
	world = await openWorld();
	browser = await launchedChromium();
	editor = new Editor(await browser.newPage({ viewport: { width: 1440, height: 1000 } }), world.session.url);
	await editor.signIn();
	watch = new Watch(editor.page);
});

afterAll(async () => {
	await browser?.close();
	await world?.providers.close();
});

/**
 * The editor leaves out what has its default value, and writes empty collections: the router's parameters are compared
 * with all defaults filled in, those of other nodes without what is empty.
 */
function meaning(node: INode): unknown {
	const { name, type, typeVersion, position, credentials, disabled } = node;
	const parameters = type.endsWith('.smartLlmRouter')
		? NodeHelpers.getNodeParameters(description.properties, node.parameters, true, false, node, description)
		: Object.fromEntries(
				Object.entries(node.parameters).filter(([, value]) => JSON.stringify(value) !== '{}'),
			);
	return { name, type, typeVersion, position, credentials, disabled, parameters };
}

it.each(readExamples().map((example) => [example.file, example] as const))(
	'%s runs by a click, and is the same when it is saved and opened again',
	async (file, { file: _file, id: _id, ...example }) => {
		const workflow = await world.session.createWorkflow(example);
		await editor.open(workflow.id);
		expect(await editor.nodeNames()).toEqual(expect.arrayContaining(nodesOnCanvas(example.nodes)));
		await editor.execute();
		await editor.toast('Workflow executed successfully').waitFor();
		await editor.zoomToFit();
		await screens.take(editor.page, file);

		await editor.rename(`${example.name}, saved`);
		const saved = await until('the editor has saved it', 90_000, async () => {
			const now = await world.session.workflow(workflow.id);
			return now.versionId !== workflow.versionId ? now : null;
		});
		expect(saved.nodes.map(meaning)).toEqual(example.nodes.map(meaning));
		expect(saved.connections).toEqual(example.connections);

		await editor.open(workflow.id);
		expect(await editor.nodeNames()).toEqual(expect.arrayContaining(nodesOnCanvas(example.nodes)));
		expect([...watch.take(), ...(await flaws(editor.page))]).toEqual([]);
	},
);

function nodesOnCanvas(nodes: readonly INode[]): string[] {
	return nodes.filter(({ type }) => !type.endsWith('.stickyNote')).map(({ name }) => name);
}
