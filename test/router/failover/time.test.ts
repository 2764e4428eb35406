import { ModelError } from '../../../router/types';
import type { ModelClient } from '../../../router/types';
import { end, fails, modelOf, text, whole } from '../../support/standIn/scriptedModel';
import type { Play } from '../../support/standIn/scriptedModel';
import { fixedWindow } from '../../support/simulated/limiters';
import { outcomes, setting } from './setting';

const busy = (retryAfterMs?: number) => fails('rateLimited', { status: 429, retryAfterMs });

describe('retries', () => {
	test('wait a random time that doubles in its bound and is spread over all of it', async () => {
		const waits: number[][] = [[], []];
		for (let seed = 0; seed < 400; seed += 1) {
			const { model, ask, clients } = setting(seed);
			await ask([model('first', [fails('serverError')])]);
			const at = clients.first.calls.map((call) => call.at);
			waits[0].push(at[1] - at[0]);
			waits[1].push(at[2] - at[1]);
		}
		for (const [index, bound] of [250, 500].entries()) {
			expect(Math.max(...waits[index])).toBeLessThan(bound);
			expect(Math.max(...waits[index])).toBeGreaterThan(bound * 0.95);
			expect(Math.min(...waits[index])).toBeLessThan(bound * 0.05);
		}
	});

	test.each([0, 300, undefined])('never more than 4 within 3 s, Retry-After %s', async (retryAfterMs) => {
		const { model, ask, clients, time } = setting(5);
		const play = retryAfterMs === undefined ? fails('network') : busy(retryAfterMs);
		const { failure } = await ask([model('first', [play])], { maxRetries: 12, breakerThreshold: 0 });
		const at = clients.first.calls.map((call) => call.at);
		if (retryAfterMs === undefined) expect(at).toHaveLength(13);
		else {
			// It is waited for, spaced ever wider, until it is plain that nothing comes through.
			expect(failure).toMatchObject({ category: 'rateLimited' });
			expect(failure?.message).toContain('Its limit has let nothing through for a minute.');
			expect(at.length).toBeLessThan(30);
			expect(time.elapsed()).toBeGreaterThanOrEqual(60_000);
			expect(time.elapsed()).toBeLessThan(100_000);
		}
		for (let index = 4; index < at.length; index += 1)
			expect(at[index] - at[index - 4]).toBeGreaterThan(3_000);
	});

	test('two aliases of one endpoint share the bound', async () => {
		const { model, ask, clients } = setting();
		const same = { endpoint: 'one' };
		const models = [model('first', [fails('network')], same), model('twin', [fails('network')], same)];
		await ask(models, { breakerThreshold: 0 });
		const at = [...clients.first.calls, ...clients.twin.calls].map((call) => call.at);
		expect(at).toHaveLength(6);
		for (const index of [4, 5]) expect(at[index] - at[index - 4]).toBeGreaterThan(3_000);
	});
});

describe('Retry-After', () => {
	test('within patience it is waited for to the millisecond', async () => {
		const { model, ask, clients, time } = setting();
		const result = await ask([
			model('first', [busy(2_345), busy(3_000), whole()]),
			model('second', [whole()]),
		]);
		const at = clients.first.calls.map((call) => call.at);
		expect([at[1] - at[0], at[2] - at[1]]).toEqual([2_345, 3_000]);
		expect(result.answer?.model.alias).toBe('first');
		expect(time.elapsed()).toBe(5_345);
	});

	test('beyond it the next model answers at once, and the model rests until the time named', async () => {
		const { model, ask, time } = setting();
		const models = [model('first', [busy(20_000), whole()]), model('second', [whole()])];
		expect(outcomes(await ask(models))).toEqual(['first rateLimited', 'second answered']);
		expect(time.elapsed()).toBe(0);

		await time.run(() => time.surroundings.sleep(19_999));
		expect(outcomes(await ask(models))).toEqual(['second answered']);
		await time.run(() => time.surroundings.sleep(1));
		expect(outcomes(await ask(models))).toEqual(['first answered']);
	});
});

