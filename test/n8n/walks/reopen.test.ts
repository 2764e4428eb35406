/** Every example in the editor: nothing is lost when it is opened and saved again, and a click runs some to their end. */
import type { INode } from 'n8n-workflow';

import { Desk } from '../browser/desk';
import type { Editor } from '../browser/editor';
import { meaningOf } from '../meaning';
import { Screens } from '../browser/screens';
import { until } from '../session';
import { readExamples } from '../simulation';
import type { World } from '../world';

let desk: Desk;
let world: World;
let editor: Editor;
const screens = new Screens('examples');

beforeAll(async () => {
	desk = await Desk.open();
	({ world, editor } = desk);
});

afterAll(async () => await desk?.close());

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
		expect(await desk.flaws()).toEqual([]);
	},
);

function nodesOnCanvas(nodes: readonly INode[]): string[] {
	return nodes.filter(({ type }) => !type.endsWith('.stickyNote')).map(({ name }) => name);
}
