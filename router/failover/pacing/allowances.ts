/**
 * What providers report beside good answers about what is left of their limits. When nothing is left, calls wait,
 * which avoids the first refusal. The reports are not reliable, so they only ever hold calls back, and only while
 * they prove right: one call is deliberately sent too early, and if such calls succeed too often the reports are
 * ignored for a while. Times in ms, by the monotonic clock.
 */
import type { Allowance } from '../../types';

/** After this many calls that succeeded though nothing was left, the reports are ignored. */
const MOST_WRONG = 2;

/** How long they are then ignored, and how long they are not tested after they proved right, in ms. */
const DISBELIEF_MS = 600_000;
const BELIEF_MS = 30_000;

/** They are tested after at most this long, in ms. */
const LONGEST_DOUBT_MS = 2_000;
const SHORTEST_HOLD_MS = 250;

/** Before a limit resets, at most twice its number of calls can succeed, plus a few that were already running. */
const MOST_TIMES = 2;
const FEW = 3;

/** In ms: the end of a window is reported in whole seconds, and clocks differ a little. */
const MARGIN_MS = 20;

/**
 * How many calls it takes to see whether the reset time moves with each call, as a token bucket's does, or stands
 * still.
 */
const TELLING_CALLS = 3;

/** One limit, as its provider counts it. */
class Limit {
	/** Calls left at `notedAt`, less those sent since. */
	private left: number;

	private cost = 1;

	private first: { seq: number; resetAt: number };

	/** From which call on, and until when, calls that succeed are counted. */
	private counted: { seq: number; until: number };

	/** Calls per ms that become available evenly; 0: all at once, at `resetAt`. */
	private refill = 0;

	private notedAt: number;

	private resetAt: number;

	private remaining: number;

	constructor(
		allowance: Allowance,
		private seq: number,
		sent: number,
		now: number,
	) {
		this.notedAt = now;
		this.resetAt = now + allowance.resetMs;
		this.remaining = allowance.remaining;
		this.first = { seq, resetAt: this.resetAt };
		this.counted = { seq, until: this.resetAt };
		this.left = allowance.remaining - (sent - seq);
	}

	/**
	 * @param seq the call that carried the report
	 * @param sent calls sent so far
	 * @returns false: more calls succeeded than it allows
	 */
	note({ of, remaining, limit, resetMs }: Allowance, seq: number, sent: number, now: number): boolean {
		if (seq <= this.seq) return true;
		if (now >= this.counted.until) this.counted = { seq, until: now + resetMs };
		if (of === 'requests' && limit && seq - this.counted.seq > MOST_TIMES * limit + FEW) return false;
		const calls = seq - this.seq;
		const spent = this.remaining - remaining;
		if (of === 'tokens' && spent > 0) this.cost += 0.3 * (spent / calls - this.cost);
		if (spent <= 0) this.first = { seq, resetAt: now + resetMs };
		this.seq = seq;
		this.remaining = remaining;
		this.notedAt = now;
		this.resetAt = now + resetMs;
		this.left = remaining / Math.max(1, this.cost) - (sent - seq);
		this.refill = this.refillOf(limit, remaining, resetMs);
		return true;
	}

	sent(): void {
		this.left -= 1;
	}

	nextCallAt(): number {
		if (this.left >= 1) return 0;
		if (this.refill === 0) return this.resetAt + MARGIN_MS;
		return Math.min(this.resetAt, this.notedAt + (1 - this.left) / this.refill);
	}

	isOver(now: number): boolean {
		return now >= this.resetAt + MARGIN_MS;
	}

	/**
	 * A token bucket reports the time until it is full, which moves with each call; the end of a fixed window stands
	 * still.
	 */
	private refillOf(limit: number | undefined, remaining: number, resetMs: number): number {
		const used = ((limit ?? 0) - remaining) / Math.max(1, this.cost);
		if (used < 1 || resetMs < 1) return 0;
		const calls = this.seq - this.first.seq;
		if (calls < TELLING_CALLS) return this.refill;
		const moved = this.resetAt - this.first.resetAt;
		return moved > (calls * (resetMs / used)) / 2 ? used / resetMs : 0;
	}
}

export class Allowances {
	private limits = new Map<string, Limit>();

	private wrong = 0;

	private disbelievedUntil = 0;

	private believedUntil = 0;

	/** Since when nothing is left; null: something is. */
	private heldSince: number | null = null;

	/** The call that was deliberately sent too early. */
	private trial: number | null = null;

	note(allowances: readonly Allowance[], seq: number, sent: number, now: number): void {
		if (now < this.disbelievedUntil) return;
		for (const allowance of allowances) {
			const name = `${allowance.of} ${allowance.limit}`;
			const limit = this.limits.get(name);
			if (limit && !limit.isOver(now)) {
				if (!limit.note(allowance, seq, sent, now)) return this.disbelieve(now);
			} else this.limits.set(name, new Limit(allowance, seq, sent, now));
		}
	}

	/** When a call may be sent according to the reports; 0: at once. */
	nextCallAt(now: number): number {
		const at = this.allowedAt(now);
		if (at <= now) {
			this.heldSince = null;
			return 0;
		}
		this.heldSince ??= now;
		const isShort = at - this.heldSince < SHORTEST_HOLD_MS;
		if (isShort || this.trial !== null || now < this.believedUntil) return at;
		return this.heldSince + Math.min(LONGEST_DOUBT_MS, (at - this.heldSince) / 2);
	}

	sent(seq: number, now: number): void {
		if (this.trial === null && this.allowedAt(now) > now) this.trial = seq;
		for (const limit of this.limits.values()) limit.sent();
	}

	/** The outcome of a call. */
	heard(seq: number, outcome: 'taken' | 'refused' | 'nothing', now: number): void {
		if (seq !== this.trial) return;
		this.trial = null;
		this.heldSince = null;
		if (outcome === 'refused') {
			this.wrong = 0;
			this.believedUntil = now + BELIEF_MS;
		} else if (outcome === 'taken' && ++this.wrong >= MOST_WRONG) this.disbelieve(now);
	}

	private disbelieve(now: number): void {
		this.wrong = 0;
		this.limits.clear();
		this.disbelievedUntil = now + DISBELIEF_MS;
	}

	private allowedAt(now: number): number {
		let at = 0;
		for (const [name, limit] of this.limits) {
			if (limit.isOver(now)) this.limits.delete(name);
			else at = Math.max(at, limit.nextCallAt());
		}
		return at;
	}
}
