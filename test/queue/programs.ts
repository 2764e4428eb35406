/** What the tests need of the machine. Where it is missing it is installed if that is allowed; else they fail and say what to do. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '../n8n/server';
import type { PostgresServer } from '../support/state/postgresServer';

/** PgBouncer refuses to run as root. */
const NOBODY = 65_534;

function needed(program: string): void {
	if (isThere(program)) return;
	try {
		if (process.getuid?.() !== 0) throw new Error('not root');
		const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
		execFileSync('apt-get', ['install', '-y', '--no-install-recommends', program], { env, stdio: 'pipe' });
	} catch {
		// Said below.
	}
	if (!isThere(program)) throw new Error(`${program} is missing: apt-get install ${program}`);
}

function isThere(program: string): boolean {
	try {
		execFileSync('which', [program], { env: withSystemFolders(), stdio: 'pipe' });
		return true;
	} catch {
		return false;
	}
}

/** Debian keeps servers where only root looks. */
function withSystemFolders(): NodeJS.ProcessEnv {
	return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` };
}

export interface Running {
	port: number;
	stop(): Promise<void>;
}

export async function startRedis(): Promise<Running> {
	needed('redis-server');
	const port = await freePort();
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
	const child = spawn('redis-server', args, { env: withSystemFolders(), cwd: tmpdir() });
	await said(child, 'redis-server', /ready to accept/i);
	return { port, stop: async () => await stop(child) };
}

/** In transaction mode: two statements of one client may go to two connections. */
export async function startPgBouncer(postgres: PostgresServer): Promise<Running> {
	needed('pgbouncer');
	const port = await freePort();
	const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
	const { hostname, port: behind } = new URL(postgres.url);
	const settings = join(folder, 'pgbouncer.ini');
	writeFileSync(
		settings,
		[
			'[databases]',
			`postgres = host=${hostname} port=${behind} dbname=postgres user=router`,
			'[pgbouncer]',
			'listen_addr = 127.0.0.1',
			`listen_port = ${port}`,
			'unix_socket_dir =',
			'auth_type = any',
			'pool_mode = transaction',
			'default_pool_size = 4',
			'max_client_conn = 200',
			'ignore_startup_parameters = extra_float_digits',
		].join('\n'),
	);
	const isRoot = process.getuid?.() === 0;
	if (isRoot) for (const path of [folder, settings]) chownSync(path, NOBODY, NOBODY);
	const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
	const child = spawn('pgbouncer', [settings], { ...user, env: withSystemFolders(), cwd: folder });
	await said(child, 'pgbouncer', /process up/i);
	return {
		port,
		async stop() {
			await stop(child);
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

async function said(child: ChildProcess, name: string, words: RegExp): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		let all = '';
		const hear = (part: Buffer): void => {
			all += part.toString();
			if (words.test(all)) resolve();
		};
		child.stdout?.on('data', hear);
		child.stderr?.on('data', hear);
		child.once('error', reject);
		child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${all}`)));
	});
}

async function stop(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = new Promise((resolve) => child.once('exit', resolve));
	child.kill('SIGKILL');
	await ended;
}
