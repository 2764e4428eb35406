/** Budgets stay exact where calls cost less than what was reserved, as caches and tiers make them. */
import { DEFAULTS } from '../../../router/failover/settings';
import type { Policy } from '../../../router/walk/walk';
import type { Prices, Usage } from '../../../router/types';
import { requestOf } from '../../support/requests';
import { end, modelOf, scriptedClient, text } from '../../support/scriptedModel';
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
	inputTokens: 1_000,
	outputTokens: 100,
	cachedInputTokens: 0,
	reasoningTokens: 0,
	totalTokens: 1_100,
	...more,
});

/** By hand, in nano-dollars: 1,000 in and 100 out, of which so many were written, read or served at a tier. */
const BILLS: ReadonlyArray<[Usage, number]> = [
	[usage({}), 4_500_000],
	[usage({ cacheWriteTokens: 800 }), 200 * 3_000 + 800 * 3_750 + 1_500_000],
	[usage({ cacheWriteTokens: 800, longCacheWriteTokens: 800 }), 200 * 3_000 + 800 * 6_000 + 1_500_000],
	[usage({ cachedInputTokens: 900 }), 100 * 3_000 + 900 * 300 + 1_500_000],
	[usage({ tier: 'flex' }), 2_250_000],
	[usage({ tier: 'priority' }), 9_000_000],
	[usage({ costNano: 1_234_567 }), 1_234_567],
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
	const model = modelOf('model', client, { prices: PRICES, serviceTier: 'priority', maxOutputTokens: 100 });
	const limitNano = 1_000_000_000;
	const policy: Policy = {
		mode: 'answer',
		models: [model],
		rules: [],
		noMatch: 'smart',
		preference: 0,
		minConfidence: 0.4,
		failover: DEFAULTS,
		spending: {
			budgets: [{ limitNano, period: 'day', scope: 'all', onExceeded: 'fail' }],
			maxCostPerItemNano: null,
			allowUnknownPrice: false,
		},
	};
	const request = requestOf('word '.repeat(860));
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
	// No more is left than one call could have cost: 1,150 tokens written for an hour and 100 out, at priority.
	expect(limitNano - total).toBeLessThan(2 * (1_150 * 6_000 + 100 * 15_000));
	expect(decisions.filter(({ answer }) => answer)).toHaveLength(client.calls.length);
});
