import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createBudgets } from '../../../router/ledger/budgets';
import type { ItemSpending, SpendingLimits } from '../../../router/ledger/budgets';
import type { Grant, PlannedCall } from '../../../router/types';
import { createSqliteState, StateBusy } from '../../../router/state/state';
import type { BudgetStore, State } from '../../../router/state/state';
import { virtualTime } from '../../support/virtualTime';
import type { VirtualTime } from '../../support/virtualTime';
import { CENT, CENT_A_CALL, DOLLAR_A_DAY, priced } from './spending';

const [BUDGET] = DOLLAR_A_DAY.budgets;

let time: VirtualTime;
let state: State;
let store: BudgetStore;
let folder: string;
beforeEach(() => {
	time = virtualTime();
	folder = mkdtempSync(join(tmpdir(), 'budgets-'));
	state = createSqliteState({ folder, surroundings: time.surroundings });
	store = state.budgets;
});
afterEach(() => {
	state.closeNow();
	rmSync(folder, { recursive: true, force: true });
});

const budgetsOf = (other: BudgetStore = store) => createBudgets(other, time.surroundings);
const itemOf = (limits: Partial<SpendingLimits> = {}) => budgetsOf().forItem({ ...DOLLAR_A_DAY, ...limits });
const DOLLAR = { input: { base: 0 }, output: { base: 0 }, perRequest: 1 };
const calling = (model: PlannedCall['model'], changes: Partial<PlannedCall> = {}): PlannedCall => ({
	model,
	inputTokens: 0,
	...changes,
});

async function granted(spending: ItemSpending, call = CENT_A_CALL): Promise<Grant> {
	const permission = await spending.ask(call);
	if (!permission.granted) throw new Error(permission.failure.message);
	return permission.grant;
}

async function spend(costNano: number, limits: Partial<SpendingLimits> = {}): Promise<void> {
	await (await granted(itemOf(limits))).settle(costNano);
}

describe('budgets under concurrency', () => {
	it.each([
		['cost what they may', CENT, 100],
		['cost half of what they may', CENT / 2, 199],
	])('let through exactly what fits of 1,000 calls that %s', async (_, costNano, fitting) => {
		const budgets = budgetsOf();
		const call = async () => {
			const permission = await budgets.forItem(DOLLAR_A_DAY).ask(CENT_A_CALL);
			if (!permission.granted) return permission.failure.category;
			await time.surroundings.sleep(1000 * time.surroundings.random());
			await permission.grant.settle(costNano);
			return 'answered';
		};
		const outcomes = await time.run(async () => await Promise.all(Array.from({ length: 1000 }, call)));
		expect(outcomes.filter((outcome) => outcome === 'answered')).toHaveLength(fitting);
		expect(new Set(outcomes)).toEqual(new Set(['answered', 'overBudget']));
		expect(await store.accounts(time.surroundings.now())).toMatchObject([
			{ spentNano: fitting * costNano, reservedNano: 0 },
		]);
		expect(time.pending()).toBe(0);
	});

	it('give those who wait their turn in order, and what is released to the next', async () => {
		const budgets = budgetsOf();
		const whole = calling(priced('dollar', { ...CENT_A_CALL.model.prices!, perRequest: 1 }));
		const order: number[] = [];
		await time.run(async () => {
			const first = await granted(budgets.forItem(DOLLAR_A_DAY), whole);
			const others = [1, 2, 3].map(async (number) => {
				const grant = await granted(budgets.forItem(DOLLAR_A_DAY), whole);
				order.push(number);
				await grant.release();
			});
			await time.surroundings.sleep(5_000);
			expect(order).toEqual([]);
			await first.release();
			await Promise.all(others);
		});
		expect(order).toEqual([1, 2, 3]);
		expect(time.elapsed()).toBeLessThan(5_001);
	});

	it('refuse after the total timeout what is still held, and give up at once when cancelled', async () => {
		const cancel = new AbortController();
		const answers = await time.run(async () => {
			const budgets = budgetsOf();
			for (let i = 0; i < 100; i++) await granted(budgets.forItem(DOLLAR_A_DAY));
			const late = budgets.forItem({ ...DOLLAR_A_DAY, totalTimeoutMs: 20_000 }).ask(CENT_A_CALL);
			const behind = budgets.forItem({ ...DOLLAR_A_DAY, totalTimeoutMs: 10_000 }).ask(CENT_A_CALL);
			const cancelled = budgets.forItem({ ...DOLLAR_A_DAY, signal: cancel.signal }).ask(CENT_A_CALL);
			await time.surroundings.sleep(1_000);
			cancel.abort();
			const gaveUp = await cancelled;
			expect(time.elapsed()).toBe(1_000);
			return [await late, await behind, gaveUp];
		});
		expect(answers).toEqual([
			{
				granted: false,
				tryNext: false,
				failure: {
					category: 'overBudget',
					message: expect.stringMatching(
						/\$1\.00 a day for "customer-1" left no room in time: \$0\.00 is spent and \$1\.00 held/,
					),
				},
			},
			expect.objectContaining({ granted: false }),
			expect.objectContaining({
				failure: { category: 'cancelled', message: 'The execution was cancelled.' },
			}),
		]);
		expect(time.elapsed()).toBe(20_000);
		expect(time.pending()).toBe(0);
	});

	it('wait as long as their total timeout, whatever the clock is set to meanwhile', async () => {
		time.setClock(12 * 3_600_000);
		await granted(itemOf({ totalTimeoutMs: 0 }), { ...CENT_A_CALL, model: priced('dollar', DOLLAR) });
		for (const hours of [-1, 1]) {
			const from = time.elapsed();
			await time.run(async () => {
				const asked = itemOf({ totalTimeoutMs: 30_000 }).ask(CENT_A_CALL);
				await time.surroundings.sleep(1_000);
				time.setClock(hours * 3_600_000);
				expect(await asked).toMatchObject({ granted: false });
			});
			expect(time.elapsed() - from).toBeGreaterThanOrEqual(30_000);
			expect(time.elapsed() - from).toBeLessThan(31_000);
		}
	});

	it('get back what a crash left behind after the total timeout and a minute', async () => {
		await time.run(async () => {
			const crashed = { ...DOLLAR_A_DAY, totalTimeoutMs: 30_000 };
			for (let i = 0; i < 100; i++) await granted(budgetsOf().forItem(crashed));
			await granted(itemOf());
		});
		expect(time.elapsed()).toBeGreaterThanOrEqual(90_000);
		expect(time.elapsed()).toBeLessThan(90_200);
	});

	it('wait where other processes hold the file, and book nothing twice', async () => {
		let locked = 0;
		const busy = async <T>(work: () => Promise<T>): Promise<T> => {
			locked += 1;
			if (locked % 3 !== 0) throw new StateBusy();
			return await work();
		};
		const contested: BudgetStore = {
			reserve: (request) => busy(() => store.reserve(request)),
			settle: (settlement) => busy(() => store.settle(settlement)),
			accounts: (now) => store.accounts(now),
		};
		await time.run(async () => {
			const grant = await granted(budgetsOf(contested).forItem(DOLLAR_A_DAY));
			await grant.settle(CENT);
			await grant.settle(CENT);
			await grant.release();
		});
		expect(await store.accounts(time.surroundings.now())).toMatchObject([
			{ spentNano: CENT, reservedNano: 0 },
		]);
	});
});

