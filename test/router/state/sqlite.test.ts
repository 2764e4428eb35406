import { execFileSync } from 'node:child_process';
import {
	mkdtempSync,
	readdirSync,
	rmSync,
	statSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createSqliteState, StateBusy } from '../../../router/state/state';
import type { State } from '../../../router/state/state';
import { realTime } from '../../support/realTime';
import { TEN_EVER } from './account';
import { decisionRow } from './decisionRows';
import { failureOf, failuresOf } from './factsContract';

const NOW = Date.UTC(2026, 0, 2, 12);
const ALL = [{ from: 0, to: 2 * NOW }];

let folder: string;
const opened: State[] = [];
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'ledger-'));
});
afterEach(() => {
	jest.restoreAllMocks();
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

/** SQLite as it is where the disk is full: it reads, and writes nothing. */
function diskThatCanBeFull() {
	const disk = { isFull: false };
	class Database extends DatabaseSync {
		override exec(sql: string): void {
			if (disk.isFull && sql === 'COMMIT') {
				throw Object.assign(new Error('full'), { errcode: 13, errstr: 'database or disk is full' });
			}
			super.exec(sql);
		}
	}
	const real = process.getBuiltinModule.bind(process);
	jest
		.spyOn(process, 'getBuiltinModule')
		.mockImplementation(((name: string) =>
			name === 'node:sqlite' ? { DatabaseSync: Database } : real(name)) as typeof process.getBuiltinModule);
	return disk;
}

const budget = {
	accounts: [TEN_EVER],
	amountNano: 4,
	now: NOW,
	expiresAt: NOW + 1000,
};

describe('a report over many decisions', () => {
	const MANY = 12_500;
	const VIEWS = [
		{ groupBy: ['model' as const], whole: false },
		{ groupBy: [], whole: true },
	];

	/** A clock on which every step is a long one. @param between is done whenever others get their turn */
	async function filled(between: (state: State) => Promise<void> = async () => undefined) {
		let time = 0;
		let turns = 0;
		const surroundings = {
			...realTime,
			now: () => NOW,
			monotonic: () => (time += 10),
			sleep: async () => {
				turns++;
				await between(state);
			},
		};
		const state = createSqliteState({ folder, surroundings });
		opened.push(state);
		const rows = Array.from({ length: MANY }, (_, i) =>
			decisionRow(NOW - MANY + i, {
				model: i % 2 ? 'a' : 'b',
				ms: i,
				outcome: i % 5 ? 'answered' : 'failed',
				category: i % 5 ? null : 'timeout',
			}),
		);
		await state.ledger.append(rows);
		return { state, rows, turns: () => turns };
	}

	it('gives others their turn every few milliseconds, and adds up', async () => {
		const { state, rows, turns } = await filled();
		const [models, [whole]] = await state.history.usageViews(ALL, VIEWS);
		expect(models.map(({ keys, requests }) => [...keys, requests]).sort()).toEqual([
			['a', 6250],
			['b', 6250],
		]);
		expect(whole).toMatchObject({
			requests: MANY,
			answered: 10_000,
			failed: 2_500,
			p50Ms: 6_249,
			p95Ms: 11_874,
		});
		expect(await state.history.failures(ALL[0])).toEqual(
			expect.arrayContaining(['a', 'b'].map((model) => ({ category: 'timeout', model, requests: 1250 }))),
		);
		const [attempts] = await state.history.attempts(ALL[0]);
		expect(attempts).toEqual({ model: 'haiku', modelId: null, calls: MANY, failed: 0 });
		const page = { span: ALL[0], where: { model: 'a' }, limit: 700, offset: 6000 };
		const kept = await state.history.decisions(page);
		const wanted = rows.filter(({ model }) => model === 'a').slice(0, 250);
		expect(kept.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id).reverse());
		// Three and more of each of the four reads, and one for the rows of the page.
		expect(turns()).toBeGreaterThanOrEqual(4 * 4);
	});

	it('may be read twice at once, while decisions are written', async () => {
		let written = 0;
		const { state } = await filled(async ({ ledger }) => {
			if (written++ < 3) await ledger.append([decisionRow(NOW + written, { model: 'new' })]);
		});
		const [byModel, byTask] = await Promise.all([
			state.history.usage({ spans: ALL, groupBy: ['model'] }),
			state.history.usage({ spans: ALL, groupBy: ['task'] }),
		]);
		const old = byModel.filter(({ keys }) => keys[0] !== 'new');
		expect(old.map(({ keys, requests }) => [...keys, requests]).sort()).toEqual([
			['a', 6250],
			['b', 6250],
		]);
		expect(byTask.map(({ keys }) => keys)).toEqual([['coding']]);
		expect(byModel.map(({ keys }) => keys[0])).not.toContain(null);
	});

	it('is begun anew where the file was exchanged in the middle', async () => {
		let isFirst = true;
		const { state } = await filled(async () => {
			if (!isFirst) return;
			isFirst = false;
			for (const name of readdirSync(folder)) rmSync(join(folder, name));
			await open().ledger.append([decisionRow(NOW)]);
		});
		expect(await requests(state)).toBe(1);
		expect(state.notices()).toEqual([]);
	});
});

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

	it.each([['a loop of links'], ['a folder whose parent is a file']])(
		'that lies in %s keeps no call from going on',
		async (what) => {
			const path = join(folder, 'bad');
			if (what === 'a loop of links') symlinkSync(path, path);
			else writeFileSync(path, '');
			const state = open(join(path, 'llm-router'));
			await state.facts.update([failureOf('a')]);
			expect(await state.budgets.reserve(budget)).toMatchObject({ outcome: 'granted' });
			expect(state.notices()).toEqual([expect.stringMatching(/cannot be written .*bad.*E[A-Z]+/)]);
		},
	);

	it('that cannot be written for a while is come back to, with all that was seen meanwhile', async () => {
		const disk = diskThatCanBeFull();
		let now = NOW;
		const state = createSqliteState({ folder, surroundings: { ...realTime, now: () => now } });
		const another = createSqliteState({ folder, surroundings: { ...realTime, now: () => now } });
		opened.push(state, another);
		const lasting = { ...budget, expiresAt: NOW + 60_000 };
		const reserve = async (from: State) => {
			const granted = await from.budgets.reserve(lasting);
			if (granted.outcome !== 'granted') throw new Error(granted.outcome);
			return granted.holds;
		};
		const [row] = [decisionRow(NOW)];
		await state.ledger.append([row]);
		const salt = await state.ledger.salt();
		const early = await reserve(state);

		disk.isFull = true;
		await state.ledger.append([decisionRow(NOW + 1)]);
		expect(state.notices()).toEqual([expect.stringMatching(/cannot be written .*disk is full.*until/)]);
		const meanwhile = await reserve(state);
		expect(await state.budgets.reserve(lasting)).toMatchObject({ outcome: 'reserved' });
		await state.budgets.settle({ holds: early, spentNano: 3, now });
		await state.facts.update([failureOf('a')]);
		expect(await state.ledger.salt()).toBe(salt);

		disk.isFull = false;
		await state.ledger.append([decisionRow(NOW + 2)]);
		expect(state.notices()).toHaveLength(1);
		now += 5_000;
		await state.ledger.append([decisionRow(NOW + 3)]);
		expect(state.notices()).toEqual([]);
		// As others see it: 3 are spent and 4 held.
		expect(await another.budgets.accounts(now)).toMatchObject([{ spentNano: 3, reservedNano: 4 }]);
		expect(await another.budgets.reserve(lasting)).toMatchObject({ outcome: 'reserved' });
		await state.budgets.settle({ holds: meanwhile, spentNano: 4, now });
		expect(await another.budgets.accounts(now)).toMatchObject([{ spentNano: 7, reservedNano: 0 }]);
		expect(await requests(another)).toBe(4);
		expect(await failuresOf(another, 'a')).toBe(1);
	});

	it('is not left for a value that it cannot hold', async () => {
		const state = open();
		await state.ledger.append([decisionRow(NOW)]);
		const odd = decisionRow(NOW + 1, { costNano: 1e300 });
		await expect(state.ledger.append([odd])).rejects.toThrow();
		await expect(state.budgets.reserve({ ...budget, amountNano: 0.5 })).rejects.toThrow();
		expect(state.notices()).toEqual([]);
		expect(await requests(open())).toBe(1);
	});

	it('whose log is removed while it is in use loses nothing of a budget, and says so', async () => {
		const before = open();
		await before.ledger.append([decisionRow(NOW)]);
		await before.close();
		const state = open();
		const granted = await state.budgets.reserve(budget);
		if (granted.outcome !== 'granted') throw new Error('not granted');
		await state.budgets.settle({ holds: granted.holds, spentNano: 8, now: NOW });
		// As another process does: within one, SQLite shares what it knows of a file.
		const elsewhere = (sql: string) =>
			execFileSync(
				process.execPath,
				[
					'-e',
					`const { DatabaseSync } = require('node:sqlite'); const db = new DatabaseSync(${JSON.stringify(file())}); console.log(JSON.stringify(db.prepare(${JSON.stringify(sql)}).all()));`,
				],
				{ encoding: 'utf8' },
			);
		rmSync(`${file()}-wal`);
		rmSync(`${file()}-shm`);
		expect(JSON.parse(elsewhere('SELECT spent_nano FROM accounts'))).toEqual([]);
		elsewhere("INSERT INTO names (text) VALUES ('other')");
		expect(await state.budgets.reserve(budget)).toMatchObject({ outcome: 'exceeded' });
		expect(JSON.parse(elsewhere('SELECT spent_nano FROM accounts'))).toEqual([{ spent_nano: 8 }]);
		expect(state.notices()).toEqual([expect.stringContaining('ledger.sqlite-wal was removed')]);
	});

	it('lists the fullest budgets of very many', async () => {
		const state = open();
		const accounts = Array.from({ length: 3_000 }, (_, n) => ({ ...budget.accounts[0], scope: `s${n}` }));
		const granted = await state.budgets.reserve({ ...budget, accounts });
		if (granted.outcome !== 'granted') throw new Error('not granted');
		await state.budgets.settle({ holds: granted.holds, spentNano: 1, now: NOW });
		await state.budgets.reserve({ ...budget, accounts: accounts.slice(2_000, 2_001) });
		const listed = await state.budgets.accounts(NOW);
		expect(listed).toHaveLength(3_000);
		expect(listed[0]).toMatchObject({ scope: 's2000', spentNano: 1, reservedNano: 4 });
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
		expect(turns).toBeGreaterThan(20);
		const waiting = state.ledger.append([decisionRow(NOW + 1)]);
		// Readers wait for no writer.
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
