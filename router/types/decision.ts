/** What happened to one prompt, as data. */
import type { Classification } from './classification';
import type { ErrorCategory, Failure } from './failures';
import type { Model } from './model';
import type { NanoDollars, Savings } from './money';
import type { FinishReason } from './answer';
import type { Route } from './policy';
import type { Part } from './request';
import type { Usage } from './usage';

/** `none`: the provider bills nothing (it refused before answering); `estimated`: it named no usage. */
export type Billing = 'none' | 'named' | 'estimated';

export interface Attempt {
	/** Alias. */
	model: string;
	/** ISO 8601. */
	startedAt: string;
	ms: number;
	firstTokenMs: number | null;
	outcome: 'answered' | ErrorCategory;
	status: number | null;
	retryAfterMs: number | null;
	message: string | null;
	billing: Billing;
	/** What is billed: the provider's count, or our estimate; null with `none`. */
	usage: Usage | null;
	/** In the queue for its rate limit before it was sent, in ms. Absent: not at all. */
	waitedMs?: number;
	/** The provider named more than can be true, so that it is our estimate. Absent: no. */
	usageDoubted?: boolean;
	/** What the call cost: 0 with `none`, null where the price is unknown. */
	costNano: NanoDollars | null;
	/** Absent: it was asked for the answer. */
	purpose?: 'judge';
}

/** A candidate that was passed over: it rests, its circuit is open, or a limit or budget has no room for it. */
export interface NotAsked {
	/** Alias. */
	model: string;
	category: ErrorCategory;
}

export interface Answer {
	model: Model;
	/** The answer as a message of the assistant, to go on with: text, tool calls and reasoning in their order. */
	parts: readonly Part[];
	/** All of its text. */
	text: string;
	/** The parsed answer, with a JSON format and without tool calls. */
	json?: unknown;
	finishReason: FinishReason;
	usage: Usage;
	/** True where the provider named no usage and `usage` is our estimate. */
	usageEstimated: boolean;
}

/** What a model that judges had to do with a prompt. */
export type Judging =
	/** It was not asked: the route does not depend on it, the local classifier is sure, or the prompt is not for it. */
	| { outcome: 'notNeeded' | 'sure' | 'withheld' }
	/** It was asked now, or had been before. */
	| { outcome: 'judged' | 'remembered' }
	| { outcome: 'failed'; category: ErrorCategory };

export type Outcome = 'answered' | 'fallback' | 'failed' | 'noMatch' | 'routed' | 'classified';

export interface Cost {
	/** null where a price is unknown. */
	costNano: NanoDollars | null;
	/** True where an attempt named no usage. */
	estimated: boolean;
	/**
	 * What the best-quality model of the list would have cost at its standard tier and without a prompt cache; null where
	 * its price is unknown.
	 */
	baselineNano: NanoDollars | null;
	/** How `baselineNano` became `costNano`; null where one of them is unknown. */
	savings: Savings | null;
}

/** A budget is spent by 80 % or more. */
export interface BudgetWarning {
	/** The same for all items that share the budget and its period. */
	budget: string;
	spentNano: NanoDollars;
	/** One sentence. */
	text: string;
}

/** Everything that happened to one prompt, as data. */
export interface Decision {
	/** ULID. */
	id: string;
	outcome: Outcome;
	/** null only where nothing could be classified (an empty prompt). */
	classification: Classification | null;
	/** null in mode `classify` and where nothing could be classified. */
	route: Route | null;
	attempts: readonly Attempt[];
	/** Absent where nobody was passed over. */
	notAsked?: readonly NotAsked[];
	answer: Answer | null;
	/** With `cascade`: the answer is a better model's, as a cheaper one's did not hold. Absent: no. */
	escalated?: boolean;
	/** The answer was given before, and no model was asked for it. Absent: no. */
	cached?: boolean;
	/** Absent where no judge is set up, and where nothing was routed. */
	judging?: Judging;
	failure: Failure | null;
	cost: Cost;
	/** Budgets that are nearly spent. Absent where none is. */
	warnings?: readonly BudgetWarning[];
	ms: number;
}
