import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Outbox } from '../../../router/state/postgres/outbox';

class Away extends Error {}
const isLater = (error: unknown) => error instanceof Away;

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'outbox-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(name = 'a', now = Date.now): Outbox<number> {
	const row = {
		write: (value: number) => ({ value }),
		read: (json: unknown) => (json as { value: number }).value,
	};
	return new Outbox<number>({ folder, kind: 'rows', name, now, monotonic: () => performance.now(), ...row });
}

/** Left by a process that ended a while ago. */
function left(name: string, text: string, at = Date.now() - 60_000): void {
	const path = join(folder, `outbox-rows-${name}.jsonl`);
	writeFileSync(path, text);
	utimesSync(path, new Date(at), new Date(at));
}

it('two who deliver the same lose nothing of what is put meanwhile, though the database goes away again', async () => {
	// The other finds it as one that nobody writes to any more.
	const [one, other] = [open(), open('b', () => Date.now() + 20_000)];
	one.put([1]);
	let goOn = (): void => undefined;
	const first = one.deliver(async () => await new Promise<void>((resolve) => (goOn = resolve)), isLater);
	one.put([2]);
	const second = other.deliver(async ([row]) => {
		if (row === 2) throw new Away();
	}, isLater);
	await expect(second).rejects.toThrow(Away);
	goOn();
	await first;
	const delivered: number[] = [];
	await other.deliver(async (rows) => void delivered.push(...rows), isLater);
	expect(delivered).toContain(2);
	expect(readdirSync(folder)).toEqual([]);
});

it('a line that was cut off takes no other with it, wherever it stands', async () => {
	left('b', '{"value":1}\n{"val{"value":2}\n{"value":3}\n{"value":4');
	const delivered: number[] = [];
	await open().deliver(async (rows) => void delivered.push(...rows), isLater);
	expect(delivered).toEqual([1, 3]);
});

it('a row that is refused for good is counted, and holds up no other', async () => {
	const outbox = open();
	outbox.put([1, 2, 3]);
	const delivered: number[] = [];
	await outbox.deliver(async (rows) => {
		if (rows.includes(2)) throw new RangeError('no such number');
		delivered.push(...rows);
	}, isLater);
	expect(delivered).toEqual([1, 3]);
	expect(outbox.lost).toBe(1);
	expect(outbox.isEmpty).toBe(true);
});

it('what was left under a clock that was ahead is delivered all the same', async () => {
	left('b', '{"value":1}\n', Date.now() + 3_600_000);
	left('c', '{"value":2}\n', Date.now());
	const outbox = open();
	expect(outbox.isEmpty).toBe(false);
	const delivered: number[] = [];
	await outbox.deliver(async (rows) => void delivered.push(...rows), isLater);
	// The other may still be written to.
	expect(delivered).toEqual([1]);
});
