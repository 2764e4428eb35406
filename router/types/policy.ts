/** Which models are asked, and in which order. */
import type { Content, Level, Task } from './classification';
import type { Model } from './model';
import type { AttachmentKind } from './request';

/** The default first, then as people need them. */
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

/** Something that a prompt may want, as the user describes it. */
export interface Intent {
	name: string;
	/** Example sentences. */
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
	/**
	 * A kind of attachment that the model does not take, a window that is too small, or a region that is not allowed.
	 */
	cause: AttachmentKind | 'window' | 'region';
	/** A clause for users: `its window of 8,192 tokens is too small for 9,100`. */
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
	 * Set with `cascade` only: candidates from cheap to good. A rejected answer moves one step up; candidates outside
	 * the ladder are fallbacks.
	 */
	ladder?: readonly Model[];
	passedOver: readonly PassedOver[];
	/** One sentence for users. */
	reason: string;
}
