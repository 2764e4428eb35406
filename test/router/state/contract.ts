import type {
	AccountKey,
	BudgetStore,
	History,
	LedgerSink,
	ReserveResult,
	State,
} from '../../../router/state/state';
import { contractOfFacts } from './factsContract';
import { attemptRow, decisionRow } from './decisionRows';
import { anyQuestion, anyRows, inOrder, plainUsage } from './plainUsage';
import { seededChance } from '../../support/virtualTime';

const NOON = Date.UTC(2026, 0, 2, 12);
const DAY = 86_400_000;
const CENT = 10_000_000;
const ALL = [{ from: 0, to: NOON + 400 * DAY }];

function account(
	changes: Partial<AccountKey & { limitNano: number }> = {},
): AccountKey & { limitNano: number } {
	return {
		scope: 'customer-1',
		period: 'day',
		execution: '',
		startsAt: NOON - DAY / 2,
		resetsAt: NOON + DAY / 2,
		limitNano: 100 * CENT,
		...changes,
	};
}

function holdsOf(result: ReserveResult) {
	if (result.outcome !== 'granted') throw new Error(`Not granted: ${result.outcome}`);
	return result.holds;
}

/** What every backend has to do. `open` gives an empty one. */
export function holdToContract(open: () => State | Promise<State>): void {
	let state: State;
	let store: BudgetStore & History & LedgerSink;
	beforeEach(async () => {
		state = await open();
		store = { ...state.budgets, ...state.history, ...state.ledger };
	});
	afterEach(async () => await state.close());

	describe('facts', () => contractOfFacts(() => state));

	const reserve = async (accounts: Array<AccountKey & { limitNano: number }>, cents: number, now = NOON) =>
		await store.reserve({ accounts, amountNano: cents * CENT, now, expiresAt: now + 60_000 });

	describe('decisions', () => {
		it('count their attempts by model', async () => {
			await store.append([
				decisionRow(NOON, {
					attempts: [attemptRow({ outcome: 'stalled' }), attemptRow({ outcome: 'cancelled' })],
				}),
				decisionRow(NOON + 1, {
					attempts: [attemptRow(), attemptRow({ model: 'other', outcome: 'timeout' })],
				}),
				decisionRow(NOON + 2),
			]);
			const counts = await store.attempts({ from: NOON, to: NOON + 2 });
			expect(counts.sort((a, b) => b.calls - a.calls)).toEqual([
				{ model: 'haiku', modelId: 'claude-haiku', calls: 3, failed: 1 },
				{ model: 'other', modelId: null, calls: 1, failed: 1 },
			]);
		});

		it('come back as they were noted, the newest first, by page and filter', async () => {
			const rows = Array.from({ length: 7 }, (_, n) =>
				decisionRow(NOON + n, {
					execution: String(n),
					outcome: n % 2 === 0 ? 'answered' : 'failed',
					category: n % 2 === 0 ? null : 'overBudget',
					scope: n === 3 ? null : `customer-${n}`,
					costNano: n === 1 ? null : 3,
					...(n === 4 && { retiredModelId: 'gpt-4-turbo' }),
					promptHash: n === 2 ? '00ff00ff00ff00ff' : null,
					attempts:
						n === 5 ? [] : [attemptRow({ startedAt: NOON + n + 5 }), attemptRow({ outcome: 'stalled' })],
				}),
			);
			await store.append(rows);
			const ask = async (where: object, limit = 50, offset = 0) =>
				await store.decisions({ span: { from: NOON, to: NOON + 6 }, where, limit, offset });
			const kept = rows.map((row) => ({ ...row, feedback: null }));
			const newest = kept.slice(0, 6).reverse();
			expect(await ask({})).toEqual(newest);
			expect(await ask({}, 2, 3)).toEqual(newest.slice(3, 5));
			expect(await ask({ outcome: 'failed', category: 'overBudget' })).toEqual([kept[5], kept[3], kept[1]]);
			expect(await ask({ scope: 'customer-4', model: 'haiku' })).toEqual([kept[4]]);
			expect(await ask({ model: 'nobody' })).toEqual([]);
		});

		it('keep what was said of them last, and forget it with them', async () => {
			const row = decisionRow(NOON, { retentionDays: 7 });
			await store.append([row, decisionRow(NOON + 1)]);
			const said = { at: NOON + 9, rating: 'bad', note: null } as const;
			expect(await store.rate(row.id, { at: NOON + 8, rating: 'good', note: 'so far' })).toBe(true);
			expect(await store.rate(row.id, said)).toBe(true);
			expect(await store.rate(decisionRow(NOON + 2).id, said)).toBe(false);
			// A batch may be written twice; feedback is kept.
			await store.append([row]);
			const query = { span: { from: 0, to: NOON + DAY }, where: {}, limit: 9, offset: 0 };
			expect((await store.decisions(query)).map(({ feedback }) => feedback)).toEqual([null, said]);
			while (await store.prune(NOON + 20 * DAY));
			await store.append([row]);
			expect(await store.decisions(query)).toMatchObject([{ feedback: null }, { feedback: null }]);
		});

		it('hold what can be learned from them, once rated and for those who learn, as long as they last', async () => {
			const lesson = (n: number, learner = 'desk') => ({
				learner,
				strong: n % 2 === 0,
				seen: Uint8Array.of(n, 255),
			});
			const rows = [1, 2, 3].map((n) => decisionRow(NOON + n, { retentionDays: 7, lesson: lesson(n) }));
			const other = decisionRow(NOON + 4, { lesson: lesson(4, 'other') });
			await store.append([...rows, other, decisionRow(NOON + 5)]);
			const none = { rated: 0, latest: 0, newer: 0 };
			expect(await store.countLessons('desk', 0)).toEqual(none);
			for (const { id } of [rows[2], rows[0], rows[1], other])
				await store.rate(id, { at: NOON + 9, rating: 'good', note: null });
			await store.rate(rows[1].id, { at: NOON + 10, rating: 'bad', note: null });
			const rated = { rated: 3, latest: NOON + 10 };
			expect(await store.countLessons('desk', 0)).toEqual({ ...rated, newer: 3 });
			expect(await store.countLessons('desk', NOON + 9)).toEqual({ ...rated, newer: 1 });
			const read = async (limit: number) =>
				(await store.lessons('desk', limit)).map(({ strong, rating, seen }) => [strong, rating, ...seen]);
			expect(await read(9)).toEqual([
				[false, 'good', 1, 255],
				[true, 'bad', 2, 255],
				[false, 'good', 3, 255],
			]);
			expect(await read(2)).toEqual((await read(9)).slice(1));
			const query = { span: { from: NOON, to: NOON + 5 }, where: {}, limit: 9, offset: 0 };
			const learnt = await store.decisions({ ...query, withLessons: true });
			expect(learnt.map(({ lesson: one }) => one && [one.learner, ...one.seen])).toEqual([
				['other', 4, 255],
				['desk', 3, 255],
				['desk', 2, 255],
				['desk', 1, 255],
			]);
			expect((await store.decisions(query))[0]).not.toHaveProperty('lesson');
			while (await store.prune(NOON + 20 * DAY));
			expect(await store.countLessons('desk', 0)).toEqual(none);
			expect(await store.lessons('desk', 9)).toEqual([]);
			expect(await store.lessons('other', 9)).toHaveLength(1);
		});

		it('are summed by group and span, unknown costs apart', async () => {
			await store.append([
				decisionRow(NOON, { ms: 100 }),
				decisionRow(NOON + 1, { ms: 300, costNano: null, baselineNano: 7 }),
				decisionRow(NOON + 2, { ms: 200, outcome: 'fallback', costNano: 3 }),
				decisionRow(NOON + 3, {
					ms: 9_000,
					outcome: 'failed',
					category: 'timeout',
					costNano: 0,
					baselineNano: null,
				}),
				decisionRow(NOON + DAY, {
					model: 'opus',
					scope: null,
					task: null,
					costNano: null,
					baselineNano: null,
				}),
			]);
			const spans = [
				{ from: NOON, to: NOON + DAY },
				{ from: NOON + DAY, to: NOON + 2 * DAY },
				{ from: NOON + 2 * DAY, to: NOON + 3 * DAY },
			];
			const groups = await store.usage({ spans, groupBy: ['model', 'scope', 'task'] });
			expect(groups).toHaveLength(2);
			expect(groups.find(({ span }) => span === 0)).toEqual({
				span: 0,
				keys: ['haiku', 'customer-1', 'coding'],
				requests: 4,
				answered: 2,
				fallbacks: 1,
				failed: 1,
				inputTokens: 1600,
				outputTokens: 400,
				costNano: 2_000_003,
				baselineNano: 10_000_007,
				savedNano: 3_000_000 + 4_999_997,
				unknownCost: 1,
				p50Ms: 200,
				p95Ms: 300,
			});
			expect(groups.find(({ span }) => span === 1)).toMatchObject({
				keys: ['opus', null, null],
				costNano: null,
				savedNano: null,
				unknownCost: 1,
			});
		});

		it('tell what of the savings was not another model’s doing, where there is any', async () => {
			const parts = { promptCacheNano: 300_000, tierNano: 20_000, answerCacheNano: 1_000 };
			await store.append([
				decisionRow(NOON, parts),
				decisionRow(NOON + 1, parts),
				// Nothing was saved that can be told.
				decisionRow(NOON + 2, { ...parts, costNano: null }),
				decisionRow(NOON + 3, { model: 'opus' }),
			]);
			const groups = await store.usage({ spans: ALL, groupBy: ['model'] });
			expect(groups.find(({ keys }) => keys[0] === 'haiku')).toMatchObject({
				promptCacheNano: 600_000,
				tierNano: 40_000,
				answerCacheNano: 2_000,
			});
			expect(groups.find(({ keys }) => keys[0] === 'opus')).not.toHaveProperty('tierNano');
		});

		it('are summed whole without groups; nothing gives no group', async () => {
			expect(await store.usage({ spans: ALL, groupBy: [] })).toEqual([]);
			expect(await store.earliest()).toBeNull();
			await store.append([decisionRow(NOON), decisionRow(NOON - DAY)]);
			expect(await store.usage({ spans: ALL, groupBy: [] })).toMatchObject([{ keys: [], requests: 2 }]);
			expect(await store.earliest()).toBe(NOON - DAY);
		});

		it('are seen by several views in one reading', async () => {
			await store.append([
				decisionRow(NOON, { ms: 100 }),
				decisionRow(NOON + 1, { model: 'opus', ms: 900 }),
				decisionRow(NOON + DAY, { model: 'opus', route: 'Legal', ms: 500 }),
			]);
			const spans = [
				{ from: NOON, to: NOON + DAY },
				{ from: NOON + DAY, to: NOON + 2 * DAY },
			];
			const [days, models, routes, whole] = await store.usageViews(spans, [
				{ groupBy: [], whole: false },
				{ groupBy: ['model'], whole: true },
				{ groupBy: ['route', 'model'], whole: false },
				{ groupBy: [], whole: true },
			]);
			expect(days.map(({ span, requests }) => [span, requests])).toEqual([
				[0, 2],
				[1, 1],
			]);
			expect(models.map(({ span, keys, requests }) => [span, keys, requests])).toEqual([
				[0, ['haiku'], 1],
				[0, ['opus'], 2],
			]);
			expect(routes.map(({ span, keys }) => [span, ...keys])).toContainEqual([1, 'Legal', 'opus']);
			expect(whole).toMatchObject([{ requests: 3, costNano: 6_000_000, p50Ms: 500, p95Ms: 900 }]);
		});

		it('are summed as anyone would sum them row by row, whatever they are and however they are looked at', async () => {
			const chance = seededChance(16);
			const span = { from: NOON - 3 * DAY, to: NOON };
			const rows = anyRows(400, span, chance);
			await store.append(rows);
			for (let round = 0; round < 25; round += 1) {
				const { spans, views } = anyQuestion(span, chance);
				const seen = await store.usageViews(spans, views);
				views.forEach((view, i) => expect(inOrder(seen[i])).toEqual(inOrder(plainUsage(rows, spans, view))));
			}
			const failed = rows.filter(({ outcome, category }) => outcome === 'failed' && category !== null);
			const counted = (await store.failures(span)).map(({ requests }) => requests);
			expect(counted.reduce((sum, requests) => sum + requests, 0)).toBe(failed.length);
		});

		it('that nobody answered are counted by category and model, the most frequent first', async () => {
			const failed = { outcome: 'failed', category: 'timeout' } as const;
			await store.append([
				decisionRow(NOON, { ...failed, category: 'overBudget', model: null }),
				decisionRow(NOON + 1, failed),
				decisionRow(NOON + 2, failed),
				decisionRow(NOON + 3),
				decisionRow(NOON + DAY, failed),
			]);
			expect(await store.failures({ from: NOON, to: NOON + DAY })).toEqual([
				{ category: 'timeout', model: 'haiku', requests: 2 },
				{ category: 'overBudget', model: null, requests: 1 },
			]);
		});

		it('count once though they are written twice', async () => {
			const rows = [decisionRow(NOON), decisionRow(NOON + 5)];
			await store.append(rows);
			await store.append([...rows, decisionRow(NOON + 6)]);
			expect(await store.usage({ spans: ALL, groupBy: ['workflow'] })).toMatchObject([
				{ requests: 3, costNano: 6_000_000 },
			]);
		});

		it('are forgotten when their own retention is over', async () => {
			await store.append([
				decisionRow(NOON, { retentionDays: 7, route: 'short' }),
				decisionRow(NOON, { retentionDays: 90, route: 'long' }),
				decisionRow(NOON + 20 * DAY, { retentionDays: 7, route: 'late' }),
			]);
			while (await store.prune(NOON + 20 * DAY));
			const routes = await store.usage({ spans: ALL, groupBy: ['route'] });
			expect(routes.map(({ keys }) => keys[0]).sort()).toEqual(['late', 'long']);
		});
	});

	describe('budgets', () => {
		it('grant as much as there is, and book what was spent', async () => {
			const holds = holdsOf(await reserve([account()], 60));
			expect(await reserve([account()], 50)).toMatchObject({
				outcome: 'reserved',
				account: { spentNano: 0, reservedNano: 60 * CENT, limitNano: 100 * CENT },
			});
			expect(await store.settle({ holds, spentNano: 51 * CENT, now: NOON })).toMatchObject([
				{ spentNano: 51 * CENT, reservedNano: 0 },
			]);
			expect(await reserve([account()], 50)).toMatchObject({ outcome: 'exceeded' });
			expect(await reserve([account()], 49)).toMatchObject({ outcome: 'granted' });
			expect(await store.accounts(NOON)).toMatchObject([
				{ scope: 'customer-1', period: 'day', spentNano: 51 * CENT, reservedNano: 49 * CENT },
			]);
		});

		it('reserve in all accounts or in none', async () => {
			const hour = account({ period: 'hour', limitNano: 10 * CENT });
			expect(await reserve([account(), hour], 20)).toMatchObject({
				outcome: 'exceeded',
				account: { period: 'hour' },
			});
			holdsOf(await reserve([account(), hour], 10));
			expect(await reserve([account(), hour], 1)).toMatchObject({ outcome: 'reserved' });
			expect(await store.accounts(NOON)).toEqual(
				expect.arrayContaining([
					expect.objectContaining({ period: 'day', reservedNano: 10 * CENT }),
					expect.objectContaining({ period: 'hour', reservedNano: 10 * CENT }),
				]),
			);
		});

		it('take back what was not settled in time; what was spent counts though it is late', async () => {
			const holds = holdsOf(await reserve([account()], 100));
			expect(await reserve([account()], 100, NOON + 59_999)).toMatchObject({ outcome: 'reserved' });
			expect(await store.accounts(NOON + 60_000)).toMatchObject([{ reservedNano: 0 }]);
			holdsOf(await reserve([account()], 40, NOON + 60_000));
			const [after] = await store.settle({ holds, spentNano: 70 * CENT, now: NOON + 61_000 });
			expect(after).toMatchObject({ spentNano: 70 * CENT, reservedNano: 40 * CENT });
		});

		it('book in the period in which was reserved, and keep scopes and executions apart', async () => {
			const tomorrow = account({ startsAt: NOON + DAY / 2, resetsAt: NOON + (3 * DAY) / 2 });
			const holds = holdsOf(await reserve([account()], 100));
			holdsOf(await reserve([tomorrow], 100, NOON + DAY / 2));
			holdsOf(await reserve([account({ scope: 'customer-2' })], 100));
			const execution = { period: 'execution' as const, startsAt: 0, resetsAt: null };
			holdsOf(await reserve([account({ ...execution, execution: '1' })], 100));
			holdsOf(await reserve([account({ ...execution, execution: '2' })], 100));
			const [booked] = await store.settle({ holds, spentNano: 100 * CENT, now: NOON + DAY / 2 });
			expect(booked).toMatchObject({ startsAt: NOON - DAY / 2, spentNano: 100 * CENT });
			const open = await store.accounts(NOON + DAY / 2);
			expect(open.find(({ startsAt }) => startsAt === tomorrow.startsAt)).toMatchObject({ spentNano: 0 });
		});

		it('count what nobody knows the price of apart', async () => {
			const holds = holdsOf(await reserve([account()], 1));
			const [after] = await store.settle({ holds, spentNano: null, now: NOON });
			expect(after).toMatchObject({ spentNano: 0, reservedNano: 0, unknownCost: 1 });
		});

		it('hold a new limit against what was spent before', async () => {
			const holds = holdsOf(await reserve([account()], 60));
			await store.settle({ holds, spentNano: 60 * CENT, now: NOON });
			expect(await reserve([account({ limitNano: 50 * CENT })], 1)).toMatchObject({ outcome: 'exceeded' });
			expect(await reserve([account({ limitNano: 200 * CENT })], 140)).toMatchObject({ outcome: 'granted' });
		});
	});

	it('keeps one salt', async () => {
		const salt = await store.salt();
		expect(salt).toMatch(/^[0-9a-f]{32}$/);
		expect(await store.salt()).toBe(salt);
	});

	it('writes what is left when a process ends, with the salt at hand', async () => {
		const salt = await store.salt();
		store.appendNow((given) => [decisionRow(NOON, { route: given })]);
		expect(await store.usage({ spans: ALL, groupBy: ['route'] })).toMatchObject([{ keys: [salt] }]);
		expect(state.notices()).toEqual([]);
	});
}
