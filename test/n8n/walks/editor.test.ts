/** The node as a person meets it: found, dropped, filled in by hand, wired, run, and set wrongly. Steps build on each other. */
import type { INode } from 'n8n-workflow';

import { Desk } from '../browser/desk';
import type { Editor, Wires } from '../browser/editor';
import { Screens } from '../browser/screens';
import { until } from '../session';
import { TARGETS, workbench } from '../browser/workbench';
import type { World } from '../world';

const ROUTER = 'Smart LLM Router';
const SOURCE = 'One item each';

const RULES = [
	{ name: 'Coding', tasks: ['Coding'], models: ['strong', 'small'] },
	{ name: 'Legal', tasks: ['Legal'], models: ['strong'] },
	{ name: 'Small talk', tasks: ['Chitchat', 'Question Answering'], models: ['small'] },
];

let desk: Desk;
let world: World;
let editor: Editor;
let workflowId: string;
const screens = new Screens('editor');

beforeAll(async () => {
	desk = await Desk.open();
	({ world, editor } = desk);
	({ id: workflowId } = await world.session.createWorkflow(workbench()));
	await editor.open(workflowId);
});

afterAll(async () => await desk?.close());

afterEach(async () => {
	const name = expect.getState().currentTestName ?? '';
	await screens.take(editor.page, name.replace(/\W+/g, '-').slice(0, 60));
	expect(await desk.flaws()).toEqual([]);
});

interface Stored {
	router?: INode;
	wires: Wires;
}

/** The router as n8n has stored it, which follows the editor by a second or two. */
async function eventually(holds: (stored: Stored) => boolean): Promise<Stored> {
	return await until('the editor has saved it', 15_000, async () => {
		const { nodes, connections } = await world.session.workflow(workflowId);
		const outputs = connections[ROUTER]?.main ?? [];
		const wires = Object.fromEntries(
			outputs.flatMap((output, index) => (output?.length ? [[index, output.map(({ node }) => node)]] : [])),
		);
		const stored = { router: nodes.find(({ name }) => name === ROUTER), wires };
		return holds(stored) ? stored : null;
	});
}

describe('in the node creator', () => {
	it('is found by "router", "fallback" and "model"', async () => {
		await editor.addAfter(SOURCE);
		for (const query of ['fallback', 'model', 'router']) await editor.search(query, ROUTER);
	});
});

describe('the panel, filled in by hand', () => {
	it('opens with a credential for each provider and two starter models', async () => {
		await editor.take(ROUTER);
		expect(await editor.by('credentials-label').allInnerTexts()).toEqual([
			'Credential for LLM Router OpenAI API',
			'Credential for LLM Router Anthropic API',
			'Credential for LLM Router Google Gemini API',
		]);
		expect(await editor.read('models.values[0].name')).toBe('small');
		expect(await editor.read('models.values[1].name')).toBe('strong');
	});

	it('keeps the models when credentials are chosen one after another', async () => {
		await editor.chooseCredential('OpenAI', 'LLM Router OpenAI');
		await editor.chooseCredential('Anthropic', 'LLM Router Anthropic');
		await editor.chooseCredential('Gemini', 'LLM Router Gemini');
		const { router } = await eventually((now) => Object.keys(now.router?.credentials ?? {}).length === 3);
		const { models } = router!.parameters as { models?: { values: Array<{ model: { value: string } }> } };
		expect(models?.values.map(({ model }) => model.value)).not.toContain('');
		for (const index of [0, 1]) expect(await editor.read(`models.values[${index}].model`)).not.toBe('');
		await screens.take(editor.page, 'panel');
	});

	it('lists the models of the provider', async () => {
		const listed = await editor.openList('models.values[0].model');
		expect(listed.join()).toContain('gpt-4o-mini');
		await editor.listItem('gpt-4o-mini').first().click();
		expect(await editor.read('models.values[0].model')).toContain('gpt-4o-mini');
	});

	it('takes three rules', async () => {
		for (const [index, { name, tasks, models }] of RULES.entries()) {
			await editor.add('Add Rule');
			const rule = `rules.values[${index}]`;
			await editor.write(`${rule}.name`, name);
			await editor.addTo('Add Condition on the Prompt', index, 'Tasks');
			await editor.choose(`${rule}.match.taskTypes`, ...tasks);
			await editor.choose(`${rule}.models`, ...models);
			await editor.setStrategy(index, 'Priority');
		}
		await editor.field('rules.values[0].name').scrollIntoViewIfNeeded();
		await screens.take(editor.by('node-parameters'), 'rule');
		await editor.choose('outputs', 'One per Rule');
		const { router } = await eventually((now) => now.router?.parameters.outputs === 'routes');
		expect(router?.parameters.rules).toMatchObject({
			values: [
				{
					name: 'Coding',
					match: { taskTypes: ['coding'] },
					models: ['strong', 'small'],
					strategy: 'priority',
				},
				{ name: 'Legal', match: { taskTypes: ['legal'] }, models: ['strong'] },
				{ name: 'Small talk', match: { taskTypes: ['chitchat', 'qa'] }, models: ['small'] },
			],
		});
	});
});

