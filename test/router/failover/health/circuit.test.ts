import { DEFAULTS } from '../../../../router/failover/settings';
import type { ErrorCategory } from '../../../../router/types';
import { end, fails, text, whole } from '../../../support/standIn/scriptedModel';
import type { Play } from '../../../support/standIn/scriptedModel';
import { outcomes, setting } from '../setting';

const down = fails('serverError', { status: 500 });
const once = { maxRetries: 0 };

describe('a circuit', () => {
	test.each<[string, Play, boolean]>([
		['500', down, true],
		['529', fails('overloaded', { status: 529 }), true],
		['network', fails('network'), true],
		['504', fails('timeout', { status: 504 }), true],
		['no first token', ['hang'], true],
		['a stall', [text('half'), 'hang'], true],
		['cut', [text('half')], true],
		['empty', [end()], true],
		['another 4xx', fails('invalidRequest', { status: 400 }), false],
		['a long prompt', fails('contextOverflow', { status: 400 }), false],
		['a filter', [end('contentFilter')], false],
		['a refusal', [end('refusal')], false],
	])('opens after five failures in a row of %s: %s', async (_name, play, opens) => {
		const { model, ask, clients } = setting();
		const models = [model('first', [play]), model('second', [whole()])];
		const fallbackOn = new Set([...DEFAULTS.fallbackOn, 'refused' as const, 'contentFiltered' as const]);
		const settings = { ...once, fallbackOn, hedgeAfterMs: 0 };
		for (let index = 0; index < 7; index += 1) {
			expect((await ask(models, settings)).answer?.model.alias).toBe('second');
		}
		expect(clients.first.calls).toHaveLength(opens ? 5 : 7);
	});

	test('counts failures in a row, of all kinds together; cancellations are none', async () => {
		const { model, ask, clients } = setting();
		const mixed = [
			down,
			fails('network'),
			[],
			fails('timeout', { status: 504 }),
			whole(),
			down,
			down,
			down,
			down,
			['hang' as const],
		];
		const models = [model('first', [...mixed, whole()]), model('second', [whole()])];
		// The last is cancelled because the second answered beside it.
		for (let index = 0; index < mixed.length; index += 1) await ask(models, once);
		expect(outcomes(await ask(models, once))).toEqual(['first answered']);
		expect(clients.first.calls).toHaveLength(mixed.length + 1);
	});

	test('lets nothing through for the cooldown ± 10 %, then one probe, and does not grow', async () => {
		const lengths: number[] = [];
		for (let seed = 0; seed < 15; seed += 1) {
			const { model, ask, clients, pass } = setting(seed);
			const models = [model('first', [down]), model('second', [whole()])];
			for (let index = 0; index < 5; index += 1) await ask(models, once);
			for (let round = 0; round < 3; round += 1) {
				const { length } = clients.first.calls;
				const openedAt = clients.first.calls[length - 1].at;
				await pass(13_400);
				while (clients.first.calls.length === length) {
					await ask(models);
					await pass(50);
				}
				// No retry on a probe that failed: the circuit is open again.
				expect(clients.first.calls).toHaveLength(length + 1);
				lengths.push(clients.first.calls[length].at - openedAt);
			}
		}
		expect(Math.min(...lengths)).toBeGreaterThanOrEqual(13_500);
		expect(Math.min(...lengths)).toBeLessThan(14_000);
		expect(Math.max(...lengths)).toBeLessThan(16_550);
		expect(Math.max(...lengths)).toBeGreaterThan(16_000);
	});

	test('is looked at before every retry', async () => {
		const { model, time, start, clients } = setting();
		const models = [model('first', [down]), model('second', [whole()])];
		await time.run(() => Promise.all(Array.from({ length: 30 }, () => start(models, { maxRetries: 10 }))));
		// All were under way when it opened; none was retried.
		expect(clients.first.calls).toHaveLength(30);
	});

	test('sends one probe, however many ask; its success closes it', async () => {
		const { model, time, start, clients, ask, pass } = setting();
		const slow: Play = [{ wait: 1_000 }, ...whole()];
		const models = [model('first', [down, down, down, down, down, slow]), model('second', [whole()])];
		for (let index = 0; index < 5; index += 1) await ask(models, once);
		await pass(17_000);
		const results = await time.run(() => Promise.all(Array.from({ length: 20 }, () => start(models))));
		expect(clients.first.calls).toHaveLength(6);
		expect(results.filter(({ answer }) => answer?.model.alias === 'first')).toHaveLength(1);
		await time.run(() => Promise.all(Array.from({ length: 20 }, () => start(models))));
		expect(clients.first.calls).toHaveLength(26);
	});

	test('whose probe ended in nothing sends another', async () => {
		const { model, ask, pass } = setting();
		const plays = [down, down, down, down, down, fails('invalidRequest', { status: 400 }), whole()];
		const models = [model('first', plays), model('second', [whole()])];
		for (let index = 0; index < 5; index += 1) await ask(models, once);
		await pass(17_000);
		expect(outcomes(await ask(models))).toEqual(['first invalidRequest', 'second answered']);
		expect(outcomes(await ask(models))).toEqual(['first answered']);
	});

	test('is given back the probe of a call that could not be made', async () => {
		const { model, ask, pass } = setting();
		const first = model('first', [down, down, down, down, down, whole()]);
		const models = [first, model('second', [whole()])];
		for (let index = 0; index < 5; index += 1) await ask(models, once);
		await pass(17_000);
		await expect(ask([{ ...first, client: null }, models[1]])).rejects.toThrow('cannot be called');
		expect(outcomes(await ask(models))).toEqual(['first answered']);
	});

	test('is not heeded by manual executions, whose success closes it', async () => {
		const { model, ask } = setting();
		const models = [
			model('first', [down, down, down, down, down, down, whole()]),
			model('second', [whole()]),
		];
		for (let index = 0; index < 5; index += 1) await ask(models, once);
		expect(outcomes(await ask(models))).toEqual(['second answered']);
		const byHand = { heedCooldowns: false };
		expect(outcomes(await ask(models, byHand))).toEqual(['first serverError', 'first answered']);
		expect(outcomes(await ask(models))).toEqual(['first answered']);
	});

	test('is off with the threshold 0', async () => {
		const { model, ask, clients } = setting();
		const models = [model('first', [down]), model('second', [whole()])];
		for (let index = 0; index < 9; index += 1) await ask(models, { ...once, breakerThreshold: 0 });
		expect(clients.first.calls).toHaveLength(9);
	});
});

