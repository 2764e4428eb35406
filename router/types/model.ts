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
	/** Loads what the first call needs, so that loading does not count against a call's deadline. Never throws. */
	prepare?(key: string): Promise<void>;
	/**
	 * Starts the call when iteration starts. Throws only `ModelError`. Aborting `signal` ends the call with category
	 * `cancelled` and releases the socket. `connected` models ignore `key`.
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
	/** What else identifies the caller to the provider: the organization, or headers if there is no key. */
	access?: string;
	/**
	 * Failures are counted by this: protocol, base URL and model id, or the connected node's name. The key's
	 * fingerprint is added where a fact belongs to one key.
	 */
	endpoint: string;
	/** 0–100. */
	quality: number;
	/** 0–100 for tasks at which it is known to be better or worse; `quality` counts for all others. */
	taskQuality?: Readonly<Partial<Record<Task, number>>>;
	/** Points to add or subtract by language; 0 for all others. */
	languageQuality?: Readonly<Record<string, number>>;
	prices: Prices | null;
	/** Absent: unknown. */
	priceSource?: PriceSource;
	/**
	 * Prices of another model at this endpoint, for answers from a model that was not asked for. Absent: this model's.
	 */
	pricesOf?(servedModel: string): Prices | null;
	/** Tokens, input and output together; null if unknown, which counts as large enough. */
	contextWindow: number | null;
	accepts: ReadonlySet<AttachmentKind>;
	/** Thinks before it answers, so it gets longer deadlines. */
	reasoning: boolean;
	/** For the strategy `weighted`; 1 unless the user says otherwise. */
	weight: number;
	/** Receives prompts unredacted even if redaction is on. Absent: no. */
	seesPersonalData?: boolean;
	/**
	 * Protocol and base URL: models with the same site are expected to fail together. Absent: failures of other models
	 * say nothing about this one.
	 */
	site?: string;
	/** The user's own limits; absent: none. Tokens count input and output together. */
	maxRequestsPerMinute?: number;
	maxTokensPerMinute?: number;
	/** Calls under way at one time. */
	maxConcurrent?: number;
	maxOutputTokens?: number;
	temperature?: number;
	reasoningEffort?: ReasoningEffort;
	/** The tier to ask for; absent: the provider's standard tier. */
	serviceTier?: ServiceTier;
	/**
	 * Set for a cheap tier behind which the same model waits at its standard tier: how long the cheap one may be
	 * silent, in ms. It gets one try and no hedge. Absent: the settings apply.
	 */
	tierPatienceMs?: number;
	/** Where it runs, lower case: `eu`, `us-east-1`. Absent: unknown. */
	region?: string;
	/** Id of the retired model that the user chose and that this one replaces. */
	retiredModelId?: string;
	/** Smallest prompt prefix that the provider caches, in tokens; absent: it caches nothing. */
	cacheMinimum?: number;
	/** A hash of settings that shape the answers but stand on the connected node. Absent: there are none. */
	variant?: string;
}
