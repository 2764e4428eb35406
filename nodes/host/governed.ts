import type { IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';

import type { Budget, BudgetWarning, ItemSpending } from '../../router/ledger/budgets';
import type { Decision, Model } from '../../router/types';
import type { Classifier } from '../../router/classify/classify';
import { lessonOf } from '../../router/walk/learning';
import type { Options } from './parameters';
import { budgets, classifier, governance, learner, ledger, surroundings } from './process';

const NANO_PER_DOLLAR = 1e9;

/** Hints name no more budgets than a person reads. */
const MOST_WARNINGS = 5;

/** What one run of the node may spend, and what is noted of it. */
export class GovernedRun {
	private readonly workflow: { id?: string; name?: string };

	private readonly execution: string;

	private readonly node: string;

	/** Who learns: this node. */
	private readonly learnerName: string;

	/** With what the ratings have taught by the first prompt of this run. */
	private learned: Promise<Classifier> | undefined;

	/** Of each budget the last: items end in any order. */
	private readonly warnings = new Map<string, BudgetWarning>();

	constructor(private readonly context: IExecuteFunctions) {
		this.workflow = context.getWorkflow();
		// Not every execution is kept by n8n and has an id: its budgets are its own all the same.
		this.execution = context.getExecutionId() || `run-${surroundings.now()}-${surroundings.random()}`;
		this.node = context.getNode().name;
		this.learnerName = JSON.stringify([this.workflow.id || this.workflow.name || '', this.node]);
	}

	/** The limits of one item; undefined where it has none. */
	spendingFor(options: Options, signal: AbortSignal): ItemSpending | undefined {
		const { maxCostPerItem, allowUnknownPrice, totalTimeout } = options;
		const limits = this.budgetsOf(options);
		if (limits.length === 0 && maxCostPerItem === undefined) return undefined;
		return budgets.forItem({
			budgets: limits,
			maxCostPerItemNano: maxCostPerItem === undefined ? null : nanoOf(maxCostPerItem),
			allowUnknownPrice,
			timeZone: this.context.getTimezone(),
			execution: this.execution,
			totalTimeoutMs: totalTimeout * 1000,
			signal,
		});
	}

	async classifierFor({ learnFromFeedback }: Options): Promise<Classifier> {
		if (!learnFromFeedback) return classifier;
		// What cannot be read of the ledger must not cost an item.
		this.learned ??= learner.classifierFor(this.learnerName).catch(() => classifier);
		return await this.learned;
	}

	/** @param prompt of which no more is kept than the options say */
	record(decision: Decision, options: Options, models: readonly Model[], prompt: string): void {
		const origin = {
			workflow: this.workflow.name || this.workflow.id || null,
			execution: this.execution,
			node: this.node,
			scope: this.budgetsOf(options)[0]?.scope ?? null,
			retentionDays: options.retentionDays,
			models,
			lesson: options.learnFromFeedback ? lessonOf(decision, models, this.learnerName, prompt) : undefined,
		};
		ledger.record(decision, origin, options.hashPrompts ? prompt : undefined);
	}

	/** An item is over. */
	noteWarnings(spending: ItemSpending | undefined): void {
		for (const warning of spending?.warnings() ?? []) {
			const before = this.warnings.get(warning.budget);
			if (!before || before.spentNano < warning.spentNano) this.warnings.set(warning.budget, warning);
		}
	}

	/** Budgets that are nearly spent, and what is wrong with the ledger. */
	hints(): NodeExecutionHint[] {
		const warnings = [...this.warnings.values()].map(({ text }) => text);
		const more = warnings.length - MOST_WARNINGS;
		return [
			...warnings.slice(0, MOST_WARNINGS),
			...(more > 0 ? [`${more} more budgets are nearly spent.`] : []),
			...governance.notices(),
			...ledger.notices(),
		].map((message) => ({ message, location: 'outputPane', type: 'warning' }));
	}

	private budgetsOf(options: Options): Budget[] {
		return options.budgets.map(({ limitUsd, period, scope, onExceeded }) => ({
			limitNano: nanoOf(limitUsd),
			period,
			scope: scope || this.workflow.id || this.workflow.name || '',
			onExceeded,
		}));
	}
}

function nanoOf(usd: number): number {
	return Math.round(usd * NANO_PER_DOLLAR);
}
