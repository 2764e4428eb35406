import type { KeptAnswer } from './answerCache';

/** What a flight came to: the answer, or why there is none for those who wait. */
export type Landing =
	| KeptAnswer
	/** Whoever was asking went away, which says nothing of the request. */
	| 'cancelled'
	/** There is no answer, or none to be shared. */
	| 'failed';

/** Requests that are being answered, so that equal ones wait for one call. Of this process alone. */
export class Flights {
	private readonly underWay = new Map<string, Promise<Landing>>();

	/** What those who asked before come to; never rejects. null: nobody is asking. */
	of(key: string): Promise<Landing> | null {
		return this.underWay.get(key) ?? null;
	}

	/** Begins one: from now on others wait. @returns how to end it, which has to be called */
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
