import type { Rest } from '../../state/state';
import type { ErrorCategory } from '../../types';
import { isPassing } from '../asking/retry';
import { CONDUCT } from '../conduct';
import type { FailoverSettings } from '../settings';
import type { Shortfall } from '../terms';

/** What a person has to mend: 60 s, doubling to 10 minutes (the public contract), in ms. */
const FIRST_REST_MS = 60_000;
const LONGEST_REST_MS = 600_000;

/** A provider that names more, as for a limit a day, is asked again after so long all the same, in ms. */
const LONGEST_NAMED_MS = 3_600_000;

/** A rest that ends further ahead than could have been written is the word of a wrong clock. */
export function isResting({ until }: Rest, now: number): boolean {
	return until > now && until - now <= LONGEST_NAMED_MS;
}

/** The rest that a failure calls for; null for none. @param startedAt epoch ms of the attempt */
export function restAfter(
	shortfall: Shortfall,
	settings: FailoverSettings,
	before: Rest | null,
	startedAt: number,
	now: number,
): Rest | null {
	const { category } = shortfall;
	const { cooldown } = CONDUCT[category];
	if (cooldown === 'mend') return doubled(before, category, startedAt, now);
	const named = shortfall.retryAfterMs ?? 0;
	if (cooldown === 'none' || !isPassing(shortfall) || named <= settings.retryAfterPatienceMs) return null;
	const until = now + Math.min(named, LONGEST_NAMED_MS);
	return {
		until: Math.max(until, before && isResting(before, now) ? before.until : 0),
		doublingMs: before?.doublingMs ?? 0,
		because: category,
		since: now,
	};
}

/** Calls that were under way together fail together: only one that started after the last rest doubles it. */
function doubled(before: Rest | null, because: ErrorCategory, startedAt: number, now: number): Rest | null {
	const isOver = !before || !isResting(before, startedAt);
	if (!isOver && before.doublingMs > 0) return null;
	const doublingMs = before?.doublingMs ? Math.min(LONGEST_REST_MS, before.doublingMs * 2) : FIRST_REST_MS;
	return { until: Math.max(now + doublingMs, isOver ? 0 : before.until), doublingMs, because, since: now };
}
