/**
 * `npm run n8n`: a real n8n with the packed package, the examples and simulated providers in it. No key needed.
 * `-- --port <number>` takes another port than 5678, `-- --fresh` forgets what was made in earlier runs.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { simulatedAnswer } from '../../examples/demo/play';
import { cacheFolder, installedN8n } from './installation';
import { installedLikeN8n, packedInto } from './packed';
import { importCredentials, N8nServer } from './server';
import { N8nSession, OWNER } from './session';
import { readExamples, simulatedCredentials, startSimulation } from './simulation';

/** In the order of their making; ended in the reverse order, whatever happens. */
const toStop: Array<() => Promise<void>> = [];

function say(text: string): void {
	process.stdout.write(`${text}\n`);
}

async function main(): Promise<void> {
	const { port, fresh } = options();
	await assertFree(port);
	const examples = readExamples();
	const installation = await installedN8n(say);
	// One folder a port: two n8n on one database would be in each other's way.
	const userFolder = join(cacheFolder(), `user-${port}`);
	if (fresh) rmSync(userFolder, { recursive: true, force: true });
	mkdirSync(userFolder, { recursive: true });

	const providers = await startSimulation(examples, simulatedAnswer);
	toStop.push(async () => await providers.close());
	say('Building and packing the package, installing it as n8n does …');
	await Promise.all([
		packedInto(join(userFolder, 'packed')).then(
			async (tarball) => await installedLikeN8n(tarball, userFolder),
		),
		importCredentials({ installation, userFolder }, simulatedCredentials(providers, examples)),
	]);
	say(`Starting n8n ${installation.version} …`);
	const server = await N8nServer.spawn({
		installation,
		userFolder,
		port,
		logFile: join(userFolder, 'n8n.log'),
	});
	toStop.push(async () => await server.stop());
	await server.ready();

	const session = await N8nSession.open(server.url);
	const present = new Set((await session.workflows()).map(({ id }) => id));
	for (const { file: _file, ...workflow } of examples) {
		if (!present.has(workflow.id)) await session.createWorkflow(workflow);
	}
	say(welcome(server.url, examples, providers.url));
	await server.exited();
	throw new Error(`n8n ended by itself. What it printed: ${join(userFolder, 'n8n.log')}`);
}

function options(): { port: number; fresh: boolean } {
	const { values } = parseArgs({
		options: { port: { type: 'string', default: '5678' }, fresh: { type: 'boolean', default: false } },
	});
	const port = Number(values.port);
	if (!Number.isInteger(port) || port < 1 || port > 65_535)
		throw new Error(`--port ${values.port} is no port`);
	return { port, fresh: values.fresh };
}

async function assertFree(port: number): Promise<void> {
	const server = createServer();
	await new Promise<void>((resolve, reject) => {
		server.once('error', () =>
			reject(
				new Error(
					`Port ${port} is in use. Take another one: npm run n8n -- --port ${port === 5678 ? 5679 : 5678}`,
				),
			),
		);
		server.listen(port, '127.0.0.1', resolve);
	});
	await new Promise((resolve) => server.close(resolve));
}

function welcome(url: string, examples: ReturnType<typeof readExamples>, providersUrl: string): string {
	const width = Math.max(...examples.map(({ name }) => name.length));
	return [
		'',
		`  n8n is running:  ${url}`,
		`  Email:           ${OWNER.email}`,
		`  Password:        ${OWNER.password}`,
		'',
		'  Sign in, open one of these workflows and click "Execute workflow":',
		...examples.map(({ id, name }) => `    ${name.padEnd(width)}  ${url}/workflow/${id}`),
		'',
		'  Then open the node Smart LLM Router and look at its output: the field router tells which model answered and why.',
		`  The models are simulated (${providersUrl}): no key, no cost. A model whose name ends in --500 always fails.`,
		'',
		'  Ctrl-C stops everything. What you change stays until you start with "npm run n8n -- --fresh".',
		'',
	].join('\n');
}

let stopping: Promise<void> | undefined;

function stopAll(): Promise<void> {
	stopping ??= (async () => {
		for (const stop of toStop.reverse()) await stop();
	})();
	return stopping;
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(name, () => {
		if (!stopping) say('\nStopping n8n and the simulated providers …');
		void stopAll().then(() => process.exit(0));
	});
}

main().catch(async (error: unknown) => {
	if (stopping) return;
	process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
	await stopAll();
	process.exit(1);
});
