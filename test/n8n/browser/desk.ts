/** A person at n8n's editor: signed in, with simulated providers behind it, and watched for what must not be seen. */
import type { Browser, ViewportSize } from 'playwright-core';

import { flaws, Watch } from '../watch';
import { openWorld, type World } from '../world';
import { launchedChromium, stillPage } from './chromium';
import { Editor } from './editor';

export class Desk {
	private constructor(
		readonly world: World,
		private readonly browser: Browser,
		readonly editor: Editor,
		private readonly watch: Watch,
	) {}

	static async open(size?: ViewportSize): Promise<Desk> {
		const world = await openWorld();
		const browser = await launchedChromium();
		const page = await stillPage(browser);
		if (size) await page.setViewportSize(size);
		const editor = new Editor(page, world.session.url);
		await editor.signIn();
		return new Desk(world, browser, editor, new Watch(page));
	}

	/** What was wrong on screen or in the console since the last time. */
	async flaws(): Promise<string[]> {
		return [...this.watch.take(), ...(await flaws(this.editor.page))];
	}

	async close(): Promise<void> {
		await this.browser.close();
		await this.world.providers.close();
	}
}
