import type { KeptAnswer } from './answerCache';

/** Result of a flight: the answer, or why the waiting requests get none. */
export type Landing =
	| KeptAnswer
	/** The asking execution was cancelled; another one may try. */
	| 'cancelled'
	/** The call failed, or its answer may not be shared. */
	| 'failed';

/** Requests being answered in this process, so that identical ones share one call. */
export class Flights {
	private readonly underWay = new Map<string, Promise<Landing>>();

	/** Result of the flight for this key; never rejects. null if there is none. */
	of(key: string): Promise<Landing> | null {
		return this.underWay.get(key) ?? null;
	}

	/** Starts a flight: from now on others wait for it. @returns a function that ends it and must be called */
	begin(key: string): (landing: Landing) => void {
		let land: (landing: Landing) => void = () => undefined;
		const flight = new Promise<Landing>((resolve) => {
			land = resolve;
		});
		this.underWay.set(key, flight);
		return (landing) => {
			if (this.underWay.get(key) === flight) this.underWay.delete(key);
			land(landing);
		};
	}
}
