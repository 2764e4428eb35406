/**
 * n8n in queue mode as people run it: a main process, a webhook process, two workers, PostgreSQL and Redis, each with the packed
 * package. A budget for half of the calls lets exactly half of them through, and one ledger holds all of them.
 * Needs `redis-server` (Debian: `apt-get install redis-server`); PostgreSQL comes from npm.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createPostgresState } from '../../router/state/state';
import { installedN8n } from '../n8n/installation';
import { installedLikeN8n, packedInto } from '../n8n/packed';
import { freePort, importCredentials, N8nServer } from '../n8n/server';
import { N8nSession, until } from '../n8n/session';
import { readExamples, simulatedCredentials, startSimulation } from '../n8n/simulation';
import { startPostgres } from '../support/postgresServer';
import { realTime } from '../support/realTime';

const EXECUTIONS = 30;
const ITEMS = 10;
const CENT_NANO = 10_000_000;
const PATH = 'llm-router-queue';

const startedAt = Date.now();
const say = (text: string): void => console.log(`[${Math.round((Date.now() - startedAt) / 1000)} s] ${text}`);

/** What was started, to be stopped in the other order. */
const endings: Array<() => Promise<unknown> | void> = [];

async function startRedis(): Promise<number> {
	const port = await freePort();
	const redis = spawn('redis-server', [
		'--port',
		String(port),
		'--bind',
		'127.0.0.1',
		'--save',
		'',
		'--appendonly',
		'no',
	]);
	endings.push(() => void redis.kill());
	await new Promise<void>((resolve, reject) => {
		redis.once('error', () => reject(new Error('redis-server is missing: apt-get install redis-server')));
		redis.stdout.on('data', (words: Buffer) => /ready to accept/i.test(words.toString()) && resolve());
		redis.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
	});
	return port;
}

/** Webhook → one item a prompt → Router, with a cent a call and a budget for half of them. */
function workflowOf(credential: { id: string; name: string }) {
	const cent = { inputPrice: 0, outputPrice: 1000, maxOutputTokens: 10 };
	const model = { __rl: true, mode: 'id', value: 'gpt-4o-mini' };
	const budget = {
		limitUsd: (EXECUTIONS * ITEMS) / 200,
		period: 'month',
		scope: 'queue',
		onExceeded: 'fail',
	};
	const at = (x: number): [number, number] => [x, 0];
	const nodes = [
		{
			id: 'a',
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			position: at(0),
			webhookId: PATH,
			parameters: { httpMethod: 'POST', path: PATH, responseMode: 'onReceived', options: {} },
		},
		{
			id: 'b',
			name: 'Items',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			position: at(200),
			parameters: { fieldToSplitOut: 'body.prompts', options: { destinationFieldName: 'prompt' } },
		},
		{
			id: 'c',
			name: 'Router',
			type: 'n8n-nodes-smart-llm-router.smartLlmRouter',
			typeVersion: 1,
			position: at(400),
			parameters: {
				providers: ['openAi'],
				models: { values: [{ name: 'small', provider: 'openAi', model, options: cent }] },
				options: { budgets: { values: [budget] } },
			},
			credentials: { llmRouterOpenAiApi: credential },
		},
	];
	const to = (node: string) => ({ main: [[{ node, type: 'main' as const, index: 0 }]] });
	return {
		name: 'Queue',
		nodes,
		connections: { Webhook: to('Items'), Items: to('Router') },
		settings: { executionOrder: 'v1' },
	};
}

async function main(): Promise<void> {
	const installation = await installedN8n(say);
	const folder = mkdtempSync(join(tmpdir(), 'llm-router-queue-'));
	endings.push(() => rmSync(folder, { recursive: true, force: true }));
	const postgres = await startPostgres();
	endings.push(() => postgres.remove());
	const redisPort = await startRedis();
	const examples = readExamples();
	const providers = await startSimulation(examples);
	providers.answer = () => 'one two three four five six seven eight nine ten';
	endings.push(() => providers.close());
	const { hostname, port: dbPort } = new URL(postgres.url);
	const env = {
		EXECUTIONS_MODE: 'queue',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redisPort),
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: hostname,
		DB_POSTGRESDB_PORT: dbPort,
		DB_POSTGRESDB_DATABASE: 'postgres',
		DB_POSTGRESDB_USER: 'router',
		DB_POSTGRESDB_POOL_SIZE: '3',
		N8N_ENCRYPTION_KEY: 'a-key-for-all-of-them',
	};
	const userFolder = join(folder, 'user');
	const credentials = simulatedCredentials(providers, examples);
	say('Packing, installing, making the database');
	await installedLikeN8n(await packedInto(join(folder, 'packed')), userFolder);
	await importCredentials({ installation, userFolder, env }, credentials);
	const start = async (name: string, command: readonly string[]) => {
		const port = await freePort();
		const server = await N8nServer.spawn({
			installation,
			userFolder,
			port,
			logFile: join(tmpdir(), `llm-router-queue-${name}.log`),
			command,
			env: { ...env, QUEUE_HEALTH_CHECK_PORT: String(port), N8N_RUNNERS_ENABLED: 'false' },
		});
		endings.push(() => server.stop());
		await server.ready();
		say(`${name} is ready`);
		return server;
	};
	const mainProcess = await start('main', ['start']);
	const [webhook] = await Promise.all([
		start('webhook', ['webhook']),
		start('worker-1', ['worker', '--concurrency=5']),
		start('worker-2', ['worker', '--concurrency=5']),
	]);
	const session = await N8nSession.open(mainProcess.url);
	const credential = credentials.find(({ type }) => type === 'llmRouterOpenAiApi');
	assert(credential, 'no credential of OpenAI among the simulated ones');
	const workflow = await session.createWorkflow(workflowOf({ id: credential.id, name: credential.name }));
	await session.publish(workflow);

	const prompts = Array.from({ length: ITEMS }, (_, item) => `What is ${item} times seven?`);
	const call = async () =>
		await until('the webhook process answers', 60_000, async () => {
			const body = JSON.stringify({ prompts });
			const headers = { 'content-type': 'application/json' };
			const response = await fetch(`${webhook.url}/webhook/${PATH}`, { method: 'POST', headers, body });
			return response.ok ? true : null;
		});
	await Promise.all(Array.from({ length: EXECUTIONS }, call));

	const state = createPostgresState({
		connection: { connectionString: postgres.url },
		schema: 'llm_router',
		folder: join(folder, 'looking'),
		surroundings: realTime,
	});
	endings.push(() => state.close());
	const [usage] = await until('all decisions are in the ledger', 120_000, async () => {
		const groups = await state.history.usage({ spans: [{ from: 0, to: 2 ** 47 }], groupBy: [] });
		return groups[0]?.requests >= EXECUTIONS * ITEMS ? groups : null;
	});
	const half = (EXECUTIONS * ITEMS) / 2;
	assert.equal(usage.requests, EXECUTIONS * ITEMS);
	assert.equal(usage.answered, half);
	const [account] = await state.budgets.accounts(Date.now());
	assert.equal(account.spentNano, half * CENT_NANO);
	assert.equal(account.reservedNano, 0);
	say(`${usage.requests} calls by two workers, ${usage.answered} of them answered: exactly the budget`);
}

async function run(): Promise<void> {
	try {
		await main();
	} catch (error) {
		console.error(error);
		process.exitCode = 1;
	}
	for (const end of endings.reverse()) await Promise.resolve(end()).catch(() => undefined);
	process.exit();
}

void run();
