/** Budgets of workers on PostgreSQL, each a process of its own: killed in the middle, and with a server that is started anew. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createPostgresState } from '../../../router/state/state';
import { startPostgres, type PostgresServer } from '../../support/state/postgresServer';
import { ended, killAll, line, start } from '../../support/children';
import { realTime } from '../../support/realTime';
import { CENT, spendAll } from './spending';

const WORKER = join(__dirname, 'budgetWorker.ts');

jest.setTimeout(90_000);

let server: PostgresServer;
beforeAll(async () => {
	server = await startPostgres();
});
afterEach(killAll);
afterAll(async () => {
	await server.remove();
	for (const schema of ['killed', 'anew']) rmSync(join(tmpdir(), schema), { recursive: true, force: true });
});

async function accountsOf(schema: string) {
	const connection = { connectionString: server.url };
	const state = createPostgresState({ connection, schema, folder: '/nowhere', surroundings: realTime });
	const accounts = await state.budgets.accounts(Date.now());
	await state.close();
	return accounts;
}

it('lets three workers through exactly as often as the budget allows, one of them killed while it holds', async () => {
	const killed = start(WORKER, server.url, '10', 'hold', 'killed');
	const others = [1, 2].map(() => start(WORKER, server.url, '150', 'settle', 'killed'));
	await Promise.all([killed, ...others].map(async (child) => await line(child, 'ready')));
	const holding = line(killed, 'holding');
	killed.stdin.write('go');
	await holding;
	killed.kill('SIGKILL');
	await ended(killed);
	expect(await spendAll(others)).toMatchObject({ answered: 90, notices: [] });
	expect(await accountsOf('killed')).toMatchObject([{ spentNano: 90 * CENT, reservedNano: 10 * CENT }]);
});

it('spends no more than the budget though the server is started anew in the middle, and books each call once', async () => {
	const workers = [1, 2].map(() => start(WORKER, server.url, '150', 'slow', 'anew'));
	await Promise.all(workers.map(async (child) => await line(child, 'ready')));
	const spending = spendAll(workers);
	// What a worker has never seen of a budget it cannot heed: both have asked before the server goes.
	while (((await accountsOf('anew'))[0]?.reservedNano ?? 0) < 90 * CENT) await realTime.sleep(100);
	await server.stop();
	await realTime.sleep(1_000);
	await server.start();
	const { answered } = await spending;
	// What a worker settled last, and could not send before it ended, the next process on its disk delivers.
	const next = createPostgresState({
		connection: { connectionString: server.url },
		schema: 'anew',
		folder: join(tmpdir(), 'anew'),
		surroundings: { ...realTime, now: () => Date.now() + 20_000 },
	});
	await next.close();
	const [account] = await accountsOf('anew');
	expect(account.spentNano).toBe(answered * CENT);
	expect(answered).toBe(100);
});
