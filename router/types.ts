/**
 * The nouns that the rooms of the engine share. No logic lives here but the two error classes,
 * which have to be classes because they are thrown across rooms.
 */
import type { BoundedWork } from './bounded/terms';

export const PROVIDERS = [
	'openAi',
	'anthropic',
	'gemini',
	'openAiCompatible',
	'openAiCompatible2',
	'openAiCompatible3',
	'connected',
] as const;
export type ProviderId = (typeof PROVIDERS)[number];

export const ERROR_CATEGORIES = [
	'rateLimited',
	'quotaExhausted',
	'overloaded',
	'serverError',
	'timeout',
	'firstTokenTimeout',
	'stalled',
	'network',
	'authentication',
	'modelNotFound',
	'invalidRequest',
	'contextOverflow',
	'contentFiltered',
	'refused',
	'emptyAnswer',
	'truncated',
	'invalidOutput',
	'circuitOpen',
	'overBudget',
	'blocked',
	'cancelled',
] as const;
export type ErrorCategory = (typeof ERROR_CATEGORIES)[number];

// ── What is asked ────────────────────────────────────────────────────────────────────────────

export const ATTACHMENT_KINDS = ['image', 'document', 'audio'] as const;
export type AttachmentKind = (typeof ATTACHMENT_KINDS)[number];

export interface Attachment {
	kind: AttachmentKind;
	/** For example `image/png` or `application/pdf`. */
	mediaType: string;
	/** Base64, without a `data:` prefix. */
	data: string;
	fileName?: string;
}

export interface Message {
	role: 'user' | 'assistant';
	text: string;
	/** Only on messages of the user. */
	attachments?: readonly Attachment[];
}

export type JsonSchema = Record<string, unknown>;
export type TextFormat = { type: 'text' };
export interface JsonFormat {
	type: 'json';
	schema?: JsonSchema;
	/** Says how a value does not fit, null where it does; in the place of a validator made of the schema. */
	check?: (value: unknown) => string | null;
}

export interface AnswerLimits {
	/** Tokens the answer may have; absent: the provider's own default. */
	maxOutputTokens?: number;
	temperature?: number;
}

/** One question in a provider's neutral form. The last message is the prompt, and the user's. */
export interface ChatRequest {
	system?: string;
	messages: readonly Message[];
	format: TextFormat | JsonFormat;
	limits: AnswerLimits;
}

// ── What is answered ─────────────────────────────────────────────────────────────────────────

/** Tokens as the provider counted them. */
export interface Usage {
	/** All input, cached input included. */
	inputTokens: number;
	/** All output, reasoning included. */
	outputTokens: number;
	/** The part of `inputTokens` that was read from the provider's cache. */
	cachedInputTokens: number;
	/** The part of `outputTokens` that was reasoning. */
	reasoningTokens: number;
	totalTokens: number;
}

/** Of what was answered without a call. */
export const NO_USAGE: Usage = {
	inputTokens: 0,
	outputTokens: 0,
	cachedInputTokens: 0,
	reasoningTokens: 0,
	totalTokens: 0,
};

/** `refusal` and `contentFilter` are verdicts of the provider; `other` is a reason we have no word for. */
export type FinishReason = 'stop' | 'length' | 'refusal' | 'contentFilter' | 'toolCalls' | 'other';

/** What every provider's stream is turned into. A stream without its `end` was cut off. */
export type AnswerPart =
	/** `pieces`: how the text was cut where several came together, for those who watch it being written. */
	| { type: 'text'; text: string; pieces?: readonly string[] }
	/** Proof of life before the first visible token. */
	| { type: 'reasoning' }
	/** All text so far was thought: a model's template opened its thoughts, and the answer begins only now. */
	| { type: 'rewind' }
	/**
	 * An early word on usage (Anthropic names the input at the start); what stands in `end` replaces it. `isFinal`: it counts
	 * all that was written, so that it holds where no `end` follows.
	 */
	| { type: 'usage'; usage: Usage; isFinal?: boolean }
	/** `usage` is null where the provider named none; `detail` is the provider's own reason for a refusal or filter. */
	| { type: 'end'; finishReason: FinishReason; usage: Usage | null; detail?: string };

export const REASONING_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high'] as const;
export type ReasoningEffort = (typeof REASONING_EFFORTS)[number];

/** A `ChatRequest` as one model gets it: the model's own temperature, limit and effort already applied. */
export interface ModelRequest extends ChatRequest {
	reasoningEffort?: ReasoningEffort;
}

export interface ModelClient {
	/** Loads what the first call needs, so that no deadline of a call counts it. Never throws. */
	prepare?(key: string): Promise<void>;
	/**
	 * Starts the call when iteration starts. Throws nothing but `ModelError`; an aborted `signal` ends
	 * it with category `cancelled` and releases the socket. `key` is ignored by `connected` models.
	 */
	stream(request: ModelRequest, key: string, signal: AbortSignal): AsyncIterable<AnswerPart>;
}

