import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openGovernance } from '../../../router/state/governance';
import { createMemoryStore } from '../../../router/state/memory/memory';
import { createSharedStore } from '../../../router/state/sharedStore';
import { CONVERSATION_MS } from '../../../router/state/store';
import type { Health, Store } from '../../../router/state/store';
import { virtualTime } from '../../support/virtualTime';

const folder = mkdtempSync(join(tmpdir(), 'facts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { surroundings, run, elapsed } = virtualTime();
let files = 0;
const open = (name: string) => {
	const file = openGovernance({ folder: join(folder, name), ...surroundings });
	return { file, store: createSharedStore(file, surroundings) };
};

const HEALTHY: Health = {
	circuit: { failures: 0, failedAt: 0, failedBy: null, openedAt: 0, openUntil: 0, probeUntil: 0 },
	rest: null,
	limitedAt: 0,
};
const fail = (before: Health | null): Health => {
	const health = before ?? structuredClone(HEALTHY);
	health.circuit.failures += 1;
	return health;
};

describe.each<[string, () => Store]>([
	['memory', createMemoryStore],
	['a SQLite file', () => open(`contract-${files++}`).store],
])('facts in %s', (_, make) => {
	it('are read, changed in place and forgotten', async () => {
		const store = make();
		expect(await store.read('health', 'a')).toBeNull();
		await store.update('health', 'a', fail);
		await store.update('health', 'a', fail);
		await store.update('latency', 'a', () => ({ firstTokens: [3], firstTokenMs: 3, msPerToken: null }));
		expect((await store.read('health', 'a'))?.circuit.failures).toBe(2);
		expect(await store.read('health', 'b')).toBeNull();
		expect(await store.read('latency', 'a')).toMatchObject({ firstTokenMs: 3 });
		await store.update('health', 'a', () => null);
		expect(await store.read('health', 'a')).toBeNull();
		expect(store.turnstile('a')).toBe(store.turnstile('a'));
	});
});

describe('facts in a file', () => {
	it('are one for all processes where they make an endpoint be left alone', async () => {
		const [one, two] = [open('two'), open('two')];
		await one.store.update('health', 'a', fail);
		await two.store.update('health', 'a', fail);
		expect((await one.store.read('health', 'a'))?.circuit.failures).toBe(2);
	});

	it('outlive a restart, speeds with the last flush', async () => {
		const before = open('restart');
		await before.store.update('health', 'a', fail);
		await before.store.update('latency', 'a', () => ({ firstTokens: [7], firstTokenMs: 7, msPerToken: 1 }));
		before.store.flush();
		before.file.close();
		const { store } = open('restart');
		expect((await store.read('health', 'a'))?.circuit.failures).toBe(1);
		expect(await store.read('latency', 'a')).toEqual({ firstTokens: [7], firstTokenMs: 7, msPerToken: 1 });
	});

	it('wait for a file that others hold, and fail no call', async () => {
		const { store } = open('busy');
		await store.update('health', 'a', fail);
		const other = new DatabaseSync(join(folder, 'busy', 'ledger.sqlite'));
		other.exec('BEGIN IMMEDIATE');
		await run(async () => {
			const updated = store.update('health', 'a', fail);
			await surroundings.sleep(1);
			other.exec('COMMIT');
			await updated;
		});
		other.close();
		expect((await store.read('health', 'a'))?.circuit.failures).toBe(2);
		expect(elapsed()).toBeLessThan(100);
	});

	it('about conversations are one for all processes, and forgotten when they are old', async () => {
		const one = open('conversations');
		const two = open('conversations');
		const note = async (store: Store, name: string) => {
			const key = createHash('sha256').update(name).digest('hex');
			await store.update('conversation', key, () => ({ model: name, usedAt: surroundings.now() }));
			return key;
		};
		const key = await note(one.store, 'first');
		expect(await two.store.read('conversation', key)).toMatchObject({ model: 'first' });
		for (let i = 0; i < 300; i++) await note(one.store, `old ${i}`);
		await one.store.update('health', 'a', fail);
		await run(() => surroundings.sleep(CONVERSATION_MS + 1));
		for (let i = 0; i < 300; i++) await note(one.store, `new ${i}`);
		const file = new DatabaseSync(join(folder, 'conversations', 'ledger.sqlite'));
		const count = (where: string) =>
			Number(file.prepare(`SELECT count(*) AS n FROM facts WHERE ${where}`).get()?.n);
		expect(count("kind = 'conversation' AND json_extract(value, '$.model') LIKE 'old%'")).toBeLessThan(100);
		expect(count("kind = 'conversation' AND json_extract(value, '$.model') LIKE 'new%'")).toBe(300);
		expect(count("kind = 'health'")).toBe(1);
		file.close();
	});
});
