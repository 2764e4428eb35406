/** Types shared by several files of this room. */
import type { ErrorCategory, Model } from '../types';

/** Why an attempt gave no answer. */
export interface Fault {
	category: ErrorCategory;
	/** For people; contains no secret. */
	message: string;
	/** For an open circuit: the category that opened it. */
	because?: ErrorCategory;
	status: number | null;
	retryAfterMs: number | null;
	/** The same request to the same model would fail the same way again. */
	lasting?: boolean;
	/** `message` already says what a person has to change. */
	saysRemedy?: boolean;
	/** The answer had begun but is unusable: cut off, with an error in it, or unreadable. */
	broken?: boolean;
	/**
	 * A deadline that the workflow set tighter than the default passed, which says nothing about the model to other
	 * workflows.
	 */
	isOwn?: boolean;
	/** What to tell the model so that it can correct its answer. */
	repair?: string;
}

/** The user's ladder of models, and how readily it is climbed. */
export interface Escalation {
	/** From cheap to better. An answer that is not good enough leads one up. */
	ladder: readonly Model[];
	/**
	 * 0–1: doubt (see `doubt.ts`) up to this degree is tolerated if it comes from the answer's own words; 1 tolerates
	 * any.
	 */
	toleratedDoubt: number;
}

/**
 * `begin`: this model's attempt leads, and its text follows. `end`: the text passed on since `begin` is the whole
 * answer. `interrupted`: it is not, and another attempt may begin. `text` is never empty.
 */
export type PartEvent =
	{ type: 'begin' | 'interrupted' | 'end'; model: string } | { type: 'text'; model: string; text: string };
