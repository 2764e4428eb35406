/** Rows of the usage and budgets reports, named as in the public contract. */
import { DIMENSIONS } from '../state/state';
import type { Account, BudgetStore, Dimension, History, TimeSpan, UsageGroup } from '../state/state';
import type { Period, Surroundings } from '../types';
import { usdOf } from '../money/cost';
import { nameOfPeriod, periodAt, periodsWithin } from './periods';

export const RANGES = ['today', 'last7Days', 'last30Days', 'thisMonth', 'all', 'custom'] as const;
export type Range = (typeof RANGES)[number];

export const GROUP_BY = ['hour', 'day', ...DIMENSIONS] as const;
export type GroupBy = (typeof GROUP_BY)[number];

/** Time range of a report. */
export interface RangeQuery {
	range: Range;
	/** Epoch ms, with the range `custom`: `from` is in it, `to` is not. Absent: no bound. */
	from?: number;
	to?: number;
	/** IANA name. */
	timeZone: string;
}

export interface UsageReportQuery extends RangeQuery {
	/** Order of the keys in a row; empty for one row of totals. */
	groupBy: readonly GroupBy[];
}

/** The grouped keys (`day`: `2026-10-25`, `hour`: `2026-10-25T02:00+02:00`), then the figures. Money in USD. */
export type UsageRow = Partial<Record<GroupBy, string | null>> & {
	requests: number;
	answered: number;
	fallbacks: number;
	failed: number;
	inputTokens: number;
	outputTokens: number;
	/** null if no cost is known; `unknownCostRequests` counts requests that are not included. */
	costUsd: number | null;
	baselineCostUsd: number | null;
	savedUsd: number | null;
	/** Parts of `savedUsd`; the rest is due to cheaper models. */
	savedByPromptCacheUsd?: number;
	savedByTierUsd?: number;
	savedByAnswerCacheUsd?: number;
	unknownCostRequests: number;
	p50Ms: number | null;
	p95Ms: number | null;
};

export interface BudgetRow {
	scope: string;
	period: Period;
	limitUsd: number;
	spentUsd: number;
	reservedUsd: number;
	/** ISO 8601; null with the period `execution`. */
	resetsAt: string | null;
	/** Calls of unknown cost, not included in `spentUsd`. */
	unknownCostRequests: number;
}

/**
 * Usage by group: by time, then the most expensive first. A decision counts entirely for the model that answered, else for the last
 * one tried.
 * @throws ConfigurationError for an unknown time zone, StateBusy
 */
export async function usageReport(
	query: UsageReportQuery,
	history: History,
	surroundings: Surroundings,
): Promise<UsageRow[]> {
	const { groupBy, timeZone } = query;
	const whole = await spanOf(query, history, surroundings.now());
	if (whole === null) return [];
	const unit = groupBy.includes('hour') ? 'hour' : groupBy.includes('day') ? 'day' : null;
	const spans = unit ? periodsWithin(unit, whole, timeZone) : [whole];
	const dimensions = groupBy.filter((key): key is Dimension => key !== 'hour' && key !== 'day');
	const groups = await history.usage({ spans, groupBy: dimensions });
	return groups
		.sort((a, b) => a.span - b.span || (b.costNano ?? 0) - (a.costNano ?? 0) || b.requests - a.requests)
		.map((group) => usageRow(group, spans[group.span], query, dimensions));
}

/** Budgets in their present period, the fullest first. */
export async function budgetsReport(store: BudgetStore, surroundings: Surroundings): Promise<BudgetRow[]> {
	const now = Math.floor(surroundings.now());
	const accounts = await store.accounts(now);
	const fullness = ({ spentNano, reservedNano, limitNano }: Account) =>
		limitNano > 0 ? (spentNano + reservedNano) / limitNano : 1;
	return accounts.sort((a, b) => fullness(b) - fullness(a)).map(budgetRow);
}

/** @returns null if the range is empty */
export async function spanOf(query: RangeQuery, history: History, now: number): Promise<TimeSpan | null> {
	// Includes decisions of this millisecond.
	const end = Math.floor(now) + 1;
	const { from, to } = boundsOf(query, end);
	const earliest = await history.earliest();
	if (earliest === null) return null;
	const span = { from: Math.max(from, earliest), to: Math.min(to, Math.max(end, earliest + 1)) };
	return span.from < span.to ? span : null;
}

function boundsOf({ range, from, to, timeZone }: RangeQuery, end: number): TimeSpan {
	switch (range) {
		case 'all':
			return { from: 0, to: Infinity };
		case 'custom':
			return { from: from ?? 0, to: to ?? Infinity };
		case 'thisMonth':
			return periodAt('month', end, timeZone);
		case 'today':
			return periodAt('day', end, timeZone);
		case 'last7Days':
			return { from: daysBack(6, end, timeZone), to: Infinity };
		case 'last30Days':
			return { from: daysBack(29, end, timeZone), to: Infinity };
	}
}

/** Start of the day `days` before that of `at`. */
function daysBack(days: number, at: number, timeZone: string): number {
	let { from } = periodAt('day', at, timeZone);
	for (let left = days; left > 0; left--) ({ from } = periodAt('day', from - 1, timeZone));
	return from;
}

export function usageRow(
	group: UsageGroup,
	span: TimeSpan,
	{ groupBy, timeZone }: Pick<UsageReportQuery, 'groupBy' | 'timeZone'>,
	dimensions: readonly Dimension[],
): UsageRow {
	const keys: Partial<Record<GroupBy, string | null>> = {};
	for (const key of groupBy) {
		keys[key] =
			key === 'hour' || key === 'day'
				? nameOfPeriod(key, span.from, timeZone)
				: group.keys[dimensions.indexOf(key)];
	}
	return {
		...keys,
		requests: group.requests,
		answered: group.answered,
		fallbacks: group.fallbacks,
		failed: group.failed,
		inputTokens: group.inputTokens,
		outputTokens: group.outputTokens,
		costUsd: usdOf(group.costNano),
		baselineCostUsd: usdOf(group.baselineNano),
		savedUsd: usdOf(group.savedNano),
		...savedParts(group),
		unknownCostRequests: group.unknownCost,
		p50Ms: group.p50Ms,
		p95Ms: group.p95Ms,
	};
}

function savedParts({ promptCacheNano, tierNano, answerCacheNano }: UsageGroup): Partial<UsageRow> {
	const usd = (nano: number) => usdOf(nano) ?? 0;
	return {
		...(promptCacheNano !== undefined && { savedByPromptCacheUsd: usd(promptCacheNano) }),
		...(tierNano !== undefined && { savedByTierUsd: usd(tierNano) }),
		...(answerCacheNano !== undefined && { savedByAnswerCacheUsd: usd(answerCacheNano) }),
	};
}

function budgetRow(account: Account): BudgetRow {
	const usd = (nano: number) => usdOf(nano) ?? 0;
	return {
		scope: account.scope,
		period: account.period,
		limitUsd: usd(account.limitNano),
		spentUsd: usd(account.spentNano),
		reservedUsd: usd(account.reservedNano),
		resetsAt: account.resetsAt === null ? null : new Date(account.resetsAt).toISOString(),
		unknownCostRequests: account.unknownCost,
	};
}
