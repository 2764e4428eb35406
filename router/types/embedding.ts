/** Embeddings: texts as vectors, which are near each other where the texts mean the same. */
import type { ErrorCategory } from './failures';
import type { Model } from './model';
import type { Usage } from './usage';

export interface Embedded {
	/** One for each text, in their order; all of one size, each of length 1. */
	vectors: readonly Float32Array[];
	/** null where the provider named none. */
	usage: Usage | null;
}

export interface EmbeddingClient {
	/** Loads what the first call needs. Never throws. */
	prepare?(key: string): Promise<void>;
	/**
	 * Throws only `ModelError`. Aborting `signal` ends the call with category `cancelled`.
	 * @param texts none of them empty
	 */
	embed(texts: readonly string[], key: string, signal: AbortSignal): Promise<Embedded>;
}

/** An embedding model, and how it is called. */
export interface Embedder {
	/** Its `client` is null, because it answers nothing. */
	model: Model;
	client: EmbeddingClient;
}

/** Whether embeddings told the intent of a prompt, and what came of it. */
export type Embedding =
	/** Not asked, because the route does not depend on the intent, or the prompt may not be shown. */
	| { outcome: 'notNeeded' | 'withheld' }
	/** Asked now, or known from an equal prompt. */
	| { outcome: 'told' | 'remembered' }
	| { outcome: 'failed'; category: ErrorCategory };
