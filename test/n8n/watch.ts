/** What must not happen while somebody clicks: errors in the console, missing files of ours, words of the code on screen. */
import type { Page, Response } from 'playwright-core';
import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

import { SmartLlmRouter } from '../../nodes/SmartLlmRouter/SmartLlmRouter.node';

/** A request that was refused or broken off, by a page that was left for example. Those for files of ours `isOurs` sees. */
const OF_THE_NETWORK =
	/^Failed to load resource|WebSocket|EventSource|net::ERR_|Network Error|Failed to fetch/;

/** Collects until `take` is called. */
export class Watch {
	private readonly seen: string[] = [];

	constructor(page: Page) {
		page.on('pageerror', (error) => this.seen.push(`error in the page: ${error.message}`));
		page.on('console', (message) => {
			if (message.type() !== 'error' || OF_THE_NETWORK.test(message.text())) return;
			this.seen.push(`error in the console: ${message.text()}`);
		});
		page.on('response', (response) => {
			if (isOurs(response) && response.status() >= 400) {
				this.seen.push(`${response.status()} for ${response.url()}`);
			}
		});
	}

	take(): string[] {
		return this.seen.splice(0);
	}
}

/** Icons, schemas and translations of the package. */
function isOurs(response: Response): boolean {
	return /\/(icons|schemas|types)\/.*(llm-router|LlmRouter)/i.test(response.url());
}

/** Names of parameters and credential types that nobody would write in prose. */
export const RAW_NAMES: readonly string[] = rawNames();

function rawNames(): string[] {
	const { properties, credentials = [] } = new SmartLlmRouter().description;
	const all = [...namesIn(properties), ...credentials.map(({ name }) => name)];
	return [...new Set(all)].filter((name) => /[a-z][A-Z]/.test(name));
}

function namesIn(
	entries: ReadonlyArray<INodeProperties | INodePropertyOptions | INodePropertyCollection>,
): string[] {
	return entries.flatMap((entry) => [
		...('type' in entry ? [entry.name] : []),
		...('options' in entry ? namesIn(entry.options ?? []) : []),
		...('values' in entry ? namesIn(entry.values) : []),
	]);
}

/** What a person sees and should not: code in a text, an icon that did not load. The data of items is left out. */
export async function flaws(page: Page): Promise<string[]> {
	const text = await visibleText(page);
	const words = ['undefined', '[object Object]', ...RAW_NAMES].filter((word) =>
		new RegExp(`(^|[^\\w$.])${word.replace(/[[\]]/g, '\\$&')}($|[^\\w])`, 'm').test(text),
	);
	return [...words.map((word) => `"${word}" on screen`), ...(await brokenIcons(page))];
}

/** Without the panels of input and output, whose data is the user's, and without what editors of code hold. */
async function visibleText(page: Page): Promise<string> {
	return await page.locator('body').evaluate((body) => {
		const skipped = ['[data-test-id="ndv-data-container"]', '.cm-editor', '[data-test-id="sticky"]'].join();
		const before = [...body.querySelectorAll(skipped)].map((element) => [element, element.style.display]);
		for (const [element] of before) element.style.display = 'none';
		const text = body.innerText;
		for (const [element, display] of before) element.style.display = display;
		return text;
	});
}

async function brokenIcons(page: Page): Promise<string[]> {
	return await page.locator('img').evaluateAll((images) =>
		images
			.map((image) => image as unknown as { complete: boolean; naturalWidth: number; src: string })
			.filter(({ complete, naturalWidth, src }) => complete && naturalWidth === 0 && src !== '')
			.map(({ src }) => `icon not found: ${src}`),
	);
}
