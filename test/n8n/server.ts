/** A real n8n as a process of its own: started on a user folder, waited for, and stopped with all its children. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Installation } from './installation';
import type { StoredCredential } from './simulation';

/** A busy machine takes its time to load 400 nodes. */
const START_LIMIT_MS = 300_000;
const STOP_LIMIT_MS = 20_000;

export interface ServerOptions {
	installation: Installation;
	/** Its `.n8n` is made where it is missing. */
	userFolder: string;
	port: number;
	/** Everything n8n prints goes here. */
	logFile: string;
	/** Of n8n and its options; absent: `start`. */
	command?: readonly string[];
	/** Further settings. */
	env?: Readonly<Record<string, string>>;
}

export class N8nServer {
	private constructor(
		private readonly child: ChildProcess,
		readonly url: string,
		private readonly logFile: string,
		private readonly spawnedAt: number,
	) {}

	/** Starts the process; `ready` tells when it can be used, `stop` ends it at any time. */
	static async spawn({
		installation,
		userFolder,
		port,
		logFile,
		command = ['start'],
		env: further = {},
	}: ServerOptions): Promise<N8nServer> {
		const env = environment(userFolder, {
			N8N_PORT: String(port),
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			...further,
		});
		const spawnedAt = performance.now();
		// A process group of its own: Ctrl-C reaches only us, and we end n8n and its task runners together.
		const child = spawn(installation.node, [installation.n8n, ...command], {
			env,
			detached: true,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const log = createWriteStream(logFile);
		child.stdout.pipe(log, { end: false });
		child.stderr.pipe(log, { end: false });
		return new N8nServer(child, `http://localhost:${port}`, logFile, spawnedAt);
	}

	/** Resolves when n8n answers, with the ms since its start; rejects where it ends or takes too long. */
	async ready(): Promise<number> {
		const end = Date.now() + START_LIMIT_MS;
		while (Date.now() < end) {
			if (hasEnded(this.child))
				throw new Error(`n8n ended while it started. What it printed: ${this.logFile}`);
			const answer = await fetch(`${this.url}/healthz/readiness`).catch(() => null);
			if (answer?.ok) return performance.now() - this.spawnedAt;
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
		throw new Error(`n8n was not ready within ${START_LIMIT_MS / 1000} s. What it printed: ${this.logFile}`);
	}

	/** What the process holds and has used so far; NaN where the system does not tell (only Linux does). */
	usage(): { mb: number; cpuSeconds: number } {
		const folder = `/proc/${this.child.pid}`;
		if (!existsSync(folder)) return { mb: NaN, cpuSeconds: NaN };
		const mb = Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`${folder}/status`, 'utf8'))?.[1]) / 1024;
		// After the name in brackets: user and system time are fields 14 and 15 of the line, in hundredths of a second.
		const fields = readFileSync(`${folder}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
		return { mb, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100 };
	}

	/** Resolves when n8n ends, whoever ended it. */
	async exited(): Promise<void> {
		if (hasEnded(this.child)) return;
		await new Promise((resolve) => this.child.once('exit', resolve));
	}

	/** Ends n8n and its children at once, where there is no time to ask. */
	kill(): void {
		if (this.child.pid !== undefined && !hasEnded(this.child)) signal(-this.child.pid, 'SIGKILL');
	}

	/** Asks n8n and its children to end, and sees to it that they do. */
	async stop(): Promise<void> {
		if (this.child.pid === undefined) return;
		const group = -this.child.pid;
		if (!hasEnded(this.child)) {
			const hurry = setTimeout(() => signal(group, 'SIGKILL'), STOP_LIMIT_MS);
			signal(group, 'SIGTERM');
			await this.exited();
			clearTimeout(hurry);
		}
		// A task runner that outlived n8n.
		signal(group, 'SIGKILL');
	}
}

/** Writes credentials under ids of our choosing, which the REST interface cannot. Also makes the database. */
export async function importCredentials(
	{ installation, userFolder, env: further = {} }: Pick<ServerOptions, 'installation' | 'userFolder' | 'env'>,
	credentials: readonly StoredCredential[],
): Promise<void> {
	const env = environment(userFolder, { ...further });
	const file = join(userFolder, 'credentials.json');
	writeFileSync(file, JSON.stringify(credentials));
	try {
		await promisify(execFile)(
			installation.node,
			[installation.n8n, 'import:credentials', `--input=${file}`],
			{ env, maxBuffer: 64_000_000 },
		);
	} finally {
		rmSync(file);
	}
}

export async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** The caller's own settings of an n8n must not reach this one: it would write into the caller's database. */
function environment(userFolder: string, own: Record<string, string>): NodeJS.ProcessEnv {
	mkdirSync(userFolder, { recursive: true });
	const foreign =
		/^(N8N_|DB_|EXECUTIONS_|QUEUE_|WEBHOOK_|GENERIC_|NODES_|CREDENTIALS_|NODE_OPTIONS$|NODE_ENV$|JEST_|npm_)/;
	const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
	return {
		...Object.fromEntries(inherited),
		N8N_USER_FOLDER: userFolder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_SECURE_COOKIE: 'false',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		// It would look for a list of servers on the internet at every start.
		N8N_DISABLED_MODULES: 'mcp-registry',
		// As it is by default in n8n 2, and was not before.
		N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
		// A proxy of the surroundings cannot reach the simulated providers.
		NO_PROXY: '127.0.0.1,localhost',
		no_proxy: '127.0.0.1,localhost',
		...own,
	};
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
	return exitCode !== null || signalCode !== null;
}

function signal(group: number, name: NodeJS.Signals): void {
	try {
		process.kill(group, name);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
