/**
 * n8n in queue mode as people run it: a main process, a webhook process, workers, PostgreSQL and Redis, each with the packed
 * package, and each worker with a folder of its own, as on a machine of its own.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createPostgresState } from '../../router/state/state';
import type { Dimension, State, UsageGroup } from '../../router/state/state';
import { installedN8n } from '../n8n/installation';
import { installedLikeN8n, packedInto } from '../n8n/packed';
import { freePort, importCredentials, N8nServer } from '../n8n/server';
import { N8nSession, until } from '../n8n/session';
import { readExamples, simulatedCredentials, startSimulation } from '../n8n/simulation';
import { startPostgres, type PostgresServer } from '../support/state/postgresServer';
import { realTime } from '../support/realTime';
import type { SimulatedProviders } from '../support/simulatedProviders';
import { startRedis } from './programs';
import { startTraceReceiver, type TraceReceiver } from './traceReceiver';
import { workflowOf, type Plan } from './workflows';

/** So many executions a worker runs at a time unless it is told otherwise: twice as many at once need both. */
export const AT_ONCE = 5;

const SCHEMA = 'llm_router';

interface Worker {
	name: string;
	server: N8nServer;
	logFile: string;
}

export class House {
	readonly workers = new Map<string, Worker>();

	/** What was started, to be stopped in the other order. */
	private readonly endings: Array<() => Promise<unknown> | void> = [];

	private readonly servers: N8nServer[] = [];

	private readonly startedAt = Date.now();

	private readonly folder = mkdtempSync(join(tmpdir(), 'llm-router-queue-'));

	postgres!: PostgresServer;

	providers!: SimulatedProviders;

	traces!: TraceReceiver;

	/** As another process sees it. */
	state!: State;

	private session!: N8nSession;

	private webhook!: N8nServer;

	private credential!: { id: string; name: string };

	private spawn!: (
		name: string,
		command: readonly string[],
		more?: Readonly<Record<string, string>>,
	) => Promise<Worker>;

	/** @param atOnce executions of a worker */
	constructor(private readonly atOnce: number) {}

	static async open(workers: number, atOnce = AT_ONCE): Promise<House> {
		const house = new House(atOnce);
		try {
			await house.start(workers);
		} catch (error) {
			await house.close();
			throw error;
		}
		return house;
	}

	say(text: string): void {
		const seconds = Math.round((Date.now() - this.startedAt) / 1000);
		process.stderr.write(`[${String(seconds).padStart(3)} s] ${text}\n`);
	}

	/** @param more of its environment */
	async startWorker(name: string, more?: Readonly<Record<string, string>>): Promise<void> {
		const worker = await this.spawn(name, ['worker', `--concurrency=${this.atOnce}`], more);
		this.workers.set(name, worker);
		await worker.server.ready();
		this.say(`${name} is ready`);
	}

	/** As by `kill -9`. */
	async killWorker(name: string): Promise<void> {
		const worker = this.workers.get(name);
		if (!worker) throw new Error(`No worker ${name}`);
		worker.server.kill();
		await worker.server.exited();
		this.workers.delete(name);
	}

	/** @returns how to start executions of it: one with each list of prompts, all at once */
	async publish(plan: Plan): Promise<(prompts: readonly string[]) => Promise<void>> {
		const workflow = await this.session.createWorkflow(workflowOf(plan, this.credential));
		await this.session.publish(workflow);
		const url = `${this.webhook.url}/webhook/${plan.path}`;
		return async (prompts) => {
			const body = JSON.stringify({ prompts });
			const headers = { 'content-type': 'application/json' };
			await until(`the webhook process takes a call of ${plan.path}`, 60_000, async () => {
				const response = await fetch(url, { method: 'POST', headers, body });
				await response.arrayBuffer();
				return response.ok ? true : null;
			});
		};
	}

	/** Executions that a worker has begun. */
	begun(name: string): number {
		const { logFile } = this.workers.get(name) ?? {};
		return logFile ? [...readFileSync(logFile, 'utf8').matchAll(/Worker started execution/g)].length : 0;
	}

	/** All that was decided for a scope, once there are so many. */
	async decided(scope: string, requests: number): Promise<UsageGroup> {
		let last = 0;
		return await until(
			`${requests} decisions of "${scope}" are in the ledger, of which ${last} are`,
			120_000,
			async () => {
				const groups = await this.usageBy('scope');
				const group = groups.find(({ keys }) => keys[0] === scope);
				last = group?.requests ?? 0;
				return group && group.requests >= requests ? group : null;
			},
		);
	}