describe('deadlines', () => {
	const slow: Play = [
		text('a'),
		{ wait: 10_000 },
		text('b'),
		{ wait: 10_000 },
		text('c'),
		{ wait: 10_000 },
		end(),
	];

	test('a stream that keeps coming may take longer than any silence', async () => {
		const { model, ask, time } = setting();
		expect((await ask([model('first', [slow])])).answer?.text).toBe('abc');
		expect(time.elapsed()).toBe(30_000);
	});

	test('no first token: after 30 s the next model, after 180 s where the model thinks', async () => {
		const { model, ask } = setting();
		const result = await ask([
			model('plain', [['hang']]),
			model('thinks', [['hang']], { reasoning: true }),
			model('effort', [['hang']], { reasoningEffort: 'high' }),
			model('none', [['hang']], { reasoningEffort: 'none' }),
		]);
		expect(result.attempts.map((attempt) => attempt.ms)).toEqual([30_000, 180_000, 180_000, 30_000]);
		const own = await ask([model('thinks', [['hang']], { reasoning: true })], { firstTokenTimeoutMs: 700 });
		expect(own.attempts[0]).toMatchObject({ ms: 700, message: 'It sent nothing within 0.7 s.' });
	});

	test('a stall counts from the last token, also where it comes before the first token’s deadline', async () => {
		const { model, ask } = setting();
		const play: Play = [{ wait: 1_000 }, text('a'), { wait: 14_000 }, text('b'), 'hang'];
		const { attempts } = await ask([model('first', [play])], { maxRetries: 0 });
		expect(attempts[0]).toMatchObject({ outcome: 'stalled', ms: 30_000 });
	});

	test('the attempt’s and the total timeout cover the body', async () => {
		const { model, ask, time, clients } = setting();
		const models = [model('first', [slow]), model('second', [slow]), model('third', [slow])];
		const result = await ask(models, { attemptTimeoutMs: 15_000, totalTimeoutMs: 25_000 });
		expect(outcomes(result)).toEqual(['first timeout', 'second timeout']);
		expect(result.failure).toMatchObject({ category: 'timeout' });
		expect(result.failure?.message).toContain('No answer within 25 s in all.');
		expect(time.elapsed()).toBe(25_000);
		expect(clients.first.calls[0].signal.aborted).toBe(true);
	});

	test('a wait that would end after the total timeout is not begun', async () => {
		const { model, ask, time } = setting();
		const models = [model('first', [busy(2_900)]), model('second', [whole()])];
		expect(outcomes(await ask(models, { totalTimeoutMs: 2_000 }))).toEqual([
			'first rateLimited',
			'second answered',
		]);
		expect(time.elapsed()).toBe(0);
	});

	test('a client that ignores its signal holds nobody up, and what it still says is not heard', async () => {
		const { model, ask, time } = setting();
		const late: Play = [text('half'), { wait: 60_000 }, text(' late'), end()];
		const result = await ask([model('deaf', [late], {}, { deaf: true }), model('second', [whole()])], {
			maxRetries: 0,
		});
		expect(outcomes(result)).toEqual(['deaf stalled', 'second answered']);
		expect(time.elapsed()).toBe(15_000);
		await time.runOut();
		expect(result.attempts).toHaveLength(2);
	});

	test('a call that is over leaves no timer and no open stream behind', async () => {
		const { model, ask, time, clients } = setting();
		await ask([model('first', [[text('a'), 'hang'], fails('network'), whole()])]);
		expect(clients.first.calls.map((call) => call.closed)).toEqual([true, true, true]);
		expect(time.pending()).toBe(0);
		// The connection of a whole answer stays usable; the others are cut.
		expect(clients.first.calls.map((call) => call.signal.aborted)).toEqual([true, true, false]);
	});

	test('a stream that does not close after its end is let go', async () => {
		const { model, ask, time, clients } = setting();
		const result = await ask([model('first', [[text('a'), end(), 'hang']])]);
		expect(result.answer?.text).toBe('a');
		expect(time.elapsed()).toBe(0);
		await time.runOut();
		expect(clients.first.calls[0]).toMatchObject({ closed: true });
		expect(clients.first.calls[0].signal.aborted).toBe(true);
	});
});

