/**
 * A limit of calls under way that its provider does not call one. It shows in refusals that come at the same number of
 * calls under way each time, while none is taken beside as many. That may be chance: it is believed as long as nothing
 * speaks against it.
 */

/** So many refusals have to agree. */
const AGREEING = 3;

/** So many in a row that do not agree are put up with. */
const MOST_STRAYS = 1;

/** After a mistake it is not thought of again for so long, in ms. */
const NOT_AGAIN_MS = 600_000;

export class Crowd {
	private others = 0;

	private agreeing = 0;

	private notBefore = 0;

	/** Refusals in a row that came beside fewer. */
	private strays = 0;

	/** @param others that were under way as the call was sent */
	taken(others: number): void {
		if (others >= this.others) this.agreeing = 0;
	}

	/** @param others under way, all of them taken @returns the limit, once it shows; null: it does not */
	refused(others: number, now: number): number | null {
		if (others === 0 || now < this.notBefore) return null;
		this.agreeing = others === this.others ? this.agreeing + 1 : 1;
		this.others = others;
		return this.agreeing >= AGREEING ? others : null;
	}

	/** Whether a refusal that came beside so many may well be for the limit that showed: the end of a call may be heard of late. */
	holds(others: number): boolean {
		if (others >= this.others) this.strays = 0;
		else this.strays += 1;
		return this.strays <= MOST_STRAYS;
	}

	wasWrong(now: number): void {
		this.agreeing = 0;
		this.strays = 0;
		this.notBefore = now + NOT_AGAIN_MS;
	}
}
