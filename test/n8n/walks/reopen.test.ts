/** Every example in the editor: nothing is lost when it is opened and saved again, and a click runs some to their end. */
import type { INode } from 'n8n-workflow';
import type { Browser } from 'playwright-core';

import { launchedChromium, stillPage } from '../browser/chromium';
import { Editor } from '../browser/editor';
import { meaningOf } from '../meaning';
import { Screens } from '../browser/screens';
import { until } from '../session';
import { readExamples } from '../simulation';
import { flaws, Watch } from '../watch';
import { openWorld, type World } from '../world';

let world: World;
let browser: Browser;
let editor: Editor;
let watch: Watch;
const screens = new Screens('examples');

beforeAll(async () => {
	world = await openWorld();
	browser = await launchedChromium();
	editor = new Editor(await stillPage(browser), world.session.url);
	await editor.signIn();
	watch = new Watch(editor.page);
});

afterAll(async () => {
	await browser?.close();
	await world?.providers.close();
});

/** A click more takes long in a browser; what comes out of all of them `examples` sees to. */
const CLICKED = ['coding-and-legal', 'agents-share-a-circuit', 'monthly-report'];

it.each(readExamples().map((example) => [example.file, example] as const))(
	'%s is shown whole, and is the same when it is saved',
	async (file, { file: _file, id: _id, ...example }) => {
		const workflow = await world.session.createWorkflow(example);
		await editor.open(workflow.id);
		expect(await editor.nodeNames()).toEqual(expect.arrayContaining(nodesOnCanvas(example.nodes)));
		if (CLICKED.includes(file)) {
			await editor.execute();
			await editor.toast('Workflow executed successfully').waitFor();
		}
		await editor.zoomToFit();
		await screens.take(editor.page, file);

		await editor.rename(`${example.name}, saved`);
		const saved = await until('the editor has saved it', 15_000, async () => {
			const now = await world.session.workflow(workflow.id);
			return now.versionId !== workflow.versionId ? now : null;
		});
		const meaning = async (nodes: readonly INode[]) =>
			await Promise.all(nodes.map(async (node) => await meaningOf(world.session, node)));
		expect(await meaning(saved.nodes)).toEqual(await meaning(example.nodes));
		expect(saved.connections).toEqual(example.connections);
		expect([...watch.take(), ...(await flaws(editor.page))]).toEqual([]);
	},
);

function nodesOnCanvas(nodes: readonly INode[]): string[] {
	return nodes.filter(({ type }) => !type.endsWith('.stickyNote')).map(({ name }) => name);
}
