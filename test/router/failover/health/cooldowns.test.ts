import type { FactKey } from '../../../../router/state/state';
import { fails, whole } from '../../../support/standIn/scriptedModel';
import { outcomes, setting } from '../setting';

const denied = fails('authentication', { status: 401, retryAfterMs: 1 });

describe('rests', () => {
	test('60 s, doubling to 10 minutes, whatever Retry-After says; a success ends the doubling', async () => {
		const { model, ask, time } = setting();
		const plays = [...Array.from({ length: 6 }, () => denied), whole(), denied, whole()];
		const models = [model('first', plays), model('second', [whole()])];
		const pass = (ms: number) => time.run(() => time.surroundings.sleep(ms));

		for (const rest of [60_000, 120_000, 240_000, 480_000, 600_000, 600_000]) {
			expect(outcomes(await ask(models))).toEqual(['first authentication', 'second answered']);
			await pass(rest - 1);
			expect(outcomes(await ask(models))).toEqual(['second answered']);
			await pass(1);
		}
		expect(outcomes(await ask(models))).toEqual(['first answered']);
		expect(outcomes(await ask(models))).toEqual(['first authentication', 'second answered']);
		await pass(60_000);
		expect(outcomes(await ask(models))).toEqual(['first answered']);
	});

	test('calls that fail together rest once', async () => {
		const { model, ask, time } = setting();
		const models = [model('first', [[{ wait: 100 }, ...denied]]), model('second', [whole()])];
		await Promise.all(Array.from({ length: 20 }, () => ask(models)));
		await time.run(() => time.surroundings.sleep(60_000));
		expect(outcomes(await ask(models))).toEqual(['first authentication', 'second answered']);
	});

	test('another key is another fact, the same endpoint under another alias is not', async () => {
		const { model, ask } = setting();
		await ask([model('first', [denied], { endpoint: 'one' })]);
		const rested = model('alias', [whole()], { endpoint: 'one' });
		const second = model('second', [whole()]);
		expect(outcomes(await ask([rested, second]))).toEqual(['second answered']);
		expect(outcomes(await ask([{ ...rested, access: 'edited' }, second]))).toEqual(['alias answered']);
		expect(outcomes(await ask([{ ...rested, keys: ['edited'] }, second]))).toEqual(['alias answered']);
	});

	test('manual executions call in spite of a rest, and their success ends it', async () => {
		const { model, ask } = setting();
		const models = [model('first', [denied, whole()]), model('second', [whole()])];
		await ask(models);
		expect(outcomes(await ask(models, { heedCooldowns: false }))).toEqual(['first answered']);
		expect(outcomes(await ask(models))).toEqual(['first answered']);
	});

	test('where everything rests, the one whose rest ends soonest is asked', async () => {
		const { model, ask } = setting();
		const busy = fails('rateLimited', { status: 429, retryAfterMs: 20_000 });
		const models = [model('first', [denied]), model('second', [busy, whole()]), model('third', [denied])];
		await ask(models);
		expect(outcomes(await ask(models))).toEqual(['second answered']);
	});

	test('what rests is neither the key nor anything it can be read from', async () => {
		const { model, ask, state } = setting();
		const kept: string[] = [];
		const { facts } = state;
		state.facts = {
			read: (keys) => facts.read(keys),
			list: (kind) => facts.list(kind),
			async update(changes) {
				await facts.update(changes);
				for (const { kind, key } of changes) {
					kept.push(`${kind} ${key} ${JSON.stringify(await facts.read([{ kind, key } as FactKey]))}`);
				}
			},
		};
		await ask([model('first', [denied], { keys: ['sk-secret'] })]);
		expect(kept.join()).toContain('authentication');
		expect(kept.join()).not.toContain('secret');
	});
});
