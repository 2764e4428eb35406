/** Stored decisions and the queries over them. Times are whole epoch milliseconds, money whole nano-dollars. */
import type { Billing, ErrorCategory, NanoDollars, Outcome, Strategy, Task } from '../types';
import type { UsageFigures } from './figures';

/** A stored call. Without the provider's message, which may quote the prompt. */
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

/** A stored decision. Never holds a prompt, an answer or a message. */
export interface DecisionRow {
	/** ULID. */
	id: string;
	at: number;
	/** Deleted after this many days. */
	retentionDays: number;
	workflow: string | null;
	execution: string | null;
	node: string | null;
	/** Scope of the budget it counted against; of the first if there are several. */
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
	/** The retired model that `modelId` replaced. */
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
	/** Savings that are not due to a cheaper model: prompt caching, service tier, answer cache. Absent when 0. */
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
	/** For learning from a rating; absent where learning is off. Only read back on request. */
	lesson?: Lesson;
}

/** What the learner needs of a decision. */
export interface Lesson {
	/** Only this learner uses it. */
	learner: string;
	/** Whether a model of the better half answered. */
	strong: boolean;
	/** Fingerprint of the prompt, encoded by `encodeFingerprint`. */
	seen: Uint8Array;
}

/** A lesson whose decision was rated. */
export interface RatedLesson extends Pick<Lesson, 'strong' | 'seen'> {
	rating: Feedback['rating'];
}

/** Shows whether a learner's ratings have changed. */
export interface LessonCount {
	rated: number;
	/** Epoch ms of the latest rating; 0 if none. */
	latest: number;
	/** Ratings given or changed after the time asked for. */
	newer: number;
}

export const RATINGS = ['good', 'bad'] as const;

/** A person's rating of an answer. */
export interface Feedback {
	/** Epoch ms. */
	at: number;
	rating: (typeof RATINGS)[number];
	note: string | null;
}

/** A decision with its latest rating. */
export type KeptDecision = DecisionRow & { feedback: Feedback | null };

/** Keys to group usage by, besides time. */
export const DIMENSIONS = ['model', 'provider', 'route', 'task', 'workflow', 'scope'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** `from` is in it, `to` is not. */
export interface TimeSpan {
	from: number;
	to: number;
}

export interface UsageQuery {
	/** Ascending and disjoint; each gets its own groups. */
	spans: readonly TimeSpan[];
	groupBy: readonly Dimension[];
}

/** One grouping of the same decisions. */
export interface UsageView {
	groupBy: readonly Dimension[];
	/** true: all spans together, as span 0; false: one group per span. */
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
	/** Nearest rank over the answered decisions; null if there are none. */
	p50Ms: number | null;
	p95Ms: number | null;
}

/** Fields that decisions can be filtered by. */
export const FILTERS = [...DIMENSIONS, 'outcome', 'category'] as const;
export type Filter = (typeof FILTERS)[number];

/** Calls to one model, including those as a judge. */
export interface AttemptCount {
	/** Alias. */
	model: string;
	/** null if no decision in the span names the model. */
	modelId: string | null;
	calls: number;
	/** Without cancelled calls. */
	failed: number;
}

export interface DecisionQuery {
	span: TimeSpan;
	/** Required values; a missing key matches anything. */
	where: Partial<Record<Filter, string>>;
	limit: number;
	/** How many of the newest to skip. */
	offset: number;
	/** Default: false. */
	withLessons?: boolean;
}

/** Where decisions are written. */
export interface LedgerSink {
	/**
	 * Writes all decisions or none. One with a known id is left as it is, so a batch may be
	 * written twice. @throws StateBusy
	 */
	append(rows: readonly DecisionRow[]): Promise<void>;
	/**
	 * Synchronous variant for process exit: rows that cannot be written at once are lost.
	 * @param rowsFor makes the rows, given the salt
	 */
	appendNow(rowsFor: (salt: string) => readonly DecisionRow[]): void;
	/**
	 * Replaces an earlier rating; kept as long as the decision. @param id ULID
	 * @returns false if there is no such decision @throws StateBusy
	 */
	rate(id: string, feedback: Feedback): Promise<boolean>;
	/** Deletes a chunk of expired decisions. @returns whether to call again @throws StateBusy */
	prune(now: number): Promise<boolean>;
	/** Key of the prompt hashes; never changes for a ledger. @throws StateBusy */
	salt(): Promise<string>;
}

/** Queries over stored decisions. Every method may throw StateBusy. */
export interface History {
	/** Non-empty groups, unordered. */
	usage(query: UsageQuery): Promise<UsageGroup[]>;
	/** Several groupings from one consistent read, so that their sums agree. @returns groups by view */
	usageViews(spans: readonly TimeSpan[], views: readonly UsageView[]): Promise<UsageGroup[][]>;
	/** The most frequent first. */
	failures(span: TimeSpan): Promise<FailureGroup[]>;
	/** By model, unordered. */
	attempts(span: TimeSpan): Promise<AttemptCount[]>;
	/** The newest first. */
	decisions(query: DecisionQuery): Promise<KeptDecision[]>;
	/** @param since epoch ms, for `newer` */
	countLessons(learner: string, since: number): Promise<LessonCount>;
	/** The latest rated lessons, oldest first. */
	lessons(learner: string, limit: number): Promise<RatedLesson[]>;
	/** Epoch ms of the oldest decision; null if there is none. */
	earliest(): Promise<number | null>;
}
