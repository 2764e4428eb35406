import { callCost, costOf, formatUsd, usdOf } from '../../../router/money/cost';
import { costOfDecision } from '../../../router/money/decisionCost';
import type { Attempt, Model, Prices, Usage } from '../../../router/types';

function usage(inputTokens: number, outputTokens: number, cachedInputTokens = 0): Usage {
	const totalTokens = inputTokens + outputTokens;
	return { inputTokens, outputTokens, cachedInputTokens, reasoningTokens: 0, totalTokens };
}

function model(alias: string, quality: number, prices: Prices | null): Model {
	return { alias, modelId: alias, quality, prices } as Model;
}

function attempt(alias: string, changes: Partial<Attempt> = {}): Attempt {
	const used = changes.usage === undefined ? usage(1000, 100) : changes.usage;
	const prices = { small: SMALL, large: LARGE }[alias] ?? null;
	return {
		model: alias,
		outcome: 'answered',
		billing: 'named',
		usage: used,
		costNano: used && callCost(model(alias, 0, prices), used),
		...changes,
	} as Attempt;
}

const SMALL: Prices = { input: { base: 0.15 }, output: { base: 0.6 }, cachedInput: { base: 0.075 } };
const LARGE: Prices = {
	input: { base: 3, tiers: [{ above: 200_000, price: 6 }] },
	output: { base: 15, tiers: [{ above: 200_000, price: 22.5 }] },
};

describe('costOf', () => {
	it.each<[string, Prices, Usage, number]>([
		['input and output', SMALL, usage(1000, 100), 150_000 + 60_000],
		['cached input apart', SMALL, usage(1000, 0, 400), 600 * 150 + 400 * 75],
		['cached input as input where no price is named', LARGE, usage(1000, 0, 400), 3_000_000],
		['no more cached than there is', SMALL, usage(100, 0, 400), 100 * 75],
		['the base price at the threshold', LARGE, usage(200_000, 10), 600_000_000 + 150_000],
		['the tier for every token beyond it', LARGE, usage(200_001, 10), 200_001 * 6000 + 10 * 22_500],
		['a fee a call', { ...SMALL, perRequest: 0.014 }, usage(0, 0), 14_000_000],
		[
			'half a nano-dollar rounded up, once',
			{ input: { base: 0.0375 }, output: { base: 0.0005 } },
			usage(1, 1),
			38,
		],
		['nothing for nothing', LARGE, usage(0, 0), 0],
		['broken counts as none', SMALL, usage(NaN, -5), 0],
	])('prices %s', (_case, prices, used, nano) => {
		expect(costOf(prices, used)).toBe(nano);
	});
});

describe('costOfDecision', () => {
	const small = model('small', 40, SMALL);
	const large = model('large', 80, LARGE);
	const local = model('local', 20, null);

	it('sums every billed attempt, failed ones included, and compares with the best model', () => {
		const attempts = [
			attempt('large', { outcome: 'stalled', billing: 'estimated', usage: usage(1000, 5) }),
			attempt('large', { outcome: 'rateLimited', billing: 'none', usage: null }),
			attempt('small'),
		];
		expect(costOfDecision(attempts, [small, large, local])).toMatchObject({
			costNano: 3_000_000 + 75_000 + 210_000,
			estimated: true,
			baselineNano: 3_000_000 + 1_500_000,
		});
	});

	it('is unknown where one billed price is, but not where that attempt was not billed', () => {
		expect(
			costOfDecision([attempt('local', { outcome: 'stalled' }), attempt('small')], [small, local]),
		).toEqual({
			costNano: null,
			estimated: false,
			baselineNano: 210_000,
			savings: null,
		});
		const refused = attempt('local', { outcome: 'overloaded', billing: 'none', usage: null });
		expect(costOfDecision([refused, attempt('small')], [small, local]).costNano).toBe(210_000);
	});

	it('has no baseline where the best model has no price or nothing was answered', () => {
		const best = model('best', 99, null);
		expect(costOfDecision([attempt('small')], [small, best]).baselineNano).toBeNull();
		expect(costOfDecision([], [small, large])).toEqual({
			costNano: 0,
			estimated: false,
			baselineNano: null,
			savings: null,
		});
	});

	it('says what saved it: another model, the cache, the tier', () => {
		const prices: Prices = {
			...SMALL,
			cacheWrite: { base: 0.3 },
			tiers: { flex: [1, 2] },
		};
		const cheap = model('small', 40, prices);
		const used: Usage = { ...usage(1000, 100, 600), cacheWriteTokens: 100, tier: 'flex' };
		const costNano = callCost(cheap, used);
		// (300 × 150 + 600 × 75 + 100 × 300 + 100 × 600) ÷ 2
		expect(costNano).toBe(90_000);
		const { savings, baselineNano } = costOfDecision(
			[attempt('small', { usage: used, costNano })],
			[cheap, large],
		);
		expect(baselineNano).toBe(4_500_000);
		expect(savings).toEqual({
			routingNano: 4_500_000 - 210_000,
			promptCacheNano: 210_000 - 180_000,
			tierNano: 90_000,
			answerCacheNano: 0,
		});
		const again = costOfDecision([], [cheap, large], used).savings;
		expect(again).toEqual({ routingNano: 0, promptCacheNano: 0, tierNano: 0, answerCacheNano: 4_500_000 });
	});

	it('does not overstate savings among equally good models', () => {
		const twin = model('twin', 80, SMALL);
		expect(costOfDecision([attempt('small')], [large, twin, small]).baselineNano).toBe(210_000);
	});
});

it.each([
	[null, 'unknown'],
	[0, '$0.00'],
	[1_200_000, '$0.0012'],
	[3_420_000_000, '$3.42'],
	[34_000, '$0.000034'],
	[-13_800_000, '-$0.0138'],
])('formats %s nano-dollars as %s', (nano, text) => {
	expect(formatUsd(nano)).toBe(text);
});

it('gives USD as a number and keeps the unknown unknown', () => {
	expect(usdOf(1_200_000)).toBe(0.0012);
	expect(usdOf(null)).toBeNull();
});
