import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createSqliteState, StateBusy } from '../../../router/state/state';
import type { State } from '../../../router/state/state';
import { realTime } from '../../support/realTime';
import { decisionRow } from './decisionRows';

const NOW = Date.UTC(2026, 0, 2, 12);
const ALL = [{ from: 0, to: 2 * NOW }];

let folder: string;
const opened: State[] = [];
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'ledger-'));
});
afterEach(() => {
	opened.splice(0).forEach((state) => state.closeNow());
	rmSync(folder, { recursive: true, force: true });
});

function open(where = folder): State {
	const state = createSqliteState({ folder: where, surroundings: { ...realTime, now: () => NOW } });
	opened.push(state);
	return state;
}

async function requests({ history }: State): Promise<number> {
	const [all] = await history.usage({ spans: ALL, groupBy: [] });
	return all?.requests ?? 0;
}

const file = () => join(folder, 'ledger.sqlite');
const aside = () => readdirSync(folder).filter((name) => name.includes('.broken-') && !name.endsWith('-wal'));

const budget = {
	accounts: [
		{ scope: 'a', period: 'day' as const, execution: '', startsAt: 0, resetsAt: 2 * NOW, limitNano: 10 },
	],
	amountNano: 4,
	now: NOW,
	expiresAt: NOW + 1000,
};

describe('the ledger file', () => {
	it('is shared by several who have it open, and is there after a restart', async () => {
		const [one, two] = [open(join(folder, 'new', 'llm-router')), open(join(folder, 'new', 'llm-router'))];
		await one.ledger.append([decisionRow(NOW)]);
		await two.ledger.append([decisionRow(NOW, { model: 'another' })]);
		await one.budgets.reserve(budget);
		expect(await two.budgets.reserve({ ...budget, amountNano: 7 })).toMatchObject({ outcome: 'reserved' });
		await one.close();
		await two.close();
		const again = open(join(folder, 'new', 'llm-router'));
		expect(await again.history.usage({ spans: ALL, groupBy: ['model'] })).toHaveLength(2);
		expect(await again.ledger.salt()).toBe(await two.ledger.salt());
	});

	it.each([
		['garbage', () => writeFileSync(file(), 'this is no database '.repeat(500))],
		['cut in the middle', () => truncateSync(file(), statSync(file()).size / 2 + 100)],
	])('is set aside when it is %s, and a new one begun', async (_, breakIt) => {
		const before = open();
		await before.ledger.append(Array.from({ length: 2_000 }, (__, i) => decisionRow(NOW + i)));
		await before.close();
		breakIt();
		const after = open();
		await after.ledger.append([decisionRow(NOW)]);
		await requests(after);
		await after.ledger.append([decisionRow(NOW + 1)]);
		expect(aside()).toHaveLength(1);
		expect(after.notices()).toEqual([expect.stringContaining(`kept as ${aside()[0]}`)]);
		expect(await requests(after)).toBeGreaterThan(0);
		expect(await requests(open())).toBe(await requests(after));
	});

	it('is left by all when one has set it aside, or a person has removed it', async () => {
		const [one, two] = [open(), open()];
		await one.ledger.append([decisionRow(NOW)]);
		await two.ledger.append([decisionRow(NOW + 1)]);
		for (const name of readdirSync(folder)) rmSync(join(folder, name));
		await one.ledger.append([decisionRow(NOW + 2)]);
		await two.ledger.append([decisionRow(NOW + 3)]);
		expect(await requests(one)).toBe(2);
	});

	it('that a later version has written is left alone', async () => {
		await open().ledger.append([decisionRow(NOW)]);
		opened[0].closeNow();
		const db = new DatabaseSync(file());
		db.exec('PRAGMA user_version = 99');
		db.close();
		const after = open();
		await after.ledger.append([decisionRow(NOW)]);
		expect(after.notices()).toEqual([expect.stringContaining('version 99')]);
		expect(await requests(after)).toBe(1);
		expect(aside()).toEqual([]);
	});

	it('that cannot be made leaves all in memory and says why', async () => {
		// Linux denies new folders here in a way that Node.js's `recursive` takes for a missing parent.
		expect(await open('/proc/n8n/llm-router').history.earliest()).toBeNull();
		const blocked = join(folder, 'blocked');
		writeFileSync(blocked, 'a file where a folder should be');
		const handle = open(join(blocked, 'llm-router'));
		await handle.ledger.append([decisionRow(NOW)]);
		expect(await handle.budgets.reserve(budget)).toMatchObject({ outcome: 'granted' });
		expect(await requests(handle)).toBe(1);
		expect(handle.notices()).toEqual([expect.stringMatching(/cannot be written .*(EEXIST|ENOTDIR).*memory/)]);
	});

	it('that can no longer be written takes what was spent along into memory', async () => {
		const handle = open();
		const granted = await handle.budgets.reserve(budget);
		if (granted.outcome !== 'granted') throw new Error('not granted');
		await handle.budgets.settle({ holds: granted.holds, spentNano: 8, now: NOW });
		const db = new DatabaseSync(file());
		// A trigger stands in for a full disk: root writes to folders that are read-only.
		db.exec("CREATE TRIGGER full BEFORE INSERT ON decisions BEGIN SELECT RAISE(ABORT, 'disk full'); END");
		db.close();
		await handle.ledger.append([decisionRow(NOW)]);
		expect(handle.notices()).toHaveLength(1);
		expect(await handle.budgets.reserve(budget)).toMatchObject({
			outcome: 'exceeded',
			account: { spentNano: 8 },
		});
	});

	it('that another process holds is waited for without holding up this one, then it is busy, with nothing done', async () => {
		const state = createSqliteState({ folder, surroundings: realTime });
		opened.push(state);
		await state.ledger.append([decisionRow(NOW)]);
		const other = new DatabaseSync(file());
		other.exec('BEGIN IMMEDIATE');
		let turns = 0;
		const turning = setInterval(() => (turns += 1), 5);
		const refused = await Promise.allSettled([
			state.ledger.append([decisionRow(NOW + 1)]),
			state.budgets.reserve(budget),
		]);
		expect(refused).toMatchObject([{ reason: expect.any(StateBusy) }, { reason: expect.any(StateBusy) }]);
		clearInterval(turning);
		expect(turns).toBeGreaterThan(100);
		const waiting = state.ledger.append([decisionRow(NOW + 1)]);
		// What is read waits for nobody.
		expect(await requests(state)).toBe(1);
		other.exec('COMMIT');
		other.close();
		await waiting;
		expect(await requests(state)).toBe(2);
		expect(state.notices()).toEqual([]);
	});

	it('loads nothing until it is used', () => {
		const script = `
			require('tsx/cjs');
			const { createSqliteState } = require('./router/state/state.ts');
			const before = process.moduleLoadList.some((name) => name.endsWith(' sqlite'));
			createSqliteState({ folder: '/tmp/nowhere', surroundings: {} });
			console.log(before, process.moduleLoadList.some((name) => name.endsWith('internal sqlite')));
		`;
		expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim()).toBe('false false');
	});
});
