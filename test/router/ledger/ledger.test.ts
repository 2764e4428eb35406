import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createLedger } from '../../../router/ledger/ledger';
import { rowOf } from '../../../router/ledger/record';
import { createMemoryState, createSqliteState, StateBusy } from '../../../router/state/state';
import type { DecisionRow, LedgerSink, State } from '../../../router/state/state';
import { virtualTime } from '../../support/virtualTime';
import type { VirtualTime } from '../../support/virtualTime';
import { attemptOf, decisionOf, HAIKU, OPUS, ORIGIN } from './decisions';

const ALL = [{ from: 0, to: 2 ** 47 }];

let time: VirtualTime;
let state: State;
beforeEach(() => {
	time = virtualTime();
	state = createMemoryState(time.surroundings);
});

const now = () => time.surroundings.now();
const requests = async () => (await state.history.usage({ spans: ALL, groupBy: [] }))[0]?.requests ?? 0;

/** A store some of whose writes fail. */
function failing(fails: (call: number) => Error | null, delayMs?: number) {
	let calls = 0;
	const rows: DecisionRow[] = [];
	const append = (batch: readonly DecisionRow[]) => {
		const error = fails(++calls);
		if (error) throw error;
		rows.push(...batch);
	};
	const slowly = async (batch: readonly DecisionRow[]) => {
		await time.surroundings.sleep(delayMs ?? 0);
		append(batch);
	};
	const sink: LedgerSink = {
		...state.ledger,
		salt: async () => '5a'.repeat(16),
		prune: async () => false,
		append: delayMs === undefined ? async (batch) => append(batch) : slowly,
	};
	return { rows, sink };
}

describe('the ledger', () => {
	it('writes within 200 ms, off the path of the item', async () => {
		const ledger = createLedger(state.ledger, time.surroundings);
		await time.run(async () => {
			ledger.record(decisionOf({ at: now() }), ORIGIN);
			expect(await requests()).toBe(0);
			await time.surroundings.sleep(200);
			expect(await requests()).toBe(1);
		});
		expect(ledger.notices()).toEqual([]);
	});

	it('writes at once when asked to, as the end of a process does', async () => {
		const ledger = createLedger(state.ledger, time.surroundings);
		for (let i = 0; i < 1_234; i++) ledger.record(decisionOf({ at: now() }), ORIGIN);
		ledger.flushNow();
		expect(await requests()).toBe(1_234);
		await time.runOut();
		expect(await requests()).toBe(1_234);
	});

	it.each([undefined, 50])(
		'keeps what a busy store does not take, each once (a store that takes %s ms)',
		async (delayMs) => {
			const busy = failing((call) => (call % 2 === 1 ? new StateBusy() : null), delayMs);
			const ledger = createLedger(busy.sink, time.surroundings);
			await time.run(async () => {
				for (let i = 0; i < 1_100; i++) {
					ledger.record(decisionOf({ at: now() }), ORIGIN);
					if (i % 100 === 0) await time.surroundings.sleep(20);
				}
				await time.surroundings.sleep(3_000);
				await ledger.flush();
			});
			expect(new Set(busy.rows.map(({ id }) => id)).size).toBe(1_100);
			expect(busy.rows).toHaveLength(1_100);
			expect(ledger.notices()).toEqual([]);
		},
	);

	it('goes on past what a store refuses for good, and says so', async () => {
		const refusing = failing((call) => (call === 1 ? new Error('no') : null));
		const ledger = createLedger(refusing.sink, time.surroundings);
		ledger.record(decisionOf({ at: now() }), ORIGIN);
		await time.runOut();
		ledger.record(decisionOf({ at: now() }), ORIGIN);
		await time.runOut();
		expect(refusing.rows).toHaveLength(1);
		expect(ledger.notices()).toEqual([expect.stringContaining('1 decisions could not be written')]);
	});

	it('forgets what is past its retention, some time after the start', async () => {
		const ledger = createLedger(state.ledger, time.surroundings);
		await time.run(async () => {
			ledger.record(decisionOf({ at: now() }), { ...ORIGIN, retentionDays: 1 });
			await time.surroundings.sleep(2 * 86_400_000);
			ledger.record(decisionOf({ at: now() }), ORIGIN);
			await time.surroundings.sleep(1_000);
		});
		expect(await requests()).toBe(1);
	});

	it('costs an item less than 0.1 ms', () => {
		const ledger = createLedger(state.ledger, time.surroundings);
		const took: number[] = [];
		for (let i = 0; i < 2_000; i++) {
			const decision = decisionOf({ at: now() });
			const from = performance.now();
			ledger.record(decision, ORIGIN);
			took.push(performance.now() - from);
		}
		expect(took.sort((a, b) => a - b)[1_000]).toBeLessThan(0.1);
	});
});

