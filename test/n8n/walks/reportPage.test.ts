/** The report's page in a browser: on a phone and a desk, light and dark, read aloud, printed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';

import type { PageData } from '../../../nodes/LlmRouterReport/page/data';
import { renderPage } from '../../../nodes/LlmRouterReport/page/page';
import { HOSTILE, madePage } from '../../nodes/LlmRouterReport/madePage';
import { launchedChromium } from '../browser/chromium';
import { Screens } from '../browser/screens';

const PAGES: Record<string, PageData> = {
	month: madePage({ models: 6 }),
	none: madePage({ days: 0 }),
	hostile: madePage({ name: (plain) => plain + HOSTILE }),
};
const LOOKS = [390, 1280].flatMap((width) =>
	(['light', 'dark'] as const).map((scheme) => ({ width, scheme })),
);

const screens = new Screens('report');
let browser: Browser;
let folder: string;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'llm-router-page-'));
	for (const [name, data] of Object.entries(PAGES))
		writeFileSync(join(folder, `${name}.html`), await renderPage(data));
	browser = await launchedChromium();
});
afterAll(async () => {
	await browser?.close();
	rmSync(folder, { recursive: true, force: true });
});

/** Opens a page and collects what the browser complains of or asks the network for. */
async function open(name: string, look: (typeof LOOKS)[number]): Promise<{ page: Page; heard: string[] }> {
	const page = await browser.newPage({
		viewport: { width: look.width, height: 900 },
		colorScheme: look.scheme,
	});
	const heard: string[] = [];
	page.on('console', (message) => heard.push(message.text()));
	page.on('pageerror', (error) => heard.push(error.message));
	page.on('request', (request) => request.isNavigationRequest() || heard.push(request.url()));
	await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
	return { page, heard };
}

describe.each(Object.keys(PAGES))('%s', (name) => {
	test.each(LOOKS)('at $width pixels, $scheme', async (look) => {
		const { page, heard } = await open(name, look);
		try {
			const width = await page.evaluate<number>('document.documentElement.scrollWidth');
			expect(width).toBeLessThanOrEqual(look.width);
			expect(await page.title()).toContain('LLM Router Report');
			expect(heard).toEqual([]);
			const named = name === 'month' && look === LOOKS[2] ? 'report-1280-light' : undefined;
			await screens.take(page.locator('main'), `${name}-${look.width}-${look.scheme}`, named);
		} finally {
			await page.close();
		}
	});

	test.each(LOOKS)('axe-core finds no serious fault at $width pixels, $scheme', async (look) => {
		const { page } = await open(name, look);
		try {
			// The page forbids scripts of its own; the examiner's comes in past that.
			const found = (await page.evaluate(`${axe.source};axe.run()`)) as axe.AxeResults;
			expect(found.passes.length).toBeGreaterThan(10);
			const serious = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
			expect(serious.map(({ id, nodes }) => [id, nodes[0].html])).toEqual([]);
		} finally {
			await page.close();
		}
	});
});

test('prints on two pages', async () => {
	const { page } = await open('month', LOOKS[0]);
	try {
		const file = (await page.pdf({ format: 'A4' })).toString('latin1');
		expect(file.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(2);
	} finally {
		await page.close();
	}
});
