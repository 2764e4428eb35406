/** State in PostgreSQL, over a real server: the contract of all backends, and what holds across workers. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from 'pg';

import { createBudgets } from '../../../router/ledger/budgets';
import { createPostgresState, createSqliteState } from '../../../router/state/state';
import type { State } from '../../../router/state/state';
import { startPostgres, type PostgresServer } from '../../support/state/postgresServer';
import { realTime } from '../../support/realTime';
import { CENT_A_CALL, DOLLAR_A_DAY, priced } from '../ledger/spending';
import { holdToContract } from './contract';
import { TEN_EVER } from './account';
import { decisionRow } from './decisionRows';
import { failureOf, failuresOf } from './factsContract';

jest.setTimeout(60_000);

let server: PostgresServer;
let folder: string;
let schemas = 0;
const opened: State[] = [];
beforeAll(async () => {
	server = await startPostgres();
	folder = mkdtempSync(join(tmpdir(), 'outbox-'));
});
afterEach(async () => {
	for (const state of opened.splice(0)) await state.close();
});
afterAll(async () => {
	await server.remove();
	rmSync(folder, { recursive: true, force: true });
});

function open(schema = `test_${schemas++}`, outbox = schema, restartPatienceMs?: number): State {
	const state = createPostgresState({
		connection: { connectionString: server.url },
		schema,
		folder: join(folder, outbox),
		surroundings: realTime,
		restartPatienceMs,
	});
	opened.push(state);
	return state;
}

const sleep = async (ms: number) => await realTime.sleep(ms);
const ALL = [{ from: 0, to: 2 ** 47 }];
const requests = async ({ history }: State) =>
	(await history.usage({ spans: ALL, groupBy: [] }))[0]?.requests ?? 0;

describe('state in PostgreSQL', () => holdToContract(() => open()));

describe('several workers', () => {
	it('start together, and each finds the same schema', async () => {
		const workers = Array.from({ length: 4 }, () => open('together', 'together'));
		const salts = await Promise.all(workers.map(async ({ ledger }) => await ledger.salt()));
		expect(new Set(salts).size).toBe(1);
	});

	it('let through exactly what a budget allows, however many ask at once', async () => {
		const workers = [1, 2, 3].map((worker) => open('exact', `exact${worker}`));
		const outcomes = await Promise.all(
			workers.flatMap((state) => {
				const budgets = createBudgets(state.budgets, realTime);
				return Array.from({ length: 60 }, async () => {
					const item = budgets.forItem({ ...DOLLAR_A_DAY, totalTimeoutMs: 20_000 });
					const permission = await item.ask(CENT_A_CALL);
					if (!permission.granted) return 0;
					await sleep(5 * Math.random());
					await permission.grant.settle(10_000_000);
					return 1;
				});
			}),
		);
		expect(outcomes.filter(Boolean)).toHaveLength(100);
		expect(await workers[0].budgets.accounts(Date.now())).toMatchObject([
			{ spentNano: 1_000_000_000, reservedNano: 0 },
		]);
	});

	it('wait for what others settle without asking again and again, and miss nothing where the connection that they hear on is lost', async () => {
		const [holder, waiter] = ['waits1', 'waits2'].map((outbox) => open('waits', outbox));
		const { reserve } = waiter.budgets;
		let asked = 0;
		const budgets = createBudgets(
			{ ...waiter.budgets, reserve: async (request) => ((asked += 1), await reserve(request)) },
			realTime,
		);
		const ask = async (spending: ReturnType<typeof createBudgets>) => {
			const permission = await spending.forItem({ ...DOLLAR_A_DAY, totalTimeoutMs: 30_000 }).ask({
				...CENT_A_CALL,
				model: priced('dollar', { input: { base: 0 }, output: { base: 0 }, perRequest: 1 }),
			});
			if (!permission.granted) throw new Error(permission.failure.message);
			return permission.grant;
		};
		const admin = new Client({ connectionString: server.url });
		await admin.connect();
		const lose = async () =>
			await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
		const hears = async (): Promise<void> => {
			while (!waiter.budgets.hearsSettlements?.()) await sleep(20);
		};
		for (const isLost of [false, true]) {
			const held = await ask(createBudgets(holder.budgets, realTime));
			asked = 0;
			const waiting = ask(budgets);
			await hears();
			await sleep(1_500);
			expect(asked).toBeLessThan(6);
			if (isLost) await lose();
			const before = asked;
			await held.settle(0);
			const settledAt = performance.now();
			const granted = await waiting;
			expect(performance.now() - settledAt).toBeLessThan(isLost ? 1_000 : 500);
			if (!isLost) expect(asked - before).toBe(1);
			await granted.settle(0);
		}
		// Heard of again, on a new connection.
		await hears();
		await admin.end();
	});

	it('heed within a second what one of them has found out', async () => {
		const [one, two] = [open('told', 'told1'), open('told', 'told2')];
		await Promise.all([failuresOf(one, 'a'), failuresOf(two, 'a')]);
		await sleep(200);
		await one.facts.update([failureOf('a')]);
		await sleep(1_000);
		expect(await failuresOf(two, 'a')).toBe(1);
	});

	it('count a limit a minute together, and send one probe', async () => {
		const states = [open('limits', 'limits1'), open('limits', 'limits2')];
		const add = async ({ facts }: State) =>
			await facts.update([
				{
					kind: 'rateWindow',
					key: 'a',
					change: (before) => ({
						entries: [...(before?.entries ?? []), { from: 0, at: 0, requests: 1, tokens: 0 }],
					}),
				},
			]);
		await Promise.all(Array.from({ length: 20 }, (_, n) => add(states[n % 2])));
		const [rateWindow] = await states[0].facts.read([{ kind: 'rateWindow', key: 'a' }]);
		expect(rateWindow?.entries).toHaveLength(20);

		const now = Date.now();
		const halfOpen = {
			failures: 5,
			failedAt: now - 9,
			failedBy: null,
			openedAt: now - 9,
			openUntil: now - 1,
			probeUntil: 0,
		};
		await states[0].facts.update([
			{ kind: 'health', key: 'p', change: () => ({ circuit: halfOpen, cooldown: null, limitedAt: 0 }) },
		]);
		await sleep(1_000);
		const claims = await Promise.all(
			states.map(async ({ facts }) => {
				let isOurs = false;
				await facts.update([
					{
						kind: 'health',
						key: 'p',
						change(before) {
							isOurs = before !== null && before.circuit.probeUntil < Date.now();
							return before && { ...before, circuit: { ...before.circuit, probeUntil: Date.now() + 60_000 } };
						},
					},
				]);
				return isOurs;
			}),
		);
		expect(claims.filter(Boolean)).toHaveLength(1);
	});

	it('have the places of a model together', async () => {
		const [one, two] = [open('places', 'places1'), open('places', 'places2')];
		const taken = await Promise.all(
			[one, two, one, two].map(async ({ semaphores }) => await semaphores.acquire('a', 3, 100)),
		);
		expect(taken.filter(Boolean)).toHaveLength(3);
		const waiting = two.semaphores.acquire('a', 3, 10_000);
		taken.find(Boolean)?.release();
		expect(await waiting).not.toBeNull();
	});

	it('pass a place on without asking, and let the other worker have its turn', async () => {
		const [one, two] = [open('passed', 'passed1'), open('passed', 'passed2')];
		const counts = await Promise.all(
			[one, two].map(async ({ semaphores }) => {
				let calls = 0;
				const until = Date.now() + 4_000;
				const call = async (): Promise<void> => {
					while (Date.now() < until) {
						const permit = await semaphores.acquire('b', 1, 4_000);
						await sleep(20);
						calls += Number(permit !== null);
						permit?.release();
					}
				};
				await Promise.all([call(), call(), call()]);
				return calls;
			}),
		);
		// One at a time, of 20 ms and some more.
		expect(counts[0] + counts[1]).toBeLessThan(210);
		// A turn lasts a second at most; on a busy machine few calls fit into one.
		counts.forEach((calls) => expect(calls).toBeGreaterThan(3));
	});
});

describe('where the database goes away and comes back', () => {
	it('items go on, budgets take the stricter reading, and all is delivered once', async () => {
		const state = open('away', 'away', 0);
		const reserve = async (amountNano: number) =>
			await state.budgets.reserve({
				accounts: [TEN_EVER],
				amountNano,
				now: Date.now(),
				expiresAt: Date.now() + 60_000,
			});
		const held = async (amountNano: number) => {
			const granted = await reserve(amountNano);
			if (granted.outcome !== 'granted') throw new Error(granted.outcome);
			return granted.holds;
		};
		const first = await held(4);
		await state.ledger.append([decisionRow(Date.now())]);

		await server.stop();
		await state.budgets.settle({ holds: first, spentNano: 2, now: Date.now() });
		const second = await held(5);
		// Four count as spent, as it cannot be told what others did with them.
		expect(await reserve(2)).toMatchObject({ outcome: 'reserved' });
		await state.budgets.settle({ holds: second, spentNano: 5, now: Date.now() });
		expect(await reserve(2)).toMatchObject({ outcome: 'exceeded' });
		const rows = [decisionRow(Date.now()), decisionRow(Date.now())];
		await state.ledger.append(rows);
		await state.facts.update([failureOf('a')]);
		expect(await failuresOf(state, 'a')).toBe(1);
		expect(state.notices()).toEqual([expect.stringMatching(/cannot be reached .*wait on disk/)]);
		expect(readdirSync(join(folder, 'away')).join()).toMatch(/decisions.*settlements/);

		await server.start();
		await sleep(2_100);
		await state.ledger.append([...rows, decisionRow(Date.now())]);
		expect(await requests(state)).toBe(4);
		expect(await state.budgets.accounts(Date.now())).toMatchObject([{ spentNano: 7, reservedNano: 0 }]);
		expect(readdirSync(join(folder, 'away'))).toEqual([]);
		expect(state.notices()).toEqual([]);
	});

	it('a restart is waited for, and no budget is exceeded', async () => {
		const workers = [1, 2].map((worker) => open('restart', `restart${worker}`));
		let given = 0;
		let started = false;
		const calls = workers.flatMap((state) => {
			const budgets = createBudgets(state.budgets, realTime);
			return Array.from({ length: 8 }, async () => {
				for (let call = 0; call < 20; call += 1) {
					const item = budgets.forItem({ ...DOLLAR_A_DAY, totalTimeoutMs: 30_000 });
					const permission = await item.ask(CENT_A_CALL);
					if (!permission.granted) continue;
					given += 1;
					await sleep(20);
					await permission.grant.settle(10_000_000);
					started ||= given > 30;
				}
			});
		});
		while (!started) await sleep(10);
		await server.stop();
		await sleep(1_500);
		await server.start();
		await Promise.all(calls);
		expect(given).toBe(100);
		for (let tries = 0; tries < 50; tries += 1) {
			const [{ spentNano }] = await workers[0].budgets.accounts(Date.now());
			if (spentNano === 1_000_000_000) break;
			await sleep(100);
		}
		expect(await workers[0].budgets.accounts(Date.now())).toMatchObject([
			{ spentNano: 1_000_000_000, reservedNano: 0 },
		]);
	});

	it('in the middle of a transaction: it is done later, and nothing else is harmed', async () => {
		const state = open('midway', 'midway');
		expect(await requests(state)).toBe(0);
		const other = new Client({ connectionString: server.url });
		other.on('error', () => undefined);
		await other.connect();
		await other.query('BEGIN; LOCK TABLE midway.hours');
		const late = state.ledger.append([decisionRow(Date.now() - 5 * 3_600_000)]);
		await sleep(200);
		await server.stop();
		await late;
		await server.start();
		await sleep(1_100);
		expect(await requests(state)).toBe(1);
	});

	it('a settlement that is sent twice counts once', async () => {
		const state = open('twice', 'twice');
		const now = Date.now();
		const granted = await state.budgets.reserve({
			accounts: [TEN_EVER],
			amountNano: 4,
			now,
			expiresAt: now + 60_000,
		});
		if (granted.outcome !== 'granted') throw new Error(granted.outcome);
		for (let time = 0; time < 2; time += 1)
			await state.budgets.settle({ holds: granted.holds, spentNano: 3, now });
		expect(await state.budgets.accounts(now)).toMatchObject([{ spentNano: 3, reservedNano: 0 }]);
	});
});

describe('an n8n that kept its state in a file', () => {
	it('brings its ledger and budgets over, once, though several start together', async () => {
		const now = Date.now();
		const file = createSqliteState({ folder: join(folder, 'moved'), surroundings: realTime });
		const lesson = { learner: 'desk', strong: true, seen: Uint8Array.of(7, 255) };
		const rows = Array.from({ length: 1_200 }, (_, n) => decisionRow(now - Math.floor(n / 700), { lesson }));
		await file.ledger.append(rows);
		await file.ledger.rate(rows[3].id, { at: now, rating: 'good', note: null });
		const granted = await file.budgets.reserve({
			accounts: [TEN_EVER],
			amountNano: 4,
			now,
			expiresAt: now + 60_000,
		});
		if (granted.outcome !== 'granted') throw new Error(granted.outcome);
		await file.budgets.settle({ holds: granted.holds, spentNano: 8, now });
		await file.close();

		const workers = [1, 2, 3].map(() => open('moved', 'moved'));
		const counts = await Promise.all(workers.map(requests));
		expect(counts).toEqual([1_200, 1_200, 1_200]);
		expect(await requests(open('moved', 'moved'))).toBe(1_200);
		expect(await workers[0].budgets.accounts(now)).toMatchObject([{ spentNano: 8, limitNano: 10 }]);
		const query = { span: { from: 0, to: 2 ** 47 }, where: {}, limit: 2_000, offset: 0 };
		const kept = await workers[0].history.decisions(query);
		expect(kept.find(({ id }) => id === rows[3].id)?.feedback?.rating).toBe('good');
		expect(await workers[0].history.lessons('desk', 9)).toEqual([
			{ strong: true, seen: Uint8Array.of(7, 255), rating: 'good' },
		]);
	});
});
