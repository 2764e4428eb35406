/** Nothing that somebody builds is lost: every choice of the panel is made and taken back, and what n8n has saved is the same. */
import { NodeHelpers, type INode, type INodeParameters, type INodeProperties } from 'n8n-workflow';
import type { Browser } from 'playwright-core';

import { SmartLlmRouter } from '../../nodes/SmartLlmRouter/SmartLlmRouter.node';
import { launchedChromium, stillPage } from './chromium';
import { Editor } from './editor';
import { everySetting } from './everySetting';
import { until } from './session';
import { flaws, Watch } from './watch';
import { openWorld, type World } from './world';

const ROUTER = 'Router';
const { description } = new SmartLlmRouter();
const { properties } = description;

/** Without a trigger n8n offers nothing to run. */
const START: INode = {
	id: 'start',
	name: 'Start',
	type: 'n8n-nodes-base.manualTrigger',
	typeVersion: 1,
	position: [-200, 0],
	parameters: {},
};

let world: World;
let browser: Browser;
let editor: Editor;
let watch: Watch;
let workflowId: string;
let before: INodeParameters;

beforeAll(async () => {
	world = await openWorld();
	const parameters = everySetting(properties, {
		mode: 'answer',
		classifier: 'hybrid',
		outputs: 'routes',
		rules: {
			values: ['Coding', 'Legal'].map((name) => ({ name, match: { keywords: name }, models: ['strong'] })),
		},
	});
	const node: INode = {
		id: 'keeping',
		name: ROUTER,
		type: 'n8n-nodes-smart-llm-router.smartLlmRouter',
		typeVersion: 1,
		position: [0, 0],
		parameters,
	};
	({ id: workflowId } = await world.session.createWorkflow({
		name: 'Keeping',
		nodes: [START, node],
		connections: {},
	}));
	browser = await launchedChromium();
	const page = await stillPage(browser);
	editor = new Editor(page, world.session.url);
	await editor.signIn();
	watch = new Watch(page);
	await editor.open(workflowId);
	before = meaning(node);
});

afterAll(async () => {
	await browser?.close();
	await world?.providers.close();
});

/** The editor leaves out what has its default value: compared is what n8n makes of it. */
function meaning(node: INode): INodeParameters {
	return NodeHelpers.getNodeParameters(properties, node.parameters, true, false, node, description)!;
}

async function saved(
	what: string,
	holds: (parameters: INodeParameters) => boolean,
): Promise<INodeParameters> {
	return await until(what, 60_000, async () => {
		const { nodes } = await world.session.workflow(workflowId);
		const parameters = meaning(nodes.find(({ name }) => name === ROUTER)!);
		return holds(parameters) ? parameters : null;
	});
}

/** What a drop-down shows for a value. */
function labels({ options = [] }: INodeProperties): Map<unknown, string> {
	return new Map(options.flatMap((option) => ('value' in option ? [[option.value, option.name]] : [])));
}

const CHOICES = properties.filter(({ type, options }) => type === 'options' && (options?.length ?? 0) > 1);

it.each(CHOICES.map((property) => [property.name, property] as const))('%s', async (name, property) => {
	await editor.openPanel(ROUTER);
	const chosen = before[name];
	const names = labels(property);
	for (const [value, label] of names) {
		if (value === chosen) continue;
		await editor.choose(name, label);
		await saved(`${name} is ${label}`, (parameters) => parameters[name] === value);
		await editor.choose(name, names.get(chosen)!);
		const back = await saved(`${name} is back`, (parameters) => parameters[name] === chosen);
		expect({ value, ...withoutJudge(back) }).toEqual({ value, ...withoutJudge(before) });
	}
	expect([...watch.take(), ...(await flaws(editor.page))]).toEqual([]);
	await editor.closePanel();
});

/** The one field that a choice may hide. */
function withoutJudge({ judgeModel: _hidden, ...others }: INodeParameters): INodeParameters {
	return others;
}
