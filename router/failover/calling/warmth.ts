/** Prompt caches of providers: who fills one, who waits for it, and which are filled. Of this process alone. */
import { LRUCache } from 'lru-cache';

import type { CacheHints, ChatRequest, Model, Surroundings } from '../../types';

/** Somewhat less than the shortest time for which a provider keeps what is read, in ms. */
const KEPT_MS = 270_000;

/** How long the others wait for the first one's first token, in ms. */
const LONGEST_WAIT_MS = 10_000;
const LONGEST_WAIT_REASONING_MS = 30_000;

const MOST_BEGINNINGS = 2_000;

/** One call that begins like others. */
export interface Warming {
	/** Its first token came: the provider has the beginning. */
	heard(): void;
	/** It is over. Whoever waits goes on, where it was to fill the cache and did not. */
	over(): void;
}

interface Beginning {
	/** Epoch ms; 0 for never. */
	usedAt: number;
	isFilling: boolean;
	waiting: Array<() => void>;
}

const NOT_SHARED: Warming = { heard: () => undefined, over: () => undefined };

export class Warmth {
	private readonly beginnings = new LRUCache<string, Beginning>({ max: MOST_BEGINNINGS });

	constructor(private readonly surroundings: Surroundings) {}

	/** Tokens that the provider has in its cache of this request. */
	tokensOf(model: Model, request: ChatRequest): number {
		const hints = cacheFor(model, request);
		if (typeof hints !== 'object') return 0;
		const beginning = this.beginnings.peek(keyOf(model, hints));
		return beginning && this.isFilled(beginning) ? hints.tokens : 0;
	}

	/**
	 * The first call fills the cache at once, the others wait until it has, or for as long as it may take.
	 * @param thinks the model is silent for longer before its first token
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
		// With a reason of its own no error is made, which would cost more than the rest.
		const stop = (): void => timer.abort('over');
		signal.addEventListener('abort', stop, { once: true });
		const filled = new Promise<void>((resolve) => beginning.waiting.push(resolve));
		await Promise.race([filled, this.surroundings.sleep(ms, timer.signal)]);
		signal.removeEventListener('abort', stop);
		stop();
	}
}

/** What this model's provider is to do about the beginning; `off` where that is too short for it. */
export function cacheFor(model: Model, { cache }: ChatRequest): CacheHints | 'off' | undefined {
	if (typeof cache !== 'object') return cache;
	return model.cacheMinimum !== undefined && cache.tokens >= model.cacheMinimum ? cache : 'off';
}

function keyOf({ endpoint }: Model, { key }: CacheHints): string {
	return `${endpoint} ${key}`;
}
