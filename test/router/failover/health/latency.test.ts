import { observedSpeeds, percentile, withSample } from '../../../../router/failover/health/latency';
import type { Latency } from '../../../../router/state/state';
import { end, modelOf, text, whole } from '../../../support/standIn/scriptedModel';
import { setting } from '../setting';

const seen = (firstTokenMs: number) => ({ firstTokenMs, waitedMs: null, answer: null });

describe('what is seen of a model’s speed', () => {
	test('follows the latest and keeps a hundred', () => {
		let latency: Readonly<Latency> | null = null;
		for (let index = 0; index < 150; index += 1)
			latency = withSample(latency, seen(index < 100 ? 1_000 : 200));
		expect(latency?.firstTokens).toHaveLength(100);
		expect(latency?.firstTokenMs).toBeCloseTo(200, 0);
	});

	test('an aborted call counts as the wait, or as usual where the wait was shorter', () => {
		const usual = withSample(null, seen(3_000));
		expect(
			withSample(structuredClone(usual), { firstTokenMs: null, waitedMs: 9_000, answer: null }),
		).toMatchObject({
			firstTokens: [3_000, 9_000],
		});
		expect(
			withSample(structuredClone(usual), { firstTokenMs: null, waitedMs: 10, answer: null }),
		).toMatchObject({
			firstTokens: [3_000, 3_000],
		});
	});

	test('nothing is kept of a call that showed nothing', () => {
		expect(withSample(null, { firstTokenMs: null, waitedMs: null, answer: null })).toBeNull();
	});

	test('percentiles are nearest ranks', () => {
		expect(percentile([5, 1, 4, 2, 3], 0.95)).toBe(5);
		expect(
			percentile(
				Array.from({ length: 20 }, (_, index) => index + 1),
				0.95,
			),
		).toBe(19);
	});

	test('can be read by endpoint after an answer: first token and pace', async () => {
		const { model, ask, state } = setting();
		const usage = {
			inputTokens: 4,
			outputTokens: 11,
			cachedInputTokens: 0,
			reasoningTokens: 0,
			totalTokens: 15,
		};
		const models = [model('first', [[{ wait: 400 }, text('a'), { wait: 100 }, end('stop', usage)]])];
		await ask(models);
		const other = modelOf('other', null);
		expect([...(await observedSpeeds(state.facts, [other, models[0]]))]).toEqual([
			[models[0], { samples: 1, firstTokenMs: 400, msPerToken: 10 }],
		]);
		await ask([model('third', [whole()])]);
	});
});
