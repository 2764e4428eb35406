import { ModelError } from '../../../../router/types';
import type { Model, ModelClient } from '../../../../router/types';
import { end, modelOf, text, whole } from '../../../support/standIn/scriptedModel';
import { outcomes, setting } from '../setting';

type Reply = 'ok' | ModelError;
const limited = (retryAfterMs?: number) =>
	new ModelError('rateLimited', 'slow down', { status: 429, retryAfterMs });
const denied = () => new ModelError('authentication', 'no', { status: 401 });
const down = () => new ModelError('serverError', 'oh', { status: 500 });

/** Each key plays its own replies, the last one again and again. */
function pool(replies: Record<string, Reply[]>) {
	const all = setting();
	const calls: Array<{ key: string; at: number }> = [];
	const counts = new Map<string, number>();
	const client: ModelClient = {
		async *stream(_request, key) {
			const played = counts.get(key) ?? 0;
			counts.set(key, played + 1);
			calls.push({ key, at: all.time.elapsed() });
			const reply = replies[key][Math.min(played, replies[key].length - 1)];
			if (reply !== 'ok') throw reply;
			yield text('whole');
			yield end();
		},
	};
	const first: Model = modelOf('first', client, { keys: Object.keys(replies) });
	const second = all.model('second', [whole()]);
	return {
		...all,
		calls,
		models: [first, second],
		keys: () =>
			calls
				.splice(0)
				.map(({ key }) => key)
				.join(''),
	};
}

describe('a pool of keys', () => {
	test.each([
		['401', denied()],
		['403', new ModelError('authentication', 'no', { status: 403 })],
		['404', new ModelError('modelNotFound', 'no', { status: 404 })],
		['quota', new ModelError('quotaExhausted', 'no', { status: 429 })],
		['429', limited()],
		['429 within patience', limited(2_000)],
		['429 beyond patience', limited(20_000)],
	])('%s: another key at once, and the next prompt begins with that', async (_name, error) => {
		const { ask, models, time, keys } = pool({ a: [error], b: ['ok'] });
		const result = await ask(models);
		expect(outcomes(result)).toEqual([`first ${error.category}`, 'first answered']);
		expect(time.elapsed()).toBe(0);
		await ask(models);
		expect(keys()).toBe('abb');
	});

	test('500: the same key again, as the model is down and not the key', async () => {
		const { ask, models, keys } = pool({ a: [down()], b: ['ok'] });
		expect((await ask(models)).answer?.model.alias).toBe('second');
		expect(keys()).toBe('aaa');
		// Its failures open the circuit of every key.
		await ask(models);
		await ask(models);
		expect(keys()).toBe('aa');
	});

	test('an answer ends the outage for all keys', async () => {
		const { ask, models, keys, pass } = pool({
			a: [...Array<Reply>(5).fill(down()), limited(60_000)],
			b: ['ok'],
		});
		for (let index = 0; index < 2; index += 1) await ask(models);
		await pass(17_000);
		await ask(models);
		expect(keys()).toBe('aaaaaab');
		await ask(models);
		expect(keys()).toBe('b');
	});

	test('the least recently limited first', async () => {
		const { ask, models, keys, pass } = pool({
			a: [limited(), 'ok', limited()],
			b: ['ok', limited(), 'ok', 'ok', limited()],
			c: [limited(), 'ok'],
		});
		await ask(models);
		expect(keys()).toBe('ab');
		await pass(10);
		await ask(models);
		// b is limited too; c was never, and is; then a, which was limited first.
		expect(keys()).toBe('bca');
	});

	test('waits only when no key is usable, for the one that is free first', async () => {
		const { ask, models, calls } = pool({ a: [limited(2_000), 'ok'], b: [limited(700), 'ok'] });
		expect((await ask(models)).answer?.model.alias).toBe('first');
		expect(calls).toEqual([
			{ key: 'a', at: 0 },
			{ key: 'b', at: 0 },
			{ key: 'b', at: 700 },
		]);
	});

	test('waits long enough also where timers ring early, as real ones do', async () => {
		const { ask, models, keys, time } = pool({ a: [limited(700), 'ok'] });
		const { sleep } = time.surroundings;
		time.surroundings.sleep = (ms, signal) => sleep(ms * 0.999, signal);
		expect((await ask(models)).answer?.model.alias).toBe('first');
		expect(keys()).toBe('aa');
	});

	test('moves on when every key rests, and never tries one twice at once', async () => {
		const { ask, models, keys, time } = pool({ a: [denied()], b: [limited(60_000)], c: [denied()] });
		expect(outcomes(await ask(models)).at(-1)).toBe('second answered');
		expect(keys()).toBe('abc');
		expect(outcomes(await ask(models))).toEqual(['second answered']);
		await time.run(() => time.surroundings.sleep(60_000));
		await ask(models);
		expect(keys()).toBe('acb');
	});

	test('keeps the retries of one prompt bounded', async () => {
		const { ask, models, keys } = pool({ a: [limited()], b: [limited()] });
		expect((await ask(models)).answer?.model.alias).toBe('second');
		expect(keys()).toHaveLength(4);
	});

	test('works the same by hand, where rests are not heeded', async () => {
		const { ask, models, keys } = pool({ a: [denied()], b: [denied()] });
		const byHand = { heedCooldowns: false };
		for (let index = 0; index < 2; index += 1)
			expect((await ask(models, byHand)).answer?.model.alias).toBe('second');
		expect(keys()).toBe('abab');
	});

	test('a probe of one key that meets an outage does not shut out a key that is well', async () => {
		const { ask, models, keys, pass } = pool({
			a: [...Array<Reply>(5).fill(limited()), down()],
			b: [limited(), 'ok'],
		});
		const once = { maxRetries: 0 };
		for (let index = 0; index < 5; index += 1) await ask([{ ...models[0], keys: ['a'] }], once);
		await pass(17_000);
		keys();
		expect(outcomes(await ask(models, once))).toEqual([
			'first rateLimited',
			'first serverError',
			'second answered',
		]);
		expect(outcomes(await ask(models, once))).toEqual(['first answered']);
		expect(keys()).toBe('bab');
	});

	test('a key that is limited for good opens its own circuit only', async () => {
		const { ask, models, keys, pass } = pool({
			a: [limited()],
			b: [...Array<Reply>(4).fill('ok'), down(), 'ok'],
		});
		for (let index = 0; index < 4; index += 1) {
			await ask(models, { maxRetries: 0 });
			await pass(10);
		}
		expect(keys()).toBe('abbbb');
	});
});
