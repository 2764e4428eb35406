/** Debian's Chromium, driven headless. Installed where it is missing and we may. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const KNOWN_PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function launchedChromium(): Promise<Browser> {
	return await chromium.launch({
		executablePath: chromiumPath(),
		headless: true,
		args: [
			// Chromium has no sandbox for root, which CI often is.
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
}

/** A page in which nothing moves: what slides in cannot be clicked until it stands still. */
export async function stillPage(browser: Browser): Promise<Page> {
	const page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, reducedMotion: 'reduce' });
	await page.addInitScript(`document.addEventListener('DOMContentLoaded', () => {
		const style = document.createElement('style');
		style.textContent = '*, *::before, *::after { transition-duration: 0s !important; animation-duration: 0s !important; }';
		document.head.append(style);
	})`);
	return page;
}

function chromiumPath(): string {
	const given = process.env.CHROMIUM_PATH;
	const found = given ?? KNOWN_PLACES.find((path) => existsSync(path));
	return found ?? installed();
}

function installed(): string {
	const remedy = 'Install it (apt-get install chromium), or set CHROMIUM_PATH to a Chromium or Chrome.';
	if (process.getuid?.() !== 0) throw new Error(`Chromium is missing. ${remedy}`);
	process.stderr.write('Installing Chromium (apt-get install chromium)\n');
	let printed = '';
	for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
		const { error, stderr } = spawnSync('apt-get', args, {
			encoding: 'utf8',
			env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
		});
		printed += error?.message ?? stderr;
	}
	const path = KNOWN_PLACES.find((place) => existsSync(place));
	if (path === undefined) {
		throw new Error(`Chromium is missing and could not be installed. ${remedy}\n${printed.slice(-2000)}`);
	}
	return path;
}
