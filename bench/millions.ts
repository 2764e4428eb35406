/**
 * Reports over millions of decisions in PostgreSQL, made by the server itself over ninety days: goals for ten million are usage by day
 * and model under 2 s and the report's page under 3 s.
 *
 *     npm run bench -- millions [decisions]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from 'pg';

import { renderPage } from '../nodes/LlmRouterReport/page/page';
import { decisionsReport } from '../router/ledger/decisionsReport';
import { overview } from '../router/ledger/overview';
import { usageReport } from '../router/ledger/usageReport';
import type { GroupBy } from '../router/ledger/usageReport';
import { createPostgresState } from '../router/state/state';
import { decisionRow } from '../test/router/state/decisionRows';
import { makeDecisions } from '../test/support/state/manyDecisions';
import { startPostgres } from '../test/support/state/postgresServer';
import { realTime } from '../test/support/realTime';

const DAYS = 90;
const DAY_MS = 86_400_000;
const AT_ONCE = 500_000;
const SCHEMA = 'millions';
const timeZone = 'Europe/Berlin';

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
	const from = performance.now();
	const result = await work();
	console.log(`${what}: ${((performance.now() - from) / 1_000).toFixed(2)} s`);
	return result;
}

async function main(decisions: number): Promise<void> {
	const server = await startPostgres();
	const folder = mkdtempSync(join(tmpdir(), 'millions-'));
	const client = new Client({ connectionString: server.url });
	try {
		const state = createPostgresState({
			connection: { connectionString: server.url },
			schema: SCHEMA,
			folder,
			surroundings: realTime,
		});
		const { history, ledger } = state;
		await history.earliest();
		await client.connect();
		const begin = Date.now() - DAYS * DAY_MS;
		await timed(`${decisions.toLocaleString('en')} decisions made`, async () => {
			for (let made = 0; made < decisions; made += AT_ONCE) {
				const count = Math.min(AT_ONCE, decisions - made);
				const at = (n: number) => Math.floor(begin + (DAYS * DAY_MS * n) / decisions);
				await makeDecisions(client, SCHEMA, count, { from: at(made), to: at(made + count) });
			}
			await client.query(`VACUUM ANALYZE ${SCHEMA}.decisions`);
		});
		const { rows } = await client.query<{ bytes: string }>(
			`SELECT pg_total_relation_size('${SCHEMA}.decisions') AS bytes`,
		);
		console.log(`${(Number(rows[0].bytes) / decisions).toFixed(0)} bytes a decision, index included`);
		const usage = async (groupBy: GroupBy[], range: 'all' | 'last30Days', zone = timeZone) =>
			await usageReport({ range, groupBy, timeZone: zone }, history, realTime);
		// With more decisions it takes a minute.
		if (decisions <= 2_000_000)
			await timed('usage by day and model, all, nothing summed up yet', () => usage(['day', 'model'], 'all'));
		await timed('hours summed up, once, in the background', async () => {
			while (await ledger.prune(Date.now()));
			await client.query(`VACUUM ANALYZE ${SCHEMA}.hour_usage`);
			await client.query(`VACUUM ANALYZE ${SCHEMA}.block_usage`);
		});
		// What draws charts is loaded with the first.
		for (const range of ['all', 'last30Days', 'all'] as const) {
			await timed(`usage by day and model, ${range}`, () => usage(['day', 'model'], range));
			await timed(`usage by hour, ${range}`, () => usage(['hour'], range));
			const data = await timed(`the page read, ${range}`, () =>
				overview({ range, timeZone }, history, realTime),
			);
			await timed(`and drawn, ${range}`, () =>
				renderPage({
					...data,
					range,
					timeZone,
					madeAt: Date.now(),
					budgets: [],
					endings: [],
					notices: [],
				}),
			);
		}
		// Half an hour at both ends of each day lies in hours that other days have a part in.
		await timed('usage by day and model in Kolkata, all', () =>
			usage(['day', 'model'], 'all', 'Asia/Kolkata'),
		);
		await timed('usage by scope, all', () => usage(['scope'], 'all'));
		await timed('usage by day, model and task, last30Days', () =>
			usage(['day', 'model', 'task'], 'last30Days'),
		);
		const page = { range: 'all', where: {}, limit: 50, timeZone, pageNumber: 1 } as const;
		await timed('the latest 50 decisions', () => decisionsReport(page, history, realTime));
		const batch = Array.from({ length: 500 }, () => decisionRow(Date.now()));
		await timed('500 more written', () => ledger.append(batch));
		await state.close();
	} finally {
		await client.end();
		await server.remove();
		rmSync(folder, { recursive: true, force: true });
	}
}

const [decisions = '1000000'] = process.argv.slice(2);
void main(Number(decisions));
