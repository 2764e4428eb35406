/**
 * A year in the life of three providers: when each is down, half down, slow, flooded or talking nonsense. The shares below
 * are calibrated so that a single plain call is answered whole in 99.5 % of all cases; `availability` measures that.
 */

export type Trouble =
	/** Every call fails in the way that `Manner` names. */
	| 'outage'
	/** Half of the calls do. */
	| 'partial'
	/** Answers come, six to thirty times as late. */
	| 'brownOut'
	/** Seven in ten calls are refused with 429, half of them with `Retry-After`. */
	| 'storm'
	/** A bad deployment: answers without a word, or that end in the middle without saying so. */
	| 'nonsense';

/** How an outage shows. */
export const MANNERS = ['refused', 'error500', 'error503', 'silent', 'cut'] as const;
export type Manner = (typeof MANNERS)[number];

export interface Incident {
	trouble: Trouble;
	manner: Manner;
	/** Ms from the start of the simulation. */
	from: number;
	to: number;
}

interface Kind {
	trouble: Trouble;
	/** Of all time, the share that such incidents take. */
	share: number;
	/** Minutes: the median, and the spread of the logarithm (lengths are log-normal). */
	medianMinutes: number;
	spread: number;
	/** The chance that an incident of one provider hits each of the others at the same time. */
	shared: number;
}

/**
 * Shares of time; what they cost a plain call is the share times how many calls fail in it. An outage of 25 minutes at the
 * median with a long tail is what the public status pages of the large providers show; floods of 429 spread, as
 * everybody's traffic moves from the provider that fails to the next.
 */
const KINDS: readonly Kind[] = [
	{ trouble: 'outage', share: 0.0025, medianMinutes: 25, spread: 1, shared: 0 },
	{ trouble: 'partial', share: 0.0018, medianMinutes: 30, spread: 1, shared: 0 },
	{ trouble: 'brownOut', share: 0.004, medianMinutes: 20, spread: 0.8, shared: 0 },
	{ trouble: 'storm', share: 0.0006, medianMinutes: 3, spread: 0.6, shared: 0.4 },
	{ trouble: 'nonsense', share: 0.0005, medianMinutes: 60, spread: 0, shared: 0 },
];

const MINUTE = 60_000;

/** Incidents of each provider, in order of time; those of one provider do not overlap. */
export function incidents(providers: number, lengthMs: number, random: () => number): Incident[][] {
	const drawn: Incident[][] = Array.from({ length: providers }, () => []);
	for (const kind of KINDS) {
		const mean = kind.medianMinutes * MINUTE * Math.exp(kind.spread ** 2 / 2);
		// Incidents that spread hit the other providers too, so fewer start at each.
		const spreading = 1 + kind.shared * (providers - 1);
		const gap = (mean * spreading) / kind.share;
		for (let first = 0; first < providers; first++) {
			for (let at = exponential(gap, random); at < lengthMs; at += exponential(gap, random)) {
				const length = kind.medianMinutes * MINUTE * Math.exp(kind.spread * normal(random));
				for (let hit = 0; hit < providers; hit++) {
					if (hit !== first && random() >= kind.shared) continue;
					const manner = MANNERS[Math.floor(random() * MANNERS.length)];
					drawn[hit].push({ trouble: kind.trouble, manner, from: at, to: at + length });
				}
			}
		}
	}
	return drawn.map(withoutOverlaps);
}

function withoutOverlaps(list: Incident[]): Incident[] {
	const kept: Incident[] = [];
	for (const incident of list.sort((a, b) => a.from - b.from)) {
		const from = Math.max(incident.from, kept.at(-1)?.to ?? 0);
		if (incident.to > from) kept.push({ ...incident, from });
	}
	return kept;
}

export function exponential(mean: number, random: () => number): number {
	return -mean * Math.log(1 - random());
}

/** Box–Muller transform. */
export function normal(random: () => number): number {
	return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
