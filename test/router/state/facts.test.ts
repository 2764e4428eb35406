import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CONVERSATION_MS, createSqliteState } from '../../../router/state/state';
import type { FactChange, State } from '../../../router/state/state';
import { virtualTime } from '../../support/virtualTime';
import { failureOf, failuresOf } from './factsContract';

const folder = mkdtempSync(join(tmpdir(), 'facts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { surroundings, run, elapsed } = virtualTime();
const open = (name: string) => createSqliteState({ folder: join(folder, name), surroundings });
const LATENCY: FactChange = {
	kind: 'latency',
	key: 'a',
	change: () => ({ firstTokens: [7], firstTokenMs: 7, msPerToken: 1 }),
};

describe('facts in a file', () => {
	it('are one for all processes where they make an endpoint be left alone', async () => {
		const [one, two] = [open('two'), open('two')];
		await one.facts.update([failureOf('a')]);
		await two.facts.update([failureOf('a')]);
		expect(await failuresOf(one, 'a')).toBe(2);
	});

	it('outlive a restart, speeds with the last flush', async () => {
		const before = open('restart');
		await before.facts.update([failureOf('a'), LATENCY]);
		before.closeNow();
		const after = open('restart');
		expect(await failuresOf(after, 'a')).toBe(1);
		expect(await after.facts.read([LATENCY])).toEqual([{ firstTokens: [7], firstTokenMs: 7, msPerToken: 1 }]);
	});

	it('wait for a file that others hold, and fail no call', async () => {
		const state = open('busy');
		await state.facts.update([failureOf('a')]);
		const other = new DatabaseSync(join(folder, 'busy', 'ledger.sqlite'));
		other.exec('BEGIN IMMEDIATE');
		await run(async () => {
			const updates = [1, 2].map(() => state.facts.update([failureOf('a')]));
			await surroundings.sleep(1);
			other.exec('COMMIT');
			await Promise.all(updates);
		});
		expect(await failuresOf(state, 'a')).toBe(3);
		expect(elapsed()).toBeLessThan(100);
		other.exec('BEGIN IMMEDIATE');
		await run(async () => await state.facts.update([failureOf('a'), LATENCY]));
		other.close();
		expect(await failuresOf(state, 'a')).toBe(3);
		expect(await state.facts.read([LATENCY])).toMatchObject([{ firstTokenMs: 7 }]);
	});

	it('about conversations are one for all processes, and forgotten when they are old', async () => {
		const one = open('conversations');
		const two = open('conversations');
		const note = async ({ facts }: State, name: string) => {
			const key = createHash('sha256').update(name).digest('hex');
			const fact = { kind: 'conversation', key } as const;
			await facts.update([{ ...fact, change: () => ({ model: name, usedAt: surroundings.now() }) }]);
			return fact;
		};
		const first = await note(one, 'first');
		expect(await two.facts.read([first])).toMatchObject([{ model: 'first' }]);
		for (let i = 0; i < 300; i++) await note(one, `old ${i}`);
		await one.facts.update([failureOf('a')]);
		await run(() => surroundings.sleep(CONVERSATION_MS + 1));
		for (let i = 0; i < 300; i++) await note(one, `new ${i}`);
		const file = new DatabaseSync(join(folder, 'conversations', 'ledger.sqlite'));
		const count = (where: string) =>
			Number(file.prepare(`SELECT count(*) AS n FROM facts WHERE ${where}`).get()?.n);
		expect(count("kind = 'conversation' AND json_extract(value, '$.model') LIKE 'old%'")).toBeLessThan(100);
		expect(count("kind = 'conversation' AND json_extract(value, '$.model') LIKE 'new%'")).toBe(300);
		expect(count("kind = 'health'")).toBe(1);
		file.close();
	});
});
