/**
 * A process that spends: `tsx budgetWorker.ts <folder> <calls> <mode>`. Says `ready`, begins at the first byte of its
 * standard input, and at the end prints `{ answered, refused }`. `mode`: `settle`, or `hold`: takes ten reservations,
 * says `holding` and never settles.
 */
import { createBoundedWork } from '../../../router/bounded/bounded';
import { createBudgets } from '../../../router/ledger/budgets';
import type { SpendingLimits } from '../../../router/ledger/budgets';
import { openGovernance } from '../../../router/state/governance';
import type { Surroundings } from '../../../router/types';
import { CENT_A_CALL, DOLLAR_A_DAY } from './spending';

const [folder, calls, mode] = process.argv.slice(2);

const surroundings: Surroundings = {
	now: Date.now,
	random: Math.random,
	work: createBoundedWork(),
	sleep: async (ms, signal) =>
		await new Promise((resolve) => {
			if (signal?.aborted) return resolve();
			const timer = setTimeout(resolve, ms);
			signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
		}),
};
const store = openGovernance({ folder, now: Date.now, random: Math.random });
const budgets = createBudgets(store, surroundings);

async function call(limits: SpendingLimits): Promise<boolean> {
	const permission = await budgets.forItem(limits).ask(CENT_A_CALL);
	if (!permission.granted) return false;
	if (mode === 'hold') return true;
	await surroundings.sleep(1 + 10 * Math.random());
	await permission.grant.settle(10_000_000);
	return true;
}

async function main(): Promise<void> {
	await store.accounts(Date.now());
	console.log('ready');
	await new Promise((resolve) => process.stdin.once('data', resolve));
	const limits = { ...DOLLAR_A_DAY, totalTimeoutMs: 3_000 };
	const outcomes = await Promise.all(Array.from({ length: Number(calls) }, () => call(limits)));
	if (mode === 'hold') {
		console.log('holding');
		await new Promise((resolve) => setTimeout(resolve, 60_000));
	}
	const answered = outcomes.filter(Boolean).length;
	console.log(JSON.stringify({ answered, refused: outcomes.length - answered, notices: store.notices() }));
	process.exit(0);
}

void main();
