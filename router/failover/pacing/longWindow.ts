/**
 * Learns limits of so many calls in so much time where that time is long, as in "60 a minute". An even pace would
 * leave the calls of the first window unused, and a refusal at the end of a window says nothing about the pace. So
 * calls may go as fast as they come until as many were sent in that time as were accepted before; that suits fixed
 * and rolling windows alike. It only ever holds calls back, and single calls test whether it still should. Times in
 * ms, by the monotonic clock.
 */

/** Shorter windows are left to the pace. */
const SHORTEST_MS = 3_000;

/** Providers count over a minute at most; a window that is tried rarely looks longer than it is. */
const LONGEST_MS = 95_000;

/** A limit looks like a window if it rested for this share of the time, and for so many of the gaps before. */
const REST = { share: 0.25, gaps: 5 };

/** Fewer calls are no burst. */
const LEAST_CALLS = 5;

/** Calls that are remembered. */
const MOST_CALLS = 5_000;

/** A test whether more calls are accepted follows after so many calls, or after two windows of fewer. */
const CALLS_A_TEST = 40;

/** The length is tested in so many steps a call of the window, but not with fewer calls than `least`. */
const LENGTH_TESTS = { aCall: 1 / 12, least: 20 };

/** The length is known well enough when it is uncertain by no more than this share. */
const PRECISION = 0.02;

/** Calls take a little more or less time to arrive, in ms. */
const MARGIN_MS = 25;

/** A longer wait means that the window is full; in a rolling window the next call may go sooner, in ms. */
const FULL_MS = 500;

/** Waits are often named in whole seconds, rounded up, in ms. */
const ROUNDED_MS = 1_000;

/** Where so many calls were accepted, a silent provider may be tried this often: a share of the time so far. */
const TRIES = { calls: 100, share: 0.25 };

interface Limit {
	calls: number;
	ms: number;
	/** A call was still refused after this time. */
	refusedAfterMs: number;
}

interface Call {
	seq: number;
	at: number;
}

export class LongWindow {
	/** Sent and not refused, oldest first. */
	private calls: Call[] = [];

	private limit: Limit | null = null;

	/** The first call since the limit last recovered. */
	private firstAt = 0;

	/** When the last refusal came; 0: a call sent after it was accepted. */
	private refusedAt = 0;

	/** Until then the provider refuses calls, as far as is known. */
	private refusedUntil = 0;

	/** Running calls that test whether more are accepted, or whether the limit has recovered. */
	private readonly tests = new Map<number, 'more' | 'recovered'>();

	/** Tests for more that may run at once; doubled with each that succeeds. */
	private testsAtOnce = 1;

	private sentSinceTest = 0;

	/** Nothing is left, and one call has to show first that the limit has recovered. */
	private isFull = false;

	/** How long after the oldest call of the window that one is sent. */
	private triedMs = 0;

	get isKnown(): boolean {
		return this.limit !== null;
	}

	/** When a call may be sent; 0: at once; `Infinity`: once a test has a result. */
	nextCallAt(now: number): number {
		const { limit, oldestAt } = this;
		if (!limit || oldestAt === null) return 0;
		if (this.isFull) return this.tests.size > 0 ? Infinity : oldestAt + this.triedMs;
		const at = oldestAt + limit.ms;
		if (at <= now) return 0;
		if (this.sentSinceTest >= Math.min(CALLS_A_TEST, 2 * limit.calls))
			return this.tests.size < this.testsAtOnce ? 0 : Infinity;
		if (at - now >= FULL_MS) this.fill(limit);
		return this.isFull ? oldestAt + this.triedMs : at;
	}

	/** @param isUntested the key is shut, or other processes fill the window too */
	sent(seq: number, now: number, isUntested: boolean): void {
		const { limit, oldestAt, calls } = this;
		if (isUntested) this.tests.clear();
		else if (this.isFull) this.tests.set(seq, 'recovered');
		else if (limit && oldestAt !== null && oldestAt + limit.ms > now) this.tests.set(seq, 'more');
		this.sentSinceTest += 1;
		this.firstAt ||= now;
		calls.push({ seq, at: now });
		if (calls.length > MOST_CALLS || calls[0].at < now - LONGEST_MS) calls.shift();
	}

