/** What is remembered of endpoints and conversations, as plain JSON. */
import type { ErrorCategory } from '../types';
import { DAY_MS, HOUR_MS } from '../types/time';

/** A model and key that are left alone for a while. Kept after its end, so that the next one can be longer. */
export interface Cooldown {
	/** Epoch ms. */
	until: number;
	/** Length of the last doubling cooldown in ms; 0 where only the provider named a time. */
	doublingMs: number;
	/** What called for it. */
	because: ErrorCategory;
	/** When it was noted, epoch ms; absent in what earlier versions have written. */
	since?: number;
}

/** The longest that a provider's own word lets a model be left alone, and that a circuit stays open, whatever is set; in ms. */
export const LONGEST_BELIEVED_COOLDOWN_MS = DAY_MS;
export const LONGEST_BELIEVED_OPEN_MS = HOUR_MS;

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
	/** The last cooldown, over or not; null where there was none since the last success. */
	cooldown: Cooldown | null;
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
export interface SilentStreak {
	since: number;
	calls: number;
}

/** Of one endpoint: its calls of the last minute, by the second (epoch s, ascending). */
export interface Traffic {
	seconds: Array<{ second: number; requests: number; retries: number }>;
}

/** Of one endpoint and its keys: what the user's own limits have let through or promised, ascending. Times in epoch ms. */
export interface RateWindow {
	entries: Array<{ from: number; at: number; requests: number; tokens: number }>;
	/** When the last entry was made, epoch ms; absent in what earlier versions have written. */
	notedAt?: number;
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
export const CONVERSATION_MS = DAY_MS;

/** What one process did with a key within a moment, so that others keep its pace together with it. Times in epoch ms of its clock. */
export interface PaceMoment {
	seq: number;
	/** Calls that were sent, and those that were taken. */
	sent: number;
	taken: number;
	/** When the last that was taken began. */
	takenFrom: number;
	/** Calls wait for their turn. */
	isWaiting: boolean;
	/** The first that was refused. */
	refused: { from: number; namedMs: number | null } | null;
	/** While the key was shut: one call finds out whether the limit is over; when the one began that found it so. */
	isTried: boolean;
	reopenedFrom: number | null;
}

/** Of one key of a model and one process: its last moments, oldest first. Nothing is told before a limit was met. */
export interface PaceNews {
	key: string;
	process: string;
	toldAt: number;
	moments: PaceMoment[];
}

/** All kinds of facts. */
export interface FactKinds {
	health: Health;
	latency: Latency;
	silence: SilentStreak;
	traffic: Traffic;
	rateWindow: RateWindow;
	outage: Outage;
	conversation: Conversation;
	pace: PaceNews;
}
export type FactKind = keyof FactKinds;

export interface KeyOf<K extends FactKind> {
	kind: K;
	/** What it is about, such as an endpoint. */
	key: string;
}
export type FactKey = { [K in FactKind]: KeyOf<K> }[FactKind];

export interface ChangeOf<K extends FactKind> extends KeyOf<K> {
	/** Must not change what it is given. It may run again where someone else was faster: its last run counts. null forgets the fact. */
	change: (before: Readonly<FactKinds[K]> | null) => Readonly<FactKinds[K]> | null;
}
export type FactChange = { [K in FactKind]: ChangeOf<K> }[FactKind];

/** What is known by each of the keys, in their order; null: nothing. */
export type Known<Keys extends readonly FactKey[]> = {
	[I in keyof Keys]: Readonly<FactKinds[Keys[I]['kind']]> | null;
};

/**
 * Facts never fail a request: what cannot be read is unknown, and what cannot be written is lost. Where the facts are at
 * hand, both happen before the call returns its promise, so a change that nobody waits for is seen by whoever reads next.
 */
export interface FactStore {
	/** All in one step. */
	read<const Keys extends readonly FactKey[]>(keys: Keys): Promise<Known<Keys>>;
	/** Reads, changes and writes in one step, in this order: what one change finds out the next ones may use. */
	update(changes: readonly FactChange[]): Promise<void>;
	list<K extends FactKind>(kind: K): Promise<Array<{ key: string; value: Readonly<FactKinds[K]> }>>;
	/** What processes have told, as it is known here by now. Absent: nobody tells, as there is no other or all look at one place. */
	told?<K extends FactKind>(kind: K): Array<{ key: string; value: Readonly<FactKinds[K]> }>;
}
