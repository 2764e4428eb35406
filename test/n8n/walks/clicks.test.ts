/**
 * How much work the node is to somebody who starts afresh: mails answered by the cheapest good model, code to Claude, a
 * message when nothing answered, five dollars a day for each customer. Every click and every typed field is counted.
 */
import { randomUUID } from 'node:crypto';
import type { INode } from 'n8n-workflow';
import type { Locator } from 'playwright-core';

import { Desk } from '../browser/desk';
import type { Editor } from '../browser/editor';
import { Screens } from '../browser/screens';
import { FINISHED, until } from '../session';
import type { World } from '../world';

const MOST_CLICKS = 45;
const MOST_FIELDS = 10;
const ROUTER = 'Smart LLM Router';

let desk: Desk;
let world: World;
let editor: Editor;
const screens = new Screens('clicks');

beforeAll(async () => {
	// What a small laptop shows.
	desk = await Desk.open({ width: 1280, height: 800 });
	({ world, editor } = desk);
});

afterAll(async () => await desk?.close());

class Counted {
	clicks = 0;
	fields = 0;
	readonly steps: string[] = [];

	async click(what: Locator): Promise<void> {
		this.clicks++;
		await what.click();
	}

	async type(what: Locator, text: string): Promise<void> {
		this.fields++;
		await what.fill(text);
		// A field that is given an expression becomes another one.
		await what.blur({ timeout: 1000 }).catch(() => undefined);
	}

	/** Into an editor of code, which would close brackets by itself. */
	async insert(where: Locator, text: string): Promise<void> {
		this.fields++;
		await where.click();
		await where.page().keyboard.press('End');
		await where.page().keyboard.insertText(text);
		await where.getByText(text.replace(/[{} ]/g, '')).first().waitFor();
		await where.blur();
		// n8n takes what is written over a moment later.
		await where.page().waitForTimeout(500);
	}

	note(step: string): void {
		this.steps.push(`${step}: ${this.clicks} clicks, ${this.fields} fields`);
	}
}

/** What the user starts with: a source of mails. */
async function mails(): Promise<string> {
	const rows = [
		{ customer: 'Northwind', subject: 'Opening hours', text: 'When do you open on Saturdays?' },
		{ customer: 'Contoso', subject: 'Script', text: 'Write a Python function that reverses a list.' },
	];
	const node = (name: string, type: string, typeVersion: number, x: number, parameters: object): INode => ({
		id: randomUUID(),
		name,
		type: `n8n-nodes-base.${type}`,
		typeVersion,
		position: [x, 0],
		parameters: parameters as INode['parameters'],
	});
	const mails = JSON.stringify({ mails: rows });
	const { id } = await world.session.createWorkflow({
		name: 'Mails',
		nodes: [
			node('Start', 'manualTrigger', 1, 0, {}),
			node('Inbox', 'set', 3.4, 200, { mode: 'raw', jsonOutput: mails, options: {} }),
			node('One mail each', 'splitOut', 1, 400, { fieldToSplitOut: 'mails', options: {} }),
		],
		connections: {
			Start: { main: [[{ node: 'Inbox', type: 'main', index: 0 }]] },
			Inbox: { main: [[{ node: 'One mail each', type: 'main', index: 0 }]] },
		},
	});
	return id;
}

