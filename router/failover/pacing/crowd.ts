/**
 * Detects a limit on concurrent calls that the provider does not name as one. The sign is that refusals come at the
 * same number of running calls each time, while no call succeeds beside as many. That may be chance, so it is dropped
 * as soon as something contradicts it.
 */

/** At such a limit one more call is tried after this many answers per call. */
export const ANSWERS_BEFORE_MORE = 20;

/** Refusals that are closer say the same thing twice, unless a call has ended between them, in ms. */
const APART_MS = 2_000;

/** How many refusals have to agree. */
const AGREEING = 3;

/** How many consecutive refusals that disagree are tolerated. */
const MOST_STRAYS = 1;

/** After a mistake it is not considered again for this long, in ms. */
const NOT_AGAIN_MS = 600_000;

export class Crowd {
	private others = 0;

	private agreeing = 0;

	/** Since the last refusal that counted. */
	private hasEnded = true;

	private refusedAt = 0;

	private notBefore = 0;

	/** Consecutive refusals with fewer calls running. */
	private strays = 0;

	/** @param others calls running when this one was sent */
	taken(others: number): void {
		if (others >= this.others) this.agreeing = 0;
	}

	/** A call has ended. */
	ended(): void {
		this.hasEnded = true;
	}

	/** @param others running calls when this one was refused @returns the limit once it is detected; otherwise null */
	refused(others: number, now: number): number | null {
		// With none running it is another kind of limit.
		if (others === 0) this.agreeing = 0;
		// While long calls run on, refusals that follow each other agree whatever the limit.
		const isNews = this.hasEnded || now - this.refusedAt >= APART_MS;
		if (others === 0 || now < this.notBefore || !isNews) return null;
		this.hasEnded = false;
		this.refusedAt = now;
		this.agreeing = others === this.others ? this.agreeing + 1 : 1;
		this.others = others;
		return this.agreeing >= AGREEING ? others : null;
	}

	/**
	 * Whether a refusal beside this many calls may be due to the detected limit: we may learn late that a call has
	 * ended.
	 */
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
