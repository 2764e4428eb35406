/**
 * The user's own limits of requests and tokens a minute, as promises of when a call may be sent: whoever asks is told a
 * time and sleeps until then, first come, first served. The window rolls: in no 60 s more is sent than the limit.
 */
import type { RateWindow } from '../../state/state';
import { MINUTE_MS } from '../../types/time';

/** Calls this close together are counted as one entry, at the time of the last, in ms: few entries, never too many calls. */
const GRAIN_MS = 250;

/** `Infinity` for none. */
export interface PerMinute {
	requests: number;
	tokens: number;
}

/** The earliest time a call of so many tokens may be sent, epoch ms; null: never, as it is larger than the limit. */
export function earliest(
	{ entries }: Readonly<RateWindow>,
	limits: PerMinute,
	tokens: number,
	now: number,
): number | null {
	if (limits.requests < 1 || tokens > limits.tokens) return null;
	let sent = { requests: 0, tokens: 0 };
	for (const entry of entries) sent = plus(sent, entry, 1);
	// Not before those who were promised a time already.
	let at = Math.max(now, entries.at(-1)?.at ?? now);
	for (const entry of entries) {
		const hasRoom = sent.requests < limits.requests && sent.tokens + tokens <= limits.tokens;
		if (hasRoom && entry.at + MINUTE_MS > at) return at;
		if (!hasRoom) at = Math.max(at, entry.at + MINUTE_MS);
		sent = plus(sent, entry, -1);
	}
	return at;
}

/** With one more call, at a time that `earliest` gave. */
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

/** With what a call turned out to be: other tokens than was thought, or not sent at all (`requests` -1). */
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