	/** @param isTaken false: it failed for another reason, or was not made */
	heard(seq: number, isTaken: boolean): void {
		const test = this.tests.get(seq);
		this.tests.delete(seq);
		if (!isTaken) this.calls = this.calls.filter((call) => call.seq !== seq);
		const { limit, calls } = this;
		const place = calls.findIndex((call) => call.seq === seq);
		if (!limit || !test || place === -1) return;
		const { at } = calls[place];
		if (test === 'more') {
			// Either more calls are allowed, or the time is shorter.
			const ms = at - (calls[place - limit.calls]?.at ?? at);
			if (isUnsure(limit) && ms > limit.refusedAfterMs) limit.ms = Math.min(limit.ms, ms + MARGIN_MS);
			else limit.calls += 1;
			this.testsAtOnce *= 2;
			return;
		}
		this.isFull = false;
		limit.ms = Math.min(limit.ms, this.triedMs);
		if (at - (calls[place - 1]?.at ?? at) >= REST.share * limit.ms) this.firstAt = at;
	}

	/** @returns true: as expected; calls are held back until the limit recovers, and need no other pause */
	refused(seq: number, namedMs: number | null, now: number): boolean {
		const test = this.tests.get(seq);
		this.tests.delete(seq);
		const at = this.calls.find((call) => call.seq === seq)?.at ?? now;
		this.calls = this.calls.filter((call) => call.seq !== seq);
		this.refusedUntil = at + Math.max(0, (namedMs ?? 0) - ROUNDED_MS);
		this.refusedAt = now;
		const { limit, oldestAt } = this;
		if (!limit || !test) return false;
		if (test === 'more') {
			this.sentSinceTest = 0;
			this.testsAtOnce = 1;
			this.fill(limit);
			return true;
		}
		// In a fixed window it is the first call that counts.
		const longestMs = Math.max(limit.ms, this.firstAt + limit.ms - (oldestAt ?? this.firstAt));
		if (this.triedMs < longestMs) {
			limit.refusedAfterMs = Math.max(limit.refusedAfterMs, Math.min(this.triedMs, limit.ms));
			this.triedMs = this.triedMs < limit.ms ? nextTest(limit) : longestMs;
			return true;
		}
		this.limit = null;
		this.isFull = false;
		return false;
	}

	/** How long a provider that names no time is left alone at most before the next try, in ms. */
	longestWaitMs(now: number): number {
		const calls = this.calls.filter((call) => call.at >= this.firstAt).length;
		return calls < TRIES.calls ? Infinity : TRIES.share * (now - this.firstAt);
	}

	/** A call was accepted. @returns true: the first one after a rest, and the limit is one of a long window */
	recovered(at: number): boolean {
		if (this.refusedAt === 0 || at < this.refusedAt) return false;
		const before = this.calls.filter((call) => call.at >= this.firstAt && call.at < this.refusedAt);
		this.refusedAt = 0;
		const ms = at - this.firstAt;
		const restMs = at - (before.at(-1)?.at ?? at);
		const gapMs = (ms - restMs) / before.length;
		const isRest = restMs >= Math.max(REST.share * ms, REST.gaps * gapMs);
		const isLong = before.length >= LEAST_CALLS && isRest && ms >= SHORTEST_MS && ms <= LONGEST_MS;
		const refusedAfterMs = Math.min(ms, this.refusedUntil - this.firstAt);
		// A small call may be accepted where a large one is not, which is no recovery.
		if (isLong || ms > LONGEST_MS) this.firstAt = at;
		if (!isLong) return false;
		this.limit = { calls: before.length, ms: ms + MARGIN_MS, refusedAfterMs };
		this.tests.clear();
		this.isFull = false;
		this.sentSinceTest = 0;
		this.testsAtOnce = 1;
		return true;
	}

	/** The oldest call that counts; null: there is room for more. */
	private get oldestAt(): number | null {
		const { limit, calls } = this;
		return limit ? (calls[calls.length - limit.calls]?.at ?? null) : null;
	}

	private fill(limit: Limit): void {
		this.isFull = true;
		this.triedMs = nextTest(limit);
	}
}

/** The more calls a window has, the more of them can be spent on finding its length. */
function nextTest(limit: Limit): number {
	const { calls, ms, refusedAfterMs } = limit;
	if (calls < LENGTH_TESTS.least || !isUnsure(limit)) return ms;
	const step = (ms - refusedAfterMs) / (calls * LENGTH_TESTS.aCall);
	return refusedAfterMs + Math.max(PRECISION * ms, step);
}

function isUnsure({ ms, refusedAfterMs }: Limit): boolean {
	return ms - refusedAfterMs > PRECISION * ms + MARGIN_MS;
}
