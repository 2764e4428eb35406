/** Reports out of PostgreSQL: over very many decisions, and where they take too long. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from 'pg';

import { createPostgresState, StateBusy } from '../../../router/state/state';
import type { DecisionRow, State, UsageGroup } from '../../../router/state/state';
import { makeDecisions } from '../../support/state/manyDecisions';
import { startPostgres, type PostgresServer } from '../../support/state/postgresServer';
import { realTime } from '../../support/realTime';
import { seededChance } from '../../support/virtualTime';
import { decisionRow } from './decisionRows';
import { anyQuestion, anyRows, inOrder, plainUsage } from './plainUsage';

let server: PostgresServer;
let folder: string;
const opened: State[] = [];
beforeAll(async () => {
	server = await startPostgres();
	folder = mkdtempSync(join(tmpdir(), 'outbox-'));
}, 60_000);
afterAll(async () => {
	for (const state of opened) await state.close();
	await server.remove();
	rmSync(folder, { recursive: true, force: true });
});

function open(schema: string, summedFrom?: number): State {
	const connection = { connectionString: server.url };
	const state = createPostgresState({
		connection,
		schema,
		folder: join(folder, schema),
		surroundings: realTime,
		summedFrom,
	});
	opened.push(state);
	return state;
}

const sleep = async (ms: number) => await realTime.sleep(ms);
const requests = async ({ history }: State) =>
	(await history.usage({ spans: [{ from: 0, to: 2 ** 47 }], groupBy: [] }))[0]?.requests ?? 0;

describe('a report that takes too long', () => {
	it('is given up, which is no sign that the database is away', async () => {
		const state = open('slow');
		expect(await requests(state)).toBe(0);
		const [blocker, other] = [1, 2].map(() => new Client({ connectionString: server.url }));
		await blocker.connect();
		await other.connect();
		await blocker.query('BEGIN; LOCK TABLE slow.decisions');
		const report = expect(requests(state)).rejects.toThrow(StateBusy);
		// As the server does when its time is over.
		for (let cancelled = 0; cancelled === 0; await sleep(20)) {
			const { rowCount } = await other.query(
				"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'SELECT s.n%'",
			);
			cancelled = rowCount ?? 0;
		}
		await report;
		expect(state.notices()).toEqual([]);
		await blocker.query('ROLLBACK');
		expect(await requests(state)).toBe(0);
		await blocker.end();
		await other.end();
	});
});

describe('a ledger of very many decisions', () => {
	const HOUR = 3_600_000;
	const VIEWS = [
		{ groupBy: [], whole: true },
		{ groupBy: ['model'], whole: false },
		{ groupBy: ['task'], whole: true },
		{ groupBy: ['scope'], whole: true },
	] as const;

	it('is summed up by the hour: the same sums, latencies within four per cent, whatever comes or goes later', async () => {
		const state = open('many');
		const now = Date.now();
		await requests(state);
		const client = new Client({ connectionString: server.url });
		await client.connect();
		await makeDecisions(client, 'many', 60_000, { from: now - 30 * HOUR, to: now });
		// Pieces of hours at both ends of each.
		const spans = [
			{ from: now - 29.5 * HOUR, to: now - 12.25 * HOUR },
			{ from: now - 12.25 * HOUR, to: now },
		];
		const usage = async () =>
			(await state.history.usageViews(spans, VIEWS)).map((groups) =>
				groups.sort((a, b) => a.span - b.span || String(a.keys).localeCompare(String(b.keys))),
			);
		const before = await usage();
		while (await state.ledger.prune(now));
		const { rows } = await client.query<{ hours: number }>('SELECT count(*)::int AS hours FROM many.hours');
		expect(rows[0].hours).toBeGreaterThan(25);
		const after = await usage();
		const sumsOf = (views: typeof after) =>
			views.map((view) => view.map(({ p50Ms: _, p95Ms: __, ...sums }) => sums));
		expect(sumsOf(after)).toEqual(sumsOf(before));
		for (const [view, groups] of after.entries())
			for (const [group, { p50Ms, p95Ms }] of groups.entries())
				for (const [found, exact] of [
					[p50Ms, before[view][group].p50Ms],
					[p95Ms, before[view][group].p95Ms],
				])
					expect(Math.abs((found ?? 1) / (exact ?? 1) - 1)).toBeLessThan(0.045);

		// One that was delivered late, and those whose time is over.
		await state.ledger.append([decisionRow(now - 20 * HOUR, { model: 'late' })]);
		expect((await usage())[1].filter(({ keys }) => keys[0] === 'late')).toMatchObject([{ requests: 1 }]);
		while (await state.ledger.prune(now));
		expect((await usage())[1].filter(({ keys }) => keys[0] === 'late')).toMatchObject([{ requests: 1 }]);
		await client.query('UPDATE many.decisions SET retention_days = 1 WHERE at < $1', [now - 27 * HOUR]);
		while (await state.ledger.prune(now));
		const [{ requests: left }] = (await usage())[0];
		expect(left).toBe(27 * 2_000 + 1);
		await client.end();
	}, 120_000);

	it('gives the figures of its rows, while hours and days are summed up, and decisions come late and go', async () => {
		const chance = seededChance(17);
		const state = open('any_rows', 0);
		const client = new Client({ connectionString: server.url });
		await client.connect();
		const now = Date.now();
		const span = { from: now - 4 * 24 * HOUR, to: now };
		const rows: DecisionRow[] = [];
		for (let round = 0; round < 14; round += 1) {
			// The first fill all of the time, later ones a piece of it.
			const from = round < 3 ? span.from : now - Math.floor(96 * HOUR * chance());
			const more = anyRows(300, { from, to: round < 3 ? now : Math.min(now, from + HOUR) }, chance, 2);
			if (round === 8) for (const row of rows.slice(0, 40)) Object.assign(row, { retentionDays: 0 });
			rows.push(...more);
			await state.ledger.append(more);
			if (round === 8) {
				const gone = rows.filter(({ retentionDays }) => retentionDays === 0).map(({ id }) => id);
				await client.query('UPDATE any_rows.decisions SET retention_days = 0 WHERE id = ANY($1)', [gone]);
			}
			// Sometimes in the middle of it.
			for (let steps = Math.floor(40 * chance()); steps > 0 && (await state.ledger.prune(now)); steps -= 1);
			if (round === 8) while (await state.ledger.prune(now));
			const kept = rows.filter(({ retentionDays }) => retentionDays > 0 || round < 8);
			for (let asked = 0; asked < 4; asked += 1) {
				const { spans, views } = anyQuestion(span, chance);
				const seen = await state.history.usageViews(spans, views);
				views.forEach((view, i) => {
					const plain = inOrder(plainUsage(kept, spans, view));
					const found = inOrder(seen[i]);
					const sumsOf = (groups: readonly UsageGroup[]) =>
						groups.map(({ p50Ms: _, p95Ms: __, ...sums }) => sums);
					expect(sumsOf(found)).toEqual(sumsOf(plain));
					found.forEach(({ p50Ms, p95Ms }, group) => {
						expect(isNear(p50Ms, plain[group].p50Ms)).toBe(true);
						expect(isNear(p95Ms, plain[group].p95Ms)).toBe(true);
					});
				});
			}
		}
		const { rows: sizes } = await client.query<{ hours: number; has_scopes: boolean }>(
			'SELECT DISTINCT hours, has_scopes FROM any_rows.blocks ORDER BY 1, 2',
		);
		expect(sizes).toEqual([
			{ hours: 6, has_scopes: false },
			{ hours: 24, has_scopes: true },
		]);
		// The server's clock was ahead when the present hour was summed up, and was set back.
		await client.query('INSERT INTO any_rows.hours VALUES ($1)', [Math.floor(now / HOUR)]);
		await state.ledger.append([decisionRow(now, { model: 'set back' })]);
		const [groups] = await state.history.usageViews(
			[{ from: 0, to: 2 ** 47 }],
			[{ groupBy: ['model'], whole: true }],
		);
		expect(groups.find(({ keys }) => keys[0] === 'set back')).toMatchObject({ requests: 1 });
		await client.end();
	}, 120_000);
});

/** Within half a step of the histogram; of few milliseconds by what is rounded. */
function isNear(found: number | null, exact: number | null): boolean {
	if (found === null || exact === null) return found === exact;
	return Math.abs(found - exact) <= 0.5 + 0.043 * exact + Number(exact === 0);
}
