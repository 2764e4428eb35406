/** The columns of a decision, shared by the file and PostgreSQL. */
import type { DecisionRow } from './decisions';

/**
 * `name`: a text that repeats across rows; `whole`: rounded, as clocks give fractions and token counts come from outside;
 * `nano`: money; `share`: 0–1, kept to three decimals; `hash`: 16 hexadecimal digits. Any value but the id may be null.
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

/** Omitted from a row when 0 or null. */
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
