/** One budget and one ledger under several n8n processes on one machine, each with the node in n8n's engine. */
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';

import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createSqliteState } from '../../../router/state/state';
import { ended, killAll, line, start } from '../../support/children';
import { realTime } from '../../support/realTime';

jest.setTimeout(120_000);

let providers: SimulatedProviders;
let folder: string;
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
	killAll();
	rmSync(folder, { recursive: true, force: true });
});
afterAll(async () => await providers.close());

const worker = (modelId: string, items: number): ChildProcessWithoutNullStreams =>
	start(join(__dirname, 'budgetWorker.ts'), folder, providers.baseUrl('openai'), modelId, String(items));

interface Outcome {
	answered: number;
	failed: number;
	error?: string;
}

/** Its report, after it has exited: it writes to the ledger last of all. */
async function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
	const outcome = JSON.parse(await line(child, '{')) as Outcome;
	await ended(child);
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
	const workers = [1, 2, 3, 4].map(() => worker('gpt-4o-mini', 250));
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
	const killed = worker('gpt-4o-mini--silent', 10);
	const other = worker('gpt-4o-mini', 250);
	await Promise.all([killed, other].map(async (child) => await line(child, 'ready')));
	killed.stdin.write('go');
	while (providers.log.length < 10) await new Promise((resolve) => setTimeout(resolve, 20));
	killed.kill('SIGKILL');
	await ended(killed);
	const outcome = outcomeOf(other);
	other.stdin.write('go');
	expect(await outcome).toMatchObject({ answered: 90, failed: 160 });
	expect(await inLedger()).toMatchObject({ spentNano: 0.9e9, reservedNano: 0.1e9, notices: [] });
	// The total timeout of 20 s, and a minute.
	expect(await inLedger(Date.now() + 81_000)).toMatchObject({ spentNano: 0.9e9, reservedNano: 0 });
});
