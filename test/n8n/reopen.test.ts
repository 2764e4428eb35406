/** Every example in the editor: nothing is lost when it is saved and opened again, and a click runs it to its end. */
import { NodeHelpers, type INode, type INodeTypeDescription } from 'n8n-workflow';
import type { Browser } from 'playwright-core';

import { launchedChromium, stillPage } from './chromium';
import { Editor } from './editor';
import { Screens } from './screens';
import { until } from './session';
import { readExamples } from './simulation';
import { flaws, Watch } from './watch';
import { openWorld, type World } from './world';

let world: World;
let browser: Browser;
let editor: Editor;
let watch: Watch;
let nodeTypes: INodeTypeDescription[];
const screens = new Screens('examples');

beforeAll(async () => {
	world = await openWorld();
	nodeTypes = await world.session.nodeTypes();
	browser = await launchedChromium();
	editor = new Editor(await stillPage(browser), world.session.url);
	await editor.signIn();
	watch = new Watch(editor.page);
});

afterAll(async () => {
	await browser?.close();
	await world?.providers.close();
});

/** The editor leaves out what has its default value, and writes empty collections: compared is what n8n makes of both. */
function meaning(node: INode): unknown {
	const { name, type, typeVersion, position, credentials, disabled } = node;
	const description = nodeTypes.find((known) => known.name === type && hasVersion(known, typeVersion));
	if (!description) throw new Error(`n8n does not know the node ${type} in version ${typeVersion}`);
	const parameters = NodeHelpers.getNodeParameters(
		description.properties,
		node.parameters,
		true,
		false,
		node,
		description,
	);
	return { name, type, typeVersion, position, credentials, disabled, parameters };
}

const hasVersion = ({ version }: INodeTypeDescription, wanted: number): boolean =>
	[version].flat().includes(wanted);

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
		const saved = await until('the editor has saved it', 15_000, async () => {
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
