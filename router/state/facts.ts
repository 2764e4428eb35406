/** Facts about endpoints and conversations that outlast a request, as plain JSON. */
import type { ErrorCategory } from '../types';
import { DAY_MS, HOUR_MS } from '../types/time';

/** A period in which a model and key are not called. Kept after its end, so that the next one can be longer. */
export interface Cooldown {
	/** Epoch ms. */
	until: number;
	/** Length of the last doubling cooldown in ms; 0 where only the provider named a time. */
	doublingMs: number;
	/** The error that caused it. */
	because: ErrorCategory;
	/** When it was recorded, epoch ms; missing in values of earlier versions. */
	since?: number;
}

/** Upper bounds in ms: of a cooldown that a provider asks for, and of the time a circuit stays open. */
export const LONGEST_BELIEVED_COOLDOWN_MS = DAY_MS;
export const LONGEST_BELIEVED_OPEN_MS = HOUR_MS;

/** Closed while `openUntil` is 0; half-open, letting one probe through, once `openUntil` has passed. Epoch ms, 0 for never. */
export interface Circuit {
	/** Consecutive failures that count. */
	failures: number;
	failedAt: number;
	failedBy: ErrorCategory | null;
	openedAt: number;
	openUntil: number;
	/** Deadline of the probe under way. */
	probeUntil: number;
}

/** Of one endpoint with one key. */
export interface Health {
	circuit: Circuit;
	/** The latest cooldown, over or not; null if there was none since the last success. */
	cooldown: Cooldown | null;
	/** Epoch ms of the last rate limit; 0 for never. */
	limitedAt: number;
}

/** Of one endpoint: how fast it answers. */
export interface Latency {
	/** The latest times to the first token in ms, oldest first. */
	firstTokens: number[];
	/** Moving averages in ms; null before the first sample. */
	firstTokenMs: number | null;
	msPerToken: number | null;
}

/** Of one endpoint: consecutive calls without a first token; `since` is when the first of them started, epoch ms. */
export interface SilentStreak {
	since: number;
	calls: number;
}

/** Of one endpoint: its calls of the last minute, by the second (epoch s, ascending). */
export interface Traffic {
	seconds: Array<{ second: number; requests: number; retries: number }>;
}

/** Of one endpoint and its keys: calls granted under the user's own limits, past and scheduled, ascending. Epoch ms. */
export interface RateWindow {
	entries: Array<{ from: number; at: number; requests: number; tokens: number }>;
	/** When the last entry was made, epoch ms; missing in values of earlier versions. */
	notedAt?: number;
}

/** Of one site: when circuits of its endpoints opened (epoch ms) since one of them last answered. */
export interface Outage {
	opened: Record<string, number>;
}

/** Of one conversation, by a hash of its key. */
export interface Conversation {
	/** Alias of the model that the conversation stays with. */
	model: string;
	/** Epoch ms. */
	usedAt: number;
}

/**
 * How long a conversation is remembered after its last use, in ms: people go on with a chat the next morning; after a longer
 * pause it is as good as a new one.
 */
export const CONVERSATION_MS = DAY_MS;

/** What one process did with a key in a short interval, for other processes to pace themselves. Epoch ms of its clock. */
export interface PaceMoment {
	seq: number;
	/** Calls sent, and calls the provider accepted. */
	sent: number;
	taken: number;
	/** Start of the latest accepted call. */
	takenFrom: number;
	/** Whether calls are queued. */
	isWaiting: boolean;
	/** The first refused call. */
	refused: { from: number; namedMs: number | null } | null;
	/** While the key was blocked: whether a call is probing it, and when the call started that got through. */
	isTried: boolean;
	reopenedFrom: number | null;
}

/** Of one key of a model and one process: its latest intervals, oldest first. Empty until a limit was hit. */
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
	/** Identifies the endpoint, site or conversation. */
	key: string;
}
export type FactKey = { [K in FactKind]: KeyOf<K> }[FactKind];

export interface ChangeOf<K extends FactKind> extends KeyOf<K> {
	/** Must not mutate its argument. May run again if another process was faster; the last run counts. null deletes the fact. */
	change: (before: Readonly<FactKinds[K]> | null) => Readonly<FactKinds[K]> | null;
}
export type FactChange = { [K in FactKind]: ChangeOf<K> }[FactKind];

/** The facts of the keys, in their order; null if unknown. */
export type Known<Keys extends readonly FactKey[]> = {
	[I in keyof Keys]: Readonly<FactKinds[Keys[I]['kind']]> | null;
};

/**
 * Facts never fail a request: a read error means unknown, a write error is ignored. Local facts are read and changed before
 * the promise is returned, so an update that is not awaited is seen by the next read.
 */
export interface FactStore {
	/** A consistent snapshot. */
	read<const Keys extends readonly FactKey[]>(keys: Keys): Promise<Known<Keys>>;
	/** Atomic, in order: a later change may use what an earlier one found out. */
	update(changes: readonly FactChange[]): Promise<void>;
	list<K extends FactKind>(kind: K): Promise<Array<{ key: string; value: Readonly<FactKinds[K]> }>>;
	/** What all processes have published, as known here. Absent where facts are not published (one process, or a shared file). */
	told?<K extends FactKind>(kind: K): Array<{ key: string; value: Readonly<FactKinds[K]> }>;
}
