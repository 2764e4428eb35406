import { LRUCache } from 'lru-cache';

import { Slowness } from '../slowness';
import { DAY_MS } from '../../types/time';
import type { ErrorCategory } from '../../types';
import { vectorKey } from './vectors';
import type { EmbeddedIntents } from './vectors';

/** In bytes. */
const MOST_OF_VECTORS = 24 * 1024 * 1024;
const MOST_OF_INTENTS = 48 * 1024 * 1024;
const MOST_INTENTS = 50;
const MOST_ENDPOINTS = 1_000;

/** A server may get another model under the same name, whose vectors cannot be compared with the old ones. In ms. */
const KEPT_MS = DAY_MS;

/** The result of asking: the user's intents, or why there are none. */
export type FoundIntents = { intents: EmbeddedIntents } | { fault: ErrorCategory };

/** Faults of the one who asked, which say nothing to others who wait for the same. */
const OWN_FAULTS: ReadonlySet<ErrorCategory> = new Set<ErrorCategory>(['cancelled', 'overBudget']);

/** Vectors of this process, and which embedding models have been too slow. Contains no texts. */
export class VectorMemory {
	readonly slowness = new Slowness();

	private readonly vectors = new LRUCache<string, Float32Array>({
		maxSize: MOST_OF_VECTORS,
		sizeCalculation: ({ byteLength }) => byteLength + 100,
	});

	private readonly intents = new LRUCache<string, EmbeddedIntents>({
		max: MOST_INTENTS,
		maxSize: MOST_OF_INTENTS,
		sizeCalculation: ({ size }) => size,
	});

	private readonly asking = new Map<string, Promise<FoundIntents>>();

	private readonly spaces = new LRUCache<string, { since: number; number: number }>({ max: MOST_ENDPOINTS });

	private count = 0;

	/** What tells vectors that can be compared from others: the endpoint, and since when. @param now epoch ms */
	spaceOf(endpoint: string, now: number): string {
		let space = this.spaces.get(endpoint);
		if (!space || Math.abs(now - space.since) >= KEPT_MS) {
			space = { since: now, number: ++this.count };
			this.spaces.set(endpoint, space);
		}
		return `${endpoint} ${space.number}`;
	}

	/** Its vectors don't fit together any more. */
	forget(endpoint: string): void {
		this.spaces.delete(endpoint);
	}

	vectorOf(space: string, text: string): Float32Array | undefined {
		return this.vectors.get(vectorKey(space, text));
	}

	keep(space: string, text: string, vector: Float32Array): void {
		this.vectors.set(vectorKey(space, text), vector);
	}

	/**
	 * The intents from memory, from an equal request under way, or by asking. If `ask` throws, those who wait reject too.
	 * @param key everything that shapes the intents
	 * @param caller whose keys are used: the failure of another's says nothing
	 */
	async intentsFor(
		key: string,
		caller: string,
		signal: AbortSignal | undefined,
		ask: () => Promise<FoundIntents>,
	): Promise<FoundIntents> {
		const flight = vectorKey(caller, key);
		for (;;) {
			const known = this.intents.get(key);
			if (known) return { intents: known };
			if (signal?.aborted) return { fault: 'cancelled' };
			const underWay = this.asking.get(flight);
			if (!underWay) break;
			const found = await Promise.race([underWay, cancelled(signal)]);
			if ('intents' in found || !OWN_FAULTS.has(found.fault)) return found;
		}
		const asked = ask();
		this.asking.set(flight, asked);
		try {
			const found = await asked;
			if ('intents' in found) this.intents.set(key, found.intents);
			return found;
		} finally {
			this.asking.delete(flight);
		}
	}
}

async function cancelled(signal: AbortSignal | undefined): Promise<FoundIntents> {
	return await new Promise((resolve) => {
		signal?.addEventListener('abort', () => resolve({ fault: 'cancelled' }), { once: true });
	});
}
