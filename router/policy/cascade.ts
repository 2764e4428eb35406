/** The strategy `cascade`: the cheapest model first, a better one if its answer is rejected. */
import type { Model } from '../types';
import { QUALITY_NOISE, sortByPrice, worthOf } from './ranking';
import type { Ranked, Ranking } from './ranking';

/**
 * The ladder by price, then the other models by price. A model that costs more than another and is clearly worse is
 * not on the ladder and serves as a fallback only. Scores that differ by less than `QUALITY_NOISE` count as equal.
 */
export function cascade(models: readonly Model[], ranking: Ranking): Ranked {
	const ladder: Model[] = [];
	const rest: Model[] = [];
	let best = -Infinity;
	for (const model of sortByPrice(models, ranking)) {
		const worth = worthOf(model, ranking);
		(worth > best - QUALITY_NOISE ? ladder : rest).push(model);
		best = Math.max(best, worth);
	}
	return {
		order: [...ladder, ...rest],
		ladder,
		reason: verdictOn(ladder, models.length, ranking.whatFor ?? ''),
	};
}

function verdictOn([first, ...better]: readonly Model[], total: number, whatFor: string): string {
	if (total === 1) return `${first.alias} is the only model`;
	const why = first.prices ? `the cheapest of ${total}` : `one of ${total}, prices unknown`;
	if (better.length === 0) return `${first.alias} is ${why}, none of the others is better${whatFor}`;
	return `${first.alias} is ${why}; if its answer does not hold, ${better[0].alias} is next`;
}
