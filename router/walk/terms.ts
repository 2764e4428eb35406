/** The nouns of the walk: what the user set, what one request brings with it, and what the engine has. */
import type { IntentMatcher, JudgeMemory, ClassifierResult } from '../classify/classify';
import type { Warmth, FailoverSettings, FailoverWorld, PartEvent } from '../failover/failover';
import type { Inspection } from '../guardrails/guardrails';
import type { Budget } from '../ledger/ledger';
import type { CompiledRule, NoMatch } from '../policy/policy';
import type { AnswerCache, Flights, State } from '../state/state';
import type { Model, NanoDollars, Prompt, Spending, Surroundings } from '../types';

/** A model that judges prompts, as the user set it up. */
export interface JudgePolicy {
	model: Model;
	/** `hybrid`: only where the local classifier is unsure. */
	when: 'judge' | 'hybrid';
}

/** What one request may spend. */
export interface SpendingPolicy {
	budgets: readonly Budget[];
	/** null: no limit. */
	maxCostPerItemNano: NanoDollars | null;
	allowUnknownPrice: boolean;
}

/** What the ledger keeps of a decision. */
export interface RecordPolicy {
	retentionDays: number;
	/** Keep a keyed hash of the prompt. */
	hashPrompts: boolean;
	/** Ratings of these decisions correct the classifier. */
	learns: boolean;
}

/** What the user set. */
export interface Policy {
	/** How far the walk goes: to the answer, to the chosen model, or to the classification. */
	mode: 'answer' | 'route' | 'classify';
	/**
	 * `conversation`, as of an agent: its size is that of all messages and tools, and a last message without a text is
	 * put to a model all the same. Absent: `prompt`.
	 */
	reads?: 'prompt' | 'conversation';
	/** In the user's order. */
	models: readonly Model[];
	rules: readonly CompiledRule[];
	noMatch: NoMatch;
	/** 0 spends least, 1 answers best. */
	preference: number;
	/** 0–1: below it, conditions on the task do not fire. */
	minConfidence: number;
	/** Of the rules' intents; absent: they name none. */
	intents?: IntentMatcher;
	/** Absent: the local classifier alone. */
	judge?: JudgePolicy;
	failover: FailoverSettings;
	/** Models get placeholders, but for those that see personal data; absent: no. */
	redactPersonalData?: boolean;
	/** A prompt that tries to overrule its instructions is put to no model; absent: no. */
	blockPromptInjection?: boolean;
	/** `auto`: what others will read again is kept by the provider, and nothing else. Absent: left to the provider. */
	promptCaching?: 'auto';
	/** How long a cheap tier may be silent before the standard one is asked, in ms. */
	flexPatienceMs?: number;
	/** Where models may compute, lower case; absent and empty: anywhere. */
	allowedRegions?: readonly string[];
	/** For how long an answer may be given again to an equal request, in ms; absent and 0: not at all. */
	cacheTtlMs?: number;
	/** Absent: a request may spend what it likes. */
	spending?: SpendingPolicy;
	/** Absent: the ledger keeps nothing. */
	record?: RecordPolicy;
}

/** Who asks, as the ledger, the budgets and the learner know it. */
export interface Caller {
	/** Names; null where the host has none. */
	workflow: string | null;
	node: string | null;
	/** An id; budgets of the period `execution` count by it. */
	execution: string;
	/** Whose ratings correct the classifier: the same for all executions of one node. */
	learner: string;
	/** IANA name: when the hours, days and months of budgets begin. */
	timeZone: string;
}

/** What one request brings with it. */
export interface Occasion {
	/** Absent: nobody the ledger or a budget could name. */
	caller?: Caller;
	/** Aborts when the execution is cancelled. */
	signal?: AbortSignal;
	/** Whether the editor's own conditions of a rule hold for this request; absent: they do. */
	conditionsHold?: (ruleIndex: number) => boolean;
	/** Requests of this run that begin like this one, itself included; absent: it alone. */
	sharers?: number;
	/** What a weighted draw is seeded by; absent: the prompt. */
	seed?: string;
	/** The conversation that the prompt belongs to, see `conversationId`; absent: it belongs to none. */
	conversation?: string;
	/**
	 * Is told the answer as it is written: see `PartEvent`. Not for JSON, and not where the strategy is `cascade`. Must
	 * not throw.
	 */
	onPart?: (event: PartEvent) => void;
	/** What becomes of passed-on parts when their answer fails; absent: the answer begins anew. */
	passOn?: FailoverWorld['passOn'];
}

/** What all executions of a process share of their answers. */
export interface KnownAnswers {
	cache: AnswerCache;
	flights: Flights;
}

/** What the engine has. */
export interface Equipment {
	surroundings: Surroundings;
	state: Pick<State, 'facts' | 'semaphores'>;
	/** At once where it is local; one that asks a model takes its time. */
	classifier: { classify(prompt: Prompt, found: Inspection): ClassifierResult | Promise<ClassifierResult> };
	/** What judges have said. */
	judgements: JudgeMemory;
	/** The answers that may be given again. */
	answers: KnownAnswers;
	/** What providers have in their caches. */
	warmth: Warmth;
}

/** All that the steps of one walk work with. */
export interface Means extends Equipment, Occasion {
	/** What this request may spend; absent: what it likes. */
	spending?: Spending;
}