describe('when everything is open', () => {
	const everyoneDown = async () => {
		const all = setting();
		const { model, ask, pass } = all;
		const late = model('late', [down]);
		const early = model('early', [down, down, down, down, down, whole()]);
		for (const one of [early, late]) {
			for (let index = 0; index < 5; index += 1) await ask([one], once);
			await pass(100);
		}
		return { ...all, models: [late, early] };
	};

	test('the least recently failed is tried rather than nothing', async () => {
		const { ask, models } = await everyoneDown();
		expect(outcomes(await ask(models))).toEqual(['early answered']);
	});

	test('what nobody was asked for is told as that, with the first choice’s reason', async () => {
		const { ask, models, clients } = await everyoneDown();
		models[1] = { ...models[1], maxTokensPerMinute: 1 };
		const { failure, attempts } = await ask(models);
		expect(attempts).toEqual([]);
		expect(failure?.category).toBe('circuitOpen');
		expect(failure?.message).toContain('late: It failed 5 times in a row, the last time with serverError');
		expect(failure?.message).toContain('No models were tried.');
		expect(clients.early.calls).toHaveLength(5);
	});
});

describe('everything failed', () => {
	test.each<[Play, ErrorCategory]>([
		[fails('authentication', { status: 401 }, 'The key is not valid'), 'authentication'],
		[fails('rateLimited', { status: 429, retryAfterMs: 60_000 }), 'rateLimited'],
	])('a first choice that rests keeps its reason: %#', async (play, category) => {
		const { model, ask } = setting();
		const models = [model('first', [play]), model('second', [fails('invalidRequest')])];
		// A limit that ended in time would be waited for.
		const soon = { totalTimeoutMs: 30_000 };
		await ask(models, soon);
		const { failure, attempts } = await ask(models, soon);
		expect(attempts.map(({ model: alias }) => alias)).toEqual(['second']);
		expect(failure?.category).toBe(category);
		expect(failure?.message).toContain('first: It is left alone for 60 s more after an earlier failure');
		expect(failure?.message).toContain('1 model was tried.');
	});
});

