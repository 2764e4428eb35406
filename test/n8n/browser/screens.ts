/** Screenshots of a run, kept in a temp folder; with `SCREENSHOTS=docs` the chosen ones also go to `docs/images`. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

const FOLDER = join(tmpdir(), 'llm-router-screens');
const DOCS = join(__dirname, '..', '..', '..', 'docs', 'images');

export class Screens {
	private count = 0;

	constructor(private readonly name: string) {
		mkdirSync(FOLDER, { recursive: true });
	}

	/** `docs` names the picture in `docs/images`. */
	async take(target: Page | Locator, what: string, docs?: string): Promise<void> {
		this.count++;
		const path = join(FOLDER, `${this.name}-${String(this.count).padStart(2, '0')}-${what}.png`);
		await target.screenshot({ path, animations: 'disabled' });
		if (docs && process.env.SCREENSHOTS === 'docs') copyFileSync(path, join(DOCS, `${docs}.png`));
	}
}
