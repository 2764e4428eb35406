/** What is kept of decisions, and how it is asked for. Times are whole epoch milliseconds, money whole nano-dollars. */
import type { Billing, ErrorCategory, NanoDollars, Outcome, Strategy, Task } from '../types';
import type { UsageFigures } from './figures';

/** One call, as it is kept: no message, as a provider's may quote the prompt. */
export interface AttemptRow {
	/** Alias. */
	model: string;
	startedAt: number;
	ms: number;
	firstTokenMs: number | null;
	outcome: 'answered' | ErrorCategory;
	status: number | null;
	billing: Billing;
	inputTokens: number;
	outputTokens: number;
	costNano: NanoDollars | null;
}

/** One decision, as it is kept: never a prompt, an answer or a message. */
export interface DecisionRow {
	/** ULID. */
	id: string;
	at: number;
	/** For how long it is kept. */
	retentionDays: number;
	workflow: string | null;
	execution: string | null;
	node: string | null;
	/** Whose budgets it counted against; the first where there are several. */
	scope: string | null;
	/** The rule's name, `Default` or `No Match`. */
	route: string | null;
	/** Index into the rules; null for the default route. */
	rule: number | null;
	strategy: Strategy | null;
	task: Task | null;
	/** 0–1, kept to three decimals. */
	complexity: number | null;
	/** Alias of the model that answered, else of the last one tried, else of the first choice. */
	model: string | null;
	provider: string | null;
	modelId: string | null;
	/** The retired model in whose place `modelId` was asked; absent: none. */
	retiredModelId?: string;
	outcome: Outcome;
	category: ErrorCategory | null;
	inputTokens: number;
	outputTokens: number;
	cachedInputTokens: number;
	reasoningTokens: number;
	/** null where a price is unknown. */
	costNano: NanoDollars | null;
	costEstimated: boolean;
	baselineNano: NanoDollars | null;
	/** Of what was saved the parts that were not another model's doing; absent: none. See `Savings`. */
	promptCacheNano?: NanoDollars;
	tierNano?: NanoDollars;
	answerCacheNano?: NanoDollars;
	ms: number;
	/** Of the answering attempt. */
	firstTokenMs: number | null;
	cached: boolean;
	/** 16 hexadecimal digits of a keyed hash, to count repeats. */
	promptHash: string | null;
	attempts: readonly AttemptRow[];
	/** What is learned from once the decision is rated; absent: nothing. Is read back only where it is asked for. */
	lesson?: Lesson;
}

/** What the learner keeps of a decision. */
export interface Lesson {
	/** Who learns from it: decisions of another learner tell nothing. */
	learner: string;
	/** Whether a model of the better half answered. */
	strong: boolean;
	/** `encodeFingerprint` of the prompt. */
	seen: Uint8Array;
}

/** A lesson whose decision was rated. */
export interface RatedLesson extends Pick<Lesson, 'strong' | 'seen'> {
	rating: Feedback['rating'];
}

/** By which it is told that a learner's ratings have changed. */
export interface LessonCount {
	rated: number;
	/** Epoch ms of the latest rating; 0 where there is none. */
	latest: number;
	/** How many were given, or given anew, after the time that was asked for. */
	newer: number;
}

export const RATINGS = ['good', 'bad'] as const;

/** What a person said of an answer. */
export interface Feedback {
	/** Epoch ms. */
	at: number;
	rating: (typeof RATINGS)[number];
	note: string | null;
}

/** A decision with the last that was said of it. */
export type KeptDecision = DecisionRow & { feedback: Feedback | null };

/** What usage is grouped by, but for time, which is cut into spans. */
export const DIMENSIONS = ['model', 'provider', 'route', 'task', 'workflow', 'scope'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** `from` is in it, `to` is not. */
export interface TimeSpan {
	from: number;
	to: number;
}

export interface UsageQuery {
	/** In order, without overlaps; each is counted by itself. */
	spans: readonly TimeSpan[];
	groupBy: readonly Dimension[];
}

/** A way to look at the same decisions. */
export interface UsageView {
	groupBy: readonly Dimension[];
	/** All spans as one, with `span` 0; otherwise each by itself. */
	whole: boolean;
}

/** Decisions without an answer. */
export interface FailureGroup {
	category: ErrorCategory;
	/** The model tried last; null where none was. */
	model: string | null;
	requests: number;
}

export interface UsageGroup extends UsageFigures {
	/** Index into the spans of the query. */
	span: number;
	/** In the order of the query's `groupBy`. */
	keys: ReadonlyArray<string | null>;
	/** Nearest rank over the decisions with an answer; null where there is none. */
	p50Ms: number | null;
	p95Ms: number | null;
}

/** What a decision can be looked for by. */
export const FILTERS = [...DIMENSIONS, 'outcome', 'category'] as const;
export type Filter = (typeof FILTERS)[number];

/** Calls to one model of the lists; judges' calls are among them. */
export interface AttemptCount {
	/** Alias. */
	model: string;
	/** null where no decision in the span was made for it. */
	modelId: string | null;
	calls: number;
	/** Cancelled ones are none of them. */
	failed: number;
}

export interface DecisionQuery {
	span: TimeSpan;
	/** What a decision has to have; absent: anything. */
	where: Partial<Record<Filter, string>>;
	limit: number;
	/** How many of the newest are passed over. */
	offset: number;
	/** Absent: without what is learned from them. */
	withLessons?: boolean;
}

/** Where decisions are written. */
export interface LedgerSink {
	/**
	 * Writes all of the decisions, or none. One whose id is there already stays as it is, so a batch may be
	 * written twice. @throws StateBusy
	 */
	append(rows: readonly DecisionRow[]): Promise<void>;
	/**
	 * The same while the process ends, when nothing can be waited for: before it returns, the rows are written or lost.
	 * @param rowsFor the rows, given the salt
	 */
	appendNow(rowsFor: (salt: string) => readonly DecisionRow[]): void;
	/**
	 * Kept as long as the decision, in the place of what was said before. @param id ULID
	 * @returns false where there is no such decision @throws StateBusy
	 */
	rate(id: string, feedback: Feedback): Promise<boolean>;
	/** Forgets some of what is past its retention. False: nothing is left to look at. @throws StateBusy */
	prune(now: number): Promise<boolean>;
	/** The same as long as the ledger lives: keys the hashes of prompts. @throws StateBusy */
	salt(): Promise<string>;
}

/** What the ledger tells of the past. Every method may throw StateBusy. */
export interface History {
	/** Groups with at least one decision, in no order. */
	usage(query: UsageQuery): Promise<UsageGroup[]>;
	/** The same by several views in one reading, so that their sums agree; groups by view. */
	usageViews(spans: readonly TimeSpan[], views: readonly UsageView[]): Promise<UsageGroup[][]>;
	/** The most frequent first. */
	failures(span: TimeSpan): Promise<FailureGroup[]>;
	/** By model, in no order. */
	attempts(span: TimeSpan): Promise<AttemptCount[]>;
	/** The newest first. */
	decisions(query: DecisionQuery): Promise<KeptDecision[]>;
	/** How many lessons of the learner are rated. @param since epoch ms, see `LessonCount.newer` */
	countLessons(learner: string, since: number): Promise<LessonCount>;
	/** The latest decided, the oldest of them first. */
	lessons(learner: string, limit: number): Promise<RatedLesson[]>;
	/** When the oldest decision was made; null where there is none. */
	earliest(): Promise<number | null>;
}
