/** The order in which a route's models are tried. */
import { createHash } from 'node:crypto';
import type { Model, Strategy } from '../types';
import { cascade } from './cascade';
import { fastest } from './fastest';
import { QUALITY_NOISE, sortByPrice, worthOf } from './ranking';
import type { Ranked, Ranking } from './ranking';

/** Tolerance for rounding errors. */
const ROUNDING = 1e-9;

/** @param models as the user lists them, at least one */
export function rank(strategy: Strategy, models: readonly Model[], ranking: Ranking): Ranked {
	switch (strategy) {
		case 'smart':
			return smart(models, ranking);
		case 'cheapest':
			return cheapest(models, ranking);
		case 'fastest':
			return fastest(models, ranking);
		case 'cascade':
			return cascade(models, ranking);
		case 'weighted':
			return weighted(models, ranking.seed);
		case 'priority':
			return { order: [...models], reason: `${models[0]?.alias} is the first in the list` };
	}
}

/**
 * The quality that a prompt needs of these models:
 *
 *     needed = best − spread × min(1, (1 − preference) / complexity)
 *
 * A model `d` of the way down from the best to the worst is taken to fall short with probability
 * complexity × d, and `1 − preference` is the probability that is put up with. So with two models the
 * weaker one answers while complexity + preference ≤ 1; preference 0 lets every model answer, 1 only the
 * best. The formula is ours; the spread between best and worst counts as `QUALITY_NOISE` at least.
 */
export function neededQuality(complexity: number, preference: number, qualities: readonly number[]): number {
	const best = Math.max(...qualities);
	const spread = Math.max(best - Math.min(...qualities), QUALITY_NOISE);
	const tolerated = 1 - preference;
	if (tolerated <= 0) return best;
	return best - spread * Math.min(1, tolerated / Math.max(complexity, Number.EPSILON));
}

/** Models that are good enough by price, then the others by quality; unknown prices come last in each group. */
function smart(models: readonly Model[], ranking: Ranking): Ranked {
	const needed = neededQuality(
		ranking.complexity,
		ranking.preference,
		models.map((model) => worthOf(model, ranking)),
	);
	const isGood = (model: Model): boolean => worthOf(model, ranking) >= needed - ROUNDING;
	const good = models.filter(isGood);
	const rest = models.filter((model) => !isGood(model));
	const byPrice = sortByPrice(good, ranking);
	const byQuality = sortByPrice(rest, ranking).sort((a, b) => worthOf(b, ranking) - worthOf(a, ranking));
	const reason = smartReason(byPrice, models.length, ranking.whatFor ?? '');
	return { order: [...byPrice, ...byQuality], reason };
}

function smartReason(good: readonly Model[], total: number, whatFor: string): string {
	const [first] = good;
	const alias = first?.alias;
	if (total === 1) return `${alias} is the only model`;
	if (good.length === 1) return `${alias} is the only one good enough${whatFor}`;
	return first?.prices
		? `${alias} is the cheapest of ${good.length} good enough${whatFor}`
		: `${alias} is one of ${good.length} good enough${whatFor}, prices unknown`;
}

function cheapest(models: readonly Model[], ranking: Ranking): Ranked {
	const order = sortByPrice(models, ranking);
	const [first] = order;
	if (order.length === 1) return { order, reason: `${first?.alias} is the only model` };
	const reason = first?.prices
		? `${first.alias} is the cheapest of ${order.length}`
		: `${first?.alias} is one of ${order.length}, prices unknown`;
	return { order, reason };
}

/**
 * Weighted rendezvous hashing (Schindelhauer & Schomaker, 2005): each model scores −ln(u) / weight with u
 * hashed from seed and alias, and the smallest is drawn. A model's share of seeds is its share of the
 * weights, and changing one model moves only that model's share. Weight 0 is drawn after all others.
 */
function weighted(models: readonly Model[], seed: string): Ranked {
	const digest = createHash('sha256').update(seed).digest();
	const scores = new Map(models.map((model) => [model, score(model, digest)]));
	const order = [...models].sort((a, b) => {
		const [scoreA, scoreB] = [scores.get(a) ?? Infinity, scores.get(b) ?? Infinity];
		return scoreA === scoreB ? 0 : scoreA - scoreB;
	});
	return { order, reason: `${order[0]?.alias} was drawn by weight` };
}

function score(model: Model, digest: Buffer): number {
	if (!(model.weight > 0)) return Infinity;
	return -Math.log(uniform(createHash('sha256').update(digest).update(model.alias).digest())) / model.weight;
}

/** 0 < u < 1 from a hash's first 48 bits. */
function uniform(hash: Buffer): number {
	return (hash.readUIntBE(0, 6) + 0.5) / 2 ** 48;
}
