/** What happened to one prompt, as data. */
import type { Classification } from './classification';
import type { Embedding } from './embedding';
import type { ErrorCategory, Failure } from './failures';
import type { Model } from './model';
import type { NanoDollars, Savings } from './money';
import type { FinishReason } from './answer';
import type { Route } from './policy';
import type { Part } from './request';
import type { Usage } from './usage';

/** `none`: the provider bills nothing because it refused before answering. `estimated`: it reported no usage. */
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
	/** The billed tokens, as the provider counted them or as we estimate them; null with `none`. */
	usage: Usage | null;
	/** Time spent waiting for the rate limit, in ms. Absent: none. */
	waitedMs?: number;
	/** The provider reported an impossible count, so `usage` is our estimate. Absent: no. */
	usageDoubted?: boolean;
	/** 0 with `none`, null if the price is unknown. */
	costNano: NanoDollars | null;
	/** Absent: the answer itself. */
	purpose?: 'judge' | 'embedding';
}

/** A candidate that was skipped because it rests, its circuit is open, or a limit or budget leaves no room. */
export interface NotAsked {
	/** Alias. */
	model: string;
	category: ErrorCategory;
}

export interface Answer {
	model: Model;
	/** The assistant's message, with which the conversation goes on: text, tool calls and reasoning in order. */
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

/** Whether a judge was asked about a prompt, and what came of it. */
export type Judging =
	/**
	 * Not asked, because the route does not depend on it, the local classifier is sure, or it may not see the prompt.
	 */
	| { outcome: 'notNeeded' | 'sure' | 'withheld' }
	/** Asked now, or known from an equal prompt. */
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
	/** The difference between `baselineNano` and `costNano` by cause; null if either is unknown. */
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

export interface Decision {
	/** ULID. */
	id: string;
	outcome: Outcome;
	/** null only where nothing could be classified (an empty prompt). */
	classification: Classification | null;
	/** null in mode `classify` and where nothing could be classified. */
	route: Route | null;
	attempts: readonly Attempt[];
	/** Absent if no candidate was skipped. */
	notAsked?: readonly NotAsked[];
	answer: Answer | null;
	/** With `cascade`: a better model answered because a cheaper one's answer was rejected. Absent: no. */
	escalated?: boolean;
	/** The answer came from the answer cache, without a call. Absent: no. */
	cached?: boolean;
	/** Absent if there is no judge or nothing was routed. */
	judging?: Judging;
	/** Absent if there is no embedding model or nothing was routed by intents. */
	embedding?: Embedding;
	failure: Failure | null;
	cost: Cost;
	/** Budgets that are nearly spent. Absent where none is. */
	warnings?: readonly BudgetWarning[];
	ms: number;
}
