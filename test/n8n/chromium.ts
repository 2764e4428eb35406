/** Debian's Chromium, driven headless. Installed where it is missing and we may. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

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

function chromiumPath(): string {
	const given = process.env.CHROMIUM_PATH;
	const found = given ?? KNOWN_PLACES.find((path) => existsSync(path)) ?? installed();
	if (found === undefined) {
		throw new Error('Chromium is missing. Install it (apt-get install chromium), or set CHROMIUM_PATH.');
	}
	return found;
}

function installed(): string | undefined {
	if (process.getuid?.() !== 0) return undefined;
	process.stderr.write('Installing Chromium (apt-get install chromium)\n');
	for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
		spawnSync('apt-get', args, {
			stdio: 'ignore',
			env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
		});
	}
	return KNOWN_PLACES.find((path) => existsSync(path));
}