	async answeredSoFar(scope: string): Promise<number> {
		const group = (await this.usageBy('scope')).find(({ keys }) => keys[0] === scope);
		return (group?.answered ?? 0) + (group?.fallbacks ?? 0);
	}

	async account(scope: string) {
		const accounts = await this.state.budgets.accounts(Date.now());
		return accounts.find((account) => account.scope === scope);
	}

	async close(): Promise<void> {
		for (const end of this.endings.reverse()) await Promise.resolve(end()).catch(() => undefined);
	}

	async usageBy(dimension: Dimension): Promise<UsageGroup[]> {
		return await this.state.history.usage({ spans: [{ from: 0, to: 2 ** 47 }], groupBy: [dimension] });
	}

	private async start(workers: number): Promise<void> {
		const { folder, endings } = this;
		endings.push(() => rmSync(folder, { recursive: true, force: true }));
		const installation = await installedN8n((text) => this.say(text));
		this.postgres = await startPostgres();
		endings.push(() => this.postgres.remove());
		const redis = await startRedis();
		endings.push(() => redis.stop());
		this.traces = await startTraceReceiver();
		endings.push(() => this.traces.close());
		const examples = readExamples();
		this.providers = await startSimulation(examples);
		endings.push(() => this.providers.close());
		const { hostname, port: dbPort } = new URL(this.postgres.url);
		const env = {
			EXECUTIONS_MODE: 'queue',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redis.port),
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			// A worker that died is known to be dead after seconds in the place of a minute.
			QUEUE_WORKER_LOCK_DURATION: '10000',
			QUEUE_WORKER_LOCK_RENEW_TIME: '3000',
			QUEUE_WORKER_STALLED_INTERVAL: '5000',
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: hostname,
			DB_POSTGRESDB_PORT: dbPort,
			DB_POSTGRESDB_DATABASE: 'postgres',
			DB_POSTGRESDB_USER: 'router',
			DB_POSTGRESDB_POOL_SIZE: '3',
			N8N_ENCRYPTION_KEY: 'a-key-for-all-of-them',
			N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
			N8N_OTEL_ENABLED: 'true',
			N8N_OTEL_EXPORTER_OTLP_ENDPOINT: this.traces.url,
			OTEL_BSP_SCHEDULE_DELAY: '500',
		};
		endings.push(() => Promise.all(this.servers.map(async (server) => await server.stop())));
		// A run that is ended from outside does not come to its end.
		process.once('exit', () => this.servers.forEach((server) => server.kill()));
		const mainFolder = join(folder, 'main');
		const credentials = simulatedCredentials(this.providers, examples);
		this.say('Packing, installing, making the database');
		const [tarball] = await Promise.all([
			packedInto(join(folder, 'packed')),
			importCredentials({ installation, userFolder: mainFolder, env }, credentials),
		]);
		await installedLikeN8n(tarball, mainFolder);
		this.spawn = async (name, command, more = {}) => {
			const port = await freePort();
			const userFolder = join(folder, name);
			if (name !== 'main') shareNodes(mainFolder, userFolder);
			const logFile = join(tmpdir(), `llm-router-queue-${name}.log`);
			const server = await N8nServer.spawn({
				installation,
				userFolder,
				port,
				logFile,
				command,
				env: { ...env, ...more, QUEUE_HEALTH_CHECK_PORT: String(port) },
			});
			this.servers.push(server);
			return { name, server, logFile };
		};
		const main = await this.spawn('main', ['start']);
		await main.server.ready();
		this.say('main is ready');
		const names = Array.from({ length: workers }, (_, index) => `worker-${index + 1}`);
		const webhook = await this.spawn('webhook', ['webhook']);
		await Promise.all([webhook.server.ready(), ...names.map(async (name) => await this.startWorker(name))]);
		this.webhook = webhook.server;
		this.session = await N8nSession.open(main.server.url);
		const credential = credentials.find(({ type }) => type === 'llmRouterOpenAiApi');
		if (!credential) throw new Error('No credential of OpenAI among the simulated ones');
		this.credential = { id: credential.id, name: credential.name };
		this.state = createPostgresState({
			connection: { connectionString: this.postgres.url },
			schema: SCHEMA,
			folder: join(folder, 'looking'),
			surroundings: realTime,
		});
		endings.push(() => this.state.close());
	}
}

/** The package is installed once. */
function shareNodes(from: string, userFolder: string): void {
	mkdirSync(join(userFolder, '.n8n'), { recursive: true });
	try {
		symlinkSync(join(from, '.n8n', 'nodes'), join(userFolder, '.n8n', 'nodes'));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
	}
}
