/**
 * Measures the ledger: what writing costs an item, a million decisions in the file, usage out of them, budgets, and
 * fifty processes killed while they write.
 *
 *     npx tsx bench/ledger.ts [decisions] [kills]
 */
import { spawn } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { renderPage } from '../nodes/LlmRouterReport/page/page';
import { createBudgets } from '../router/ledger/budgets';
import { decisionsReport } from '../router/ledger/decisionsReport';
import { createLedger } from '../router/ledger/ledger';
import { overview } from '../router/ledger/overview';
import { usageReport } from '../router/ledger/usageReport';
import type { GroupBy } from '../router/ledger/usageReport';
import { createSqliteState } from '../router/state/state';
import type { State } from '../router/state/state';
import type { Surroundings } from '../router/types';
import { decisionOf, ORIGIN } from '../test/router/ledger/decisions';
import { CENT_A_CALL, DOLLAR_A_DAY } from '../test/router/ledger/spending';
import { attemptRow, decisionRow } from '../test/router/state/decisionRows';
import { realTime } from '../test/support/realTime';
import { seededChance } from '../test/support/virtualTime';

const DAYS = 90;
const DAY_MS = 86_400_000;
const chance = seededChance(11);
const surroundings: Surroundings = {
	now: Date.now,
	monotonic: () => performance.now(),
	random: chance,
	work: realTime.work,
	sleep: async (ms, signal) =>
		await new Promise((resolve) => {
			if (signal?.aborted) return resolve();
			const timer = setTimeout(resolve, ms);
			signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
		}),
};

