/**
 * The user's own limits of requests and tokens a minute. Each caller is told when it may send its call and sleeps
 * until then, first come, first served. The rate window rolls: no 60 s ever contain more than the limit.
 */
import type { RateWindow } from '../../state/state';
import { MINUTE_MS } from '../../types/time';

/**
 * Calls this close together, in ms, share one entry at the time of the last: that keeps entries few and never allows
 * too many calls.
 */
const GRAIN_MS = 250;

/** `Infinity` for none. */
export interface PerMinute {
	requests: number;
	tokens: number;
}

/**
 * The earliest time a call of this many tokens may be sent, epoch ms. null: never, because it is larger than the
 * limit.
 */
export function earliest(
	{ entries }: Readonly<RateWindow>,
	limits: PerMinute,
	tokens: number,
	now: number,
): number | null {
	if (limits.requests < 1 || tokens > limits.tokens) return null;
	let sent = { requests: 0, tokens: 0 };
	for (const entry of entries) sent = plus(sent, entry, 1);
	// Not before calls that already have their time.
	let at = Math.max(now, entries.at(-1)?.at ?? now);
	for (const entry of entries) {
		const hasRoom = sent.requests < limits.requests && sent.tokens + tokens <= limits.tokens;
		if (hasRoom && entry.at + MINUTE_MS > at) return at;
		if (!hasRoom) at = Math.max(at, entry.at + MINUTE_MS);
		sent = plus(sent, entry, -1);
	}
	return at;
}

/** Adds one call, at a time that `earliest` returned. */
export function withCall({ entries }: RateWindow, at: number, tokens: number, now: number): RateWindow {
	const live = entries.filter((entry) => entry.at + MINUTE_MS > now);
	const last = live.at(-1);
	if (last && at - last.from < GRAIN_MS) {
		live[live.length - 1] = { from: last.from, at, ...plus(last, { requests: 1, tokens }, 1) };
	} else {
		live.push({ from: at, at, requests: 1, tokens });
	}
	return { entries: live, notedAt: now };
}

/** Corrects a call by its actual use: a different number of tokens, or not sent at all (`requests` -1). */
export function corrected(rateWindow: RateWindow, at: number, change: PerMinute): RateWindow {
	return {
		...rateWindow,
		entries: rateWindow.entries.map((entry) =>
			entry.from <= at && at <= entry.at ? { ...entry, ...plus(entry, change, 1) } : entry,
		),
	};
}

function plus(one: PerMinute, other: PerMinute, sign: 1 | -1): PerMinute {
	return {
		requests: Math.max(0, one.requests + sign * other.requests),
		tokens: Math.max(0, one.tokens + sign * other.tokens),
	};
}
