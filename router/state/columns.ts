/** The columns of a decision, named once for all stores that have such. */
import type { DecisionRow } from './decisions';

/**
 * `name`: a text that repeats from row to row; `whole`: a whole number, as clocks give fractions and providers' counts are data from
 * outside; `nano`: money; `share`: 0–1, to three decimals; `hash`: 16 hexadecimal digits. null where there is none.
 */
export type ColumnType = 'id' | 'name' | 'text' | 'whole' | 'nano' | 'share' | 'flag' | 'hash';

export const DECISION_COLUMNS = {
	id: 'id',
	at: 'whole',
	retentionDays: 'whole',
	workflow: 'name',
	execution: 'text',
	node: 'name',
	scope: 'text',
	route: 'name',
	rule: 'whole',
	strategy: 'name',
	task: 'name',
	complexity: 'share',
	model: 'name',
	provider: 'name',
	modelId: 'name',
	outcome: 'name',
	category: 'name',
	inputTokens: 'whole',
	outputTokens: 'whole',
	cachedInputTokens: 'whole',
	reasoningTokens: 'whole',
	costNano: 'nano',
	costEstimated: 'flag',
	baselineNano: 'nano',
	ms: 'whole',
	firstTokenMs: 'whole',
	cached: 'flag',
	promptHash: 'hash',
} as const satisfies Partial<Record<keyof DecisionRow, ColumnType>>;

/** Left out of a row where they are nothing. */
export const OPTIONAL_COLUMNS = {
	promptCacheNano: 'nano',
	tierNano: 'nano',
	answerCacheNano: 'nano',
	retiredModelId: 'name',
} as const satisfies Partial<Record<keyof DecisionRow, ColumnType>>;

export type DecisionColumn = keyof typeof DECISION_COLUMNS;
export const COLUMN_NAMES = Object.keys(DECISION_COLUMNS) as DecisionColumn[];

export type OptionalColumn = keyof typeof OPTIONAL_COLUMNS;
export const OPTIONAL_NAMES = Object.keys(OPTIONAL_COLUMNS) as OptionalColumn[];

export function wholeOrNull(value: number | null): number | null {
	if (value === null) return null;
	return Number.isFinite(value) ? Math.round(value) : 0;
}
