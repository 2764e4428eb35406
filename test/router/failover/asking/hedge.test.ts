import { end, fails, modelOf, text, whole } from '../../../support/standIn/scriptedModel';
import type { Play } from '../../../support/standIn/scriptedModel';
import { ModelError } from '../../../../router/types';
import type { ModelClient, Spending, Usage } from '../../../../router/types';
import { outcomes, setting } from '../setting';

const after = (ms: number, words = 'whole'): Play => [{ wait: ms }, ...whole(words)];

describe('a silent model', () => {
	test('gets the next beside it after 8 s; the first whole answer wins, the other is cancelled and billed', async () => {
		const { model, ask, time, clients } = setting();
		const result = await ask([
			model('first', [['hang']]),
			model('second', [after(500)]),
			model('third', [whole()]),
		]);
		expect(outcomes(result)).toEqual(['first cancelled', 'second answered']);
		expect(result.attempts[0]).toMatchObject({
			ms: 8_500,
			firstTokenMs: null,
			message: 'Its answer was no longer needed.',
			billing: 'estimated',
			usage: { inputTokens: 4, outputTokens: 0 },
		});
		expect(time.elapsed()).toBe(8_500);
		expect(clients.first.calls).toHaveLength(1);
		expect(clients.first.calls[0].signal.aborted).toBe(true);
		expect(time.pending()).toBe(0);
	});

	test('may still win, with what it wrote alone', async () => {
		const { model, ask, clients, time } = setting();
		const slow: Play = [{ wait: 9_000 }, text('mine'), { wait: 900 }, end()];
		const result = await ask([
			model('first', [slow]),
			model('second', [[{ wait: 100 }, text('half'), 'hang']]),
		]);
		expect(outcomes(result)).toEqual(['first answered', 'second cancelled']);
		expect(result.answer).toMatchObject({ text: 'mine', model: { alias: 'first' } });
		expect(result.attempts[1]).toMatchObject({ ms: 1_900, usage: { outputTokens: 4 } });
		expect(clients.second.calls[0].signal.aborted).toBe(true);
		expect(time.pending()).toBe(0);
	});

	test('gets no company once it has spoken, and a model that thinks gets 45 s', async () => {
		const { model, ask, clients } = setting();
		await ask([
			model('first', [[{ wait: 7_999 }, { type: 'reasoning' }, { wait: 14_000 }, ...whole()]]),
			model('second', [whole()]),
		]);
		expect(clients.second.calls).toHaveLength(0);
		const start = await ask([model('thinks', [['hang']], { reasoning: true }), model('third', [whole()])]);
		expect(start.attempts[0].ms).toBe(45_000);
	});

	test('gets one at a time: the next only when the one beside it has failed', async () => {
		const { model, ask, time } = setting();
		const models = [
			model('first', [['hang']]),
			model('second', [['hang']]),
			model('third', [fails('invalidRequest')]),
			model('fourth', [whole()]),
		];
		const result = await ask(models, { firstTokenTimeoutMs: 20_000 });
		// The first is given up at 20 s; the second, silent since 8 s, has company from then on.
		expect(outcomes(result)).toEqual([
			'first firstTokenTimeout',
			'second cancelled',
			'third invalidRequest',
			'fourth answered',
		]);
		expect(time.elapsed()).toBe(20_000);
	});

	test.each([
		['it is off', { hedgeAfterMs: 0 }, undefined],
		['the budget forbids it', {}, () => false],
		['silence leads to no other model', { fallbackOn: new Set(['serverError' as const]) }, undefined],
	])('gets none where %s', async (_name, settings, mayHedge) => {
		const { model, ask, clients } = setting();
		const result = await ask([model('first', [['hang']]), model('second', [whole()])], settings, {
			mayHedge,
		});
		expect(result.attempts[0]).toMatchObject({ outcome: 'firstTokenTimeout', ms: 30_000 });
		expect(clients.first.calls).toHaveLength(1);
	});

	test('is not asked again under another alias', async () => {
		const { model, ask, clients } = setting();
		const same = { endpoint: 'one' };
		const result = await ask([
			model('first', [['hang']], same),
			model('twin', [whole()], same),
			model('second', [[{ wait: 100 }, ...fails('invalidRequest')]]),
		]);
		expect(clients.twin.calls).toHaveLength(0);
		expect(outcomes(result)).toEqual(['first firstTokenTimeout', 'second invalidRequest']);
		expect(result.failure?.category).toBe('firstTokenTimeout');
	});

	test('outlives a refusal of the one beside it, but nobody else is asked', async () => {
		const { model, ask } = setting();
		const refuses = [end('refusal')];
		const models = (first: Play) => [
			model('first', [first]),
			model('second', [refuses]),
			model('third', [whole()]),
		];
		expect((await ask(models(after(9_000)))).answer?.model.alias).toBe('first');
		expect((await ask(models(['hang']))).failure).toMatchObject({ category: 'refused' });
	});

	test('ends with the execution, and so does the one beside it', async () => {
		const { model, ask, time, clients } = setting();
		const cancel = new AbortController();
		void time.surroundings.sleep(9_000).then(() => cancel.abort());
		const result = await ask(
			[model('first', [['hang']]), model('second', [['hang']])],
			{},
			{ signal: cancel.signal },
		);
		expect(outcomes(result)).toEqual(['first cancelled', 'second cancelled']);
		expect(result.attempts.map(({ message }) => message)).toEqual(
			Array(2).fill('The execution was cancelled.'),
		);
		expect(time.elapsed()).toBe(9_000);
		expect(clients.second.calls[0].closed).toBe(true);
		expect(time.pending()).toBe(0);
	});
});

