/** The logistic curve that turns a score into the chance that the strong model is needed. */
import type { Form } from '../router/classify/local/terms';
import type { OutcomeExample } from './complexityTraining';

/** A set of fewer prompts of a form says nothing of how sure its scores are. */
const FEWEST_OF_SET = 100;

interface OddsRow {
	set: number;
	score: number;
	needed: number;
	weight: number;
}

/**
 * `slope` and `intercept` of the log-odds that the strong model is needed, every set counting alike. The slope is that within
 * sets: which pair of models a set was answered by says nothing of how hard a prompt is. Choices of few and of many answers
 * share a curve, so that it leaves their order as it is.
 */
export function fitOdds(
	examples: readonly OutcomeExample[],
	scores: Float64Array,
	form: Form,
): [number, number] {
	const alike = (own: Form) => (own === 0) === (form === 0);
	const counts = new Map<string, number>();
	for (const { dataset, form: own } of examples)
		if (alike(own)) counts.set(dataset, (counts.get(dataset) ?? 0) + 1);
	const sets = [...counts].filter(([, count]) => count >= FEWEST_OF_SET).map(([set]) => set);
	const rows = examples.flatMap(({ dataset, form: own, needed }, i): OddsRow[] => {
		const set = sets.indexOf(dataset);
		if (!alike(own) || set === -1) return [];
		return [{ set, score: scores[i], needed, weight: 1 / (counts.get(dataset) ?? 1) }];
	});
	const slope = slopeWithin(rows, sets.length);
	return [slope, commonIntercept(rows, slope)];
}

const STEPS = 40;
/** As far as one step of Newton may go. */
const FARTHEST = 1;
const step = (by: number) => Math.max(-FARTHEST, Math.min(FARTHEST, by));
const chanceOf = (odds: number) => 1 / (1 + Math.exp(-odds));

/** Newton over a slope and an intercept a set. */
function slopeWithin(rows: readonly OddsRow[], sets: number): number {
	const intercepts = new Float64Array(sets);
	let slope = 1;
	for (let round = 0; round < STEPS; round++) {
		const [pull, bend, mixed] = [0, 1, 2].map(() => new Float64Array(sets));
		let ofSlope = 0;
		let bendOfSlope = 1e-6;
		for (const { set, score, needed, weight } of rows) {
			const chance = chanceOf(slope * score + intercepts[set]);
			const curve = weight * chance * (1 - chance);
			pull[set] += weight * (chance - needed);
			bend[set] += curve;
			mixed[set] += curve * score;
			ofSlope += weight * (chance - needed) * score;
			bendOfSlope += curve * score * score;
		}
		for (let set = 0; set < sets; set++) {
			ofSlope -= (mixed[set] * pull[set]) / (bend[set] + 1e-9);
			bendOfSlope -= mixed[set] ** 2 / (bend[set] + 1e-9);
		}
		const change = step(ofSlope / Math.max(bendOfSlope, 1e-9));
		slope -= change;
		for (let set = 0; set < sets; set++)
			intercepts[set] -= step((pull[set] - mixed[set] * change) / (bend[set] + 1e-9));
	}
	return slope;
}

function commonIntercept(rows: readonly OddsRow[], slope: number): number {
	let intercept = 0;
	for (let round = 0; round < STEPS; round++) {
		let pull = 0;
		let bend = 1e-9;
		for (const { score, needed, weight } of rows) {
			const chance = chanceOf(slope * score + intercept);
			pull += weight * (chance - needed);
			bend += weight * chance * (1 - chance);
		}
		intercept -= step(pull / bend);
	}
	return intercept;
}
