import type { Overview, BudgetRow } from '../../../router/ledger/ledger';
import type { Ending } from './endings';

/** All that the page says; the rows are those of the ledger, so the page's totals are the rows'. */
export interface PageData extends Overview {
	/** `Last 30 Days`, `2026-11-01 to 2026-11-15` */
	range: string;
	/** IANA name; days are this zone's. */
	timeZone: string;
	/** Epoch ms. */
	madeAt: number;
	budgets: readonly BudgetRow[];
	/** Models in use that end soon, the nearest first. */
	endings: readonly Ending[];
	/** Sentences of the ledger about itself: a file that was set aside, a folder that cannot be written to. */
	notices: readonly string[];
}
