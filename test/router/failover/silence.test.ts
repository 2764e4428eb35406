/** A model stays silent while another answers instead: is it slow or down? */
import type { Model } from '../../../router/types';
import { end, text, whole } from '../../support/standIn/scriptedModel';
import type { Play } from '../../support/standIn/scriptedModel';
import { outcomes, setting } from './setting';

const after = (ms: number): Play => [{ wait: ms }, ...whole()];
type World = ReturnType<typeof setting>;

/** A model with a healthy one behind it, asked again and again. */
function pair(seed = 1, plays: readonly Play[] = [['hang']], more: Partial<Model> = {}) {
	const world = setting(seed);
	const models = [world.model('first', plays, more), world.model('second', [after(500)])];
	return { ...world, models };
}

/** One after the other, `everyMs` apart; what each took and who answered. */
async function askFor(
	{ ask, time, pass, models }: World & { models: Model[] },
	ms: number,
	everyMs = 0,
	settings = {},
): Promise<Array<{ ms: number; by: string | undefined; said: string }>> {
	const all = [];
	for (const until = time.elapsed() + ms; time.elapsed() < until;) {
		const startedAt = time.elapsed();
		const result = await ask(models, settings);
		const took = time.elapsed() - startedAt;
		all.push({ ms: took, by: result.answer?.model.alias, said: outcomes(result).join() });
		if (everyMs > took) await pass(everyMs - took);
	}
	return all;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

describe('a silent model with a healthy one behind it', () => {
	test('is left alone after five calls, and comes back by a probe', async () => {
		const world = pair(3, [...Array<Play>(7).fill(['hang']), whole()]);
		const before = await askFor(world, 42_000);
		expect(before.map(({ said }) => said)).toEqual(Array(5).fill('first cancelled,second answered'));
		expect(before.map(({ ms }) => ms)).toEqual(Array(5).fill(8_500));
		const open = await askFor(world, 13_000);
		expect(new Set(open.map(({ said }) => said))).toEqual(new Set(['second answered']));
		await world.pass(4_000);
		// Only one probe at a time, and a probe without an answer has failed.
		const { time, start, models, ask, pass } = world;
		const probed = await time.run(() => Promise.all(Array.from({ length: 20 }, () => start(models))));
		expect(probed.filter(({ attempts }) => attempts.length === 2)).toHaveLength(1);
		expect(outcomes(await ask(models))).toEqual(['second answered']);
		await pass(17_000);
		expect(outcomes(await ask(models))).toEqual(['first cancelled', 'second answered']);
		await pass(17_000);
		expect(outcomes(await ask(models))).toEqual(['first answered']);
		expect(outcomes(await ask(models))).toEqual(['first answered']);
		expect(time.pending()).toBe(0);
	});

	test('slows down few for as long as it lasts, also where one asks once a minute, and none afterwards', async () => {
		for (const everyMs of [0, 60_000]) {
			let isDown = false;
			const world = pair();
			const { model, time } = world;
			const up = model('up', [after(800)]);
			const first: Model = {
				...model('first', [['hang']]),
				client: {
					stream: (...call) => (isDown ? world.clients.first : world.clients.up).stream(...call),
				},
			};
			expect(up.client).toBe(world.clients.up);
			world.models[0] = first;
			await askFor(world, 60_000);
			isDown = true;
			const down = await askFor(world, 7_200_000, everyMs);
			expect(down.every(({ by }) => by === 'second')).toBe(true);
			expect(median(down.map(({ ms }) => ms))).toBeLessThanOrEqual(8_500);
			// One in five of those who try it at all.
			const waited = down.filter(({ ms }) => ms > 8_500).length;
			expect(waited).toBeLessThanOrEqual(Math.ceil(down.filter(({ ms }) => ms > 1_000).length / 5));
			isDown = false;
			await world.pass(20_000);
			const back = await askFor(world, 60_000);
			expect(new Set(back.map(({ by }) => by))).toEqual(new Set(['first']));
			// What was waited for in the outage is no pace of the model's.
			isDown = true;
			const again = await time.run(() => world.start(world.models));
			expect(again.attempts[0].ms).toBeLessThanOrEqual(8_500);
		}
	});

	test('of many at once: all are answered by the other, and then go there directly', async () => {
		const world = pair();
		const { time, start, models, clients } = world;
		const worker = async (): Promise<void> => {
			while (time.elapsed() < 60_000) await start(models);
		};
		await time.run(() => Promise.all(Array.from({ length: 50 }, worker)));
		const calls = clients.first.calls.map(({ at }) => at - clients.first.calls[0].at);
		// At most four waves until it has been silent for as long as a first token may take, then a probe now and then.
		expect(calls.filter((at) => at < 34_000).length).toBeLessThanOrEqual(200);
		expect(calls.filter((at) => at >= 34_000).length).toBeLessThanOrEqual(2);
	});

	test.each([
		['a refusal', [{ wait: 2_000 }, end('refusal')]],
		['an error', [{ wait: 2_000 }]],
	] as const)('is silent also where the other brings %s', async (_name, play) => {
		const { ask, model, clients } = setting();
		const models = [model('first', [['hang']]), model('second', [[...play]]), model('third', [whole()])];
		for (let index = 0; index < 8; index += 1) await ask(models, { breakerThreshold: 3 });
		expect(clients.first.calls.length).toBeLessThan(8);
	});
});

describe('what is no silence', () => {
	test('calls that were given up soon: only a while without any token counts', async () => {
		const world = pair();
		// Twenty-five seconds without a word, of thirty that one call would have had.
		const all = await askFor(world, 24_500, 0, { hedgeAfterMs: 200 });
		expect(all.length).toBeGreaterThan(20);
		expect(new Set(all.map(({ said }) => said))).toEqual(new Set(['first cancelled,second answered']));
	});

	test('a model that speaks now and then, be it with an error', async () => {
		for (const play of [[text('half')], [text('half'), 'hang']] as const) {
			const plays = Array.from({ length: 40 }, (_, index): Play => (index % 4 === 3 ? [...play] : ['hang']));
			const world = pair(1, plays);
			await askFor(world, 120_000, 0, { breakerThreshold: 12, maxRetries: 0, stallTimeoutMs: 1_000 });
			expect(world.clients.first.calls.length).toBeGreaterThan(12);
		}
	});

	test('calls that the execution’s end cut off', async () => {
		const { time, start, model, clients, pass } = setting();
		const models = [model('first', [['hang']])];
		for (let index = 0; index < 8; index += 1) {
			const cancel = new AbortController();
			void time.surroundings.sleep(9_000).then(() => cancel.abort());
			await time.run(() => start(models, {}, { signal: cancel.signal }));
			await pass(1_000);
		}
		expect(clients.first.calls).toHaveLength(8);
	});

	test.each([10_000, 20_000])('a model that is merely slow (%d ms): it is learned', async (ms) => {
		const world = pair(2, [after(ms)]);
		const hour = await askFor(world, 3_600_000, 2_000);
		const learnedAt = hour.findIndex(({ by }) => by === 'first');
		expect(learnedAt).toBeGreaterThan(0);
		// From then on it answers by itself, and nobody is asked beside it.
		const since = hour.slice(learnedAt + 1);
		expect(since.length).toBeGreaterThan(20);
		expect(new Set(since.map(({ said }) => said))).toEqual(new Set(['first answered']));
	});

	test('a slow one in five: those are learned as well', async () => {
		const plays = Array.from({ length: 400 }, (_, index) => after(index % 5 === 0 ? 12_000 : 700));
		const world = pair(2, plays);
		const hour = await askFor(world, 1_200_000);
		expect(new Set(hour.slice(150).map(({ said }) => said))).toEqual(new Set(['first answered']));
	});
});