/** The only error that leaves a `ModelClient`. Its message is fit for users and holds no secret. */
export class ModelError extends Error {
	readonly category: ErrorCategory;

	/** HTTP status, where there was one. */
	readonly status?: number;

	/** How long the provider asks us to wait, in ms. */
	readonly retryAfterMs?: number;

	constructor(
		category: ErrorCategory,
		message: string,
		details: { status?: number; retryAfterMs?: number; cause?: unknown } = {},
	) {
		super(message, details.cause === undefined ? undefined : { cause: details.cause });
		this.name = 'ModelError';
		this.category = category;
		this.status = details.status;
		this.retryAfterMs = details.retryAfterMs;
	}
}

/**
 * The user's settings cannot work. A fault of the node, not of a provider: names the field, the value
 * and the remedy. `message` is one sentence; `remedy` says what to do; `rule` is the rule's name.
 */
export class ConfigurationError extends Error {
	readonly field: string;

	readonly remedy: string;

	constructor(field: string, message: string, remedy: string) {
		super(message);
		this.name = 'ConfigurationError';
		this.field = field;
		this.remedy = remedy;
	}
}

// ── Models ───────────────────────────────────────────────────────────────────────────────────

/** Whole nano-dollars (1 USD = 1e9). Always an integer; exact up to 9 million dollars. */
export type NanoDollars = number;

/** A price in USD per million tokens: `base`, or the price of the highest tier whose `above` the input exceeds. */
export interface TieredPrice {
	base: number;
	tiers?: ReadonlyArray<{ above: number; price: number }>;
}

/** An unknown price is `null` on the model, never a zero here. */
export interface Prices {
	input: TieredPrice;
	output: TieredPrice;
	/** Absent: cached input costs what input costs. */
	cachedInput?: TieredPrice;
	/** USD a call on top of the tokens, where a provider charges one (Perplexity does); absent: none. */
	perRequest?: number;
}

/** A model of the user's list with everything the engine needs to know of it. */
export interface Model {
	/** The user's name for it: unique; what rules, outputs and reports say. */
	alias: string;
	provider: ProviderId;
	/** The provider's id. */
	modelId: string;
	/** How to call it; null where nothing is called (modes `route` and `classify`). */
	client: ModelClient | null;
	/** API keys, the first is used first; `['']` where none is needed. */
	keys: readonly string[];
	/** What else of the credential a provider judges a call by: its organization, its headers where there is no key. */
	access?: string;
	/**
	 * Whose failures count together: protocol, base URL and model id (the connected node's name for
	 * `connected`). The key's fingerprint is added where a fact belongs to a key.
	 */
	endpoint: string;
	/** 0–100. */
	quality: number;
	prices: Prices | null;
	/** Tokens of input and output together; null where unknown, which counts as large enough. */
	contextWindow: number | null;
	accepts: ReadonlySet<AttachmentKind>;
	/** Thinks before it answers, so it gets longer deadlines. */
	reasoning: boolean;
	/** For the strategy `weighted`; 1 unless the user says otherwise. */
	weight: number;
	/** Gets prompts as they are where personal data is redacted. Absent: no. */
	seesPersonalData?: boolean;
	/**
	 * Protocol and base URL: models that go down together when their provider does. Absent: nothing is concluded
	 * from the failures of other models.
	 */
	site?: string;
	/** The user's own limits; absent: none. Tokens are those of input and output together. */
	maxRequestsPerMinute?: number;
	maxTokensPerMinute?: number;
	/** Calls under way at one time. */
	maxConcurrent?: number;
	maxOutputTokens?: number;
	temperature?: number;
	reasoningEffort?: ReasoningEffort;
	/** A hash of what else shapes its answers where that is set elsewhere: on the connected node. Absent: nothing else. */
	variant?: string;
}

// ── Classification ───────────────────────────────────────────────────────────────────────────

export const TASKS = [
	'coding',
	'math',
	'legal',
	'translation',
	'summarization',
	'extraction',
	'classification',
	'rewriting',
	'creative',
	'business_writing',
	'reasoning',
	'qa',
	'advice_planning',
	'analysis',
	'chitchat',
] as const;
export type Task = (typeof TASKS)[number];

export const LEVELS = ['simple', 'moderate', 'complex'] as const;
export type Level = (typeof LEVELS)[number];

export const CONTENTS = ['code', 'image', 'document', 'audio', 'personalData', 'promptInjection'] as const;
export type Content = (typeof CONTENTS)[number];

export interface Classification {
	task: Task;
	/** 0–1: how likely a weak model is to fall short. */
	complexity: number;
	level: Level;
	/** 0–1: how sure the task is. */
	confidence: number;
	/** ISO 639-1, `und` where it cannot be told. */
	language: string;
	/** Estimated tokens of the prompt. */
	tokens: number;
	contains: Content[];
	/** The intent, of all that the rules name, that the prompt has. */
	intent: string | null;
	/** Who settled task, complexity and intent: `hybrid` is the judge, asked because the local classifier was unsure. */
	method: 'local' | 'judge' | 'hybrid';
	/** The judge's own words, where it judged. They may quote the prompt, so they belong in the item alone. */
	reason?: string;
	ms: number;
}

