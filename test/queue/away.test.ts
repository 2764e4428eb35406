/** The database away for a minute while two workers are busy: every item is answered, no decision lost or doubled, budgets as documented. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createEngine, type Engine } from '../../router/engine';
import { DEFAULTS } from '../../router/failover/settings';
import { createHttp } from '../../router/models/wire/http';
import { DEFAULT_MIN_CONFIDENCE } from '../../router/policy/match';
import { createPostgresState } from '../../router/state/state';
import type { State } from '../../router/state/state';
import { until } from '../n8n/session';
import { startPostgres, type PostgresServer } from '../support/state/postgresServer';
import { realTime } from '../support/realTime';
import { requestOf } from '../support/requests';
import { modelOf, scriptedClient, text, end } from '../support/standIn/scriptedModel';
import { CALLER } from '../support/testEngine';

const AWAY_MS = 60_000;
const CALL_MS = 100;
const CENT_NANO = 10_000_000;
const LIMIT_NANO = 800 * CENT_NANO;

interface Worker {
	engine: Engine;
	state: State;
	folder: string;
}

let server: PostgresServer;
let folder: string;
let workers: Worker[];
beforeAll(async () => {
	server = await startPostgres();
	folder = mkdtempSync(join(tmpdir(), 'away-'));
	workers = ['one', 'two'].map((name) => {
		const state = createPostgresState({
			connection: { connectionString: server.url },
			schema: 'away',
			folder: join(folder, name),
			surroundings: realTime,
		});
		const engine = createEngine({ surroundings: realTime, state, http: createHttp() });
		return { engine, state, folder: join(folder, name) };
	});
});
afterAll(async () => {
	for (const { engine } of workers) await engine.close();
	await server.remove();
	rmSync(folder, { recursive: true, force: true });
});

const PRICES = { input: { base: 0 }, output: { base: 0 }, perRequest: 0.01 };
const client = scriptedClient(realTime, [[{ wait: CALL_MS }, text('whole'), end()]]);
const model = modelOf('only', client, { prices: PRICES });

async function ask({ engine }: Worker, hasBudget: boolean) {
	const budget = { limitNano: LIMIT_NANO, period: 'month', scope: 'away', onExceeded: 'fail' } as const;
	return await engine.route(
		requestOf('four'),
		{
			mode: 'answer',
			models: [model],
			rules: [],
			noMatch: 'smart',
			preference: 0.5,
			minConfidence: DEFAULT_MIN_CONFIDENCE,
			failover: DEFAULTS,
			record: { retentionDays: 7, hashPrompts: false, learns: false },
			spending: { budgets: hasBudget ? [budget] : [], maxCostPerItemNano: null, allowUnknownPrice: false },
		},
		{ caller: CALLER },
	);
}

test('a minute without the database', async () => {
	const ids: string[] = [];
	const outcomes = new Map<string, number>();
	let isOver = false;
	const loops = workers.flatMap((worker) =>
		Array.from({ length: 10 }, async (_, loop) => {
			const hasBudget = loop % 2 === 0;
			while (!isOver) {
				const { id, answer, failure } = await ask(worker, hasBudget);
				ids.push(id);
				const outcome = `${hasBudget ? 'budget' : 'free'} ${answer ? 'answered' : failure?.category}`;
				outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
				// A budget that is spent says so at once.
				if (!answer) await realTime.sleep(CALL_MS);
			}
		}),
	);
	const accountOf = async (state: State) => (await state.budgets.accounts(Date.now()))[0];
	await until('some is spent', 30_000, async () => {
		const account = await accountOf(workers[0].state);
		return account && account.spentNano > LIMIT_NANO / 2 ? true : null;
	});
	await server.stop();
	const knownSpent = (outcomes.get('budget answered') ?? 0) * CENT_NANO;
	await realTime.sleep(AWAY_MS / 2);
	const hints = workers.map(({ state }) => state.notices().join());
	const freeBefore = outcomes.get('free answered') ?? 0;
	await realTime.sleep(AWAY_MS / 2);
	// Ten loops of a call of 100 ms, on a machine that may be busy.
	expect((outcomes.get('free answered') ?? 0) - freeBefore).toBeGreaterThan(
		((AWAY_MS / 2 / CALL_MS) * 10) / 2,
	);
	hints.forEach((hint) => expect(hint).toMatch(/cannot be reached/));
	await server.start();
	await realTime.sleep(5_000);
	isOver = true;
	await Promise.all(loops);

	expect([...outcomes.keys()].sort()).toEqual(['budget answered', 'budget overBudget', 'free answered']);
	for (const { engine } of workers) await engine.flush();
	await until('all that waited is delivered', 30_000, async () => {
		const waiting = workers.flatMap((worker) => readdirSync(worker.folder));
		if (waiting.length > 0) for (const { state } of workers) await state.history.earliest();
		return waiting.length === 0 ? true : null;
	});
	const kept = await workers[0].state.history.usage({ spans: [{ from: 0, to: 2 ** 47 }], groupBy: [] });
	expect(new Set(ids).size).toBe(ids.length);
	expect(kept[0].requests).toBe(ids.length);
	const account = await accountOf(workers[0].state);
	expect(account.spentNano).toBe((outcomes.get('budget answered') ?? 0) * CENT_NANO);
	expect(account.reservedNano).toBe(0);
	// With two workers by at most what was left of it (docs/scaling.md).
	const left = LIMIT_NANO - knownSpent;
	console.log(
		`${ids.length} items; ${account.spentNano / CENT_NANO} cents spent of 800, ${left / CENT_NANO} were left`,
	);
	expect(account.spentNano).toBeGreaterThan(knownSpent);
	expect(account.spentNano).toBeLessThanOrEqual(LIMIT_NANO + left);
}, 180_000);
