/** Cheap tiers: such a model becomes two candidates, first at its cheap tier and then at the standard one. */
import type { FailoverResult } from '../failover/failover';
import type { Model, Route } from '../types';

export interface Line extends Pick<Route, 'ladder'> {
	candidates: readonly Model[];
	/** The user's model behind a candidate. */
	original(model: Model): Model;
}

/** @param patienceMs how long the cheap tier may be silent, in ms */
export function inTiers({ candidates, ladder }: Route, patienceMs: number): Line {
	if (!candidates.some(isFlex)) return { candidates, ladder, original: (model) => model };
	const originals = new Map<Model, Model>();
	const cheap = new Map(
		candidates.filter(isFlex).map((model) => {
			const { site: _, ...own } = model;
			// A separate endpoint and no site: limits, circuits and latencies of the cheap tier say nothing about the standard tier.
			return [model, { ...own, endpoint: `${model.endpoint}|flex`, tierPatienceMs: patienceMs }] as const;
		}),
	);
	const line = candidates.flatMap((model): Model[] => {
		const first = cheap.get(model);
		const places = first ? [first, { ...model, serviceTier: 'standard' as const }] : [model];
		for (const place of places) originals.set(place, model);
		return places;
	});
	return {
		candidates: line,
		...(ladder && { ladder: ladder.map((model) => cheap.get(model) ?? model) }),
		original: (model) => originals.get(model) ?? model,
	};
}

/** Maps a result's candidates back to the user's models. */
export function toldOf(line: Line, result: FailoverResult): FailoverResult {
	const answer = result.answer && { ...result.answer, model: line.original(result.answer.model) };
	return {
		...result,
		answer,
		escalatedFrom: [...new Set(result.escalatedFrom.map(line.original))],
		// A model that answered is not listed as skipped because its cheap tier rests.
		notAsked: result.notAsked.filter(({ model }, index, all) => {
			const isFirst = all.findIndex((other) => other.model === model) === index;
			return (
				isFirst &&
				model !== answer?.model.alias &&
				!result.attempts.some((attempt) => attempt.model === model)
			);
		}),
	};
}

function isFlex({ serviceTier, prices, provider }: Model): boolean {
	return serviceTier === 'flex' && (prices?.tiers?.flex !== undefined || provider !== 'anthropic');
}
