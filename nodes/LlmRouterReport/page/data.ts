import type { BudgetRow, UsageRow } from '../../../router/ledger/report';
import type { ErrorCategory } from '../../../router/types';

/** A way in which requests failed, and how often. */
export interface FailureCount {
	category: ErrorCategory;
	/** The model tried last; null where none was. */
	model: string | null;
	requests: number;
}

/** All that the page says; the rows are those of the ledger, so the page's totals are the rows'. */
export interface PageData {
	/** `Last 30 days`, `1 Nov 2026 to 15 Nov 2026` */
	range: string;
	/** IANA name; days are this zone's. */
	timeZone: string;
	/** Epoch ms. */
	madeAt: number;
	/** Of the whole range; null where it is empty. */
	totals: UsageRow | null;
	/** One a day of the range that had requests, in order. */
	days: readonly UsageRow[];
	/** Grouped by day and model. */
	daysAndModels: readonly UsageRow[];
	routes: readonly UsageRow[];
	tasks: readonly UsageRow[];
	models: readonly UsageRow[];
	budgets: readonly BudgetRow[];
	/** The most frequent first. */
	failures: readonly FailureCount[];
	/** Sentences of the ledger about itself: a file that was set aside, a folder that cannot be written to. */
	notices: readonly string[];
}
