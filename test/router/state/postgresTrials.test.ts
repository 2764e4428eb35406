/** What servers, clocks and people do to state in PostgreSQL. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from 'pg';

import { createBudgets } from '../../../router/ledger/budgets';
import { Database } from '../../../router/state/postgres/database';
import { MIGRATIONS } from '../../../router/state/postgres/schema';
import { createPostgresState, StateBusy } from '../../../router/state/state';
import type { ReserveResult, State } from '../../../router/state/state';
import type { Surroundings } from '../../../router/types';
import { DAY_MS, HOUR_MS } from '../../../router/types/time';
import { startPostgres, type PostgresServer } from '../../support/state/postgresServer';
import { realTime } from '../../support/realTime';
import { CENT_A_CALL, DOLLAR_A_DAY } from '../ledger/spending';
import { TEN_EVER } from './account';
import { decisionRow } from './decisionRows';
import { failureOf, failuresOf } from './factsContract';

jest.setTimeout(60_000);

let server: PostgresServer;
let admin: Client;
let folder: string;
const opened: State[] = [];
beforeAll(async () => {
	server = await startPostgres();
	folder = mkdtempSync(join(tmpdir(), 'outbox-'));
	admin = new Client({ connectionString: server.url });
	await admin.connect();
});
afterEach(async () => {
	for (const state of opened.splice(0)) await state.close();
});
afterAll(async () => {
	await admin.end();
	await server.remove();
	rmSync(folder, { recursive: true, force: true });
});

function open(schema: string, surroundings: Surroundings = realTime): State {
	const connection = { connectionString: server.url };
	const state = createPostgresState({ connection, schema, folder: join(folder, schema), surroundings });
	opened.push(state);
	return state;
}

const sleep = async (ms: number) => await realTime.sleep(ms);
const requests = async ({ history }: State) =>
	(await history.usage({ spans: [{ from: 0, to: 2 ** 47 }], groupBy: [] }))[0]?.requests ?? 0;
const reserve = async ({ budgets }: State, amountNano: number, now = Date.now()) =>
	await budgets.reserve({ accounts: [TEN_EVER], amountNano, now, expiresAt: now + 660_000 });
const holdsOf = (result: ReserveResult) => {
	if (result.outcome !== 'granted') throw new Error(result.outcome);
	return result.holds;
};

describe('a clock that is wrong', () => {
	it('by an hour frees nothing of what others hold, and holds nothing for longer', async () => {
		const right = open('clocks');
		const now = () => Date.now() + HOUR_MS;
		const ahead = open('clocks', { ...realTime, now });
		holdsOf(await reserve(right, 8));
		expect(await reserve(ahead, 8, now())).toMatchObject({ outcome: 'reserved' });
		expect(await ahead.budgets.accounts(now())).toMatchObject([{ reservedNano: 8 }]);
		holdsOf(await reserve(ahead, 2, now()));
		const { rows } = await admin.query<{ most: string }>(
			'SELECT max(expires_at) AS most FROM clocks.reservations',
		);
		expect(Number(rows[0].most)).toBeLessThan(Date.now() + 700_000);
	});

	it('by an hour while calls are under way: what is set while they run changes nothing', async () => {
		let ahead = 0;
		const state = open('jump', { ...realTime, now: () => Date.now() + ahead });
		holdsOf(await reserve(state, 8));
		ahead = HOUR_MS;
		expect(await reserve(state, 8, Date.now() + ahead)).toMatchObject({ outcome: 'reserved' });
		ahead = -HOUR_MS;
		expect(await reserve(state, 8, Date.now() + ahead)).toMatchObject({ outcome: 'reserved' });
	});
});

test('a worker whose clock is a hundred days ahead deletes nothing that was spent', async () => {
	const right = open('pruned');
	holdsOf(await reserve(right, 8));
	const now = Date.now() + 100 * DAY_MS;
	const ahead = open('pruned', { ...realTime, now: () => now });
	while (await ahead.ledger.prune(now));
	const { rows } = await admin.query<{ count: string }>('SELECT count(*) FROM pruned.accounts');
	expect(Number(rows[0].count)).toBe(1);
});

describe('a server', () => {
	it('whose transactions are serializable by default lets through exactly what a budget allows, and loses nothing', async () => {
		await admin.query('ALTER DATABASE postgres SET default_transaction_isolation = serializable');
		const workers = [1, 2].map(() => open('serial'));
		const given = await Promise.all(
			workers.flatMap((state) => {
				const budgets = createBudgets(state.budgets, realTime);
				return Array.from({ length: 70 }, async (_, n) => {
					await state.ledger.append([decisionRow(Date.now())]);
					await state.facts.update([failureOf(`model ${n % 3}`)]);
					const permission = await budgets
						.forItem({ ...DOLLAR_A_DAY, totalTimeoutMs: 40_000 })
						.ask(CENT_A_CALL);
					if (permission.granted) await permission.grant.settle(10_000_000);
					return permission.granted;
				});
			}),
		);
		await admin.query('ALTER DATABASE postgres RESET default_transaction_isolation');
		expect(given.filter(Boolean)).toHaveLength(100);
		expect(await requests(workers[0])).toBe(140);
		await workers[0].budgets.accounts(Date.now());
		await sleep(200);
		expect(await workers[1].budgets.accounts(Date.now())).toMatchObject([
			{ spentNano: 1_000_000_000, reservedNano: 0 },
		]);
	});

	it('that takes no writing for a while, as one that is another’s copy, gets everything later', async () => {
		await admin.query('ALTER DATABASE postgres SET default_transaction_read_only = on');
		const state = open('copy');
		await state.ledger.append([decisionRow(Date.now())]);
		await state.facts.update([failureOf('a')]);
		expect(await failuresOf(state, 'a')).toBe(1);
		expect(state.notices()).toEqual([expect.stringMatching(/cannot be reached \(25006\)/)]);
		await admin.query('ALTER DATABASE postgres RESET default_transaction_read_only');
		await sleep(1_200);
		await state.ledger.append([decisionRow(Date.now())]);
		expect(await requests(state)).toBe(2);
		expect(state.notices()).toEqual([]);
	});

	it('from which somebody drops the schema gets it anew, with what is decided from then on', async () => {
		const state = open('dropped');
		await state.ledger.append([decisionRow(Date.now())]);
		await admin.query('DROP SCHEMA dropped CASCADE');
		const rows = [decisionRow(Date.now()), decisionRow(Date.now())];
		await state.ledger.append(rows.slice(0, 1));
		await sleep(1_200);
		await state.ledger.append(rows.slice(1));
		expect(await requests(state)).toBe(2);
		holdsOf(await reserve(state, 8));
	});
});

it('a transaction that the server stopped leaves no connection to others that refuses all', async () => {
	const db = new Database({ connectionString: server.url }, '"stopped"', realTime);
	const stopped = db.transaction(async (query) => {
		await query('SET LOCAL statement_timeout = 20');
		await query('SELECT pg_sleep(5)');
	});
	await expect(stopped).rejects.toThrow(StateBusy);
	expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
	await db.close();
});

it('names that no database can hold as text are written all the same, and take no others with them', async () => {
	const state = open('names');
	const half = 'customer 😀'.slice(0, -1);
	await state.ledger.append([
		decisionRow(Date.now(), { scope: half, route: 'a\0b' }),
		decisionRow(Date.now(), { attempts: [{ ...decisionRow(0).attempts[0], model: half }] }),
	]);
	expect(await requests(state)).toBe(2);
	const item = createBudgets(state.budgets, realTime).forItem({
		...DOLLAR_A_DAY,
		budgets: [{ ...DOLLAR_A_DAY.budgets[0], scope: `${half}\0` }],
	});
	const permission = await item.ask(CENT_A_CALL);
	if (!permission.granted) throw new Error(permission.failure.message);
	await permission.grant.settle(9_000_000);
	expect(item.warnings()).toEqual([]);
	expect(await state.budgets.accounts(Date.now())).toMatchObject([{ spentNano: 9_000_000 }]);
});

it('a settlement that waited for a long time and is delivered twice counts once', async () => {
	const state = open('late');
	const holds = holdsOf(await reserve(state, 4));
	const settlement = { holds, spentNano: 3, now: Date.now() - 30 * 60_000 };
	await state.budgets.settle(settlement);
	// What has expired is looked for where there is no room.
	expect(await reserve(state, 7)).toMatchObject({ outcome: 'granted' });
	expect(await reserve(state, 1)).toMatchObject({ outcome: 'reserved' });
	await state.budgets.settle(settlement);
	expect(await state.budgets.accounts(Date.now())).toMatchObject([{ spentNano: 3, reservedNano: 7 }]);
});

it('an earlier version that still runs on the same tables: what it holds, sums up and writes stays right', async () => {
	const now = Date.now();
	const older = async (sql: string, values: unknown[] = []) => await admin.query(sql, values);
	const setUp = MIGRATIONS.slice(0, 3).map((step) =>
		step.replaceAll('LANGUAGE plpgsql', 'LANGUAGE plpgsql SET search_path = older'),
	);
	await older(
		'CREATE SCHEMA older; SET search_path TO older; CREATE TABLE versions (version integer PRIMARY KEY)',
	);
	for (const [i, step] of setUp.entries())
		await older(`${step}; INSERT INTO older.versions VALUES (${i + 1})`);
	await older('RESET search_path');
	const account = JSON.stringify([{ ...TEN_EVER, id: 'theirs' }]);
	const held = async (id: string) =>
		await older('SELECT older.reserve($1, 4, $2, $3) AS answer', [
			account.replace('theirs', id),
			now,
			now + HOUR_MS,
		]);
	await held('before');

	const state = createPostgresState({
		connection: { connectionString: server.url },
		schema: 'older',
		folder: join(folder, 'older'),
		surroundings: realTime,
		summedFrom: 0,
	});
	opened.push(state);
	const day = Math.floor(now / (24 * HOUR_MS)) * 24 * HOUR_MS - 24 * HOUR_MS;
	const rows = Array.from({ length: 24 }, (_, hour) => decisionRow(day + hour * HOUR_MS));
	await state.ledger.append(rows);
	while (await state.ledger.prune(now));
	const { rows: blocks } = await older(
		'SELECT hours FROM older.blocks WHERE start >= $1 AND start < $1 + 24 ORDER BY hours',
		[day / HOUR_MS],
	);
	expect(blocks.map(({ hours }: { hours: number }) => hours)).toEqual([6, 6, 6, 6, 24]);
	expect(await reserve(state, 7)).toMatchObject({ outcome: 'reserved' });
	await held('after');
	expect(await reserve(state, 3)).toMatchObject({ outcome: 'reserved' });
	for (const id of ['before', 'after']) {
		await older('SELECT older.settle($1, 4, $2)', [account.replace('theirs', id), now]);
	}
	expect(await state.budgets.accounts(now)).toMatchObject([{ spentNano: 8, reservedNano: 0 }]);
	// As it delivers what is late.
	await older(
		'INSERT INTO older.decisions (id, at, retention_days, outcome, input_tokens, output_tokens, cached_input_tokens, ' +
			"reasoning_tokens, cost_estimated, ms, cached, attempts) VALUES ($1, $2, 90, 'answered', 0, 0, 0, 0, false, 1, false, '[]')",
		[decisionRow(day + HOUR_MS).id, day + HOUR_MS],
	);
	await older('DELETE FROM older.hours WHERE hour = $1', [day / HOUR_MS + 1]);
	expect(await requests(state)).toBe(25);
});
