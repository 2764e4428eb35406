import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createBudgets } from '../../../router/ledger/budgets';
import { createSqliteState } from '../../../router/state/state';
import { ended, killAll, line, start } from '../../support/children';
import { realTime } from '../../support/realTime';
import { virtualTime } from '../../support/virtualTime';
import { CENT, CENT_A_CALL, DOLLAR_A_DAY, spendAll } from './spending';

const WORKER = join(__dirname, 'budgetWorker.ts');
const WRITER = join(__dirname, 'ledgerWriter.ts');

jest.setTimeout(60_000);

const folders: string[] = [];
afterEach(() => {
	killAll();
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'processes-'));
	folders.push(folder);
	return folder;
}

const openAt = (folder: string, now = Date.now) =>
	createSqliteState({ folder, surroundings: { ...realTime, now } });

describe('a budget that four processes share', () => {
	it('lets through exactly 100 of 1,000 calls of a cent', async () => {
		const folder = newFolder();
		const children = [1, 2, 3, 4].map(() => start(WORKER, folder, '250', 'settle'));
		await Promise.all(children.map(async (child) => await line(child, 'ready')));
		expect(await spendAll(children)).toEqual({ answered: 100, refused: 900, notices: [] });
		const state = openAt(folder);
		expect(await state.budgets.accounts(Date.now())).toMatchObject([
			{ spentNano: 100 * CENT, reservedNano: 0 },
		]);
		state.closeNow();
	});

	it('loses to a killed process no more than its open reservations, and those only for a time', async () => {
		const folder = newFolder();
		const killed = start(WORKER, folder, '10', 'hold');
		const others = [1, 2, 3].map(() => start(WORKER, folder, '250', 'settle'));
		await Promise.all([killed, ...others].map(async (child) => await line(child, 'ready')));
		const holding = line(killed, 'holding');
		killed.stdin.write('go');
		await holding;
		killed.kill('SIGKILL');
		await ended(killed);
		expect(await spendAll(others)).toMatchObject({ answered: 90 });

		const time = virtualTime();
		const later = { ...time.surroundings, now: () => Date.now() + 63_001 };
		const state = openAt(folder, later.now);
		expect(await state.budgets.accounts(Date.now())).toMatchObject([
			{ spentNano: 90 * CENT, reservedNano: 10 * CENT },
		]);
		const budgets = createBudgets(state.budgets, later);
		for (let i = 0; i < 10; i++) {
			const permission = await budgets.forItem(DOLLAR_A_DAY).ask(CENT_A_CALL);
			if (permission.granted) await permission.grant.settle(CENT);
		}
		expect(await budgets.forItem(DOLLAR_A_DAY).ask(CENT_A_CALL)).toMatchObject({ granted: false });
		expect(await state.budgets.accounts(later.now())).toMatchObject([
			{ spentNano: 100 * CENT, reservedNano: 0 },
		]);
		state.closeNow();
	});
});

describe('a process that writes', () => {
	it('loses nothing that was written when it is killed, nor breaks the file', async () => {
		const folder = newFolder();
		let told = 0;
		for (let round = 0; round < 3; round++) {
			const child = start(WRITER, folder, 'forever');
			let output = '';
			child.stdout.on('data', (data: Buffer) => (output += data.toString()));
			await line(child, 'written');
			await new Promise((resolve) => setTimeout(resolve, 37 * round));
			child.kill('SIGKILL');
			await ended(child);
			told += output.split('\n').filter((text) => text === 'written').length;
			const state = openAt(folder);
			const [all] = await state.history.usage({ spans: [{ from: 0, to: 2 ** 47 }], groupBy: [] });
			expect(all.requests).toBeGreaterThanOrEqual(told * 20);
			expect(all.requests % 20).toBe(0);
			expect(state.notices()).toEqual([]);
			state.closeNow();
		}
	});

	it.each(['exit', 'end'])('loses nothing at all when it stops by %s', async (how) => {
		const folder = newFolder();
		await ended(start(WRITER, folder, how));
		const state = openAt(folder);
		expect(await state.history.usage({ spans: [{ from: 0, to: 2 ** 47 }], groupBy: [] })).toMatchObject([
			{ requests: 1234 },
		]);
		state.closeNow();
	});
});
