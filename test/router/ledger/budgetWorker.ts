/**
 * A process that spends: `tsx budgetWorker.ts <folder or URL> <calls> <mode> [schema]`. Says `ready`, begins at the first byte of its
 * standard input, and at the end prints `{ answered, refused }`. `mode`: `settle`, `slow` (over three seconds), or `hold`: takes ten reservations,
 * says `holding` and never settles.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createBudgets } from '../../../router/ledger/budgets';
import type { SpendingLimits } from '../../../router/ledger/budgets';
import { createPostgresState, createSqliteState } from '../../../router/state/state';
import { realTime } from '../../support/realTime';
import { CENT_A_CALL, DOLLAR_A_DAY } from './spending';

const [place, calls, mode, schema = ''] = process.argv.slice(2);

const state = place.startsWith('postgres://')
	? createPostgresState({
			connection: { connectionString: place },
			schema,
			folder: join(tmpdir(), schema),
			surroundings: realTime,
		})
	: createSqliteState({ folder: place, surroundings: realTime });
const budgets = createBudgets(state.budgets, realTime);

async function call(limits: SpendingLimits): Promise<boolean> {
	const permission = await budgets.forItem(limits).ask(CENT_A_CALL);
	if (!permission.granted) return false;
	if (mode === 'hold') return true;
	await realTime.sleep(mode === 'slow' ? 3_000 * Math.random() : 1 + 10 * Math.random());
	await permission.grant.settle(10_000_000);
	return true;
}

async function main(): Promise<void> {
	await state.budgets.accounts(Date.now());
	console.log('ready');
	await new Promise((resolve) => process.stdin.once('data', resolve));
	const limits = { ...DOLLAR_A_DAY, totalTimeoutMs: place.startsWith('postgres') ? 15_000 : 3_000 };
	const outcomes = await Promise.all(Array.from({ length: Number(calls) }, () => call(limits)));
	if (mode === 'hold') {
		console.log('holding');
		await new Promise((resolve) => setTimeout(resolve, 60_000));
	}
	const answered = outcomes.filter(Boolean).length;
	await state.close();
	console.log(JSON.stringify({ answered, refused: outcomes.length - answered, notices: state.notices() }));
	process.exit(0);
}

void main();
