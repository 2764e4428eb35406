/**
 * Learns the call rate that a provider accepts: additive increase, multiplicative decrease, as in TCP's congestion
 * control, but for a rate of calls instead of a window. Calls are spaced evenly, which suits fixed windows, rolling
 * windows and token buckets alike. Times in ms, by the monotonic clock; rates in calls per ms.
 */

/** Slightly below the accepted rate, so that jitter does not cause refusals. */
const CAUTION = 0.98;

/** Factor at a refusal until it is known what rate was accepted. */
const CUT = 0.75;

/**
 * Pause after a refusal, in calls' time, doubled with each consecutive one: in a rolling window every refused call
 * counts too.
 */
const PAUSE_CALLS = 1;

/** A call's time is no longer than so many times the gap that was kept. */
const MOST_GAPS = 3;

/** After this many consecutive refusals the pace is of no use any more. */
const MOST_PAUSES = 4;

/**
 * Up to this share of the refused pace it grows fast: it doubles in this many ms or calls, whichever takes longer.
 */
const BELOW_CEILING = 0.965;
const DOUBLING = { ms: 1_000, calls: 8 };

/** The same as long as no pace was refused, and where the pace was taken from very few calls. */
const FIRST_DOUBLING = { ms: 500, calls: 5 };
const GUESS_DOUBLING = { ms: 500, calls: 3 };

/** Fewer calls say nothing about how many fit into a window of a second. */
const FEW_IN_WINDOW = 5;

/** For a limit that recovered only after a long time the pace doubles more slowly, in this share of that time. */
const DOUBLING_SHARE = 0.2;

/**
 * The pace is then held for this many ms or calls before more is tried, by this much; twice as much each time.
 * `sure`: measured over this many calls and ms.
 */
const SURE = {
	calls: 20,
	ms: 1_500,
	hold: { ms: 2_000, calls: 30 },
	every: { ms: 1_000, calls: 8 },
	step: 0.04,
};
const UNSURE = { hold: { ms: 500, calls: 0 }, every: { ms: 500, calls: 8 }, step: 0.06 };

/** From one refusal to the next. A shorter cycle says less, but several in a row that agree are as good. */
const LONG = { calls: 40, ms: 3_000 };

/**
 * With fewer calls between two refusals there is no measurement: the last measured pace is cut by this factor each
 * time.
 */
const FEW = 10;
const FEW_MS = 2_000;
const FEW_CUT = 0.9;

/** Limits are per second or longer, so what was accepted in less is counted as if it took this long, in ms. */
const SHORTEST_WINDOW_MS = 1_000;

/**
 * Before a limit is met: a sender that is idle for this long, in ms, does not fill it, so earlier calls are no
 * measure.
 */
const IDLE_MS = 2_000;

/** The longest time that a pace is measured over, in ms. */
const LONGEST_SPAN_MS = 60_000;

/** Calls accepted since a point in time. */
interface Count {
	since: number;
	taken: number;
}

export class Pace {
	/** Ms between two calls; null: no limit was met. */
	private gap: number | null = null;

	private nextAt = 0;

	/** The lowest pace at which calls were refused, which is close to the limit. */
	private ceiling = Infinity;

	private isSure = false;

	/** The pace was taken from very few calls. */
	private isGuess = false;

	private sentAt = 0;

	private heldUntil = 0;

	private raises = 0;

	/** Consecutive refusals at a known pace. */
	private pauses = 0;

	/** Results of calls that began before this are out of date. */
	private changedAt = -1;

	/** After a refusal: the first call that begins then and is accepted ends the cycle. */
	private isPaused = false;

	/** Since the pace was last measured. */
	private cycle: Count = { since: 0, taken: 0 };

	private cycleMs = 0;

	/** The last measured pace. */
	private measured = 0;

	/** Consecutive cycles that were too short to be sure. */
	private shortCycles = 0;

	/** The last few seconds, so that one bad moment does not weigh too much. */
	private recent: [Count, Count] = [
		{ since: 0, taken: 0 },
		{ since: 0, taken: 0 },
	];

	get isKnown(): boolean {
		return this.gap !== null;
	}

	/** Ms between two calls; 0 if no limit was met. */
	get gapMs(): number {
		return this.gap ?? 0;
	}

	/** When the next call may be sent. */
	get nextCallAt(): number {
		return this.gap === null ? 0 : this.nextAt;
	}

	/**
	 * Whether the pace is more than a guess after a single refusal: measured over enough calls, or once refused as
	 * too fast.
	 */
	get isTested(): boolean {
		return this.isSure || this.ceiling < Infinity;
	}

	sent(now: number): void {
		const isIdle = this.gap === null && now - this.sentAt > IDLE_MS;
		if (this.cycle.since === 0 || isIdle) this.cycle = { since: now, taken: 0 };
		this.sentAt = now;
		// At most one call makes up for a late timer.
		if (this.gap !== null) this.nextAt = Math.max(this.nextAt, now - this.gap) + this.gap;
	}

	/** @param startedAt of the call @param isWaitedFor it had to wait, or others are waiting now */
	taken(startedAt: number, now: number, isWaitedFor: boolean): void {
		if (startedAt >= this.changedAt) this.pauses = 0;
		this.cycle.taken += 1;
		if (this.gap === null) return;
		this.count(startedAt);
		if (this.isPaused && startedAt >= this.nextPauseEnd) this.measure(startedAt);
		// A call that did not have to wait shows nothing about the limit.
		if (isWaitedFor) this.raise(now);
	}

	private nextPauseEnd = 0;