test('two whole answers at almost the same time: the first is the answer, however long it takes to be booked', async () => {
	const { model, start, time, clients } = setting();
	const billed: Array<number | undefined> = [];
	const grant = {
		bill: async (usage: Usage | null) => {
			await time.surroundings.sleep(100);
			billed.push(usage?.totalTokens);
		},
		settle: async () => undefined,
		release: async () => undefined,
	};
	const spending: Spending = {
		ask: async () => ({ granted: true, grant }),
		mostCost: () => 0,
	};
	for (const delay of [990, 1_000, 1_010]) {
		const models = [model('first', [after(9_000)]), model('second', [after(delay)])];
		const result = await time.run(() => start(models, {}, { spending }));
		const winner = delay === 990 ? 'second' : 'first';
		expect(result.answer?.model.alias).toBe(winner);
		expect(outcomes(result).sort()).toEqual(
			winner === 'first' ? ['first answered', 'second cancelled'] : ['first cancelled', 'second answered'],
		);
		// The first to answer aborts the other at once.
		const loser = clients[winner === 'first' ? 'second' : 'first'];
		expect(loser.calls[0].closed).toBe(true);
		expect(time.pending()).toBe(0);
	}
	expect(billed).toHaveLength(6);
});

describe('the delay', () => {
	const hedgedAt = async (seen: number, times: number, settings = {}): Promise<number> => {
		const { model, ask, clients, time } = setting();
		const first = model('first', [...Array<Play>(times).fill(after(seen)), ['hang']]);
		const second = model('second', [whole()]);
		for (let index = 0; index < times; index += 1) await ask([first], settings);
		const asked = time.surroundings.now();
		await ask([first, second], settings);
		return clients.second.calls[0].at - asked;
	};

	test('is the 95th percentile × 1.5 once twenty first tokens were seen, at least half the setting', async () => {
		expect(await hedgedAt(4_000, 19)).toBe(8_000);
		expect(await hedgedAt(4_000, 20)).toBe(6_000);
		expect(await hedgedAt(7_000, 20)).toBe(10_500);
		expect(await hedgedAt(100, 20)).toBe(4_000);
		expect(await hedgedAt(100, 20, { hedgeAfterMs: 1_000 })).toBe(500);
	});

	test('grows with a model that is always too slow, until it is waited for', async () => {
		const { model, ask } = setting();
		const models = [model('slow', [after(20_000)]), model('second', [after(1_000)])];
		let answered = '';
		// A silent model gets only probes, so this takes many calls.
		for (let index = 0; index < 2_000 && answered !== 'slow'; index += 1) {
			answered = (await ask(models)).answer?.model.alias ?? '';
		}
		expect(answered).toBe('slow');
	});
});

describe('a server of the user’s own that loads its model, and stops when its caller hangs up', () => {
	/** Loads for a minute; `loads` began, and `isWarm` once one of them was waited for. */
	function loading({ time }: ReturnType<typeof setting>) {
		const seen = { loads: 0, atOnce: 0, most: 0, isWarm: false };
		const client: ModelClient = {
			async *stream(_request, _key, signal) {
				if (!seen.isWarm) {
					seen.loads += 1;
					seen.atOnce += 1;
					seen.most = Math.max(seen.most, seen.atOnce);
					await time.surroundings.sleep(60_000, signal);
					seen.atOnce -= 1;
					if (signal.aborted) throw new ModelError('cancelled', 'aborted');
					seen.isWarm = true;
				}
				yield text('warm');
				yield end();
			},
		};
		return { seen, client };
	}
	const own = { provider: 'openAiCompatible', keys: [''], endpoint: 'own' } as const;

	test('gets warm though the other one answers meanwhile, with one call that is left to it', async () => {
		const house = setting();
		const { seen, client } = loading(house);
		const models = [modelOf('own', client, own), house.model('second', [whole()])];
		for (let item = 0; item < 6; item += 1) {
			expect((await house.ask(models)).answer?.model.alias).toBe('second');
			await house.pass(2_000);
		}
		await house.pass(60_000);
		expect(seen.isWarm).toBe(true);
		expect(seen.most).toBeLessThanOrEqual(2);
		const late = await house.ask(models);
		expect(late.answer?.text).toBe('warm');
		await house.time.runOut();
		expect(house.time.pending()).toBe(0);
	});

	test('is left at once where the execution is cancelled', async () => {
		const house = setting();
		const { seen, client } = loading(house);
		const cancel = new AbortController();
		const models = [modelOf('own', client, own), house.model('second', [whole()])];
		await house.ask(models, {}, { signal: cancel.signal });
		expect(seen.atOnce).toBe(1);
		cancel.abort();
		await house.pass(1);
		expect(seen.atOnce).toBe(0);
		expect(house.time.pending()).toBe(0);
	});

	test('a provider that bills is never kept on', async () => {
		const house = setting();
		const { seen, client } = loading(house);
		const models = [modelOf('own', client, { ...own, keys: ['sk'] }), house.model('second', [whole()])];
		await house.ask(models);
		expect(seen.atOnce).toBe(0);
	});
});
