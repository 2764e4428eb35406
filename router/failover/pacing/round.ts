/**
 * How many calls to a key may be running before one of them gets a response, so that of a thousand items at once only
 * these run into a limit or a provider that is down. Once half of a round has a response more may follow, a moment
 * later, because refusals come with the first answers. Without any response the others follow after the patience, in
 * ms.
 */
const FIRST_CALLS = 32;
const GROWTH = 4;
const PAUSE_MS = 25;
const PATIENCE_MS = 2_000;

/** Times in ms, by the monotonic clock. */
export class Round {
	/** How many calls without a response may be running. */
	calls = FIRST_CALLS;

	private heardSoFar = 0;

	/** Half of it has a response: the next round may begin at this time. */
	private endsAt: number | null = null;

	/** Since when a call has been waiting for it. */
	private waitedForSince = 0;

	/** When waiting calls need not wait any longer. */
	get lastsUntil(): number {
		return this.waitedForSince + PATIENCE_MS;
	}

	/** When time alone makes room. */
	get nextAt(): number {
		return Math.min(this.endsAt ?? Infinity, this.lastsUntil);
	}

	/** Starts over, with the first round or one of more calls. */
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
