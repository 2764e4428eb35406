/** One budget and one ledger under several n8n processes on one machine, each with the node in n8n's engine. */
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';

import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createSqliteState } from '../../../router/state/state';
import { realTime } from '../../support/realTime';

jest.setTimeout(120_000);

let providers: SimulatedProviders;
let folder: string;
const children: ChildProcessWithoutNullStreams[] = [];
beforeAll(async () => {
	providers = await startSimulatedProviders({
		answer: () => 'one two three four five six seven eight nine ten',
	});
});
beforeEach(() => {
	providers.reset();
	folder = mkdtempSync(join(tmpdir(), 'llm-router-processes-'));
});
afterEach(() => {
	for (const child of children.splice(0)) child.kill('SIGKILL');
	rmSync(folder, { recursive: true, force: true });
});
afterAll(async () => await providers.close());

function start(modelId: string, items: number): ChildProcessWithoutNullStreams {
	const script = join(__dirname, 'budgetWorker.ts');
	const args = ['--import', 'tsx', script, folder, providers.baseUrl('openai'), modelId, String(items)];
	const child = spawn(process.execPath, args);
	children.push(child);
	return child;
}

/** Resolves with the first line of output that begins so. */
async function line(child: ChildProcessWithoutNullStreams, begins: string): Promise<string> {
	let output = '';
	let errors = '';
	child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
	return await new Promise((resolve, reject) => {
		child.stdout.on('data', (data: Buffer) => {
			output += data.toString();
			const found = output.split('\n').find((text) => text.startsWith(begins));
			if (found !== undefined) resolve(found);
		});
		child.once('exit', () => reject(new Error(`Ended before "${begins}": ${output} ${errors}`)));
	});
}

interface Outcome {
	answered: number;
	failed: number;
	error?: string;
}

/** What it says at its end, once it has ended: the last it writes to the ledger it writes then. */
async function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
	const ended = new Promise((resolve) => child.once('exit', resolve));
	const outcome = JSON.parse(await line(child, '{')) as Outcome;
	await ended;
	return outcome;
}

async function inLedger(at = Date.now()) {
	const state = createSqliteState({
		folder: join(folder, '.n8n', 'llm-router'),
		surroundings: { ...realTime, now: () => at },
	});
	const [account] = await state.budgets.accounts(at);
	const [usage] = await state.history.usage({ spans: [{ from: 0, to: 2 ** 47 }], groupBy: [] });
	const notices = state.notices();
	await state.close();
	return { ...account, requests: usage?.requests ?? 0, notices };
}

test('four processes with 250 items each answer exactly 100 for a dollar, and every decision is in the ledger', async () => {
	const workers = [1, 2, 3, 4].map(() => start('gpt-4o-mini', 250));
	await Promise.all(workers.map(async (child) => await line(child, 'ready')));
	const outcomes = workers.map(outcomeOf);
	for (const child of workers) child.stdin.write('go');
	const all = await Promise.all(outcomes);
	expect(all.map(({ error }) => error)).toEqual([undefined, undefined, undefined, undefined]);
	expect(all.reduce((sum, { answered }) => sum + answered, 0)).toBe(100);
	expect(all.reduce((sum, { failed }) => sum + failed, 0)).toBe(900);
	expect(providers.log).toHaveLength(100);
	// The last to end has left the file whole by itself.
	expect(readdirSync(join(folder, '.n8n', 'llm-router'))).toEqual(['ledger.sqlite']);
	expect(await inLedger()).toMatchObject({ spentNano: 1e9, reservedNano: 0, requests: 1000, notices: [] });
});

test('a process that is killed keeps no more than its own open reservations, and those only for a time', async () => {
	const killed = start('gpt-4o-mini--silent', 10);
	const other = start('gpt-4o-mini', 250);
	await Promise.all([killed, other].map(async (child) => await line(child, 'ready')));
	killed.stdin.write('go');
	while (providers.log.length < 10) await new Promise((resolve) => setTimeout(resolve, 20));
	const gone = new Promise((resolve) => killed.once('exit', resolve));
	killed.kill('SIGKILL');
	await gone;
	const outcome = outcomeOf(other);
	other.stdin.write('go');
	expect(await outcome).toMatchObject({ answered: 90, failed: 160 });
	expect(await inLedger()).toMatchObject({ spentNano: 0.9e9, reservedNano: 0.1e9, notices: [] });
	// The total timeout of 20 s, and a minute.
	expect(await inLedger(Date.now() + 81_000)).toMatchObject({ spentNano: 0.9e9, reservedNano: 0 });
});
