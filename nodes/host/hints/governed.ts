/** Budgets and records: the panel's settings in the engine's terms, and hints about them. */
import type { INodeParameters, NodeExecutionHint } from 'n8n-workflow';

import type { Policy } from '../../../router/walk/walk';
import type { BudgetWarning, Decision } from '../../../router/types';
import type { Options } from '../panel/parameters';
import { NANO_PER_DOLLAR } from '../../../router/types/money';
import { counted, type Unit } from './unit';

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

/**
 * An expression that gives nothing is no scope: a misspelt field would make of one budget for each customer a single one for all.
 * @param budgets of each item
 * @param written the node's parameters as they are stored
 */
export function unscopedHints(
	budgets: ReadonlyArray<Options['budgets']>,
	written: INodeParameters,
	unit: Unit,
): NodeExecutionHint[] {
	const options = written.options as { budgets?: { values?: Array<{ scope?: unknown }> } } | undefined;
	return (options?.budgets?.values ?? []).flatMap(({ scope }, index) => {
		if (typeof scope !== 'string' || !scope.startsWith('=')) return [];
		const empty = budgets.filter((ofItem) => ofItem[index]?.scope === '').length;
		if (empty === 0) return [];
		const message = `The Scope of a budget, ${scope.slice(1)}, is empty for ${counted(empty, unit)}: what they spend comes from one budget for the whole workflow. Is the field named so?`;
		return [{ message, location: 'outputPane' as const, type: 'warning' as const }];
	});
}

function nanoOf(usd: number): number {
	return Math.round(usd * NANO_PER_DOLLAR);
}
