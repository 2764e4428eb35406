/** Budgets and records: the panel's settings in the engine's terms, and hints about them. */
import type { NodeExecutionHint } from 'n8n-workflow';

import type { Policy } from '../../../router/walk/walk';
import type { BudgetWarning, Decision } from '../../../router/types';
import type { Options } from '../panel/parameters';
import { NANO_PER_DOLLAR } from '../../../router/types/money';

/** Budgets named in hints; nobody reads more. */
const MOST_WARNINGS = 5;

/** @param workflow whose the budgets are that name no scope */
export function governanceOf(
	options: Options,
	workflow: { id?: string; name?: string },
): Pick<Policy, 'spending' | 'record'> {
	const { maxCostPerItem, allowUnknownPrice, retentionDays, hashPrompts, learnFromFeedback } = options;
	const budgets = options.budgets.map(({ limitUsd, period, scope, onExceeded }) => ({
		limitNano: nanoOf(limitUsd),
		period,
		scope: scope || workflow.id || workflow.name || '',
		...(scope === '' && { whose: 'this workflow' }),
		onExceeded,
	}));
	const isLimited = budgets.length > 0 || maxCostPerItem !== undefined;
	const maxCostPerItemNano = maxCostPerItem === undefined ? null : nanoOf(maxCostPerItem);
	return {
		...(isLimited && { spending: { budgets, maxCostPerItemNano, allowUnknownPrice } }),
		record: { retentionDays, hashPrompts, learns: learnFromFeedback },
	};
}

/** Budgets that are nearly spent, and what is wrong with the ledger. @param notices of the engine */
export function governanceHints(
	decisions: readonly Decision[],
	notices: readonly string[],
): NodeExecutionHint[] {
	const latest = new Map<string, BudgetWarning>();
	for (const warning of decisions.flatMap(({ warnings = [] }) => warnings)) {
		const before = latest.get(warning.budget);
		// Items end in any order.
		if (!before || before.spentNano < warning.spentNano) latest.set(warning.budget, warning);
	}
	const texts = [...latest.values()].map(({ text }) => text);
	const more = texts.length - MOST_WARNINGS;
	return [
		...texts.slice(0, MOST_WARNINGS),
		...(more > 0 ? [`${more} more budgets are nearly spent.`] : []),
		...notices,
	].map((message) => ({ message, location: 'outputPane', type: 'warning' }));
}

function nanoOf(usd: number): number {
	return Math.round(usd * NANO_PER_DOLLAR);
}
