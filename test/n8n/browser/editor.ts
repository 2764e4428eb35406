/** n8n's editor in the hands of a person: what can be clicked and seen, without a word on how the page is built. */
import type { Locator, Page } from 'playwright-core';

import { OWNER } from '../session';

/** Every wait is for a condition, so a quick one loses nothing; a step that waits longer than this has failed. */
const PATIENCE_MS = 15_000;
const ACTION = 'Answer prompts with the right model';

/** The wires of one node: by output number from 0, the names of the nodes they lead to. */
export type Wires = Record<number, string[]>;

export class Editor {
	constructor(
		readonly page: Page,
		private readonly url: string,
	) {
		page.setDefaultTimeout(PATIENCE_MS);
	}

	async signIn(): Promise<void> {
		await this.page.goto(`${this.url}/signin`);
		await this.page.getByLabel('Email').fill(OWNER.email);
		await this.page.getByLabel('Password').fill(OWNER.password);
		await this.page.keyboard.press('Enter');
		await this.page.waitForURL(/\/(home|workflow)/);
	}

	async open(workflowId: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${workflowId}`);
		await this.node().first().waitFor();
		await this.by('execute-workflow-button').or(this.by('workflow-chat-button')).first().waitFor();
	}

	// —— the canvas ——

	node(name?: string): Locator {
		const named = name === undefined ? '' : `[data-node-name="${name}"]`;
		return this.page.locator(`[data-test-id="canvas-node"]${named}`);
	}

	async nodeNames(): Promise<string[]> {
		return await this.node().evaluateAll((nodes) =>
			nodes.map((node) => node.getAttribute('data-node-name') ?? ''),
		);
	}

	/** As they stand beside the node, from above. */
	async outputNames(node: string): Promise<string[]> {
		return await this.outputHandle(node).evaluateAll((handles) =>
			handles.map((handle) => handle.querySelector('[class*="outputLabel"]')?.textContent?.trim() ?? ''),
		);
	}

	async wires(node: string): Promise<Wires> {
		const edges = await this.page
			.locator(`[data-test-id="edge"][data-source-node-name="${node}"]`)
			.evaluateAll((all) =>
				all.map((edge) => ({
					target: edge.getAttribute('data-target-node-name') ?? '',
					path: edge.querySelector('path')?.id ?? '',
				})),
			);
		const wires: Wires = {};
		for (const { target, path } of edges) {
			const output = Number(/outputs\/main\/(\d+)\]/.exec(path)?.[1]);
			wires[output] = [...(wires[output] ?? []), target].sort();
		}
		return wires;
	}

	/** Its address; a node that n8n does not know has none. */
	async iconOf(node: string): Promise<string> {
		return (await this.node(node).locator('img').first().getAttribute('src')) ?? '';
	}

	/** The second line beneath the node's name. */
	async subtitle(node: string): Promise<string> {
		return (await this.node(node).locator('[class*="subtitle"]').innerText()).trim();
	}

	async connect(from: string, output: number, to: string): Promise<void> {
		const before = (await this.wires(from))[output]?.length ?? 0;
		const start = await centre(this.outputHandle(from).nth(output));
		const end = await centre(this.node(to).locator('[data-test-id="canvas-node-input-handle"]'));
		await this.page.mouse.move(start.x, start.y);
		await this.page.mouse.down();
		await this.page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 5 });
		await this.page.mouse.move(end.x, end.y, { steps: 10 });
		await this.page.mouse.up();
		await this.expectEventually(
			async () => ((await this.wires(from))[output]?.length ?? 0) > before,
			`${from}'s output ${output} has a wire to ${to}`,
		);
	}

	async select(node: string): Promise<void> {
		await this.node(node).locator('[data-test-id="canvas-trigger-node"], [class*="_node_"]').first().click();
	}

	/** By the key for it, as from the canvas. */
	async renameNode(node: string, name: string): Promise<void> {
		await this.select(node);
		await this.page.keyboard.press('F2');
		const input = this.page.locator('.rename-prompt .el-input__inner');
		await input.fill(name);
		await input.press('Enter');
		await this.node(name).waitFor();
	}

	async zoomToFit(): Promise<void> {
		await this.by('zoom-to-fit').click();
	}

	/** Opens the node creator at a node's free output. */
	async addAfter(node: string): Promise<void> {
		await this.node(node).locator('[data-test-id="canvas-handle-plus"]').click();
		await this.by('node-creator-search-bar').waitFor();
	}

	/** Types into the open node creator and waits until the hit is among the first, as they fit on the screen. */
	async search(query: string, hit: string): Promise<void> {
		await this.by('node-creator-search-bar').fill(query);
		await this.by('item-iterator-item').filter({ hasText: hit }).first().waitFor();
	}

	/** The entry of the open node creator with this name, and no longer one. */
	hit(name: string): Locator {
		return this.by('item-iterator-item')
			.filter({ has: this.page.getByText(name, { exact: true }) })
			.first();
	}

	/** From the open node creator: the node, then the first thing it can do. The node's panel opens. */
	async take(hit: string): Promise<void> {
		await this.hit(hit).click();
		await this.by('item-iterator-item').filter({ hasText: ACTION }).click();
		await this.by('ndv').waitFor();
	}

	/** Gives the workflow another name, which makes the editor save all of it. */
	async rename(name: string): Promise<void> {
		const field = this.by('workflow-name-input');
		await field.click();
		const input = field.locator('input');
		await input.fill(name);
		await input.press('Enter');
	}

	async execute(): Promise<void> {
		await this.by('execute-workflow-button').click();
	}

	/** The texts of the notes in the corner, which go away by themselves. */
	toast(text: string | RegExp): Locator {
		return this.page
			.locator('.el-notification, [data-test-id="notification"], [role="alert"]')
			.filter({ hasText: text });
	}

	/** They also go away by themselves, even under the mouse. */
	async dismissToasts(): Promise<void> {
		const close = this.page.locator('.el-notification__closeBtn:visible').first();
		await this.expectEventually(async () => {
			if (!(await close.isVisible())) return true;
			await close.click({ timeout: 1000 }).catch(() => undefined);
			return false;
		}, 'all notes are gone');
	}

	// —— a node's panel ——

	async openPanel(node: string): Promise<void> {
		await this.node(node).dblclick();
		await this.by('ndv').waitFor();
		await this.by('node-parameters').waitFor();
	}

	/** Where one is open. */
	async closePanel(): Promise<void> {
		if (!(await this.by('ndv').isVisible())) return;
		await this.by('ndv-close-button').click();
		await this.by('ndv').waitFor({ state: 'hidden' });
	}

	/** A field of the panel by its path, for example `rules.values[0].name`. */
	field(path: string): Locator {
		return this.page.locator(`[data-parameter-path="parameters.${path}"]`);
	}

	async write(path: string, text: string): Promise<void> {
		const input = this.field(path).locator('input, textarea').first();
		await input.fill(text);
		// The editor takes a text over a moment after the last key, or when the field is left.
		await input.blur();
	}

	async read(path: string): Promise<string> {
		return await this.field(path).locator('input, textarea').last().inputValue();
	}

	/** Picks from a drop-down; with several texts, one after another. */
	async choose(path: string, ...texts: string[]): Promise<void> {
		await this.field(path).click();
		for (const text of texts) await this.option(text).click();
		if (texts.length > 1 || (await this.option(texts[0]!).isVisible()))
			await this.page.keyboard.press('Escape');
		await this.option(texts[0]!).waitFor({ state: 'hidden' });
	}

	/** What a drop-down offers, with what it says of each. It stays open. */
	async optionsOf(path: string): Promise<string[]> {
		const options = this.page.locator('.el-select-dropdown__item:visible, [role="option"]:visible');
		// While its list is loaded anew it does not open.
		await this.expectEventually(async () => {
			await this.field(path).click();
			const opened = options.first().waitFor({ timeout: 2000 });
			return await opened.then(
				() => true,
				() => false,
			);
		}, `${path} opens`);
		return await options.allInnerTexts();
	}

	/** Takes an entry of a list away: the button stands beside the entry's first field. */
	async deleteEntry(path: string): Promise<void> {
		const entry = this.page.locator(':has(> * [data-test-id="fixed-collection-delete"])').filter({
			has: this.field(path),
		});
		await entry.last().hover();
		await entry.last().locator('[data-test-id="fixed-collection-delete"]').first().click({ force: true });
	}

	async add(what: string): Promise<void> {
		await this.page.getByRole('button', { name: what, exact: true }).click();
	}

	/** Adds a part to the collection at hand, for example a condition to a rule. */
	async addTo(placeholder: string, index: number, what: string): Promise<void> {
		await this.page.getByPlaceholder(placeholder).nth(index).click();
		await this.option(what).click();
	}

	/** Shown at once or behind Add Setting. */
	async setStrategy(rule: number, strategy: string): Promise<void> {
		const path = `rules.values[${rule}].strategy`;
		if (!(await this.field(path).isVisible())) await this.addTo('Add Setting', rule, 'Strategy');
		await this.choose(path, strategy);
	}

	/** What a model list offers. It stays open. */
	async openList(path: string): Promise<string[]> {
		const field = this.field(path);
		await field.locator('[data-test-id="rlc-mode-selector"]').click();
		await this.option('From list').click();
		await field.locator('[data-test-id="rlc-input"]').click();
		await this.listItem().or(this.by('rlc-error-message')).first().waitFor();
		return await this.listItem().allInnerTexts();
	}

	listItem(text?: string): Locator {
		const items = this.page.locator('[data-test-id="rlc-item"]:visible');
		return text === undefined ? items : items.filter({ hasText: text });
	}

	/** Chooses a stored credential in the selector with this label. */
	async chooseCredential(label: string, name: string): Promise<void> {
		await this.credentialSlot(label).locator('[data-test-id="node-credentials-select"]').click();
		await this.option(name).click();
		await this.option(name).waitFor({ state: 'hidden' });
	}

	credentialSlot(label: string): Locator {
		return this.by('node-credentials-slot').filter({ hasText: label });
	}

	/** What the panel offers of the nodes before, to be dragged into a field. */
	async suggestedFields(): Promise<string[]> {
		const fields = this.by('run-data-schema-item');
		await fields.first().waitFor();
		return (await fields.allInnerTexts()).map((text) => text.trim().split(/\s/)[0] ?? '');
	}

	/** The names of the outputs that items left by. */
	async outputTabs(): Promise<string[]> {
		const tabs = await this.by('output-panel')
			.locator('[data-test-id="branches"] [data-test-id^="tab-"]')
			.allInnerTexts();
		return tabs.flatMap((tab) => /^(.*) Branch \(\d+ items?\)/.exec(tab.replace(/\s+/g, ' '))?.[1] ?? []);
	}

	/** As the sign above the output says: `success`, `danger`, or `warning` where the output is stale. */
	async runStatus(): Promise<string> {
		const sign = this.by('output-panel').locator('[data-test-id^="node-run-status-"]').first();
		return ((await sign.getAttribute('data-test-id')) ?? '').replace('node-run-status-', '');
	}

	/** The text of the output's table. */
	async outputTable(): Promise<string> {
		const panel = this.by('output-panel');
		await panel.locator('[data-test-id="radio-button-table"]').click();
		await panel.locator('table td').first().waitFor();
		return await panel.locator('table').innerText();
	}

	/** The text of each row of the output's table, without its head. */
	async outputRows(): Promise<string[]> {
		await this.outputTable();
		return await this.by('output-panel')
			.locator('table tbody tr')
			.filter({ has: this.page.locator('td') })
			.allInnerTexts();
	}

	/** What stands above the output: of the settings before a run, of the run after it. */
	hint(text: RegExp): Locator {
		return this.by('output-panel')
			.locator('[class*="callout"], [role="alert"]')
			.filter({ hasText: text })
			.first();
	}

	/** Makes a new credential from the selector with this label, and saves it. */
	async newCredential(label: string, fields: Record<string, string>): Promise<void> {
		await this.credentialSlot(label).locator('[data-test-id="node-credentials-select"]').click();
		await this.page.locator('[data-test-id="node-credentials-select-item-new"]:visible').click();
		await this.correctCredential(fields);
	}

	async correctCredential(fields: Record<string, string>): Promise<void> {
		const dialog = this.by('credential-edit-dialog');
		for (const [name, text] of Object.entries(fields)) {
			await dialog.locator(`[data-test-id="parameter-input-${name}"] input`).first().fill(text);
		}
		const tested = this.page.waitForResponse((response) => response.url().endsWith('/rest/credentials/test'));
		await this.by('credential-save-button').click();
		await tested;
	}

	/** What n8n says of its test: its words where it failed; where it passed, n8n closes the dialog. */
	async credentialVerdict(): Promise<string> {
		const dialog = this.by('credential-edit-dialog');
		const more = dialog.getByText('More details');
		await this.expectEventually(
			async () => !(await dialog.isVisible()) || (await more.isVisible()),
			'the credential has been tested',
		);
		if (!(await dialog.isVisible())) return 'passed';
		await more.click();
		return await dialog.locator('[data-test-id="node-credentials-config-container"]').innerText();
	}

	async executeStep(): Promise<void> {
		await this.by('node-execute-button').click();
	}

	by(testId: string): Locator {
		return this.page.locator(`[data-test-id="${testId}"]`);
	}

	/** An entry of the drop-down that is open. */
	option(text: string): Locator {
		return this.page
			.locator(
				'.el-select-dropdown__item:visible, [role="option"]:visible, [data-test-id^="node-credentials-select-item"]:visible',
			)
			.filter({ hasText: new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`) })
			.first();
	}

	async expectEventually(holds: () => Promise<boolean>, what: string, limitMs = PATIENCE_MS): Promise<void> {
		const end = Date.now() + limitMs;
		while (!(await holds())) {
			if (Date.now() > end) throw new Error(`In vain waited ${limitMs / 1000} s until ${what}`);
			await this.page.waitForTimeout(100);
		}
	}

	private outputHandle(node: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node-output-handle"][data-node-name="${node}"]`);
	}
}

async function centre(locator: Locator): Promise<{ x: number; y: number }> {
	const box = await locator.boundingBox();
	if (box === null) throw new Error('It is not on screen');
	return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