/** What a classifier sees of an item: the prompt and which kinds of attachment come with it. */
export interface Prompt {
	text: string;
	attachments: readonly AttachmentKind[];
}

// ── Policy ───────────────────────────────────────────────────────────────────────────────────

export const STRATEGIES = ['smart', 'priority', 'cheapest', 'fastest', 'weighted', 'cascade'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** Every part that is set must hold; any value within a part is enough. */
export interface Match {
	taskTypes?: readonly Task[];
	complexity?: readonly Level[];
	/** ISO 639-1, lower case. */
	languages?: readonly string[];
	minTokens?: number;
	maxTokens?: number;
	/** Whole words in any case, or `/…/flags`. */
	keywords?: readonly string[];
	contains?: readonly Content[];
	intents?: readonly Intent[];
}

/** What someone may want, in the user's own words. */
export interface Intent {
	name: string;
	/** Sentences of people who want it. */
	examples: readonly string[];
}

export interface Rule {
	name: string;
	enabled: boolean;
	match: Match;
	/** Aliases in order of preference; empty means all models. */
	models: readonly string[];
	strategy: Strategy;
}

export interface PassedOver {
	alias: string;
	/** What the model cannot take: a kind of attachment, or so many tokens. */
	cause: AttachmentKind | 'window';
	/** Half a sentence that a person understands: `its window of 8,192 tokens is too small for 9,100`. */
	reason: string;
}

/** Where a prompt goes: which rule, which models in which order, and why. */
export interface Route {
	/** Index into the rules as the user listed them (disabled ones count); null for the default route and for no match. */
	ruleIndex: number | null;
	/** The rule's name, `Default` or `No Match`. */
	name: string;
	strategy: Strategy;
	/** In the order in which they are tried; the first is the route's first choice. Empty for `No Match`. */
	candidates: readonly Model[];
	/**
	 * Set exactly with `cascade`: the candidates from cheap to better, as far as they are better. An answer that does not
	 * hold leads up it; the other candidates only stand in where these fail.
	 */
	ladder?: readonly Model[];
	passedOver: readonly PassedOver[];
	/** One sentence that a person understands. */
	reason: string;
}

// ── Attempts and decisions ───────────────────────────────────────────────────────────────────

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
	/** Absent: it was asked for the answer. */
	purpose?: 'judge';
}

/** A candidate that was passed over: it rests, its circuit is open, or a limit or budget has no room for it. */
export interface NotAsked {
	/** Alias. */
	model: string;
	category: ErrorCategory;
}

export interface Failure {
	category: ErrorCategory;
	message: string;
}

export interface Answer {
	model: Model;
	text: string;
	/** The parsed answer, with a JSON format. */
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
	/** What the best-quality model of the list would have cost; null where its price is unknown. */
	baselineNano: NanoDollars | null;
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

// ── Spending ─────────────────────────────────────────────────────────────────────────────────

/** A call about to be made, whoever makes it: a first try, a retry, a repair, a hedge or a judge. */
export interface PlannedCall {
	model: Model;
	/** Our estimate of all that is sent. */
	inputTokens: number;
	/** The limit that is sent with it; absent: 4,096, which then has to be sent. */
	maxOutputTokens?: number;
	/** Aborts when the call is no longer wanted. */
	signal?: AbortSignal;
}

/** Leave to make one call. To be ended by one of the three; what follows the first is ignored. */
export interface Grant {
	/** @param usage what is billed; null: nothing is. Never rejects */
	bill(usage: Usage | null): Promise<void>;
	/** @param costNano what the call did cost; null: unknown */
	settle(costNano: NanoDollars | null): Promise<void>;
	/** The call was not made. */
	release(): Promise<void>;
}

export interface Refusal {
	/** `overBudget` (or `cancelled`), naming the budget, the spend and when it resets. */
	failure: Failure;
	/** Another model may still fit; otherwise the item ends here. */
	tryNext: boolean;
}

export type Permission = { granted: true; grant: Grant } | ({ granted: false } & Refusal);

/** What one item may spend. */
export interface Spending {
	/** The most that the call can cost; null where its price is unknown. */
	mostCost(call: PlannedCall): NanoDollars | null;
	/**
	 * Reserves the most that the call can cost. Where the spend would fit but reservations do not, waits for
	 * settlements up to the item's total timeout. Never rejects for want of money.
	 * @throws ConfigurationError where the time zone is none
	 */
	ask(call: PlannedCall): Promise<Permission>;
}

// ── The world outside ────────────────────────────────────────────────────────────────────────

/** Time and chance, so that a day of outages can be simulated in a second. */
export interface Surroundings {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
	/** 0 ≤ x < 1. */
	random(): number;
	/** Where work that may run away is done. */
	work: BoundedWork;
}
