import type { Rest } from '../../state/state';
import type { ErrorCategory } from '../../types';
import { isPassing } from '../asking/retry';
import type { FailoverSettings } from '../settings';
import type { Shortfall } from '../verdict/verdict';

/** What a person has to mend: 60 s, doubling to 10 minutes (the public contract), in ms. */
const FIRST_REST_MS = 60_000;
const LONGEST_REST_MS = 600_000;

/** A provider that names more than a day is taken to have misspoken. */
const LONGEST_NAMED_MS = 86_400_000;

const TO_MEND: ReadonlySet<ErrorCategory> = new Set<ErrorCategory>([
	'authentication',
	'modelNotFound',
	'quotaExhausted',
]);

/** The rest that a failure calls for; null for none. @param startedAt epoch ms of the attempt */
export function restAfter(
	shortfall: Shortfall,
	settings: FailoverSettings,
	before: Rest | null,
	startedAt: number,
	now: number,
): Rest | null {
	const { category } = shortfall;
	if (TO_MEND.has(category)) return doubled(before, category, startedAt, now);
	const named = shortfall.retryAfterMs ?? 0;
	if (!isPassing(shortfall) || named <= settings.retryAfterPatienceMs) return null;
	const until = now + Math.min(named, LONGEST_NAMED_MS);
	return {
		until: Math.max(until, before?.until ?? 0),
		doublingMs: before?.doublingMs ?? 0,
		because: category,
	};
}

/** Calls that were under way together fail together: only one that started after the last rest doubles it. */
function doubled(before: Rest | null, because: ErrorCategory, startedAt: number, now: number): Rest | null {
	if (before && before.doublingMs > 0 && startedAt < before.until) return null;
	const doublingMs = before?.doublingMs ? Math.min(LONGEST_REST_MS, before.doublingMs * 2) : FIRST_REST_MS;
	return { until: Math.max(now + doublingMs, before?.until ?? 0), doublingMs, because };
}
