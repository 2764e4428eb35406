/** Budgets of workers on PostgreSQL, each a process of its own: killed in the middle, and with a server that is started anew. */
import { createPostgresState } from '../../../router/state/state';
import { startPostgres, type PostgresServer } from '../../support/postgresServer';
import { realTime } from '../../support/realTime';
import { ended, killAll, line, spendAll, start } from './children';
import { CENT } from './spending';

jest.setTimeout(90_000);

let server: PostgresServer;
beforeAll(async () => {
	server = await startPostgres();
});
afterEach(killAll);
afterAll(async () => await server.remove());

async function accountsOf(schema: string) {
	const connection = { connectionString: server.url };
	const state = createPostgresState({ connection, schema, folder: '/nowhere', surroundings: realTime });
	const accounts = await state.budgets.accounts(Date.now());
	await state.close();
	return accounts;
}

it('lets three workers through exactly as often as the budget allows, one of them killed while it holds', async () => {
	const killed = start('budgetWorker.ts', server.url, '10', 'hold', 'killed');
	const others = [1, 2].map(() => start('budgetWorker.ts', server.url, '150', 'settle', 'killed'));
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
	const workers = [1, 2].map(() => start('budgetWorker.ts', server.url, '150', 'slow', 'anew'));
	await Promise.all(workers.map(async (child) => await line(child, 'ready')));
	const spending = spendAll(workers);
	await realTime.sleep(700);
	await server.stop();
	await realTime.sleep(1_000);
	await server.start();
	const { answered } = await spending;
	const [account] = await accountsOf('anew');
	expect(account.spentNano).toBe(answered * CENT);
	expect(answered).toBeLessThanOrEqual(100);
	expect(answered).toBeGreaterThan(50);
});
