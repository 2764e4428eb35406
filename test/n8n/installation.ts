/**
 * One n8n for all runs, in a cache folder outside the tree: installing it takes minutes and about 3 GB.
 * It is made in a folder of its own and moved in place when it is whole, so that a second run at the same time, or one
 * after an interruption, never meets a half.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const N8N_VERSION = '2.41.1';
/** n8n asks for Node.js 24; the npm package `node` brings one along, whatever the machine has. */
const NODE_VERSION = '24.21.0';
const MARKER = 'installed.json';
/** Followed by the process id of the run that is installing. */
const UNFINISHED = '.unfinished-';

export interface Installation {
	version: string;
	/** Node.js 24. */
	node: string;
	/** n8n's command-line script, to be run by `node`. */
	n8n: string;
}

export type Say = (text: string) => void;

export function cacheFolder(): string {
	return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-smart-llm-router');
}

/** Installs n8n where it is missing. `say` gets a line of progress from time to time. */
export async function installedN8n(say: Say): Promise<Installation> {
	const folder = join(cacheFolder(), `n8n-${N8N_VERSION}`);
	if (!isComplete(folder)) await install(folder, say);
	return {
		version: N8N_VERSION,
		node: join(folder, 'node_modules', '.bin', 'node'),
		n8n: join(folder, 'node_modules', 'n8n', 'bin', 'n8n'),
	};
}

function isComplete(folder: string): boolean {
	const marker = join(folder, MARKER);
	if (!existsSync(marker)) return false;
	const { n8n, node } = JSON.parse(readFileSync(marker, 'utf8')) as { n8n?: string; node?: string };
	return n8n === N8N_VERSION && node === NODE_VERSION;
}

async function install(folder: string, say: Say): Promise<void> {
	say(`Installing n8n ${N8N_VERSION} into ${folder}, once: about five minutes and 3 GB`);
	removeAbandoned(folder);
	const unfinished = `${folder}${UNFINISHED}${process.pid}`;
	rmSync(unfinished, { recursive: true, force: true });
	mkdirSync(unfinished, { recursive: true });
	writeFileSync(join(unfinished, 'package.json'), '{ "private": true }\n');
	// Some of its native builds fail without extra headers and are not needed; these two are.
	await npm(unfinished, say, 'downloading', [
		'install',
		'--ignore-scripts',
		'--no-audit',
		'--no-fund',
		`n8n@${N8N_VERSION}`,
		`node@${NODE_VERSION}`,
	]);
	await npm(unfinished, say, 'building the database driver', ['rebuild', 'sqlite3', 'node']);
	const versions = { n8n: N8N_VERSION, node: NODE_VERSION };
	writeFileSync(join(unfinished, MARKER), `${JSON.stringify(versions)}\n`);
	if (isComplete(folder)) {
		// Another run was faster.
		rmSync(unfinished, { recursive: true, force: true });
	} else {
		rmSync(folder, { recursive: true, force: true });
		renameSync(unfinished, folder);
	}
	say('n8n is installed');
}

/** What runs that were killed have left behind. */
function removeAbandoned(folder: string): void {
	for (const name of existsSync(cacheFolder()) ? readdirSync(cacheFolder()) : []) {
		const path = join(cacheFolder(), name);
		const pid = path.startsWith(folder + UNFINISHED) ? Number(path.slice((folder + UNFINISHED).length)) : NaN;
		if (!Number.isNaN(pid) && !isAlive(pid)) rmSync(path, { recursive: true, force: true });
	}
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

/** npm is silent while it downloads: a line every 15 s tells that it lives. */
async function npm(folder: string, say: Say, what: string, args: string[]): Promise<void> {
	const startedAt = Date.now();
	const tick = setInterval(() => say(`… ${what}, ${Math.round((Date.now() - startedAt) / 1000)} s`), 15_000);
	const npmProcess = spawn('npm', args, {
		cwd: folder,
		env: environmentForNpm(),
		stdio: ['ignore', 'pipe', 'pipe'],
		shell: process.platform === 'win32',
	});
	let output = '';
	for (const stream of [npmProcess.stdout, npmProcess.stderr]) {
		stream.on('data', (part: Buffer) => (output = (output + part.toString()).slice(-4000)));
	}
	try {
		const code = await new Promise<number | null>((resolve, reject) => {
			npmProcess.once('error', reject);
			npmProcess.once('close', resolve);
		});
		if (code !== 0) {
			throw new Error(
				`n8n could not be installed: npm ${args[0]} ended with ${code} while ${what}:\n${output}`,
			);
		}
	} finally {
		clearInterval(tick);
	}
}

/** npm of an npm script hands down its own project's settings; the folder's own package is meant here. */
export function environmentForNpm(): NodeJS.ProcessEnv {
	const inherited = Object.entries(process.env).filter(
		([name]) => !/^npm_(package|lifecycle|command|config_local_prefix)/i.test(name),
	);
	return Object.fromEntries(inherited);
}
