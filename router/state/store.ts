import type { ErrorCategory } from '../types';
import type { Turnstile } from './turnstile';

/**
 * A store in memory answers at once, one in a file or on a server later: so every method may return its
 * value or a promise of it, and callers `await` either. Awaiting a plain value costs one microtask, so the
 * store in memory stays as cheap as a map.
 */
export type Eventually<T> = T | Promise<T>;

/** A model and key that are left alone for a while. Kept after its end, so that the next one can be longer. */
export interface Rest {
	/** Epoch ms. */
	until: number;
	/** Length of the last doubling rest in ms; 0 where only the provider named a time. */
	doublingMs: number;
	/** What called for it. */
	because: ErrorCategory;
}

/** Closed with `openUntil` 0; half-open, which lets one probe through, from `openUntil` on. Times in epoch ms, 0 for never. */
export interface Circuit {
	/** In a row, of those that count. */
	failures: number;
	failedAt: number;
	failedBy: ErrorCategory | null;
	openedAt: number;
	openUntil: number;
	/** Until then a probe is under way, unless it ends before. */
	probeUntil: number;
}

/** Of one endpoint with one key. */
export interface Health {
	circuit: Circuit;
	/** The last rest, over or not; null where there was none since the last success. */
	rest: Rest | null;
	/** Epoch ms of the last rate limit; 0 for never. */
	limitedAt: number;
}

/** Of one endpoint: how fast it answers. See `latency.ts` for the formulas. */
export interface Latency {
	/** The latest times to the first token in ms, oldest first. */
	firstTokens: number[];
	/** Moving averages in ms; null where nothing was seen. */
	firstTokenMs: number | null;
	msPerToken: number | null;
}

/** Of one endpoint: calls in a row that ended in silence, since the start of the first of them in epoch ms. */
export interface SilentRow {
	since: number;
	calls: number;
}

/** Of one endpoint: its calls of the last minute, by the second (epoch s, ascending). */
export interface Traffic {
	seconds: Array<{ second: number; requests: number; retries: number }>;
}

/** Of one endpoint and its keys: what the user's own limits have let through or promised, ascending. Times in epoch ms. */
export interface Allowance {
	entries: Array<{ from: number; at: number; requests: number; tokens: number }>;
}

/** Of one site: when circuits of its endpoints last opened, epoch ms, since any of them answered. */
export interface Outage {
	opened: Record<string, number>;
}

/** Of one conversation, by a hash of its key. */
export interface Conversation {
	/** Alias of the model that it stays with. */
	model: string;
	/** Epoch ms. */
	usedAt: number;
}

/**
 * How long a conversation is remembered after its last use, in ms: a day, as people go on with a chat the next morning,
 * and a chat with a longer pause is as good as a new one.
 */
export const CONVERSATION_MS = 86_400_000;

/** Everything that is remembered, as plain JSON. */
export interface Facts {
	health: Health;
	latency: Latency;
	silence: SilentRow;
	traffic: Traffic;
	allowance: Allowance;
	outage: Outage;
	conversation: Conversation;
}
export type FactKind = keyof Facts;

/**
 * Where the facts live that outlast one prompt. A store never fails a request: what it cannot read it reports as
 * unknown, and what it cannot write is lost.
 */
export interface Store {
	/** Not to be changed by who reads it. */
	read<K extends FactKind>(kind: K, key: string): Eventually<Readonly<Facts[K]> | null>;
	/**
	 * Reads, changes and writes as one step. `change` may run again where someone else was faster, may change what
	 * it is given in place, and forgets the fact by returning null.
	 */
	update<K extends FactKind>(
		kind: K,
		key: string,
		change: (before: Facts[K] | null) => Facts[K] | null,
	): Eventually<void>;
	/** Calls under way: of this process alone, wherever the facts live. */
	turnstile(key: string): Turnstile;
}
