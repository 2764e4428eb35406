/** Budgets stay exact where calls cost less than what was reserved, as caches and tiers make them. */
import type { Prices, Usage } from '../../../router/types';
import { policyOf } from '../../support/policies';
import { requestOf } from '../../support/requests';
import { end, modelOf, scriptedClient, text } from '../../support/standIn/scriptedModel';
import { CALLER, testEngine } from '../../support/testEngine';
import { virtualTime } from '../../support/virtualTime';

const PRICES: Prices = {
	input: { base: 3 },
	output: { base: 15 },
	cachedInput: { base: 0.3 },
	cacheWrite: { base: 3.75 },
	longCacheWrite: { base: 6 },
	tiers: { flex: [1, 2], priority: [2, 1] },
};

const usage = (more: Partial<Usage>): Usage => ({
	inputTokens: 100,
	outputTokens: 10,
	cachedInputTokens: 0,
	reasoningTokens: 0,
	totalTokens: 110,
	...more,
});

/** By hand, in nano-dollars: 100 in and 10 out, of which so many were written, read or served at a tier. */
const BILLS: ReadonlyArray<[Usage, number]> = [
	[usage({}), 450_000],
	[usage({ cacheWriteTokens: 80 }), 20 * 3_000 + 80 * 3_750 + 150_000],
	[usage({ cacheWriteTokens: 80, longCacheWriteTokens: 80 }), 20 * 3_000 + 80 * 6_000 + 150_000],
	[usage({ cachedInputTokens: 90 }), 10 * 3_000 + 90 * 300 + 150_000],
	[usage({ tier: 'flex' }), 225_000],
	[usage({ tier: 'priority' }), 900_000],
	[usage({ costNano: 123_457 }), 123_457],
];

test('of 1,000 calls at once as many are made as the budget pays for, to the nano-dollar', async () => {
	const time = virtualTime(5);
	const engine = testEngine(time.surroundings);
	const plays = Array.from({ length: 1_000 }, (_, index) => [
		{ wait: 1 + (index % 17) },
		text('answer'),
		end('stop', BILLS[index % BILLS.length][0]),
	]);
	const client = scriptedClient(time.surroundings, plays);
	const model = modelOf('model', client, { prices: PRICES, serviceTier: 'priority', maxOutputTokens: 10 });
	const limitNano = 100_000_000;
	const policy = policyOf([model], {
		preference: 0,
		spending: {
			budgets: [{ limitNano, period: 'day', scope: 'all', onExceeded: 'fail' }],
			maxCostPerItemNano: null,
			allowUnknownPrice: false,
		},
	});
	const request = requestOf('word '.repeat(95));
	const decisions = await time.run(
		async () =>
			await Promise.all(
				Array.from({ length: 1_000 }, () => engine.route(request, policy, { caller: CALLER })),
			),
	);
	const billed = client.calls.map((_, index) => BILLS[index % BILLS.length][1]);
	const total = billed.reduce((sum, cost) => sum + cost, 0);
	expect(decisions.reduce((sum, { cost }) => sum + (cost.costNano ?? NaN), 0)).toBe(total);
	expect(total).toBeLessThanOrEqual(limitNano);
	// No more is left than one call could have cost: 115 tokens written for an hour and 10 out, at priority.
	expect(limitNano - total).toBeLessThan(2 * (115 * 6_000 + 10 * 15_000));
	expect(decisions.filter(({ answer }) => answer)).toHaveLength(client.calls.length);
}, 120_000);