	/** The gap before consecutive refusals. */
	private gapBefore = 0;

	/** @returns false: the pace is of no use, and the key must be shut */
	refused(startedAt: number, now: number): boolean {
		if (this.gap === null) return false;
		if (startedAt < this.changedAt) return true;
		this.changedAt = now;
		if (this.pauses >= MOST_PAUSES) return false;
		if (this.pauses === 0) {
			this.ceiling = 1 / this.gap;
			this.gapBefore = this.gap;
			this.gap /= CUT;
			this.isPaused = true;
		}
		const seen = (now - this.cycle.since) / Math.max(1, this.cycle.taken);
		// A long rest within the cycle says nothing about how long a call takes to fit again.
		const callMs = Math.max(this.gap, Math.min(seen, MOST_GAPS * this.gap));
		this.nextAt = now + PAUSE_CALLS * callMs * 2 ** this.pauses;
		this.nextPauseEnd = this.nextAt;
		this.pauses += 1;
		return true;
	}

	/** The refusals were not due to the pace: it goes on as before them. */
	resumed(now: number): void {
		if (this.gap !== null && this.pauses > 0) this.gap = this.gapBefore;
		this.pauses = 0;
		this.isPaused = false;
		this.changedAt = now;
		this.cycle = { since: now, taken: 0 };
		this.nextAt = now;
	}

	/** A call was accepted after the key was shut. */
	reopened(startedAt: number, now: number): void {
		this.pauses = 0;
		this.changedAt = now;
		if (this.cycle.taken > 0) this.measure(startedAt);
		else {
			this.gap ??= SHORTEST_WINDOW_MS;
			this.measured = 1 / this.gap;
			this.cycle = { since: startedAt, taken: 1 };
		}
		this.nextAt = Math.max(now, startedAt + this.gapMs);
	}

	/**
	 * Measures from one call that got through after a refusal to the next such call: that is the rate the provider
	 * accepts.
	 */
	private measure(at: number): void {
		const ms = at - this.cycle.since;
		const { taken } = this.cycle;
		const seen = ms > 0 ? taken / ms : Infinity;
		const refusedAt = this.ceiling;
		const isLong = taken >= LONG.calls && ms >= LONG.ms;
		this.shortCycles = isLong || refusedAt === Infinity ? 0 : this.shortCycles + 1;
		// Several short cycles that agree are sure too.
		this.isSure = (taken >= SURE.calls && ms >= SURE.ms) || this.shortCycles > 1;
		const doubt = 0.5 ** Math.max(0, this.shortCycles - 1);
		let rate: number;
		if (refusedAt === Infinity) {
			this.isGuess = taken < FEW_IN_WINDOW;
			const leastMs = this.isGuess ? 0 : SHORTEST_WINDOW_MS;
			rate = (CAUTION * taken) / Math.max(leastMs, ms);
		} else if (taken < FEW && ms < FEW_MS) {
			rate = FEW_CUT ** this.shortCycles * this.measured;
			this.ceiling = 1.02 * rate;
		} else {
			const least = Math.min(seen, refusedAt);
			const isNear = refusedAt < 1.35 * least;
			rate = CAUTION * (least + (isNear ? 0.5 : 0.3) * doubt * (refusedAt - least));
			this.ceiling = Math.min(refusedAt, (1.02 + 0.08 * doubt) * rate);
		}
		const steady = 0.95 * this.recentRate(at);
		if (refusedAt !== Infinity && rate < steady) {
			rate = Math.min(steady, 0.97 * refusedAt);
			this.ceiling = Math.max(this.ceiling, 1.05 * rate);
		}
		this.gap = 1 / rate;
		this.measured = rate;
		this.raises = 0;
		this.isPaused = false;
		this.cycleMs = Math.min(ms, LONGEST_SPAN_MS);
		this.cycle = { since: at, taken: 1 };
		this.nextAt = at + this.gap;
		const { hold } = this.isSure ? SURE : UNSURE;
		this.heldUntil = at + Math.max(hold.ms, hold.calls * this.gap);
	}

	private raise(now: number): void {
		if (this.gap === null) return;
		const rate = 1 / this.gap;
		if (rate < BELOW_CEILING * this.ceiling) {
			const first = this.isGuess ? GUESS_DOUBLING : FIRST_DOUBLING;
			const { ms, calls } = this.ceiling === Infinity ? first : DOUBLING;
			const doubling = Math.max(calls, rate * Math.max(ms, DOUBLING_SHARE * this.cycleMs));
			const least = this.ceiling === Infinity ? 0 : 1 / (0.97 * this.ceiling);
			this.gap = Math.max(this.gap / 2 ** (1 / doubling), least);
		} else if (now > this.heldUntil) {
			const { every, step } = this.isSure ? SURE : UNSURE;
			this.ceiling *= 1 + step * 2 ** this.raises;
			this.raises += 1;
			this.heldUntil = now + Math.max(every.ms, every.calls * this.gap);
		}
	}

	private count(at: number): void {
		const [, current] = this.recent;
		if (current.since === 0) current.since = at;
		current.taken += 1;
		if (at - current.since > 2_000 && current.taken >= 20) this.recent = [current, { since: at, taken: 0 }];
	}

	/** 0: too few calls were seen. */
	private recentRate(now: number): number {
		const [before, current] = this.recent;
		if (before.since > 0) return (before.taken + current.taken - 1) / (now - before.since);
		const ms = now - current.since;
		return current.since > 0 && ms > 1_000 && current.taken >= FEW ? (current.taken - 1) / ms : 0;
	}
}
