/** The clock is set forward and back; times stored meanwhile must not block anything. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createMemoryState, createSqliteState } from '../../../router/state/state';
import { fails, whole } from '../../support/standIn/scriptedModel';
import { outcomes, setting } from '../failover/setting';

const HOUR = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'clocks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const stateIn = (place: string, surroundings: Parameters<typeof createMemoryState>[0]) =>
	place === 'memory'
		? createMemoryState(surroundings)
		: createSqliteState({ folder: join(folder, String(files++)), surroundings });

describe.each(['memory', 'a file'])('what was noted in %s by a clock that was ahead', (place) => {
	test.each([
		['an hour', HOUR],
		['a day', 24 * HOUR],
	])('by %s neither lets a model rest nor shuts it when the clock is set right', async (_, ahead) => {
		const { model, ask, time } = setting();
		const world = { state: stateIn(place, time.surroundings) };
		const denied = model('first', [fails('authentication', { status: 401 }), whole()]);
		const down = model('down', [...Array<ReturnType<typeof fails>>(5).fill(fails('serverError')), whole()]);
		time.setClock(ahead);
		await ask([denied, model('second', [whole()])], {}, world);
		await ask([down], { maxRetries: 4 }, world);
		time.setClock(-ahead);
		expect(outcomes(await ask([denied], {}, world))).toEqual(['first answered']);
		expect(outcomes(await ask([down, model('third', [whole()])], {}, world))).toEqual(['down answered']);
	});

	test('is no reservation any more once that could not have been made', async () => {
		const { time } = setting();
		const { budgets } = stateIn(place, time.surroundings);
		const { now } = time.surroundings;
		const account = { scope: 'a', period: 'month', execution: '', startsAt: 0, resetsAt: 2 ** 47 } as const;
		const reserve = async () =>
			await budgets.reserve({
				accounts: [{ ...account, limitNano: 10 }],
				amountNano: 8,
				now: now(),
				expiresAt: now() + 11 * 60_000,
			});
		time.setClock(48 * HOUR);
		expect((await reserve()).outcome).toBe('granted');
		expect((await reserve()).outcome).toBe('reserved');
		time.setClock(-48 * HOUR);
		expect((await budgets.accounts(now()))[0].spentNano).toBe(0);
		expect((await reserve()).outcome).toBe('granted');
		expect(await budgets.accounts(now())).toMatchObject([{ reservedNano: 8 }]);
	});

	test('does not hold up calls under a limit a minute', async () => {
		const { model, ask, time } = setting();
		const world = { state: stateIn(place, time.surroundings) };
		const limited = model('first', [whole()], { maxRequestsPerMinute: 2 });
		time.setClock(24 * HOUR);
		for (let call = 0; call < 3; call += 1) await ask([limited], {}, world);
		time.setClock(-24 * HOUR);
		const from = time.elapsed();
		expect(outcomes(await ask([limited], {}, world))).toEqual(['first answered']);
		expect(time.elapsed() - from).toBeLessThan(61_000);
	});
});

test('a cooldown of thirty years lasts an hour', async () => {
	const { model, ask, pass } = setting();
	const models = [model('first', [fails('serverError'), whole()]), model('second', [whole()])];
	const settings = { breakerThreshold: 1, maxRetries: 0 };
	await ask(models, { ...settings, breakerCooldownMs: 1e12 });
	expect(outcomes(await ask(models, settings))).toEqual(['second answered']);
	await pass(HOUR);
	expect(outcomes(await ask(models, settings))).toEqual(['first answered']);
});

test('a clock that goes back an hour during a call keeps no deadline from being met', async () => {
	const { model, start, time } = setting();
	const models = [model('first', [[{ wait: 10 * HOUR }]])];
	const settings = { firstTokenTimeoutMs: 30_000, maxRetries: 0, hedgeAfterMs: 0 };
	const result = await time.run(async () => {
		const asked = start(models, settings);
		await time.surroundings.sleep(1_000);
		time.setClock(-HOUR);
		return await asked;
	});
	expect(outcomes(result)).toEqual(['first firstTokenTimeout']);
	expect(time.elapsed()).toBe(30_000);
});
