/** Average performance gap recovered, as RouteLLM defines it (arXiv 2406.18665), on the exact curve. */
import { seeded } from '../../train/random';

export interface Outcome {
	/** How much the strong model seems to be needed, on any rising scale. */
	score: number;
	strong: number;
	weak: number;
}

/** Area under the share of the gap recovered against the share of strong calls, ties in expectation; random order gives 0.5. */
export function apgr(outcomes: readonly Outcome[]): number {
	const ranked = [...outcomes].sort((a, b) => b.score - a.score);
	const gap = ranked.reduce((sum, { strong, weak }) => sum + strong - weak, 0);
	let recovered = 0;
	let area = 0;
	for (let i = 0; i < ranked.length;) {
		let j = i;
		let gain = 0;
		for (; j < ranked.length && ranked[j].score === ranked[i].score; j++)
			gain += ranked[j].strong - ranked[j].weak;
		area += ((j - i) / ranked.length) * (recovered + gain / 2);
		recovered += gain;
		i = j;
	}
	return area / gap;
}

const RESAMPLES = 200;

/** 95 % interval by the bootstrap over rows. */
export function interval(outcomes: readonly Outcome[]): [number, number] {
	const random = seeded(1);
	return middle(() => outcomes.map(() => outcomes[Math.floor(random() * outcomes.length)]));
}

/** 95 % interval of random orders of the same rows. */
export function randomInterval(outcomes: readonly Outcome[]): [number, number] {
	const random = seeded(2);
	return middle(() => outcomes.map((outcome) => ({ ...outcome, score: random() })));
}

function middle(draw: () => Outcome[]): [number, number] {
	const areas = Array.from({ length: RESAMPLES }, () => apgr(draw())).sort((a, b) => a - b);
	return [areas[Math.floor(0.025 * RESAMPLES)], areas[Math.ceil(0.975 * RESAMPLES) - 1]];
}
