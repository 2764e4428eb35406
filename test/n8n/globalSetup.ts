/** One n8n for all test files, with the packed package in it and a user folder that is thrown away. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installedN8n } from './installation';
import { installedLikeN8n, packedInto } from './packed';
import { freePort, importCredentials, N8nServer } from './server';
import { readExamples, simulatedCredentials, startSimulation } from './simulation';

declare global {
	// From here to the teardown; test files do not see it.
	var stopRealN8n: (() => Promise<void>) | undefined;
}

export default async function globalSetup(): Promise<void> {
	const startedAt = Date.now();
	const say = (text: string): void => {
		process.stderr.write(`[${((Date.now() - startedAt) / 1000).toFixed(0).padStart(3)} s] ${text}\n`);
	};
	if (process.env.N8N_UNDER_TEST) {
		say(`Using the n8n at ${process.env.N8N_UNDER_TEST}; its credentials will lead to the tests' providers`);
		return;
	}
	const installation = await installedN8n(say);
	// The log stays, in case a test wants explaining; the user folder goes.
	const folder = mkdtempSync(join(tmpdir(), 'llm-router-n8n-'));
	const userFolder = join(folder, 'user');
	const examples = readExamples();
	const providers = await startSimulation(examples);
	say('Packing the package, installing it as n8n does, making the database');
	try {
		const [tarball] = await Promise.all([
			packedInto(join(folder, 'packed')).then(async (file) => {
				await installedLikeN8n(file, userFolder);
				return file;
			}),
			importCredentials({ installation, userFolder }, simulatedCredentials(providers, examples)),
		]);
		say(`Installed ${tarball}`);
	} finally {
		// Each test file brings its own, so that it can make them fail; this one only gave its shape.
		await providers.close();
	}
	const logFile = join(folder, 'n8n.log');
	const port = await freePort();
	const server = await N8nServer.spawn({
		installation,
		userFolder,
		port,
		logFile,
	});
	globalThis.stopRealN8n = async () => {
		await server.stop();
		rmSync(userFolder, { recursive: true, force: true });
	};
	// A run that is ended from outside does not come to its teardown.
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.once(signal, () => {
			server.kill();
			process.exit(1);
		});
	}
	process.once('exit', () => server.kill());
	const ms = await server.ready().catch(async (error: unknown) => {
		// jest does not tear down what it could not set up.
		await globalThis.stopRealN8n?.();
		throw error;
	});
	say(
		`n8n ${installation.version} was ready after ${(ms / 1000).toFixed(1)} s: ${server.url}; its log is ${logFile}`,
	);
	// Test files run in sandboxes of their own: only the environment reaches them.
	process.env.N8N_UNDER_TEST = server.url;
}
