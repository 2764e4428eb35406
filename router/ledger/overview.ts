import type { Dimension, FailureGroup, History, UsageGroup, UsageView } from '../state/state';
import type { Surroundings } from '../types';
import { periodsWithin } from './periods';
import { spanOf, usageRow, type RangeQuery, type GroupBy, type UsageRow } from './usageReport';

/** Data of the report page; every part adds up to `totals`. */
export interface Overview {
	/** null if there are no decisions in the range. */
	totals: UsageRow | null;
	/** Days without a decision are left out. */
	days: readonly UsageRow[];
	daysAndModels: readonly UsageRow[];
	/** The most expensive first. */
	models: readonly UsageRow[];
	/** The most frequent first. */
	routes: readonly UsageRow[];
	tasks: readonly UsageRow[];
	failures: readonly FailureGroup[];
}

const EMPTY: Overview = {
	totals: null,
	days: [],
	daysAndModels: [],
	models: [],
	routes: [],
	tasks: [],
	failures: [],
};

const VIEWS = [
	{ groupBy: [], whole: true },
	{ groupBy: [], whole: false },
	{ groupBy: ['model'], whole: false },
	{ groupBy: ['model'], whole: true },
	{ groupBy: ['route'], whole: true },
	{ groupBy: ['task'], whole: true },
] as const satisfies readonly UsageView[];

/**
 * All usage figures of the report page, from one consistent read.
 * @throws ConfigurationError for an unknown time zone, StateBusy
 */
export async function overview(
	bounds: RangeQuery,
	history: History,
	surroundings: Surroundings,
): Promise<Overview> {
	const { timeZone } = bounds;
	const span = await spanOf(bounds, history, surroundings.now());
	if (span === null) return EMPTY;
	const spans = periodsWithin('day', span, timeZone);
	const views = await history.usageViews(spans, VIEWS);
	const rows = (view: number, key: Dimension | null, order: (a: UsageGroup, b: UsageGroup) => number) => {
		const { whole } = VIEWS[view];
		const dimensions = key === null ? [] : [key];
		const groupBy: GroupBy[] = whole ? dimensions : ['day', ...dimensions];
		return [...views[view]]
			.sort((a, b) => a.span - b.span || order(a, b))
			.map((group) => usageRow(group, spans[group.span], { groupBy, timeZone }, dimensions));
	};
	const byCost = (a: UsageGroup, b: UsageGroup) => (b.costNano ?? 0) - (a.costNano ?? 0);
	const byRequests = (a: UsageGroup, b: UsageGroup) => b.requests - a.requests;
	return {
		totals: rows(0, null, byCost)[0] ?? null,
		days: rows(1, null, byCost),
		daysAndModels: rows(2, 'model', byCost),
		models: rows(3, 'model', byCost),
		routes: rows(4, 'route', byRequests),
		tasks: rows(5, 'task', byRequests),
		failures: await history.failures(span),
	};
}
