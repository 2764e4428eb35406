/** The strategy `fastest`: by measured speed, with a share of requests that try other models. */
import type { Model } from '../types';
import { expectedTokens } from './ranking';
import type { Ranked, Ranking, Speed } from './ranking';

/**
 * Share of requests that try another model than the fastest, so that measurements stay current. One in four while a
 * model has no measurement, which takes a few requests; then one in twenty, which notices within some dozens that a
 * model has become faster. The numbers are ours.
 */
const TRIALS_OF_UNSEEN = 0.25;
const TRIALS_OF_SEEN = 0.05;

/**
 * Measured models by expected time, then the others as listed. If none is measured, the first is drawn at random, so
 * that items that start together measure all models.
 */
export function fastest(models: readonly Model[], ranking: Ranking): Ranked {
	const times = expectedTimes(models, ranking);
	const timeOf = (model: Model): number => times.get(model) ?? Infinity;
	// Two infinite times are equal, but their difference is NaN.
	const order = [...models].sort((a, b) => (timeOf(a) === timeOf(b) ? 0 : timeOf(a) - timeOf(b)));
	const [first] = order;
	if (order.length === 1) return { order, reason: `${first.alias} is the only model` };
	const trial = trialOf(order, times, ranking.chance);
	if (trial) {
		const reason = `${trial.alias} is tried out, as ${whyTried(trial, times)}`;
		return { order: [trial, ...order.filter((model) => model !== trial)], reason };
	}
	if (times.size === 0)
		return { order, reason: `${first.alias} is the first in the list, no speed is known yet` };
	const of = times.size === order.length ? `${order.length}` : `${times.size} whose speed is known`;
	return { order, reason: `${first.alias} is the fastest of ${of}, about ${inSeconds(timeOf(first))}` };
}

/** Expected ms to the end of a typical answer, for measured models. */
function expectedTimes(models: readonly Model[], ranking: Ranking): Map<Model, number> {
	const seen = models.flatMap((model) => {
		const speed = ranking.speedOf?.(model) ?? null;
		return speed === null || speed.firstTokenMs === null ? [] : [{ model, speed }];
	});
	const pace = usualPace(seen.map(({ speed }) => speed));
	return new Map(
		seen.map(({ model, speed: { firstTokenMs, msPerToken } }) => [
			model,
			(firstTokenMs ?? 0) + (msPerToken ?? pace) * expectedTokens(model, ranking),
		]),
	);
}

/** Average pace of the others, for a model whose answers came in one piece. */
function usualPace(speeds: readonly Speed[]): number {
	const paces = speeds.flatMap(({ msPerToken }) => msPerToken ?? []);
	return paces.length === 0 ? 0 : paces.reduce((sum, pace) => sum + pace, 0) / paces.length;
}

/** The model to try this time, if any. @param order the fastest first */
function trialOf(
	order: readonly Model[],
	times: ReadonlyMap<Model, number>,
	chance: number | undefined,
): Model | null {
	if (chance === undefined) return null;
	const unseen = order.filter((model) => !times.has(model));
	if (times.size === 0) return order[Math.floor(chance * order.length)] ?? null;
	const [share, among] = unseen.length > 0 ? [TRIALS_OF_UNSEEN, unseen] : [TRIALS_OF_SEEN, order.slice(1)];
	return chance < share ? (among[Math.floor((chance / share) * among.length)] ?? null) : null;
}

function whyTried(trial: Model, times: ReadonlyMap<Model, number>): string {
	if (times.size === 0) return 'no speed is known yet';
	return times.has(trial) ? 'its speed may have changed' : 'its speed is not known yet';
}

function inSeconds(ms: number): string {
	return `${(ms / 1000).toFixed(1)} s`;
}
