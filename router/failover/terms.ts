/** The nouns that files of this room share. */
import type { ErrorCategory, Model } from '../types';

/** Why an attempt gave no answer. */
export interface Fault {
	category: ErrorCategory;
	/** A sentence for people; holds no secret. */
	message: string;
	/** Of an open circuit: what opened it. */
	because?: ErrorCategory;
	status: number | null;
	retryAfterMs: number | null;
	/** The same request to the same model would end the same way. */
	lasting?: boolean;
	/** The message says what a person has to change. */
	saysRemedy?: boolean;
	/** The provider had begun its answer, and that answer is of no use: cut, with an error in it, or unreadable. */
	broken?: boolean;
	/** A workflow's own tighter deadline passed: that says nothing of the model to others. */
	isOwn?: boolean;
	/** What to tell the model so that it can correct its answer. */
	repair?: string;
}

/** The user's ladder, and how soon it is climbed. */
export interface Escalation {
	/** From cheap to better; an answer that does not hold leads up. */
	ladder: readonly Model[];
	/**
	 * 0–1: doubt up to this degree (see `doubt.ts`) is put up with where an answer's own words raise it; 1 puts up with
	 * any.
	 */
	toleratedDoubt: number;
}

/**
 * `begin`: an attempt of this model leads, its text follows. `end`: what was passed on since is the whole answer.
 * `interrupted`: it is not, and another attempt may begin. Parts of text are never empty.
 */
export type PartEvent =
	{ type: 'begin' | 'interrupted' | 'end'; model: string } | { type: 'text'; model: string; text: string };
