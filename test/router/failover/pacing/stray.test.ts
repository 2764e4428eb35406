/** A limit that refuses one call and no other: others' calls filled it, or the provider was short for a moment. */
import { ModelError } from '../../../../router/types';
import type { Model, ModelClient } from '../../../../router/types';
import { end, modelOf, text } from '../../../support/standIn/scriptedModel';
import { setting } from '../setting';

type House = ReturnType<typeof setting>;

/** Its calls take 140 ms, and the thirtieth is refused. */
function models({ time }: House, retryAfterMs: number | undefined): Model[] {
	const { sleep } = time.surroundings;
	let calls = 0;
	const clientOf = (isRefused: () => boolean): ModelClient => ({
		async *stream(_request, _key, signal) {
			await sleep(20, signal);
			if (isRefused()) throw new ModelError('rateLimited', 'slow down', { status: 429, retryAfterMs });
			await sleep(60, signal);
			yield text('whole');
			await sleep(60, signal);
			yield end();
		},
	});
	return [
		modelOf(
			'first',
			clientOf(() => ++calls === 30),
		),
		modelOf(
			'second',
			clientOf(() => false),
		),
	];
}

test.each([
	['rare calls, then one a second', 30_000, 1_000],
	['rare calls, then one every five seconds', 30_000, 5_000],
	['ten a second all the time', 100, 100],
])('%s: ten seconds in all are waited for it, and nobody else is asked', async (_name, before, after) => {
	for (const retryAfterMs of [1_000, undefined]) {
		for (const isAlone of [true, false]) {
			const house = setting();
			const [first, second] = models(house, retryAfterMs);
			let waitedMs = 0;
			await house.time.run(async () => {
				for (let call = 1; call <= 60; call += 1) {
					await house.time.surroundings.sleep(call < 30 ? before : after);
					const startedAt = house.time.elapsed();
					const { answer } = await house.start(isAlone ? [first!] : [first!, second!]);
					waitedMs += house.time.elapsed() - startedAt - 140;
					expect(answer?.model.alias).toBe('first');
				}
			});
			expect(waitedMs).toBeLessThan(10_000);
		}
	}
});

test.each([1, 3, 10])('%i items at a time: nobody else is asked', async (concurrency) => {
	for (const retryAfterMs of [1_000, undefined]) {
		const house = setting();
		const asked = models(house, retryAfterMs);
		let left = 90;
		const worker = async (): Promise<void> => {
			while (left-- > 0) expect((await house.start(asked)).answer?.model.alias).toBe('first');
		};
		await house.time.run(() => Promise.all(Array.from({ length: concurrency }, worker)));
	}
});