describe('a row', () => {
	it('keeps who answered, else who was tried last, and what each attempt cost', () => {
		const attempts = [
			attemptOf({
				outcome: 'overloaded',
				status: 529,
				billing: 'none',
				usage: null,
				message: 'CANARY-message',
			}),
			attemptOf({ model: 'opus', firstTokenMs: 77 }),
		];
		const at = Date.UTC(2026, 0, 2);
		const row = rowOf(decisionOf({ at, attempts }), ORIGIN, null);
		expect(row).toMatchObject({
			at,
			model: 'haiku',
			modelId: 'claude-haiku',
			firstTokenMs: 77,
			costNano: 1_500_000,
		});
		expect(row.attempts).toMatchObject([
			{ outcome: 'overloaded', status: 529, costNano: 0 },
			{ model: 'opus', outcome: 'answered', costNano: null },
		]);
		const failure = { category: 'timeout' as const, message: 'CANARY-failure' };
		const failed = rowOf(
			decisionOf({ at, attempts, answer: null, failure, outcome: 'failed' }),
			ORIGIN,
			null,
		);
		expect(failed).toMatchObject({ model: OPUS.alias, category: 'timeout', inputTokens: 0 });
		const unasked = rowOf(decisionOf({ at, attempts: [], answer: null, outcome: 'routed' }), ORIGIN, null);
		expect(unasked).toMatchObject({ model: HAIKU.alias, outcome: 'routed' });
	});

	it('holds nothing of prompts, answers, messages and reasons, in the file as little as in memory', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
		const file = createSqliteState({ folder, surroundings: time.surroundings });
		const ledger = createLedger(file.ledger, time.surroundings);
		const failure = { category: 'blocked' as const, message: 'CANARY-failure' };
		const attempts = [attemptOf({ message: 'CANARY-message' })];
		for (let i = 0; i < 3; i++) {
			ledger.record(
				decisionOf({ at: now(), failure, attempts }),
				ORIGIN,
				i === 2 ? 'another' : 'CANARY-prompt',
			);
		}
		await ledger.flush();
		const hashes = await file.history.usage({ spans: ALL, groupBy: [] });
		expect(hashes).toMatchObject([{ requests: 3 }]);
		for (const name of readdirSync(folder))
			expect(readFileSync(join(folder, name)).includes('CANARY')).toBe(false);
		await file.close();
		rmSync(folder, { recursive: true, force: true });
	});

	it('loses of a batch only the decision that is refused for good', async () => {
		const poison = decisionOf({ at: now() });
		const rows: DecisionRow[] = [];
		const append = async (batch: readonly DecisionRow[]) => {
			if (batch.some(({ id }) => id === poison.id)) throw new RangeError('no such text');
			rows.push(...batch);
		};
		const ledger = createLedger({ ...state.ledger, append }, time.surroundings);
		for (let n = 0; n < 50; n += 1) {
			if (n === 20) ledger.record(poison, ORIGIN);
			ledger.record(decisionOf({ at: now() }), ORIGIN);
		}
		await time.run(async () => await ledger.flush());
		expect(rows).toHaveLength(50);
		expect(ledger.notices()).toEqual([expect.stringMatching(/^1 decisions/)]);
	});

	it('has a hash of the prompt that tells repeats and not the prompt', async () => {
		const kept = failing(() => null);
		const ledger = createLedger(kept.sink, time.surroundings);
		for (const prompt of ['one', 'one', 'two']) ledger.record(decisionOf({ at: now() }), ORIGIN, prompt);
		ledger.record(decisionOf({ at: now() }), ORIGIN);
		await ledger.flush();
		const [one, again, two, none] = kept.rows.map(({ promptHash }) => promptHash);
		expect(one).toMatch(/^[0-9a-f]{16}$/);
		expect(again).toBe(one);
		expect(two).not.toBe(one);
		expect(none).toBeNull();
		// A long prompt is hashed in pieces, to its last letter.
		const long = 'word '.repeat(250_000);
		for (const prompt of [long, long, `${long}!`]) ledger.record(decisionOf({ at: now() }), ORIGIN, prompt);
		await time.run(async () => await ledger.flush());
		const hashes = kept.rows.slice(4).map(({ promptHash }) => promptHash);
		expect(hashes[0]).toMatch(/^[0-9a-f]{16}$/);
		expect(hashes[1]).toBe(hashes[0]);
		expect(hashes[2]).not.toBe(hashes[0]);
		// Nobody who has the file and guesses the prompt finds it without the salt of this file.
		const other = failing(() => null);
		const elsewhere = createLedger({ ...other.sink, salt: async () => '0'.repeat(32) }, time.surroundings);
		elsewhere.record(decisionOf({ at: now() }), ORIGIN, 'one');
		await elsewhere.flush();
		expect(other.rows[0].promptHash).not.toBe(one);
	});
});
