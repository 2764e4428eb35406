/** What a whole decision costs, what it would have cost, and what made the difference. */
import type { Attempt, Cost, Model, NanoDollars, Savings, Usage } from '../types';
import { costOf, pricesFor } from './cost';

/**
 * `costNano` sums all billed attempts, failed ones included. It is 0 if nothing was billed, and null if the price of
 * one billed attempt is unknown. The baseline prices the answer's tokens at the best model of `models`; if several
 * are equally good, at the cheapest of them, so that savings are never overstated. It is null if that price is
 * unknown or there is no answer.
 * @param cached usage of an answer from the cache, used instead of an attempt's
 */
export function costOfDecision(
	attempts: readonly Attempt[],
	models: readonly Model[],
	cached: Usage | null = null,
): Cost {
	const billed = attempts.filter((attempt) => attempt.billing !== 'none');
	const costNano = sumOrNull(billed.map((attempt) => attempt.costNano));
	const answering = attempts.find(({ outcome, purpose }) => outcome === 'answered' && purpose === undefined);
	const baselineNano = baseline(cached ?? answering?.usage ?? null, models);
	return {
		costNano,
		estimated: billed.some((attempt) => attempt.billing === 'estimated'),
		baselineNano,
		savings:
			costNano === null || baselineNano === null
				? null
				: savings(costNano, baselineNano, cached, answering, models),
	};
}

function savings(
	costNano: NanoDollars,
	baselineNano: NanoDollars,
	cached: Usage | null,
	answering: Attempt | undefined,
	models: readonly Model[],
): Savings {
	const saved = baselineNano - costNano;
	const none = { routingNano: 0, promptCacheNano: 0, tierNano: 0, answerCacheNano: 0 };
	if (cached) return { ...none, answerCacheNano: saved };
	const model = models.find(({ alias }) => alias === answering?.model);
	const prices = model && answering?.usage ? pricesFor(model, answering.usage) : null;
	if (!answering?.usage || !prices || answering.usage.costNano !== undefined)
		return { ...none, routingNano: saved };
	const atStandard = costOf(prices, { ...answering.usage, tier: 'standard' });
	const promptCacheNano = costOf(prices, plain(answering.usage)) - atStandard;
	const tierNano = atStandard - costOf(prices, answering.usage);
	return { ...none, promptCacheNano, tierNano, routingNano: saved - promptCacheNano - tierNano };
}

function baseline(usage: Usage | null, models: readonly Model[]): NanoDollars | null {
	if (usage === null) return null;
	const best = Math.max(...models.map((model) => model.quality));
	const costs = models
		.filter((model) => model.quality === best)
		.flatMap((model) => (model.prices === null ? [] : [costOf(model.prices, plain(usage))]));
	return costs.length > 0 ? Math.min(...costs) : null;
}

/** The same tokens at the standard tier, with no cache. */
function plain({
	cacheWriteTokens: _,
	longCacheWriteTokens: __,
	cachedAudioTokens: ___,
	...usage
}: Usage): Usage {
	return { ...usage, cachedInputTokens: 0, tier: 'standard' };
}

function sumOrNull(costs: ReadonlyArray<NanoDollars | null>): NanoDollars | null {
	return costs.reduce((sum, cost) => (sum === null || cost === null ? null : sum + cost), 0);
}
