/**
 * So many calls may be under way to a key before one of them is heard, so that of a thousand items at once only these run
 * into a limit or into a provider that is down. Once half of a round is heard, more may follow, a moment later,
 * as refusals come with the first answers; where nothing is heard all the others follow after the patience, in ms.
 */
const FIRST_CALLS = 32;
const GROWTH = 4;
const PAUSE_MS = 25;
const PATIENCE_MS = 2_000;

/** Times in ms, by the monotonic clock. */
export class Round {
	/** How many calls of which nothing was heard may be under way. */
	calls = FIRST_CALLS;

	private heardSoFar = 0;

	/** Half of it was heard: the next may begin then. */
	private endsAt: number | null = null;

	/** Since when somebody waits for it. */
	private waitedForSince = 0;

	/** When whoever waits for it need not wait any longer. */
	get lastsUntil(): number {
		return this.waitedForSince + PATIENCE_MS;
	}

	/** When time alone makes room. */
	get nextAt(): number {
		return Math.min(this.endsAt ?? Infinity, this.lastsUntil);
	}

	/** The first one, or one of more calls. */
	start(now: number, calls = 0): void {
		this.calls = Math.max(FIRST_CALLS, calls);
		this.heardSoFar = 0;
		this.endsAt = null;
		this.waitedForSince = now;
	}

	waitFrom(now: number): void {
		this.waitedForSince = now;
	}

	heard(now: number): void {
		this.heardSoFar += 1;
		if (2 * this.heardSoFar >= this.calls) this.endsAt ??= now + PAUSE_MS;
	}

	roomAt(now: number): number {
		if (this.endsAt !== null && now >= this.endsAt) this.start(now, this.calls * GROWTH);
		return this.calls;
	}
}