describe('an outage of the whole provider', () => {
	test('puts its other models last, and ends with the first answer of any', async () => {
		const { model, ask, pass } = setting();
		const site = { site: 'openAi|https://one.test' };
		const first = model('first', [...Array<Play>(5).fill(down), whole()], site);
		const second = model('second', [down], site);
		const third = model('third', [whole()], site);
		const elsewhere = model('elsewhere', [whole()], { site: 'openAi|https://two.test' });
		for (const one of [first, second]) for (let index = 0; index < 5; index += 1) await ask([one], once);
		expect(outcomes(await ask([first, second, third, elsewhere]))).toEqual(['elsewhere answered']);
		expect(outcomes(await ask([first, second, third]))).toEqual(['third answered']);
		expect(outcomes(await ask([second, third, elsewhere]))).toEqual(['third answered']);
		await pass(17_000);
		expect(outcomes(await ask([first, third]))).toEqual(['first answered']);
	});

	test('is none where the models that are down are of other routes, nor by hand', async () => {
		const { model, ask } = setting();
		const site = { site: 'openAi|https://one.test' };
		const others = [model('first', [down], site), model('second', [down], site)];
		for (const one of others) for (let index = 0; index < 5; index += 1) await ask([one], once);
		// An answer of it would end the outage.
		const third = model('third', [fails('invalidRequest')], site);
		const elsewhere = model('elsewhere', [whole()], { site: 'openAi|https://two.test' });
		expect(outcomes(await ask([third, elsewhere]))[0]).toBe('third invalidRequest');
		const byHand = await ask([third, ...others, elsewhere], { ...once, heedCooldowns: false });
		expect(outcomes(byHand)[0]).toBe('third invalidRequest');
		expect(outcomes(await ask([third, ...others, elsewhere]))).toEqual(['elsewhere answered']);
	});
});

describe('where being left alone leads to no other model', () => {
	const settings = { ...once, fallbackOn: new Set<ErrorCategory>(['rateLimited']) };

	test.each<[string, Play, number]>([
		['an open circuit', down, 5],
		['a rest', fails('authentication', { status: 401 }), 1],
	])('%s does not either: the model itself is asked rather than nobody', async (_name, play, failures) => {
		const { model, ask } = setting();
		const first = model('first', [...Array<Play>(failures + 1).fill(play), whole()]);
		const second = model('second', [whole()]);
		for (let index = 0; index < failures; index += 1) await ask([first, second], settings);
		const failed = await ask([first, second], settings);
		expect(outcomes(failed)).toEqual([`first ${failed.failure?.category}`]);
		expect(outcomes(await ask([first, second], settings))).toEqual(['first answered']);
	});

	test('who waited for his turn while it opened goes nowhere else', async () => {
		const { model, start, time } = setting();
		const first = model('first', [down], { maxConcurrent: 1 });
		const second = model('second', [whole()]);
		const all = await time.run(() =>
			Promise.all(Array.from({ length: 8 }, () => start([first, second], settings))),
		);
		expect(all.map(({ answer }) => answer)).toEqual(Array(8).fill(null));
		expect(new Set(all.flatMap(outcomes))).toEqual(new Set(['first serverError']));
	});
});
