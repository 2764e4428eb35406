/** A model of the user's list, and how it is asked. */
import type { AnswerPart } from './answer';
import type { Task } from './classification';
import type { Prices, PriceSource, ServiceTier } from './money';
import type { AttachmentKind, ModelRequest, ReasoningEffort } from './request';

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

export interface ModelClient {
	/** Loads what the first call needs, so that no deadline of a call counts it. Never throws. */
	prepare?(key: string): Promise<void>;
	/**
	 * Starts the call when iteration starts. Throws nothing but `ModelError`; an aborted `signal` ends
	 * it with category `cancelled` and releases the socket. `key` is ignored by `connected` models.
	 */
	stream(request: ModelRequest, key: string, signal: AbortSignal): AsyncIterable<AnswerPart>;
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
	/** 0–100 for tasks that it is known to be better or worse at; absent, and for other tasks: as `quality`. */
	taskQuality?: Readonly<Partial<Record<Task, number>>>;
	/** Points above or below that in a language; absent, and for others: none. */
	languageQuality?: Readonly<Record<string, number>>;
	prices: Prices | null;
	/** Absent: nothing is known of it. */
	priceSource?: PriceSource;
	/** Prices of another model at the same endpoint, for answers that another one gave; absent: they cost what this one costs. */
	pricesOf?(servedModel: string): Prices | null;
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
	/** What is asked for; absent: the provider's standard tier. */
	serviceTier?: ServiceTier;
	/**
	 * How long its tier may be silent, in ms, as the same model can be asked at another one. It gets one try and no hedge,
	 * and what it lacks capacity for leads on. Absent: the settings hold.
	 */
	tierPatienceMs?: number;
	/** Where it is computed, lower case: `eu`, `us-east-1`. Absent: that is not known. */
	region?: string;
	/** Set where another model is asked in the place of the one that the user chose, as that is retired: its id. */
	retiredModelId?: string;
	/** Tokens from which on the provider caches a beginning; absent: it caches none. */
	cacheMinimum?: number;
	/** A hash of what else shapes its answers where that is set elsewhere: on the connected node. Absent: nothing else. */
	variant?: string;
}
