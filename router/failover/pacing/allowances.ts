/**
 * What a provider says is left of its limits beside good answers: who has used it up waits, so that the first refusal need
 * not come. Nothing of it is sure, so it only ever holds calls back, and only as long as it proves right: one call is sent
 * too early on purpose, and where that is taken often, no word is believed for a while. Times in ms, by the monotonic clock.
 */
import type { Allowance } from '../../types';

/** So many calls that were taken though nothing was left, and the provider's words are no measure. */
const MOST_WRONG = 2;

/** They are not believed for so long then, and not tried for so long after they proved right, in ms. */
const DISBELIEF_MS = 600_000;
const BELIEF_MS = 30_000;

/** Whether they are right is tried after at most so long, in ms. */
const LONGEST_DOUBT_MS = 2_000;
const SHORTEST_HOLD_MS = 250;

/** In the time in which a limit starts anew no more than twice as many calls can be taken, and a few that were under way. */
const MOST_TIMES = 2;
const FEW = 3;

/** A window's end is named in whole seconds, and clocks differ a little, in ms. */
const MARGIN_MS = 20;

/** So many calls show whether the time of a limit moves with them, as a bucket's does, or stands still. */
const TELLING_CALLS = 3;

/** One limit, as its provider counts it. */
class Limit {
	/** Calls that are left at `notedAt`, those that were sent since taken off. */
	private left: number;

	private cost = 1;

	private first: { seq: number; resetAt: number };

	/** The call from which on it is counted what was really taken, and until when. */
	private counted: { seq: number; until: number };

	/** Calls a ms that come back evenly; 0: all come back at once, at `resetAt`. */
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
	 * @param seq of the call it was said to @param sent so many calls were sent until now
	 * @returns false: more were taken than it allows
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

	/** A bucket names the time until it is full again, which moves with each call; the end of a window stands still. */
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

	/** One call that is sent too early, to see. */
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

	/** When a call may be sent, as far as the provider's words go; 0: at once. */
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

	/** What came of a call. */
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
