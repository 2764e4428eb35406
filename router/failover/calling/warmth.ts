/**
 * Providers' prompt caches: which call fills one, which calls wait for that, and which caches are filled. Known to
 * this process only.
 */
import { LRUCache } from 'lru-cache';

import type { CacheHints, ChatRequest, Model, Surroundings } from '../../types';

/** Somewhat shorter than the shortest lifetime of a provider's cache, in ms. */
const KEPT_MS = 270_000;

/** Longest wait for the first token of the call that fills the cache, in ms. */
const LONGEST_WAIT_MS = 10_000;
const LONGEST_WAIT_REASONING_MS = 30_000;

const MOST_BEGINNINGS = 2_000;

/** One call whose prefix others share. */
export interface Warming {
	/** The first token has arrived, so the provider has cached the prefix. */
	heard(): void;
	/** The call has ended. If it was to fill the cache and failed, those who wait go on. */
	over(): void;
}

interface Beginning {
	/** Epoch ms; 0 if never. */
	usedAt: number;
	isFilling: boolean;
	waiting: Array<() => void>;
}

const NOT_SHARED: Warming = { heard: () => undefined, over: () => undefined };

export class Warmth {
	private readonly beginnings = new LRUCache<string, Beginning>({ max: MOST_BEGINNINGS });

	constructor(private readonly surroundings: Surroundings) {}

	/** Tokens of this request that the provider has in its cache. */
	tokensOf(model: Model, request: ChatRequest): number {
		const hints = cacheFor(model, request);
		if (typeof hints !== 'object') return 0;
		const beginning = this.beginnings.peek(keyOf(model, hints));
		return beginning && this.isFilled(beginning) ? hints.tokens : 0;
	}

	/**
	 * The first call fills the cache; the others wait for its first token, up to a limit.
	 * @param thinks the model reasons first, so its first token comes later
	 */
	async enter(model: Model, request: ChatRequest, thinks: boolean, signal: AbortSignal): Promise<Warming> {
		const hints = cacheFor(model, request);
		if (typeof hints !== 'object') return NOT_SHARED;
		const key = keyOf(model, hints);
		const patience = thinks ? LONGEST_WAIT_REASONING_MS : LONGEST_WAIT_MS;
		const endsAt = this.surroundings.monotonic() + patience;
		for (;;) {
			const beginning = this.beginningOf(key);
			if (this.isFilled(beginning)) return this.reading(beginning);
			if (!beginning.isFilling) return this.filling(beginning);
			const left = endsAt - this.surroundings.monotonic();
			if (left <= 0 || signal.aborted) return this.reading(beginning);
			await this.wait(beginning, left, signal);
		}
	}

	private beginningOf(key: string): Beginning {
		const known = this.beginnings.get(key);
		if (known) return known;
		const beginning = { usedAt: 0, isFilling: false, waiting: [] };
		this.beginnings.set(key, beginning);
		return beginning;
	}

	private isFilled({ usedAt }: Beginning): boolean {
		return usedAt > 0 && this.surroundings.now() - usedAt < KEPT_MS;
	}

	private reading(beginning: Beginning): Warming {
		return { heard: () => this.fill(beginning), over: () => undefined };
	}

	private filling(beginning: Beginning): Warming {
		beginning.isFilling = true;
		return {
			heard: () => this.fill(beginning),
			over: () => {
				beginning.isFilling = false;
				this.wake(beginning);
			},
		};
	}

	private fill(beginning: Beginning): void {
		beginning.usedAt = this.surroundings.now();
		this.wake(beginning);
	}

	private wake(beginning: Beginning): void {
		for (const go of beginning.waiting.splice(0)) go();
	}

	private async wait(beginning: Beginning, ms: number, signal: AbortSignal): Promise<void> {
		const timer = new AbortController();
		// Passing a reason avoids creating an error, which would cost more than the rest.
		const stop = (): void => timer.abort('over');
		signal.addEventListener('abort', stop, { once: true });
		const filled = new Promise<void>((resolve) => beginning.waiting.push(resolve));
		await Promise.race([filled, this.surroundings.sleep(ms, timer.signal)]);
		signal.removeEventListener('abort', stop);
		stop();
	}
}

/** The cache hints for this model; `off` if the prefix is too short for it. */
export function cacheFor(model: Model, { cache }: ChatRequest): CacheHints | 'off' | undefined {
	if (typeof cache !== 'object') return cache;
	return model.cacheMinimum !== undefined && cache.tokens >= model.cacheMinimum ? cache : 'off';
}

function keyOf({ endpoint }: Model, { key }: CacheHints): string {
	return `${endpoint} ${key}`;
}