it('is set up with few clicks', async () => {
	const { page } = editor;
	const hand = new Counted();
	const found = (text: string) => editor.by('item-iterator-item').filter({ hasText: text }).first();
	const input = (path: string) => editor.field(path).locator('input, textarea').first();
	const id = await mails();
	await editor.open(id);

	await hand.click(editor.node('One mail each').locator('[data-test-id="canvas-handle-plus"]'));
	await hand.type(editor.by('node-creator-search-bar'), 'llm router');
	await hand.click(editor.hit(ROUTER));
	await hand.click(found('Answer prompts with the right model'));
	await editor.by('ndv').waitFor();
	await screens.take(page, 'first-screen', 'panel');
	// At 1,280 × 800 the first screen shows prompt, rules and models.
	for (const path of ['prompt', 'models.values[0].name']) {
		const box = await editor.field(path).boundingBox();
		expect(box!.y + box!.height).toBeLessThan(800);
	}
	hand.note('the node is there');

	for (const [label, name] of [
		['OpenAI', 'LLM Router OpenAI'],
		['Anthropic', 'LLM Router Anthropic'],
	] as const) {
		await hand.click(editor.credentialSlot(label).locator('[data-test-id="node-credentials-select"]'));
		await hand.click(editor.option(name));
	}
	await screens.take(page, 'credentials');
	hand.note('credentials');

	await hand.click(page.getByRole('button', { name: 'Add Rule', exact: true }));
	await hand.type(input('rules.values[0].name'), 'Code');
	await hand.click(page.getByPlaceholder('Add Condition on the Prompt').first());
	await hand.click(editor.option('Tasks'));
	await hand.click(editor.field('rules.values[0].match.taskTypes'));
	await hand.click(editor.option('Coding'));
	await page.keyboard.press('Escape');
	await hand.click(editor.field('rules.values[0].models'));
	await hand.click(editor.option('strong'));
	await hand.click(editor.option('small'));
	await page.keyboard.press('Escape');
	await hand.click(editor.field('rules.values[0].strategy'));
	await hand.click(editor.option('Priority'));
	hand.note('code to Claude');

	await hand.type(input('options.systemMessage'), 'Answer this mail politely in its own language.');
	await hand.click(page.getByRole('button', { name: 'Add Budget', exact: true }));
	await hand.type(input('options.budgets.values[0].limitUsd'), '5');
	// An equals sign makes an expression of a field.
	const scope = editor.field('options.budgets.values[0].scope');
	await scope.locator('input').first().fill('=');
	await hand.insert(scope.locator('.cm-content'), '{{ $json.customer }}');
	hand.note('a budget');

	await hand.click(editor.by('ndv-close-button'));
	await editor.by('ndv').waitFor({ state: 'hidden' });
	await editor.zoomToFit();
	const free = page.locator(`[data-test-id="canvas-node-output-handle"][data-node-name="${ROUTER}"]`);
	await hand.click(free.nth(2).locator('[data-test-id="canvas-handle-plus"]'));
	await hand.type(editor.by('node-creator-search-bar'), 'edit fields');
	await hand.click(found('Edit Fields'));
	await editor.by('ndv').waitFor();
	await hand.click(editor.by('assignment-collection-drop-area'));
	await hand.type(editor.by('assignment-name').locator('input'), 'message');
	await hand.type(
		editor.by('assignment-value').locator('input, textarea, .cm-content').first(),
		'Nothing answered',
	);
	await hand.click(editor.by('ndv-close-button'));
	hand.note('a message when nothing answered');
	await screens.take(page, 'done');

	process.stderr.write(`${hand.steps.join('\n')}\n`);
	// n8n saves by itself, a moment after the last change.
	const saved = await until('the editor has saved it', 15_000, async () => {
		const now = await world.session.workflow(id);
		return JSON.stringify(now.nodes).includes('Nothing answered') ? now : null;
	});
	const router = saved.nodes.find(({ name }) => name === ROUTER)!;
	expect(router.parameters).toMatchObject({
		rules: {
			values: [
				{ name: 'Code', match: { taskTypes: ['coding'] }, models: ['strong', 'small'], strategy: 'priority' },
			],
		},
		options: { budgets: { values: [{ limitUsd: 5, scope: '={{ $json.customer }}' }] } },
	});
	const execution = await world.session.runByHand(id, {
		workflowData: saved as never,
		triggerToStartFrom: { name: 'Start' },
	});
	const { data, status } = await world.session.run(execution, FINISHED);
	expect(status).toBe('success');
	const [answered] = data.resultData.runData[ROUTER]![0]!.data!.main;
	expect(answered!.map(({ json }) => (json.router as { model: string }).model)).toEqual(['small', 'strong']);
	expect(hand.clicks).toBeLessThanOrEqual(MOST_CLICKS);
	expect(hand.fields).toBeLessThanOrEqual(MOST_FIELDS);
});
