/** Models whose cheap tier is asked first: each stands twice in the line, at its own tier and at the standard one. */
import type { FailoverResult } from '../failover/failover';
import type { Model, Route } from '../types';

export interface Line extends Pick<Route, 'ladder'> {
	candidates: readonly Model[];
	/** The candidate that a place in the line stands for. */
	original(model: Model): Model;
}

/** @param patienceMs how long the cheap tier may be silent */
export function inTiers({ candidates, ladder }: Route, patienceMs: number): Line {
	if (!candidates.some(isFlex)) return { candidates, ladder, original: (model) => model };
	const originals = new Map<Model, Model>();
	const cheap = new Map(
		candidates.filter(isFlex).map((model) => {
			const { site: _, ...own } = model;
			// Its limits, circuits and latencies say nothing of the standard tier, nor of its provider.
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

/** The same result, told of the models that the user knows. */
export function toldOf(line: Line, result: FailoverResult): FailoverResult {
	const answer = result.answer && { ...result.answer, model: line.original(result.answer.model) };
	return {
		...result,
		answer,
		escalatedFrom: [...new Set(result.escalatedFrom.map(line.original))],
		// That its cheap tier rests is no news of a model that has answered.
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
