import { earliest, withCall } from '../../../router/failover/calling/rateWindow';
import type { RateWindow } from '../../../router/state/state';
import type { Usage } from '../../../router/types';
import { end, text, whole } from '../../support/standIn/scriptedModel';
import type { Play } from '../../support/standIn/scriptedModel';
import { seededChance } from '../../support/virtualTime';
import { outcomes, setting } from './setting';

const usage = (totalTokens: number): Usage => ({
	inputTokens: totalTokens,
	outputTokens: 0,
	cachedInputTokens: 0,
	reasoningTokens: 0,
	totalTokens,
});
const callsAt = ({ clients, time }: ReturnType<typeof setting>, alias: string): number[] => {
	const start = time.surroundings.now() - time.elapsed();
	return clients[alias].calls.map(({ at }) => at - start);
};

describe('the user’s own limits', () => {
	test('requests a minute: who is over it waits for its turn', async () => {
		const all = setting();
		const first = all.model('first', [whole()], { maxRequestsPerMinute: 3 });
		const results = await all.time.run(() =>
			Promise.all(Array.from({ length: 7 }, () => all.start([first]))),
		);
		expect(results.map(outcomes)).toEqual(Array(7).fill(['first answered']));
		expect(callsAt(all, 'first')).toEqual([0, 0, 0, 60_000, 60_000, 60_000, 120_000]);
	});

	test('goes to the next model where its turn comes too late, which costs nothing', async () => {
		const { model, ask, time } = setting();
		const models = [model('first', [whole()], { maxRequestsPerMinute: 1 }), model('second', [whole()])];
		const soon = { totalTimeoutMs: 50_000 };
		await ask(models, soon);
		expect(outcomes(await ask(models, soon))).toEqual(['second answered']);
		expect(time.elapsed()).toBe(0);
		const { failure } = await ask([models[0]], soon);
		expect(failure).toMatchObject({ category: 'rateLimited' });
		expect(failure?.message).toContain('first: The limits that you set for it leave no room');
	});

	test('tokens a minute: as the answer counted them, retries and both directions included', async () => {
		const all = setting();
		const play: Play = [text('ok'), end('stop', usage(400))];
		const first = all.model('first', [play], { maxTokensPerMinute: 1_000 });
		for (let index = 0; index < 4; index += 1) await all.ask([first]);
		// 400, 800 and with four more, which is all that is known of it, 1,200; only then one has to wait.
		expect(callsAt(all, 'first')).toEqual([0, 0, 0, 60_000]);
	});

	test('a prompt that alone is beyond them never waits', async () => {
		const { model, ask, time } = setting();
		const models = [model('first', [whole()], { maxTokensPerMinute: 3 }), model('second', [whole()])];
		expect(outcomes(await ask(models))).toEqual(['second answered']);
		expect(time.elapsed()).toBe(0);
	});

	test('calls at a time: first come, first served, and whoever waits too long moves on', async () => {
		const all = setting();
		const { model, start, time, clients } = all;
		const first = model('first', [[{ wait: 1_000 }, ...whole()]], { maxConcurrent: 2 });
		const results = await time.run(() => Promise.all(Array.from({ length: 5 }, () => start([first]))));
		expect(results.every(({ answer }) => answer)).toBe(true);
		expect(callsAt(all, 'first')).toEqual([0, 0, 1_000, 1_000, 2_000]);
		expect(time.pending()).toBe(0);

		clients.first.calls.length = 0;
		const models = [first, model('second', [whole()])];
		const impatient = await time.run(() =>
			Promise.all(Array.from({ length: 5 }, () => start(models, { totalTimeoutMs: 1_900 }))),
		);
		expect(impatient.map(({ answer }) => answer?.model.alias).sort()).toEqual([
			'first',
			'first',
			'second',
			'second',
			'second',
		]);
	});

	test('a wait that is cancelled gives its turn back', async () => {
		const { model, start, time, ask } = setting();
		const first = model('first', [whole()], { maxRequestsPerMinute: 1, maxConcurrent: 5 });
		await ask([first]);
		const cancel = new AbortController();
		void time.surroundings.sleep(10_000).then(() => cancel.abort());
		const waiting = await time.run(() => start([first], {}, { signal: cancel.signal }));
		expect(waiting).toMatchObject({ attempts: [], failure: { category: 'cancelled' } });
		expect(time.pending()).toBe(0);
		await ask([first]);
		expect(time.elapsed()).toBe(60_000);
	});
});

test('whatever comes when, no minute sees more than the limits', () => {
	const chance = seededChance(9);
	for (let round = 0; round < 30; round += 1) {
		const limits = { requests: 1 + Math.floor(chance() * 20), tokens: 1_000 };
		let rateWindow: RateWindow = { entries: [] };
		const sent: Array<{ at: number; tokens: number }> = [];
		for (let now = 0; now < 400_000; now += Math.floor(chance() * 9_000)) {
			const tokens = Math.floor(chance() * 500);
			const at = earliest(rateWindow, limits, tokens, now) ?? NaN;
			expect(at).toBeGreaterThanOrEqual(now);
			rateWindow = withCall(rateWindow, at, tokens, now);
			sent.push({ at, tokens });
		}
		for (const { at } of sent) {
			const within = sent.filter((call) => call.at > at - 60_000 && call.at <= at);
			expect(within.length).toBeLessThanOrEqual(limits.requests);
			expect(within.reduce((sum, call) => sum + call.tokens, 0)).toBeLessThanOrEqual(limits.tokens);
		}
	}
});
