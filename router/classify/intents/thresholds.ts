import type { LeftOut } from './likeness';

/** Unrelated sentences are nearly always less similar than this to any intent; matching ones are mostly more. */
const LOWEST = 0.16;
/** Upper limit, because a few examples may differ from each other by chance. */
const HIGHEST = 0.28;

/** What knows how similar each example is to all others. */
type ByLeavingOut = { leftOut(): LeftOut[] };

/** Required similarity for each intent. */
export type Thresholds = readonly number[];

/**
 * For each intent the threshold that best separates its own examples, each left out in turn, from those of the
 * others: the one with the largest difference between the shares above it (Youden's J), within limits. Of equally
 * good thresholds the highest.
 */
export function findThresholds(examples: ByLeavingOut, count: number): Thresholds {
	const leftOut = examples.leftOut();
	return Array.from({ length: count }, (_, intent) => {
		const scores = leftOut.map(({ owner, likeness }) => ({ own: owner === intent, score: likeness[intent] }));
		const own = scores.filter((entry) => entry.own).map(({ score }) => score);
		const others = scores.filter((entry) => !entry.own).map(({ score }) => score);
		return Math.min(HIGHEST, Math.max(LOWEST, bestBound(own, others)));
	});
}

export function bestBound(own: readonly number[], others: readonly number[], lowest = LOWEST): number {
	const sorted = descending([...own, ...others]);
	const [mine, theirs] = [descending(own), descending(others)];
	let best = { bound: lowest, gain: 0 };
	for (let i = 0; i < sorted.length; i++) {
		const bound = (sorted[i] + (sorted[i + 1] ?? 0)) / 2;
		const gain = shareAbove(bound, mine) - shareAbove(bound, theirs);
		if (gain > best.gain) best = { bound, gain };
	}
	return best.bound;
}

const descending = (scores: readonly number[]): Float64Array => Float64Array.from(scores).sort().reverse();

/** @param scores in descending order, halved until the bound is found: hundreds of intents are compared with hundreds of examples */
function shareAbove(bound: number, scores: Float64Array): number {
	if (scores.length === 0) return 0;
	let [above, below] = [0, scores.length];
	while (above < below) {
		const middle = (above + below) >> 1;
		if (scores[middle] >= bound) above = middle + 1;
		else below = middle;
	}
	return above / scores.length;
}

/**
 * Pairs of intents where half or more of one's examples, left out in turn, would be taken for the other.
 * @returns pairs of indices, the lower first
 */
export function findConfusions(examples: ByLeavingOut, count: number): Array<[number, number]> {
	const taken = Array.from({ length: count }, () => new Array<number>(count).fill(0));
	const totals = new Array<number>(count).fill(0);
	for (const { owner, likeness } of examples.leftOut()) {
		totals[owner] += 1;
		const best = likeness.indexOf(Math.max(...likeness));
		if (best !== owner && likeness[best] >= LOWEST) taken[owner][best] += 1;
	}
	const pairs: Array<[number, number]> = [];
	for (let a = 0; a < count; a++) {
		for (let b = a + 1; b < count; b++) {
			if (taken[a][b] * 2 >= totals[a] || taken[b][a] * 2 >= totals[b]) pairs.push([a, b]);
		}
	}
	return pairs;
}
