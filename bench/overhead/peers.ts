/**
 * The peers, installed into a cache folder outside the tree when a benchmark first wants them: they are no dependencies
 * of this package.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { cacheFolder, environmentForNpm } from '../../test/n8n/installation';

const PACKAGES: Readonly<Record<string, string>> = {
	'@langchain/core': '1.4.0',
	'@langchain/openai': '1.6.0',
	ai: '7.0.173',
	'@ai-sdk/openai': '4.0.118',
	'ai-fallback': '3.0.0',
	'@portkey-ai/gateway': '1.15.2',
};
/** The gateway does not start with later ones. */
const OVERRIDES = { '@portkey-ai/gateway': { '@hono/node-server': '1.14.1' } };

/** What each contender needs of them. */
export const NEEDS: Readonly<Record<string, readonly string[]>> = {
	langChain: ['@langchain/openai', '@langchain/core'],
	aiSdk: ['ai', 'ai-fallback', '@ai-sdk/openai'],
	portkey: ['@portkey-ai/gateway'],
};

const INSTALL_MS = 300_000;

export interface Peers {
	folder: string;
	/** Of those that are there. */
	versions: Record<string, string>;
	/** Why the others are missing. */
	problem: string | null;
}

/** Never rejects: without a registry the benchmark goes on with what is there. */
export async function installedPeers(): Promise<Peers> {
	const manifest = `${JSON.stringify({ private: true, dependencies: PACKAGES, overrides: OVERRIDES })}\n`;
	const folder = join(cacheFolder(), 'bench-peers');
	const known = join(folder, 'package.json');
	const isThere = existsSync(known) && readFileSync(known, 'utf8') === manifest;
	const problem = isThere ? null : await install(folder, manifest);
	const versions: Record<string, string> = {};
	for (const name of Object.keys(PACKAGES)) {
		const file = join(folder, 'node_modules', name, 'package.json');
		if (existsSync(file))
			versions[name] = (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
	}
	return { folder, versions, problem };
}

/** In a folder of its own that is moved in place when it is whole. */
async function install(folder: string, manifest: string): Promise<string | null> {
	console.log('Installing the peers from npm, once: about 140 MB');
	const unfinished = `${folder}.unfinished-${process.pid}`;
	mkdirSync(unfinished, { recursive: true });
	writeFileSync(join(unfinished, 'package.json'), manifest);
	writeFileSync(join(unfinished, 'load.mjs'), 'export const load = (name) => import(name);\n');
	try {
		const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund'];
		const options = { cwd: unfinished, env: environmentForNpm(), timeout: INSTALL_MS };
		await promisify(execFile)('npm', args, { ...options, shell: process.platform === 'win32' });
		rmSync(folder, { recursive: true, force: true });
		renameSync(unfinished, folder);
		return null;
	} catch (error) {
		rmSync(unfinished, { recursive: true, force: true });
		const { stderr = '', message } = error as { stderr?: string; message: string };
		return (/npm error (.*)/.exec(stderr)?.[1] ?? message).slice(0, 200);
	}
}