describe('on the canvas', () => {
	const OUTPUTS = ['Default', 'Fallback', 'Failed', 'Coding', 'Legal', 'Small talk'];
	const WIRES: Wires = Object.fromEntries(OUTPUTS.map((_, output) => [output, [TARGETS[output]!]]));

	it('shows the outputs by name, and what the node does', async () => {
		await editor.closePanel();
		expect(await editor.outputNames(ROUTER)).toEqual(OUTPUTS);
		expect(await editor.iconOf(ROUTER)).toMatch(/smartLlmRouter.*\.svg$/);
		expect(await editor.subtitle(ROUTER)).toMatch(/2 models · 3 rules/);
	});

	it('takes a wire at each output', async () => {
		await editor.zoomToFit();
		for (const [output, target] of TARGETS.slice(0, OUTPUTS.length).entries()) {
			await editor.connect(ROUTER, output, target);
		}
		expect(await editor.wires(ROUTER)).toEqual(WIRES);
	});

	it('leaves every wire where it hung when a rule is added', async () => {
		await editor.openPanel(ROUTER);
		await editor.add('Add Rule');
		await editor.write('rules.values[3].name', 'One more');
		await editor.closePanel();
		expect(await editor.outputNames(ROUTER)).toEqual([...OUTPUTS, 'One more']);
		expect(await editor.wires(ROUTER)).toEqual(WIRES);
		await editor.connect(ROUTER, OUTPUTS.length, 'One more');
		const wanted = { ...WIRES, [OUTPUTS.length]: ['One more'] };
		await eventually(({ wires }) => Object.keys(wires).length === OUTPUTS.length + 1);
		await editor.open(workflowId);
		expect(await editor.wires(ROUTER)).toEqual(wanted);
	});
});

describe('the next node', () => {
	it('suggests the fields of the router before anything ran', async () => {
		await editor.openPanel('Code');
		// As many as fit on the screen: the list draws no more.
		const wanted = ['output', 'router', 'outcome', 'route', 'model', 'classification'];
		await editor.expectEventually(
			async () => {
				const fields = await editor.suggestedFields();
				return wanted.every((field) => fields.includes(field));
			},
			`the fields ${wanted.join(', ')} are suggested`,
		);
	});
});

describe('a run', () => {
	it('sends every item out by the output of its rule', async () => {
		await editor.closePanel();
		await editor.execute();
		await editor.toast('Workflow executed successfully').waitFor();
		await editor.zoomToFit();
		await editor.dismissToasts();
		await screens.take(editor.page, 'executed');
		await editor.openPanel(ROUTER);
		// Not the sign that says the output is older than the settings: to look at it changes nothing.
		expect(await editor.runStatus()).toBe('success');
		expect(await editor.outputTabs()).toEqual(['Coding', 'Legal', 'Small talk']);
		const table = await editor.outputTable();
		expect(table).toContain('[claude-sonnet-4-6] You asked: Write a Python function');
		expect(table).toMatch(/outcome\s*:\s*answered/);
		expect(table).toMatch(/model\s*:\s*strong/);
		await screens.take(editor.page, 'output', 'output');
	});
});

describe('a wrong setting', () => {
	it('is told in words, with the field and the remedy, and is gone when it is put right', async () => {
		await editor.closePanel();
		await editor.openPanel(ROUTER);
		await editor.write('models.values[1].name', 'small');
		await editor.executeStep();
		await editor.by('node-error-message').waitFor();
		// The rules that named the other one are told of as well.
		expect(await editor.by('node-error-message').innerText()).toContain('Models → Name');
		const description = await editor.by('node-error-description').innerText();
		expect(description).toMatch(/Two models are named "small"[^]*Rename one of them/);
		await editor.dismissToasts();
		await screens.take(editor.page, 'error');
		await editor.write('models.values[1].name', 'strong');
		await editor.executeStep();
		await editor.by('node-error-message').waitFor({ state: 'hidden' });
	});
});

describe('a credential', () => {
	it('says that a wrong key is refused, and passes with the right one', async () => {
		const baseUrl = world.providers.baseUrl('openai');
		await editor.closePanel();
		await editor.openPanel(ROUTER);
		await editor.newCredential('OpenAI', { apiKey: 'a-wrong-key', baseUrl });
		expect(await editor.credentialVerdict()).toMatch(/Couldn’t connect with these settings\s+Retry\s+\S+/);
		await screens.take(editor.page, 'credential-refused');
		await editor.correctCredential({ apiKey: 'a-good-key' });
		expect(await editor.credentialVerdict()).toBe('passed');
	});
});
