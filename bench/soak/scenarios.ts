/** What goes wrong in the soak, and when. Faults are written as in `test/support/simulated/faults.ts`. */

/**
 * In every scenario but the last, one of the first three stays healthy. The fourth has key trouble and is never
 * relied on.
 */
export const PROVIDERS = ['openai', 'anthropic', 'gemini', 'compatible'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

export interface Scenario {
	name: string;
	/** Of the provider whose turn it is. */
	first?: string;
	/** Of the next one, at the same time. */
	second?: string;
	/** Of the one that is never counted on. */
	keyed?: string;
	/** Of all of them: a limit, which is no failure, so nothing may be lost. */
	everyone?: string;
	/** Nobody is well, so items may fail. */
	blackout?: boolean;
}

/** Times in a fault are real ms, while the engine's clock runs ten times as fast. */
export const SCENARIOS: readonly Scenario[] = [
	{ name: 'all is well' },
	{ name: 'a storm of rate limits', first: '429', second: '429' },
	{ name: 'a pause short enough to wait for', first: '429-2' },
	{ name: 'a pause too long to wait for', first: '429-10', keyed: '429' },
	{ name: 'two providers down', first: '500', second: '503' },
	{ name: 'connections reset', first: 'reset', keyed: 'reset' },
	{ name: 'headers and then silence', first: 'silent' },
	{ name: 'not even headers', first: 'hang' },
	{ name: 'pings and no token', first: 'pings' },
	{ name: 'slow to begin', first: 'slow-400' },
	{ name: 'slow from token to token', first: 'drip-40' },
	{ name: 'answers that stall', first: 'stall', second: 'slow-100' },
	{ name: 'answers cut off', first: 'cut', second: 'nofinish' },
	{ name: 'errors inside the stream', first: 'errorevent', second: 'brokenevent' },
	{ name: 'a web page and broken JSON', first: 'html', second: 'brokenjson' },
	{ name: 'empty answers', first: 'empty', second: 'empty' },
	{
		name: 'hiccups',
		first: '500*3--none*9--cut*3--none*9--429*5--none*9--empty*3',
		second: '529*2--none*9--reset*2',
	},
	{ name: 'a rejected key', keyed: '401' },
	{ name: 'no credit left', keyed: 'quota', first: '529' },
	// Together they can take the load, but none can alone.
	{ name: 'a bulk run through limits', everyone: 'limit-80' },
	{ name: 'a bulk run through limits that name no time', everyone: 'limitsilent-80' },
	{ name: 'nobody is there', first: '500', second: '500', keyed: '503', blackout: true },
];

/** A scenario with providers assigned to it. */
export interface Scene {
	scenario: Scenario;
	faults: Partial<Record<ProviderName, string>>;
}

/**
 * All scenarios in random order, the blackout last. One provider stays healthy until the blackout. A round begins
 * calm, so that the next can assign providers anew.
 */
export function round(index: number, random: () => number): Scene[] {
	const [calm, ...others] = SCENARIOS;
	const troubles = others.filter(({ blackout }) => !blackout);
	const blackouts = others.filter(({ blackout }) => blackout);
	for (let at = troubles.length - 1; at > 0; at--) {
		const other = Math.floor(random() * (at + 1));
		[troubles[at], troubles[other]] = [troubles[other], troubles[at]];
	}
	const well = index % 3;
	return [calm, ...troubles, ...blackouts].map((scenario, place) => {
		const turn = place % 2 === 0 ? [well + 1, well + 2] : [well + 2, well + 1];
		const [first, second] = turn.map((provider) => PROVIDERS[provider % 3]);
		return {
			scenario,
			faults: {
				...(scenario.everyone && Object.fromEntries(PROVIDERS.map((name) => [name, scenario.everyone]))),
				...(scenario.first && { [first]: scenario.first }),
				...(scenario.second && { [second]: scenario.second }),
				...(scenario.keyed && { compatible: scenario.keyed }),
				...(scenario.blackout && { [PROVIDERS[well]]: scenario.first }),
			},
		};
	});
}

function isTrouble(fault: string | undefined): boolean {
	return fault !== undefined && !fault.startsWith('limit');
}

/** Whether a provider was well at every moment between two, by the times at which faults began and ended. */
export class Wellness {
	/** Of each provider, in order: from when on it was well or not, in ms. */
	private readonly turns = new Map<ProviderName, Array<{ at: number; isWell: boolean }>>(
		PROVIDERS.map((name) => [name, [{ at: -Infinity, isWell: true }]]),
	);

	/** Before the faults are set: from then on those providers are not counted on. */
	begin(at: number, faults: Scene['faults']): void {
		this.turn(at, false, (name) => isTrouble(faults[name]));
	}

	/** After the faults are set: from then on the others are well. */
	settled(at: number, faults: Scene['faults']): void {
		this.turn(at, true, (name) => !isTrouble(faults[name]));
	}

	private turn(at: number, isWell: boolean, concerns: (name: ProviderName) => boolean): void {
		for (const [name, turns] of this.turns) {
			if (concerns(name) && turns.at(-1)?.isWell !== isWell) turns.push({ at, isWell });
		}
	}

	/** @param from when an item came, `to` when it left, in ms */
	someoneWasWell(from: number, to: number): boolean {
		return PROVIDERS.slice(0, 3).some((name) => this.wasWell(name, from, to));
	}

	private wasWell(name: ProviderName, from: number, to: number): boolean {
		const turns = this.turns.get(name) ?? [];
		return turns.every(
			({ at, isWell }, place) => isWell || at > to || (turns[place + 1]?.at ?? Infinity) < from,
		);
	}
}