const ms = (value: number) => `${value.toFixed(value < 10 ? 3 : 0)} ms`;
/** What the work took, and the longest time for which nothing else could run meanwhile. */
async function timed<T>(work: () => Promise<T>): Promise<{ result: T; took: string }> {
	const delay = monitorEventLoopDelay({ resolution: 1 });
	await surroundings.sleep(20);
	delay.enable();
	const from = performance.now();
	const result = await work();
	const took = performance.now() - from;
	await surroundings.sleep(5);
	delay.disable();
	return { result, took: `${ms(took)}, n8n held up for at most ${ms(delay.max / 1e6)}` };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const pick = <T>(values: readonly T[]): T => values[Math.floor(chance() * values.length)];

async function fill({ ledger }: State, decisions: number): Promise<void> {
	const begin = Date.now() - DAYS * DAY_MS;
	const startedAt = performance.now();
	for (let made = 0; made < decisions;) {
		const batch = Array.from({ length: Math.min(500, decisions - made) }, () => {
			const at = begin + Math.floor((DAYS * DAY_MS * made++) / decisions);
			const model = pick(['haiku', 'sonnet', 'opus', 'gpt', 'gemini']);
			const took = Math.round(300 + 8_000 * chance() * chance());
			const attempt = attemptRow({ model, startedAt: at + 1, ms: took });
			return decisionRow(at, {
				workflow: `Workflow ${Math.floor(chance() * 20)}`,
				execution: String(100_000 + Math.floor(made / 8)),
				scope: `customer-${Math.floor(chance() * 500)}`,
				route: pick(['Coding', 'Legal', 'Support', 'Default']),
				model,
				modelId: `${model}-2026`,
				outcome: chance() < 0.03 ? 'failed' : chance() < 0.08 ? 'fallback' : 'answered',
				inputTokens: Math.floor(4_000 * chance()),
				outputTokens: Math.floor(1_000 * chance()),
				costNano: chance() < 0.01 ? null : Math.floor(1e7 * chance()),
				baselineNano: Math.floor(3e7 * chance()),
				ms: took,
				promptHash: '0123456789abcdef',
				attempts:
					chance() < 0.2
						? [attemptRow({ model: 'gpt', outcome: 'overloaded', startedAt: at }), attempt]
						: [attempt],
			});
		});
		await ledger.append(batch);
	}
	const each = (performance.now() - startedAt) / decisions;
	console.log(
		`${decisions.toLocaleString('en')} decisions written in batches: ${(1000 * each).toFixed(1)} µs each`,
	);
}

function sizeOf(folder: string): number {
	return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

async function measureUsage({ history }: State): Promise<void> {
	const queries: GroupBy[][] = [
		['day', 'model'],
		['hour'],
		['workflow'],
		['scope'],
		['day', 'route', 'task', 'provider'],
		[],
	];
	for (const groupBy of queries) {
		const query = { range: 'all', groupBy, timeZone: 'Europe/Berlin' } as const;
		const { result, took } = await timed(async () => await usageReport(query, history, surroundings));
		console.log(`usage by ${groupBy.join(', ') || 'nothing'}: ${result.length} rows in ${took}`);
	}
}

async function measurePage({ history }: State): Promise<void> {
	const query = { range: 'all', timeZone: 'Europe/Berlin' } as const;
	const { result: data, took } = await timed(async () => await overview(query, history, surroundings));
	const drawing = async () =>
		await renderPage({
			...data,
			range: 'All',
			timeZone: query.timeZone,
			madeAt: Date.now(),
			budgets: [],
			endings: [],
			notices: [],
		});
	const { result: page, took: drawn } = await timed(drawing);
	const size = (Buffer.byteLength(page) / 1000).toFixed(0);
	console.log(`the page: read in ${took}; drawn in ${drawn}; ${size} kB`);
}

async function measureDecisions({ history }: State): Promise<void> {
	const query = { range: 'all', where: {}, limit: 50, timeZone: 'Europe/Berlin' } as const;
	for (const pageNumber of [1, 1000]) {
		const took: number[] = [];
		for (let round = 0; round < 5; round++) {
			const from = performance.now();
			await decisionsReport({ ...query, pageNumber }, history, surroundings);
			took.push(performance.now() - from);
		}
		console.log(`decisions, page ${pageNumber} of 50: ${ms(median(took))} (goal < 100 ms)`);
	}
}

async function measureRecording(state: State): Promise<void> {
	const ledger = createLedger(state.ledger, surroundings);
	const prompt = 'Please summarise this ticket. '.repeat(130);
	for (const [what, hashed] of [
		['without', undefined],
		['with', prompt],
	] as const) {
		const took = Array.from({ length: 5_000 }, () => {
			const decision = decisionOf({ at: Date.now() });
			const from = performance.now();
			ledger.record(decision, ORIGIN, hashed);
			return performance.now() - from;
		});
		console.log(`noting a decision ${what} the hash of a prompt of 4 kB, median: ${ms(median(took))}`);
	}
	const from = performance.now();
	await ledger.flush();
	console.log(`writing those 10,000 at the end of a process: ${ms(performance.now() - from)}`);
}

async function measureBudgets(state: State): Promise<void> {
	const budgets = createBudgets(state.budgets, surroundings);
	const limits = { ...DOLLAR_A_DAY, budgets: [{ ...DOLLAR_A_DAY.budgets[0], limitNano: 1e12 }] };
	const took: number[] = [];
	for (let i = 0; i < 3_000; i++) {
		const from = performance.now();
		const permission = await budgets.forItem(limits).ask(CENT_A_CALL);
		if (permission.granted) await permission.grant.settle(1);
		took.push(performance.now() - from);
	}
	console.log(`reserving and settling a call, median: ${ms(median(took))}`);
	const startedAt = performance.now();
	const outcomes = await Promise.all(
		Array.from({ length: 1_000 }, async () => {
			const permission = await budgets
				.forItem({ ...DOLLAR_A_DAY, timeZone: 'Asia/Tokyo' })
				.ask({ ...CENT_A_CALL });
			if (!permission.granted) return 0;
			await surroundings.sleep(5);
			await permission.grant.settle(10_000_000);
			return 1;
		}),
	);
	const answered = outcomes.filter((outcome) => outcome === 1).length;
	console.log(
		`1,000 calls of $0.01 at once against $1.00: ${answered} answered in ${ms(performance.now() - startedAt)}`,
	);
}

/** Checks that every decision that a killed process reported as written is there. */
async function measureKills(folder: string, kills: number): Promise<void> {
	const writer = join(__dirname, '..', 'test', 'router', 'ledger', 'ledgerWriter.ts');
	let told = 0;
	for (let kill = 0; kill < kills; kill++) {
		const child = spawn(process.execPath, ['--import', 'tsx', writer, folder, 'forever']);
		let output = '';
		await new Promise<void>((resolve) => {
			child.stdout.on('data', (data: Buffer) => {
				if (output === '') setTimeout(() => child.kill('SIGKILL'), 60 * chance());
				output += data.toString();
			});
			child.once('close', () => resolve());
		});
		told += output.split('\n').filter((line) => line === 'written').length;
		const state = createSqliteState({ folder, surroundings });
		const [all] = await state.history.usage({ spans: [{ from: 0, to: 2 ** 47 }], groupBy: [] });
		const lost = told * 20 - all.requests;
		if (lost > 0 || all.requests % 20 !== 0 || state.notices().length > 0) {
			throw new Error(`After kill ${kill + 1}: ${lost} decisions lost. ${state.notices().join(' ')}`);
		}
		await state.close();
	}
	console.log(
		`${kills} processes killed while writing: the file opened each time, all ${told * 20} told decisions there`,
	);
}

async function main(decisions: number, kills: number): Promise<void> {
	const root = mkdtempSync(join(tmpdir(), 'ledger-bench-'));
	const folderOf = (name: string) => join(root, name);
	const open = (name: string) => createSqliteState({ folder: folderOf(name), surroundings });
	try {
		const store = open('large');
		await fill(store, decisions);
		await store.close();
		console.log(
			`the file: ${(sizeOf(folderOf('large')) / decisions).toFixed(0)} bytes a decision (goal < 400)`,
		);
		const again = open('large');
		await measureUsage(again);
		await measurePage(again);
		await measureDecisions(again);
		await measureRecording(again);
		await again.close();
		const budgets = open('budgets');
		await measureBudgets(budgets);
		await budgets.close();
		await measureKills(folderOf('kills'), kills);
	} finally {
		rmSync(root, { recursive: true, force: true });
	}
}

const [decisions = '1000000', kills = '50'] = process.argv.slice(2);
void main(Number(decisions), Number(kills));
