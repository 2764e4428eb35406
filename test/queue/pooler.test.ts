/** The contract of all backends behind PgBouncer in transaction mode, where no connection is one's own and nothing is heard. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from 'pg';

import { createBudgets } from '../../router/ledger/budgets';
import { createPostgresState } from '../../router/state/state';
import type { State } from '../../router/state/state';
import { CENT_A_CALL, DOLLAR_A_DAY } from '../router/ledger/spending';
import { holdToContract } from '../router/state/contract';
import { failureOf, failuresOf } from '../router/state/factsContract';
import { startPostgres, type PostgresServer } from '../support/state/postgresServer';
import { realTime } from '../support/realTime';
import { startPgBouncer, type Running } from './programs';

let server: PostgresServer | undefined;
let pooler: Running | undefined;
let folder: string;
let schemas = 0;
const opened: State[] = [];
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'pooled-'));
	server = await startPostgres();
	pooler = await startPgBouncer(server);
});
afterEach(async () => {
	for (const state of opened.splice(0)) await state.close();
});
afterAll(async () => {
	await pooler?.stop();
	await server?.remove();
	rmSync(folder, { recursive: true, force: true });
});

function open(schema = `pooled_${schemas++}`, url?: string): State {
	const state = createPostgresState({
		connection: { connectionString: url ?? `postgres://router@127.0.0.1:${pooler?.port}/postgres` },
		schema,
		folder: join(folder, `${schema} ${schemas++}`),
		surroundings: realTime,
	});
	opened.push(state);
	return state;
}

describe('state in PostgreSQL behind a pooler', () => holdToContract(() => open()));

describe('two workers behind a pooler', () => {
	it('heed within a second what one of them has found out, and leave no LISTEN on a connection of others', async () => {
		const asked = jest.spyOn(Client.prototype, 'query');
		const [one, two] = [open('told'), open('told')];
		await Promise.all([failuresOf(one, 'a'), failuresOf(two, 'a')]);
		await one.semaphores.acquire('a', 1, 0);
		await two.semaphores.acquire('b', 1, 0);
		await realTime.sleep(200);
		await one.facts.update([failureOf('a')]);
		await realTime.sleep(1_000);
		expect(await failuresOf(two, 'a')).toBe(1);
		const statements = asked.mock.calls.map(([statement]) => String(statement));
		expect(statements.filter((statement) => /listen/i.test(statement))).toEqual([]);
		asked.mockRestore();
	});

	it('let through exactly what a budget allows, one of them with a connection of its own', async () => {
		const workers = [open('exact'), open('exact'), open('exact', server?.url)];
		const outcomes = await Promise.all(
			workers.flatMap((state) => {
				const budgets = createBudgets(state.budgets, realTime);
				return Array.from({ length: 60 }, async () => {
					const item = budgets.forItem({ ...DOLLAR_A_DAY, totalTimeoutMs: 20_000 });
					const permission = await item.ask(CENT_A_CALL);
					if (!permission.granted) return 0;
					await realTime.sleep(5 * Math.random());
					await permission.grant.settle(10_000_000);
					return 1;
				});
			}),
		);
		expect(outcomes.filter(Boolean)).toHaveLength(100);
	});
});
