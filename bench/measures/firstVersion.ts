/** Results of the first version's weights, measured the same way, for comparison. */

/** APGR by set: rows held out; the whole family left out. */
export const FIRST_OUTCOMES: Readonly<Record<string, readonly [held: number, unseen: number]>> = {
	mmlu: [0.667, 0.591],
	gsm8k: [0.61, 0.588],
	mmlupro: [0.57, 0.515],
	ulab: [0.704, 0.615],
	fe_cot: [0.538, 0.506],
	ze_gsm: [0.577, 0.564],
	ze_crux: [0.516, 0.527],
	ze_math5: [0.487, 0.457],
};

/** Task by set that was never trained on: named rightly; the right one among the two best. */
export const FIRST_TASKS: Readonly<Record<string, readonly [right: number, topTwo: number]>> = {
	autoj_clf: [0.637, 0.731],
	alignbench_zh: [0.686, 0.791],
	wizardlm: [0.637, 0.692],
	legalbench: [0.829, 0.918],
	t0: [0.987, 0.998],
	'customers, first fifty': [0.44, NaN],
	'above 1–50 kB': [0.6, NaN],
	'below 1–50 kB': [0.5, NaN],
	'around 1–50 kB': [0.57, NaN],
};
