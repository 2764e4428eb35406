import { DateTime } from 'luxon';

import type { RangeQuery, UsageRow } from '../../../router/ledger/ledger';

/** Most bars of a chart; a longer range shows only the days that had requests. */
const MOST_DAYS = 370;
const DAYS_OF_RANGE: Partial<Record<RangeQuery['range'], number>> = {
	today: 1,
	last7Days: 7,
	last30Days: 30,
};

/**
 * Every day of the range, those without a request too: a month with one busy day is to look like one.
 * @param rows the days with requests, in order
 */
export function everyDay(rows: readonly UsageRow[], query: RangeQuery, now: number): UsageRow[] {
	const known = new Map(rows.map((row) => [row.day ?? '', row]));
	const [first, last] = [rows[0]?.day, rows.at(-1)?.day];
	if (!first || !last) return [...rows];
	const zone = { zone: query.timeZone };
	const today = DateTime.fromMillis(now, zone).startOf('day');
	const end = query.range === 'custom' ? DateTime.fromISO(last, zone) : today;
	const begin = beginOf(query, today) ?? DateTime.fromISO(first, zone);
	const days: UsageRow[] = [];
	for (let day = begin; day <= end && days.length < MOST_DAYS; day = day.plus({ days: 1 })) {
		const name = day.toISODate() ?? '';
		days.push(known.get(name) ?? quiet(name));
	}
	return days.filter(({ requests }) => requests > 0).length === rows.length ? days : [...rows];
}

function beginOf({ range, from, timeZone }: RangeQuery, today: DateTime): DateTime | undefined {
	const days = DAYS_OF_RANGE[range];
	if (days !== undefined) return today.minus({ days: days - 1 });
	if (range === 'thisMonth') return today.startOf('month');
	return from === undefined ? undefined : DateTime.fromMillis(from, { zone: timeZone }).startOf('day');
}

const quiet = (day: string): UsageRow => ({
	day,
	requests: 0,
	answered: 0,
	fallbacks: 0,
	failed: 0,
	inputTokens: 0,
	outputTokens: 0,
	costUsd: 0,
	baselineCostUsd: 0,
	savedUsd: 0,
	p50Ms: null,
	p95Ms: null,
	unknownCostRequests: 0,
});
