import type { State } from '../state/state';
import { FALLBACK_DEFAULT } from './conduct';
import type { ErrorCategory, Model, Spending, Surroundings } from '../types';
import type { Warmth } from './calling/warmth';
import type { Escalation, PartEvent } from './terms';

/** How failing providers are handled. Times in milliseconds. */
export interface FailoverSettings {
	/** Further attempts at the same model after the first. */
	maxRetries: number;
	/** For one call, first byte to last. 0: only the total limits it. */
	attemptTimeoutMs: number;
	/** Absent: the default for the model, longer if it reasons. 0: only the attempt's timeout limits it. */
	firstTokenTimeoutMs?: number;
	/** Between two tokens. Absent and 0: as for `firstTokenTimeoutMs`. */
	stallTimeoutMs?: number;
	/** For all calls and waits of one prompt together. 0: no limit. */
	totalTimeoutMs: number;
	/** A `Retry-After` up to this is waited for; a longer one puts the model into cooldown. */
	retryAfterPatienceMs: number;
	/** Silence after which a hedge starts. Absent: the default for the model, longer if it reasons. 0: never. */
	hedgeAfterMs?: number;
	/** Consecutive failures that open a circuit. 0: never. */
	breakerThreshold: number;
	/** How long an open circuit blocks all calls, ± 10 %. */
	breakerCooldownMs: number;
	/** Categories that lead to the next model. Any other ends the request once its retries are used up. */
	fallbackOn: ReadonlySet<ErrorCategory>;
	/**
	 * Whether cooldowns and circuits are heeded. False in manual executions: a person who tests by hand wants the
	 * call made.
	 */
	heedCooldowns: boolean;
	/** Only with the strategy `cascade`. */
	escalation?: Escalation;
	/** If all candidates are blocked, ask none of them. For calls whose answer is optional. */
	withoutLastResort?: boolean;
}

/** Defaults from the public contract. */
export const DEFAULTS: FailoverSettings = {
	maxRetries: 2,
	attemptTimeoutMs: 0,
	totalTimeoutMs: 600_000,
	retryAfterPatienceMs: 3_000,
	breakerThreshold: 5,
	breakerCooldownMs: 15_000,
	fallbackOn: new Set(FALLBACK_DEFAULT),
	heedCooldowns: true,
};

/** Dependencies that the caller passes in. */
export interface FailoverWorld {
	surroundings: Surroundings;
	state: Pick<State, 'facts' | 'semaphores'>;
	/** Aborts when the execution is cancelled. */
	signal?: AbortSignal;
	/**
	 * Identity of the execution that the item belongs to: executions share a rate limit fairly. Absent: told apart by
	 * their signals.
	 */
	execution?: unknown;
	/** Estimates a text's tokens, for whatever the provider does not count. */
	estimateTokens(text: string): number;
	/** Whether a hedge may start beside this model. Absent: yes. */
	mayHedge?(candidate: Model): boolean | Promise<boolean>;
	/** What providers have in their prompt caches. Absent: no call waits for another one to fill a cache. */
	warmth?: Warmth;
	/** The budgets that apply to the prompt. Absent: no limit. */
	spending?: Spending;
	/**
	 * What happens to text that was already passed on when its attempt fails. `restart`: it is interrupted and a
	 * whole answer begins anew. `commit`: no other attempt is made, and the request ends with an error that says so.
	 * Absent: `restart`.
	 */
	passOn?: 'restart' | 'commit';
	/** Receives the answer while it is written; not called for JSON or with an escalation. Must not throw. */
	onPart?(event: PartEvent): void;
}
