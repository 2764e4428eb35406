import type { Cooldown } from '../../state/state';
import type { ErrorCategory } from '../../types';
import { isPassing } from '../asking/retry';
import { CONDUCT } from '../conduct';
import type { FailoverSettings } from '../settings';
import type { Fault } from '../terms';
import { HOUR_MS } from '../../types/time';

/** Cooldown for what a person has to fix: 60 s, doubling to 10 minutes (public contract), in ms. */
const FIRST_COOLDOWN_MS = 60_000;
const LONGEST_DOUBLED_MS = 600_000;

/** If the provider names a longer time, as for a daily limit, it is still asked again after this, in ms. */
const LONGEST_NAMED_MS = HOUR_MS;

/** A cooldown that ends further ahead than we would ever write comes from a wrong clock and is ignored. */
export function isCoolingDown({ until }: Cooldown, now: number): boolean {
	return until > now && until - now <= LONGEST_NAMED_MS;
}

/** The cooldown that a failure causes; null for none. @param startedAt epoch ms of the attempt */
export function cooldownAfter(
	fault: Fault,
	settings: FailoverSettings,
	before: Cooldown | null,
	startedAt: number,
	now: number,
): Cooldown | null {
	const { category } = fault;
	const { cooldown } = CONDUCT[category];
	if (cooldown === 'mend') return doubled(before, category, startedAt, now);
	const named = fault.retryAfterMs ?? 0;
	if (cooldown === 'none' || !isPassing(fault) || named <= settings.retryAfterPatienceMs) return null;
	const until = now + Math.min(named, LONGEST_NAMED_MS);
	return {
		until: Math.max(until, before && isCoolingDown(before, now) ? before.until : 0),
		doublingMs: before?.doublingMs ?? 0,
		because: category,
		since: now,
	};
}

/** Calls that run at the same time fail together: only one that started after the last cooldown doubles it. */
function doubled(
	before: Cooldown | null,
	because: ErrorCategory,
	startedAt: number,
	now: number,
): Cooldown | null {
	const isOver = !before || !isCoolingDown(before, startedAt);
	if (!isOver && before.doublingMs > 0) return null;
	const doublingMs = before?.doublingMs
		? Math.min(LONGEST_DOUBLED_MS, before.doublingMs * 2)
		: FIRST_COOLDOWN_MS;
	return { until: Math.max(now + doublingMs, isOver ? 0 : before.until), doublingMs, because, since: now };
}
