import type { State } from '../state/state';
import { FALLBACK_DEFAULT } from './conduct';
import type { ErrorCategory, Model, Spending, Surroundings } from '../types';
import type { Warmth } from './calling/warmth';
import type { Escalation, PartEvent } from './terms';

/** How a failing provider is met. Times in milliseconds. */
export interface FailoverSettings {
	/** Retries: further attempts at the same model after the first. */
	maxRetries: number;
	/** For one call, first byte to last; 0: as the total. */
	attemptTimeoutMs: number;
	/** Absent: the default for the model at hand, longer where it reasons; 0: as the attempt. */
	firstTokenTimeoutMs?: number;
	/** Between two tokens. Absent and 0 as with `firstTokenTimeoutMs`. */
	stallTimeoutMs?: number;
	/** For all calls and waits of one prompt together; 0: no limit. */
	totalTimeoutMs: number;
	/** A `Retry-After` up to this is waited for; a longer one lets the model rest. */
	retryAfterPatienceMs: number;
	/**
	 * Silence after which the next candidate starts beside a model. Absent: the default for the model at hand, longer
	 * where it reasons; 0: never.
	 */
	hedgeAfterMs?: number;
	/** Failures in a row that open a circuit; 0: never. */
	breakerThreshold: number;
	/** How long an open circuit lets nothing through, ± 10 %. */
	breakerCooldownMs: number;
	/** What leads to the next model. Anything else ends the request, after its retries. */
	fallbackOn: ReadonlySet<ErrorCategory>;
	/** Rests and circuits. False in manual executions: whoever tries by hand wants the call made. */
	heedCooldowns: boolean;
	/** With the strategy `cascade` only. */
	escalation?: Escalation;
	/** Where all candidates are left alone, none is asked anyway: it is asked for help that can be done without. */
	withoutLastResort?: boolean;
}

/** The public contract's defaults. */
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

/** What the engine is given instead of reaching for it. */
export interface FailoverWorld {
	surroundings: Surroundings;
	state: Pick<State, 'facts' | 'semaphores'>;
	/** Aborts when the execution is cancelled. */
	signal?: AbortSignal;
	/** Whose item it is, by identity: executions share a rate limit fairly. Absent: told apart by their signals. */
	execution?: unknown;
	/** Tokens of a text, for what a provider does not count itself. */
	estimateTokens(text: string): number;
	/** Whether a second model may be asked beside the silent one; absent: it may. */
	mayHedge?(candidate: Model): boolean | Promise<boolean>;
	/** What providers have in their caches; absent: nobody waits for another one to fill one. */
	warmth?: Warmth;
	/** What the prompt may spend; absent: what it likes. */
	spending?: Spending;
	/**
	 * What becomes of a part that was passed on when its answer fails. `restart`: it is interrupted, and a whole answer
	 * begins anew. `commit`: nobody else answers, and the request ends with an error that says so. Absent: `restart`.
	 */
	passOn?: 'restart' | 'commit';
	/** Is told the answer as it is written; not for JSON and not with an escalation. Must not throw. */
	onPart?(event: PartEvent): void;
}