describe('cancellation', () => {
	async function cancelled(play: Play, afterMs: number, deaf = false) {
		const { model, ask, time, clients } = setting();
		const cancel = new AbortController();
		const { sleep } = time.surroundings;
		void sleep(afterMs).then(() => cancel.abort());
		const models = [model('first', [play], {}, { deaf }), model('second', [whole()])];
		const result = await ask(models, {}, { signal: cancel.signal });
		expect(result).toMatchObject({ answer: null, failure: { category: 'cancelled' } });
		expect(time.elapsed()).toBe(afterMs);
		expect(clients.second.calls).toHaveLength(0);
		return { result, time, clients };
	}

	test('in the middle of a stream', async () => {
		const { result, time, clients } = await cancelled([text('half'), 'hang'], 400);
		expect(outcomes(result)).toEqual(['first cancelled']);
		expect(clients.first.calls[0].signal.aborted).toBe(true);
		expect(time.pending()).toBe(0);
	});

	test('in the middle of a stream that ignores it', async () => {
		const { result } = await cancelled([text('half'), 'hang'], 400, true);
		expect(outcomes(result)).toEqual(['first cancelled']);
	});

	test('in the middle of a wait', async () => {
		const { result, time } = await cancelled(busy(3_000), 400);
		expect(outcomes(result)).toEqual(['first rateLimited']);
		expect(time.pending()).toBe(0);
	});

	test('before it began', async () => {
		const { model, ask, clients } = setting();
		const models = [model('first', [whole()])];
		const result = await ask(models, {}, { signal: AbortSignal.abort() });
		expect(result).toMatchObject({ failure: { category: 'cancelled' }, attempts: [] });
		expect(clients.first.calls).toHaveLength(0);
	});
});

test('ten thousand tokens set few timers', async () => {
	const { ask, time } = setting();
	const { sleep } = time.surroundings;
	let sleeps = 0;
	time.surroundings.sleep = (ms, signal) => {
		sleeps += 1;
		return sleep(ms, signal);
	};
	const client: ModelClient = {
		async *stream() {
			for (let index = 0; index < 10_000; index += 1) {
				if (index % 100 === 0) await sleep(10);
				yield text('x');
			}
			yield end();
		},
	};
	expect((await ask([modelOf('first', client)])).answer?.text).toHaveLength(10_000);
	expect(sleeps).toBeLessThan(5);
});

test('a client that throws before it streams is one more failure', async () => {
	const { ask, model } = setting();
	const client: ModelClient = {
		stream() {
			throw new ModelError('network', 'no route');
		},
	};
	const result = await ask([modelOf('first', client), model('second', [whole()])]);
	expect(result.answer?.model.alias).toBe('second');
});

describe.each([
	['an hour back', -3_600_000],
	['a day ahead', 86_400_000],
])('a clock that is set %s', (_name, ms) => {
	const cases: Array<[string, Play[]]> = [
		['in the middle of an answer', [[{ wait: 500 }, text('a'), { wait: 1_000 }, end()]]],
		['while a wait that was asked for lasts', [busy(2_000), whole()]],
		['while its limit is waited for', [busy(), busy(), busy(), busy(), busy(), whole()]],
		['between retries', [fails('network'), fails('network'), whole()]],
		['before a fifth call within 3 s', [...Array<Play>(4).fill(busy(100)), whole()]],
	];
	test.each(cases)('%s changes nothing', async (_when, plays) => {
		const took: number[] = [];
		for (const jump of [0, ms]) {
			const { model, start, time } = setting();
			const first = model('first', plays);
			const result = await time.run(() => {
				void time.surroundings.sleep(150).then(() => time.setClock(jump));
				return start([first], { totalTimeoutMs: 60_000 });
			});
			expect(result.failure).toBeNull();
			for (const { ms: each } of result.attempts) expect(each).toBeLessThan(5_000);
			took.push(time.elapsed());
		}
		expect(took[1]).toBe(took[0]);
	});

	test('while others wait for a place among 2 a second loses none', async () => {
		const { start, time } = setting();
		const limit = fixedWindow(2, 1_000, 'silent');
		const client: ModelClient = {
			async *stream() {
				await time.surroundings.sleep(20);
				if (limit(time.elapsed()) !== null) throw new ModelError('rateLimited', 'slow down', { status: 429 });
				yield text('whole');
				yield end();
			},
		};
		const results = await time.run(() => {
			void time.surroundings.sleep(3_000).then(() => time.setClock(ms));
			return Promise.all(Array.from({ length: 20 }, () => start([modelOf('only', client)])));
		});
		expect(results.filter(({ answer }) => answer === null)).toEqual([]);
		expect(time.elapsed()).toBeLessThan(20_000);
	});
});
