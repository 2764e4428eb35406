/** What a call waits for at the database: each answer of the server takes 400 ms more, so that the wait counts the round trips. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createEngine, type Engine } from '../../../router/engine';
import { DEFAULTS } from '../../../router/failover/settings';
import { createHttp } from '../../../router/models/wire/http';
import { DEFAULT_MIN_CONFIDENCE } from '../../../router/policy/match';
import { createPostgresState } from '../../../router/state/state';
import type { Model } from '../../../router/types';
import { startPostgres, type PostgresServer } from '../../support/state/postgresServer';
import { realTime } from '../../support/realTime';
import { requestOf } from '../../support/requests';
import { modelOf, scriptedClient, whole } from '../../support/standIn/scriptedModel';
import { startSlowProxy, type SlowProxy } from '../../support/state/slowProxy';
import { CALLER } from '../../support/testEngine';

const DELAY_MS = 400;

let server: PostgresServer;
let proxy: SlowProxy;
let engine: Engine;
let folder: string;
beforeAll(async () => {
	server = await startPostgres();
	proxy = await startSlowProxy(Number(new URL(server.url).port));
	folder = mkdtempSync(join(tmpdir(), 'trips-'));
	const state = createPostgresState({
		connection: { connectionString: `postgres://router@127.0.0.1:${proxy.port}/postgres` },
		schema: 'trips',
		folder,
		surroundings: realTime,
	});
	engine = createEngine({ surroundings: realTime, state, http: createHttp() });
}, 60_000);
afterAll(async () => {
	proxy.delayMs = 0;
	await engine.close();
	await proxy.close();
	await server.remove();
	rmSync(folder, { recursive: true, force: true });
});

const BUDGET = { limitNano: 1e12, period: 'day', scope: 'a', onExceeded: 'fail' } as const;
const PRICES = { input: { base: 0 }, output: { base: 0 }, perRequest: 0.01 };

/** @returns how many round trips a call waited for */
async function tripsOf(more: Partial<Model>, hasBudget: boolean): Promise<number> {
	const client = scriptedClient(realTime, [whole()]);
	const model = modelOf('only', client, { prices: PRICES, ...more });
	const ask = async (): Promise<number> => {
		const startedAt = performance.now();
		const { answer } = await engine.route(
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
				...(hasBudget && {
					spending: { budgets: [BUDGET], maxCostPerItemNano: null, allowUnknownPrice: false },
				}),
			},
			{ caller: CALLER },
		);
		expect(answer?.text).toBe('whole');
		return performance.now() - startedAt;
	};
	proxy.delayMs = 0;
	// Connections, tables, what is known of the model.
	await Promise.all([ask(), ask(), ask()]);
	await realTime.sleep(300);
	proxy.delayMs = DELAY_MS;
	// What is under way in the background may hold up one of them.
	const times = [await ask(), await ask()];
	return Math.min(...times) / DELAY_MS;
}

it('no round trip without a budget', async () => {
	expect(await tripsOf({}, false)).toBeLessThan(1);
});

it('two with a budget: what it may cost, and what it did', async () => {
	expect(await tripsOf({}, true)).toBeLessThan(3);
});

it('one with a limit of calls at a time, one with a limit a minute', async () => {
	expect(await tripsOf({ maxConcurrent: 3 }, false)).toBeLessThan(2);
	expect(await tripsOf({ maxRequestsPerMinute: 1_000 }, false)).toBeLessThan(3);
});
