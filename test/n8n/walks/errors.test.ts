/** Failures and wrong settings as a person meets them in the editor: what it says, of which item, and where. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INode, INodeParameters } from 'n8n-workflow';

import { Desk } from '../browser/desk';
import type { Editor } from '../browser/editor';
import { Screens } from '../browser/screens';
import type { WorkflowEntity } from '../session';
import { simulatedCredentials } from '../simulation';
import { workbench } from '../browser/workbench';
import type { World } from '../world';

const ROUTER = 'Smart LLM Router';
const TABLE = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'troubleshooting.md'), 'utf8');

let desk: Desk;
let world: World;
let editor: Editor;
const screens = new Screens('errors');

beforeAll(async () => {
	desk = await Desk.open();
	({ world, editor } = desk);
});

afterAll(async () => await desk?.close());

afterEach(async () => {
	await editor.closePanel();
	expect(await desk.flaws()).toEqual([]);
});

const model = (name: string, modelId: string, provider = 'openAi') => ({
	name,
	provider,
	model: { __rl: true, mode: 'id', value: modelId },
});

/** Questions that lead, by the rules, to one model each. */
async function open(prompts: string[], parameters: INodeParameters): Promise<WorkflowEntity> {
	const { nodes, connections, ...rest } = workbench(`Errors: ${prompts[0]}`, prompts);
	const stored = simulatedCredentials(world.providers, world.examples);
	const router: INode = {
		id: 'router',
		name: ROUTER,
		type: 'n8n-nodes-smart-llm-router.smartLlmRouter',
		typeVersion: 1,
		position: [600, 0],
		parameters,
		credentials: Object.fromEntries(stored.map(({ id, name, type }) => [type, { id, name }])),
	};
	const chain = nodes.filter(({ type }) => !type.endsWith('.noOp'));
	const workflow = await world.session.createWorkflow({
		...rest,
		nodes: [...chain, router],
		connections: {
			...connections,
			[chain.at(-1)!.name]: { main: [[{ node: ROUTER, type: 'main', index: 0 }]] },
		},
	});
	await editor.open(workflow.id);
	return workflow;
}

describe('providers that fail', () => {
	const CASES = [
		{ prompt: 'wrong-key', ids: ['gpt-4o-mini--401'], category: 'authentication', words: 'key refused' },
		{
			prompt: 'unknown-model',
			ids: ['gpt-4o-mini--404'],
			category: 'modelNotFound',
			words: 'model not found',
		},
		{
			prompt: 'no-credit',
			ids: ['gpt-4o-mini--quota'],
			category: 'quotaExhausted',
			words: 'quota or credit exhausted',
		},
		{
			prompt: 'too-long',
			ids: ['gpt-4o-mini--context'],
			category: 'contextOverflow',
			words: 'prompt too long',
		},
		{
			prompt: 'all-down',
			ids: ['gpt-4o-mini--500', 'gpt-4.1--500'],
			category: 'serverError',
			words: 'server error',
		},
	];

	it('are told on their own items, and above them in words', async () => {
		await open(
			CASES.map(({ prompt }) => prompt),
			{
				models: {
					values: CASES.flatMap(({ prompt, ids }) => ids.map((id, index) => model(`${prompt} ${index}`, id))),
				},
				rules: {
					values: CASES.map(({ prompt, ids }) => ({
						name: prompt,
						match: { keywords: prompt },
						models: ids.map((_, index) => `${prompt} ${index}`),
						strategy: 'priority',
					})),
				},
				options: { maxRetries: 0 },
			},
		);
		await editor.execute();
		await editor.toast('Workflow executed successfully').waitFor();
		await editor.openPanel(ROUTER);
		await editor.dismissToasts();
		expect(await editor.outputTabs()).toEqual(['Failed']);
		const hint = editor.hint(/items without an answer/);
		await hint.waitFor();
		const said = await hint.innerText();
		expect(said).toContain(`${CASES.length} items without an answer`);
		for (const { words } of CASES) expect(said).toContain(`${words} × 1`);
		const rows = await editor.outputRows();
		expect(rows).toHaveLength(CASES.length);
		for (const [index, { prompt, category }] of CASES.entries()) {
			expect(rows[index]).toContain(prompt);
			expect(rows[index]).toMatch(new RegExp(`category\\s*:\\s*${category}`));
			expect(TABLE).toContain(`\`${category}\``);
		}
		expect(rows.at(-1)).toContain('2 models were tried');
		await screens.take(editor.page, 'failed');
	});
});

describe('wrong settings', () => {
	it('a rule that names a deleted model: a hint before the run, the rule and the model in the error', async () => {
		await open(['hello'], {
			models: { values: [model('small', 'gpt-4o-mini')] },
			rules: { values: [{ name: 'Coding', match: { taskTypes: ['coding'] }, models: ['gone'] }] },
		});
		await editor.openPanel(ROUTER);
		await editor.hint(/not in the list of models/).waitFor();
		await editor.executeStep();
		await editor.by('node-error-message').waitFor();
		expect(await editor.by('node-error-message').innerText()).toMatch(/"Coding".*"gone"/);
		expect(await editor.by('node-error-description').innerText()).not.toBe('');
		await screens.take(editor.page, 'deleted-model');
		await editor.closePanel();
	});

	it('several at once: a line for each, what to do beneath it, and what was written as it was written', async () => {
		await open(['hello'], {
			models: { values: [model('<b>small', 'gpt-4o-mini')] },
			rules: {
				values: [{ name: 'Coding', match: { keywords: '/(a/', languages: 'english' }, models: ['gone'] }],
			},
		});
		await editor.openPanel(ROUTER);
		await editor.executeStep();
		await editor.by('node-error-message').waitFor();
		expect(await editor.by('node-error-message').innerText()).toBe(
			'3 settings need a change: Rules → Match → Keywords, Rules → Match → Languages, Rules → Models',
		);
		const lines = (await editor.by('node-error-description').innerText()).split('\n').filter(Boolean);
		expect(lines).toHaveLength(6);
		expect(lines[2]).toMatch(/^2\. .*"english"/);
		expect(lines[3]).toMatch(/^Use codes of two letters/);
		expect(lines[5]).toContain('Choose one of "<b>small"');
		await screens.take(editor.page, 'several');
		await editor.closePanel();
	});

	it('a chat model input that is left open: n8n names the input', async () => {
		await open(['hello'], {
			models: { values: [{ name: 'own', provider: 'connected', input: 1 }] },
		});
		await editor.openPanel(ROUTER);
		await editor.executeStep();
		await editor.by('node-error-message').waitFor();
		const said = await editor.by('node-error-message').innerText();
		expect(said).toBe('A Model 1 sub-node must be connected and enabled');
		expect(TABLE).toContain(said);
		await screens.take(editor.page, 'open-input');
		await editor.closePanel();
	});

	it('a credential that is not chosen: the model, the credential and where to choose it', async () => {
		await open(['hello'], {
			providers: ['openAi'],
			models: { values: [model('strong', 'claude', 'anthropic')] },
		});
		await editor.openPanel(ROUTER);
		await editor.executeStep();
		await editor.by('node-error-message').waitFor();
		expect(await editor.by('node-error-message').innerText()).toMatch(/"strong".*"LLM Router Anthropic API"/);
		expect(await editor.by('node-error-description').innerText()).toMatch(/Tick Anthropic under Providers/);
		await editor.closePanel();
	});
});