describe('what is held against a budget', () => {
	it('names the budget, the spend and the reset when it is over, and warns from 80 %', async () => {
		const spending = itemOf({ timeZone: 'Europe/Berlin' });
		await (await granted(spending)).settle(79 * CENT);
		expect(spending.warnings()).toEqual([]);
		await (await granted(spending)).settle(20.5 * CENT);
		expect(spending.warnings().map(({ text }) => text)).toEqual([
			'The budget of $1.00 a day for "customer-1" is 99 % spent ($0.9950). It resets at 2026-01-02 00:00 (Europe/Berlin).',
		]);
		expect(await spending.ask(CENT_A_CALL)).toEqual({
			granted: false,
			tryNext: false,
			failure: {
				category: 'overBudget',
				message:
					'The budget of $1.00 a day for "customer-1" leaves no room: $0.9950 is spent, and this call could cost $0.0100. ' +
					'It resets at 2026-01-02 00:00 (Europe/Berlin).',
			},
		});
	});

	it('is the most the call can cost: its input with a margin, its answer at the limit or 4,096', async () => {
		const model = priced('dear', { input: { base: 1000 }, output: { base: 2000 } });
		const holding = async (call: PlannedCall, limitNano: number) =>
			(await itemOf({ budgets: [{ ...BUDGET, scope: `${limitNano}`, limitNano }] }).ask(call)).granted;
		const bounded = calling(model, { inputTokens: 1000, maxOutputTokens: 100 });
		expect(await holding(bounded, 1_350_000_000)).toBe(true);
		expect(await holding(bounded, 1_349_999_999)).toBe(false);
		expect(await holding(calling(model), 8_192_000_000)).toBe(true);
		expect(await holding(calling(model), 8_191_999_999)).toBe(false);
	});

	it('becomes what the provider bills, which may be nothing or of unknown cost', async () => {
		const usage = {
			inputTokens: 1,
			outputTokens: 2,
			cachedInputTokens: 0,
			reasoningTokens: 0,
			totalTokens: 3,
		};
		const model = priced('dear', { input: { base: 1000 }, output: { base: 2000 } });
		const call = calling(model, { maxOutputTokens: 10 });
		await (await granted(itemOf(), call)).bill(usage);
		await (await granted(itemOf(), call)).bill(null);
		const unknown = itemOf({ allowUnknownPrice: true });
		await (await granted(unknown, calling(priced('new-model', null)))).bill(usage);
		expect(await store.accounts(time.surroundings.now())).toMatchObject([
			{ spentNano: 5_000_000, reservedNano: 0, unknownCost: 1 },
		]);
	});

	it('leaves the item to models that still fit with "cheapest", for a free one always', async () => {
		const budgets = [{ ...BUDGET, onExceeded: 'cheapest' as const }];
		await spend(100 * CENT, { budgets });
		expect(await itemOf({ budgets }).ask(CENT_A_CALL)).toMatchObject({ granted: false, tryNext: true });
		const free = calling(priced('local', { input: { base: 0 }, output: { base: 0 } }));
		expect(await itemOf({ budgets }).ask(free)).toMatchObject({ granted: true });
	});

	it('refuses an unknown price unless that is allowed, and never takes it for nothing', async () => {
		const unknown = calling(priced('new-model', null));
		expect(await itemOf().ask(unknown)).toMatchObject({
			granted: false,
			tryNext: true,
			failure: { message: expect.stringContaining('No price is known for "new-model"') },
		});
		const allowing = { allowUnknownPrice: true };
		await (await granted(itemOf(allowing), unknown)).settle(null);
		expect(await store.accounts(time.surroundings.now())).toMatchObject([{ spentNano: 0, unknownCost: 1 }]);
		await spend(100 * CENT);
		expect(await itemOf(allowing).ask(unknown)).toMatchObject({ granted: false });
		expect(await itemOf({ budgets: [] }).ask(unknown)).toMatchObject({ granted: true });
	});

	it('counts retries and hedges of one item against its own limit', async () => {
		const spending = itemOf({ budgets: [], maxCostPerItemNano: 3 * CENT });
		const hedge = await granted(spending);
		await (await granted(spending)).settle(2 * CENT);
		expect(await spending.ask(CENT_A_CALL)).toMatchObject({
			granted: false,
			failure: { message: expect.stringContaining('Max Cost per Item is $0.0300: $0.0300 of it is used') },
		});
		await hedge.release();
		await granted(spending);
	});

	it('is shared by scope and period only, the strictest limit first', async () => {
		const hour = { ...BUDGET, period: 'hour' as const, limitNano: 2 * CENT };
		await spend(CENT, { budgets: [hour, BUDGET, { ...BUDGET, limitNano: 50 * CENT }] });
		expect(await itemOf({ budgets: [{ ...BUDGET, limitNano: CENT }] }).ask(CENT_A_CALL)).toMatchObject({
			granted: false,
		});
		await granted(itemOf({ budgets: [{ ...BUDGET, limitNano: CENT, scope: 'customer-2' }] }));
		const run = { ...BUDGET, period: 'execution' as const, limitNano: CENT };
		await spend(CENT, { budgets: [run], execution: '1' });
		expect(await itemOf({ budgets: [run], execution: '1' }).ask(CENT_A_CALL)).toMatchObject({
			failure: { message: expect.stringContaining('begins anew with the next execution') },
		});
		await granted(itemOf({ budgets: [run], execution: '2' }));
	});

	it('begins anew with the period, while a call across its end counts where it began', async () => {
		await time.run(async () => {
			await time.surroundings.sleep(23.99 * 3_600_000);
			const across = await granted(itemOf());
			await spend(99 * CENT);
			const waiting = itemOf().ask(CENT_A_CALL);
			await time.surroundings.sleep(0.02 * 3_600_000);
			expect(await waiting).toMatchObject({ granted: true });
			expect(await itemOf().ask(CENT_A_CALL)).toMatchObject({ granted: true });
			await across.settle(CENT);
		});
		expect(await store.accounts(time.surroundings.now())).toMatchObject([
			{ spentNano: 0, reservedNano: 2 * CENT },
		]);
	});

	it('keeps of a scope that is a document only what tells it from others', async () => {
		const budgets = ['a', 'b'].map((end) => [
			{ ...BUDGET, scope: 'x'.repeat(1e6) + end, limitNano: 100 * CENT },
		]);
		for (const one of [...budgets, ...budgets]) await spend(CENT, { budgets: one });
		const accounts = await store.accounts(time.surroundings.now());
		expect(accounts).toMatchObject([{ spentNano: 2 * CENT }, { spentNano: 2 * CENT }]);
		expect(Math.max(...accounts.map(({ scope }) => scope.length))).toBeLessThan(300);
	});
});
