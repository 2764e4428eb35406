/**
 * A real n8n's start with and without the package, beside what `startup` measures in process. Rounds alternate, each a process
 * of its own on the same warm database; the time runs from the spawn until n8n says that it is ready. Informs, judges nothing:
 * a start of ten seconds varies by far more than the package costs.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installedN8n, type Installation } from '../test/n8n/installation';
import { installedLikeN8n, packedInto } from '../test/n8n/packed';
import { freePort, importCredentials, N8nServer } from '../test/n8n/server';

const ROUNDS = Number(process.argv[2] ?? 5);

interface Round {
	ms: number;
	mb: number;
	/** Does not grow when the machine is busy with other things. */
	cpuSeconds: number;
}

async function start(installation: Installation, userFolder: string): Promise<Round> {
	const logFile = join(userFolder, 'n8n.log');
	const server = await N8nServer.spawn({ installation, userFolder, port: await freePort(), logFile });
	try {
		const ms = await server.ready();
		return { ms, ...server.usage() };
	} finally {
		await server.stop();
	}
}

const median = (values: readonly number[]): number =>
	[...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

function line(name: string, rounds: readonly Round[]): string {
	const seconds = rounds.map(({ ms }) => ms / 1000);
	const range = `${Math.min(...seconds).toFixed(2)}–${Math.max(...seconds).toFixed(2)}`;
	const mb = median(rounds.map((round) => round.mb)).toFixed(0);
	const cpu = median(rounds.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2);
	return `${name.padEnd(20)} ${median(seconds).toFixed(2)} s (${range}), ${cpu} s of CPU, ${mb} MB`;
}

async function main(): Promise<void> {
	const installation = await installedN8n(console.log);
	const folder = mkdtempSync(join(tmpdir(), 'llm-router-start-'));
	const without = join(folder, 'without');
	const withIt = join(folder, 'with');
	try {
		await importCredentials({ installation, userFolder: without }, []);
		cpSync(without, withIt, { recursive: true });
		await installedLikeN8n(await packedInto(join(folder, 'packed')), withIt);
		const measured: Record<'without' | 'with', Round[]> = { without: [], with: [] };
		// The first start of each writes caches of its own.
		for (let round = 0; round <= ROUNDS; round++) {
			const pair = { without: await start(installation, without), with: await start(installation, withIt) };
			if (round === 0) continue;
			measured.without.push(pair.without);
			measured.with.push(pair.with);
		}
		console.log(`A real start of n8n ${installation.version}, medians of ${ROUNDS} (and the range):`);
		console.log(line('without the package', measured.without));
		console.log(line('with the package', measured.with));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
