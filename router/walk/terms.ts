/** Types of the walk: the user's settings, one request's context, and the engine's equipment. */
import type { IntentMatcher, JudgeMemory, ClassifierResult, VectorMemory } from '../classify/classify';
import type { Warmth, FailoverSettings, FailoverWorld, PartEvent } from '../failover/failover';
import type { Inspection } from '../guardrails/guardrails';
import type { Budget } from '../ledger/ledger';
import type { CompiledRule, NoMatch } from '../policy/policy';
import type { AnswerCache, Flights, State } from '../state/state';
import type { Embedder, Model, NanoDollars, Prompt, Spending, Surroundings } from '../types';

/** The judge model, as the user set it up. */
export interface JudgePolicy {
	model: Model;
	/** `hybrid`: only if the local classifier is unsure. */
	when: 'judge' | 'hybrid';
}

/** Limits on what one request may spend. */
export interface SpendingPolicy {
	budgets: readonly Budget[];
	/** null: no limit. */
	maxCostPerItemNano: NanoDollars | null;
	allowUnknownPrice: boolean;
}

/** What the ledger stores of a decision. */
export interface RecordPolicy {
	retentionDays: number;
	/** Store a keyed hash of the prompt. */
	hashPrompts: boolean;
	/** Let ratings of these decisions correct the classifier. */
	learns: boolean;
}

/** The user's settings. */
export interface Policy {
	/** Where to stop: at the answer, the chosen model, or the classification. */
	mode: 'answer' | 'route' | 'classify';
	/**
	 * `conversation`, for agents: the size counts all messages and tools, and a last message without text is answered
	 * too. Absent: `prompt`.
	 */
	reads?: 'prompt' | 'conversation';
	/** In the user's order. */
	models: readonly Model[];
	rules: readonly CompiledRule[];
	noMatch: NoMatch;
	/** 0 spends least, 1 answers best. */
	preference: number;
	/** 0–1. With a lower confidence, conditions on the task do not match. */
	minConfidence: number;
	/** Absent if the rules name no intents. */
	intents?: IntentMatcher;
	/** Absent: local classification only. */
	judge?: JudgePolicy;
	/** Tells intents by the vectors of texts. Absent: they are told locally. */
	embedder?: Embedder;
	failover: FailoverSettings;
	/** Replace personal data by placeholders, except for models that may see it. Absent: no. */
	redactPersonalData?: boolean;
	/** Send no prompt that tries to overrule its instructions to a model. Absent: no. */
	blockPromptInjection?: boolean;
	/** `auto`: let providers cache exactly what will be read again. Absent: up to the provider. */
	promptCaching?: 'auto';
	/** How long a cheap tier may be silent before the standard one is asked, in ms. */
	flexPatienceMs?: number;
	/** Regions in which models may run, lower case. Absent or empty: all. */
	allowedRegions?: readonly string[];
	/** How long an answer is reused for equal requests, in ms. Absent or 0: never. */
	cacheTtlMs?: number;
	/** Absent: no limit. */
	spending?: SpendingPolicy;
	/** Absent: nothing is stored. */
	record?: RecordPolicy;
}

/** Who asks, for the ledger, budgets and learning. */
export interface Caller {
	/** Names; null if unknown. */
	workflow: string | null;
	node: string | null;
	/** Id of the execution, for budgets of the period `execution`. */
	execution: string;
	/** Whose ratings correct the classifier; the same for all executions of a node. */
	learner: string;
	/** IANA name; decides when a budget's hours, days and months begin. */
	timeZone: string;
}

/** The context of one request. */
export interface Occasion {
	/** Absent: unknown. */
	caller?: Caller;
	/** Aborts when the execution is cancelled. */
	signal?: AbortSignal;
	/** Evaluates a rule's conditions from the editor; absent: they hold. */
	conditionsHold?: (ruleIndex: number) => boolean;
	/** Requests of this run with the same prefix, this one included. Absent: 1. */
	sharers?: number;
	/** Seed of a weighted draw; absent: the prompt. */
	seed?: string;
	/** From `conversationId`; absent if the prompt belongs to no conversation. */
	conversation?: string;
	/** Receives the answer as it is written, except for JSON and with `cascade`. Must not throw. */
	onPart?: (event: PartEvent) => void;
	/** What happens to parts already passed on if their answer fails; absent: the answer starts again. */
	passOn?: FailoverWorld['passOn'];
}

/** Answers that all executions of a process share. */
export interface KnownAnswers {
	cache: AnswerCache;
	flights: Flights;
}

/** What the engine provides to every walk. */
export interface Equipment {
	surroundings: Surroundings;
	state: Pick<State, 'facts' | 'semaphores'>;
	/** Synchronous if local, a promise if it asks a model. */
	classifier: { classify(prompt: Prompt, found: Inspection): ClassifierResult | Promise<ClassifierResult> };
	/** Earlier judgements. */
	judgements: JudgeMemory;
	/** Vectors of examples and prompts. */
	vectors: VectorMemory;
	/** Cached answers and requests under way. */
	answers: KnownAnswers;
	/** What the providers' caches hold. */
	warmth: Warmth;
}

/** Everything that the steps of one walk use. */
export interface Means extends Equipment, Occasion {
	/** Absent: no limit. */
	spending?: Spending;
}
