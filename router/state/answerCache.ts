import { LRUCache } from 'lru-cache';

import type { FinishReason, Usage } from '../types';

/** A whole answer. Structured parts are JSON text, so that a reader cannot change the stored copy. */
export interface KeptAnswer {
	/** Alias of the model that gave it. */
	model: string;
	/** `Answer.parts` as JSON text; null where they are the text alone. */
	parts: string | null;
	text: string;
	/** The parsed answer as JSON text; null with a text format. */
	json: string | null;
	finishReason: FinishReason;
	/** Usage of the original call; a cached answer bills nothing. */
	usage: Usage;
	usageEstimated: boolean;
	/** With `cascade`: aliases of the models whose answers did not hold. */
	escalatedFrom: readonly string[];
}

/** Times in epoch ms. */
export interface CacheEntry {
	answer: KeptAnswer;
	keptAt: number;
	/** The entry is no longer returned from this time on. */
	expiresAt: number;
}

/**
 * Cache of answers for identical requests. It never fails a request: a read error is a miss, a write error is ignored. Every backend is held to `test/router/state/answerCacheContract.ts`.
 */
export interface AnswerCache {
	/** @param key a hash that reveals nothing about the request */
	get(key: string, now: number): Promise<CacheEntry | null>;
	/** Replaces an existing entry. An answer larger than the whole cache is not stored. */
	put(key: string, entry: CacheEntry): Promise<void>;
	/** Clears the cache. @returns how many answers were removed */
	clear(): Promise<number>;
}

/** 64 MiB: some 9,000 answers of a page. */
export const CACHE_BYTES = 64 * 1024 * 1024;

/** Overhead of one entry beside its texts, in bytes: a generous estimate. */
const ENTRY_BYTES = 1024;

/** Interval in ms between sweeps for expired entries. */
const SWEEP_EVERY_MS = 60_000;

/** A cache in this process only, which evicts the least recently used. @param bytes its total size */
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
