/** Single decisions, as the report node lists them. */
import type { AttemptRow, DecisionRow, Feedback, Filter, KeptDecision, History } from '../state/state';
import type { Surroundings } from '../types';
import { usdOf } from '../money/cost';
import { spanOf } from './usageReport';
import type { RangeQuery } from './usageReport';

export interface DecisionsReportQuery extends RangeQuery {
	where: Partial<Record<Filter, string>>;
	/** Of a page. */
	limit: number;
	/** From 1. */
	pageNumber: number;
}

/** Money in USD, times in ms and ISO 8601. */
export type DecisionReportRow = Pick<
	DecisionRow,
	| 'id'
	| 'outcome'
	| 'category'
	| 'workflow'
	| 'execution'
	| 'node'
	| 'scope'
	| 'route'
	| 'strategy'
	| 'task'
	| 'complexity'
	| 'model'
	| 'provider'
	| 'modelId'
	| 'inputTokens'
	| 'outputTokens'
	| 'cachedInputTokens'
	| 'reasoningTokens'
	| 'costEstimated'
	| 'ms'
	| 'firstTokenMs'
	| 'cached'
	| 'promptHash'
> & {
	at: string;
	costUsd: number | null;
	baselineCostUsd: number | null;
	savedUsd: number | null;
	/** null if unrated. */
	rating: Feedback['rating'] | null;
	note: string | null;
	attempts: Array<
		Pick<AttemptRow, 'model' | 'ms' | 'firstTokenMs' | 'outcome' | 'status'> & {
			startedAt: string;
			costUsd: number | null;
		}
	>;
};

/**
 * One page, the newest first.
 * @throws ConfigurationError for an unknown time zone, StateBusy
 */
export async function decisionsReport(
	query: DecisionsReportQuery,
	history: History,
	surroundings: Surroundings,
): Promise<DecisionReportRow[]> {
	const { where, limit, pageNumber } = query;
	const span = await spanOf(query, history, surroundings.now());
	if (span === null) return [];
	const rows = await history.decisions({ span, where, limit, offset: (pageNumber - 1) * limit });
	return rows.map(reportRow);
}

function reportRow(row: KeptDecision): DecisionReportRow {
	const { retentionDays: _kept, rule: _rule, at, costNano, baselineNano, attempts, feedback, ...rest } = row;
	const isKnown = costNano !== null && baselineNano !== null;
	return {
		...rest,
		at: new Date(at).toISOString(),
		costUsd: usdOf(costNano),
		baselineCostUsd: usdOf(baselineNano),
		savedUsd: isKnown ? usdOf(baselineNano - costNano) : null,
		rating: feedback?.rating ?? null,
		note: feedback?.note ?? null,
		attempts: attempts.map(({ model, startedAt, ms, firstTokenMs, outcome, status, costNano: cost }) => ({
			model,
			startedAt: new Date(startedAt).toISOString(),
			ms,
			firstTokenMs,
			outcome,
			status,
			costUsd: usdOf(cost),
		})),
	};
}
