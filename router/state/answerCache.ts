import { LRUCache } from 'lru-cache';

import type { FinishReason, Usage } from '../types';

/** A whole answer as it is kept: plain JSON, so that who takes it can change nothing for the next. */
export interface KeptAnswer {
	/** Alias of the model that gave it. */
	model: string;
	/** `Answer.parts` as JSON text; null where they are the text alone. */
	parts: string | null;
	text: string;
	/** The parsed answer as JSON text; null with a text format. */
	json: string | null;
	finishReason: FinishReason;
	/** What it took to make it; no call is billed when it is given again. */
	usage: Usage;
	usageEstimated: boolean;
	/** With `cascade`: aliases of the models whose answers did not hold. */
	escalatedFrom: readonly string[];
}

/** Times in epoch ms. */
export interface CacheEntry {
	answer: KeptAnswer;
	keptAt: number;
	/** From then on it is no answer any more. */
	expiresAt: number;
}

/**
 * Where answers are kept for equal requests. It never fails a request: what cannot be read is not there, and what cannot
 * be written is lost. Every backend is held to `test/router/state/answerCacheContract.ts`.
 */
export interface AnswerCache {
	/** @param key a hash: it tells nothing of the request */
	get(key: string, now: number): Promise<CacheEntry | null>;
	/** Takes the place of what is there. An answer that is larger than all of the room is not kept. */
	put(key: string, entry: CacheEntry): Promise<void>;
	/** Forgets all. @returns how many answers were forgotten */
	clear(): Promise<number>;
}

/** 64 MiB: some 9,000 answers of a page. */
export const CACHE_BYTES = 64 * 1024 * 1024;

/** What one entry takes beside its texts, in bytes: our estimate, on the safe side. */
const ENTRY_BYTES = 1024;

/** What has expired and is not asked for makes room at this pace, in ms. */
const SWEEP_EVERY_MS = 60_000;

/** Answers in this process only; those longest unused give way. @param bytes room for all of them */
export function createAnswerCache(bytes: number = CACHE_BYTES): AnswerCache {
	return new MemoryAnswerCache(bytes);
}

class MemoryAnswerCache implements AnswerCache {
	private readonly entries: LRUCache<string, CacheEntry>;

	private sweptAt = 0;

	constructor(bytes: number) {
		this.entries = new LRUCache({ maxSize: bytes, sizeCalculation: bytesOf });
	}

	async get(key: string, now: number): Promise<CacheEntry | null> {
		const entry = this.entries.get(key);
		if (!entry) return null;
		if (entry.expiresAt > now) return entry;
		this.entries.delete(key);
		return null;
	}

	async put(key: string, entry: CacheEntry): Promise<void> {
		if (entry.keptAt - this.sweptAt >= SWEEP_EVERY_MS) this.sweep(entry.keptAt);
		this.entries.set(key, entry);
	}

	async clear(): Promise<number> {
		const { size } = this.entries;
		this.entries.clear();
		return size;
	}

	private sweep(now: number): void {
		this.sweptAt = now;
		for (const [key, { expiresAt }] of this.entries.entries()) {
			if (expiresAt <= now) this.entries.delete(key);
		}
	}
}

/** A character takes two bytes at most. */
function bytesOf({ answer: { parts, text, json } }: CacheEntry): number {
	return ENTRY_BYTES + 2 * ((parts?.length ?? 0) + text.length + (json?.length ?? 0));
}
