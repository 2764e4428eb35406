/** Tells the intent of a prompt by an embedding model, if the route depends on it. */
import { createHash } from 'node:crypto';

import { EmbeddedIntents, exampleTexts, noIntents, promptTexts } from '../classify/classify';
import type { FoundIntents, IntentMatch } from '../classify/classify';
import { answer, failureInWords } from '../failover/failover';
import type { FailoverSettings, FailoverWorld } from '../failover/failover';
import { dependenceOf } from '../policy/policy';
import { userMessage } from '../text/parts';
import { breatheWith } from '../text/pieces';
import type { Breathe } from '../text/pieces';
import { estimateTokens } from '../text/tokens';
import { ModelError } from '../types';
import type { Attempt, ChatRequest, Classification, Decision, Embedder, Embedding } from '../types';
import type { ErrorCategory, Intent, Model, Prompt } from '../types';
import { asideAttempt, asideSettings, asideTimeout, presentable, startDeadline } from './aside';
import type { Deadline } from './aside';
import type { RouteFacts } from './routing';
import type { Means, Policy } from './terms';

/** Longest time for all that is asked for one item, retries included, in ms. */
export const EMBEDDING_TIMEOUT_MS = 5_000;

/** Tokens of one text, where a model's window is not known: small models of one's own read 512. */
const TOKENS = 450;
/** Of models with a known window: a prompt's view is never longer. */
const MOST_TOKENS = 2_000;

export interface ToldIntent extends Pick<Decision, 'embedding'> {
	/** With the intent that was found; the local one if the embedding model was not asked or failed. */
	classification: Classification;
	/** Absent: the local matcher knows. */
	isSure?: boolean;
	attempts: Attempt[];
	/** Time that the item has used, in ms. */
	spentMs: number;
}

/**
 * The classification with the intent as an embedding model tells it, if there is one and the route depends on it. If the
 * model fails, the local intent stays.
 * @throws ConfigurationError if a user's regular expression takes too long
 */
export async function consultEmbeddings(
	facts: RouteFacts,
	prompt: Prompt,
	policy: Policy,
	means: Means,
): Promise<ToldIntent> {
	const { classification: local } = facts;
	const { embedder, judge, intents = noIntents } = policy;
	const isBlocked = policy.blockPromptInjection && local.contains.includes('promptInjection');
	// A judge that is asked about every prompt tells the intent as well.
	const isNeeded = embedder && intents.intents.length > 0 && judge?.when !== 'judge';
	if (!isNeeded || isBlocked) return { classification: local, attempts: [], spentMs: 0 };
	const startedAt = means.surroundings.monotonic();
	const { match, ...told } = await consult(embedder, facts, prompt, policy, means);
	const spentMs = means.surroundings.monotonic() - startedAt;
	const intent = match ? match.intent : local.intent;
	const classification = { ...local, intent, ms: local.ms + spentMs };
	return { ...told, classification, spentMs, ...(match && { isSure: match.isSure }) };
}

type Told = Required<Pick<ToldIntent, 'embedding' | 'attempts'>> & { match?: IntentMatch };

async function consult(
	embedder: Embedder,
	facts: RouteFacts,
	prompt: Prompt,
	policy: Policy,
	means: Means,
): Promise<Told> {
	const { rules, intents = noIntents } = policy;
	const conditionsHold = means.conditionsHold ?? (() => true);
	const { intent } = await facts.text.decided(means.surroundings.work, () =>
		dependenceOf({ ...facts, rules, conditionsHold }),
	);
	if (!intent) return { attempts: [], embedding: { outcome: 'notNeeded' } };
	const breathe = breatheWith(means.surroundings);
	const redacts = policy.redactPersonalData === true;
	const shown = await presentable(prompt, intents.intents, redacts, breathe);
	if (!shown) return { attempts: [], embedding: { outcome: 'withheld' } };

	const { contextWindow } = embedder.model;
	const mostTokens = Math.min(MOST_TOKENS, contextWindow ? 0.9 * contextWindow : TOKENS);
	const texts = promptTexts(shown.text, mostTokens, estimateTokens);
	// A file alone, or signs.
	if (texts.length === 0) return { attempts: [], embedding: { outcome: 'notNeeded' } };

	const timeoutMs = asideTimeout(EMBEDDING_TIMEOUT_MS, policy.failover);
	const late = `It did not embed the texts within ${Math.round(timeoutMs / 100) / 10} s.`;
	const deadline = startDeadline(timeoutMs, late, means);
	const asking = new Asking(embedder, policy.failover, means, { timeoutMs, late, deadline, breathe });
	try {
		const { found, wasAsked } = await asking.tell(texts, shown.intents);
		const { attempts } = asking;
		if ('fault' in found) return { attempts, embedding: { outcome: 'failed', category: found.fault } };
		return { attempts, match: found, embedding: { outcome: wasAsked ? 'told' : 'remembered' } };
	} finally {
		deadline.end();
	}
}

interface Limits {
	timeoutMs: number;
	/** What is said of a call that was cut off. */
	late: string;
	deadline: Deadline;
	breathe: Breathe;
}

type Fault = { fault: ErrorCategory };

/** What is asked of an embedding model for one item. */
class Asking {
	readonly attempts: Attempt[] = [];

	private wasAsked = false;

	private readonly space: string;

	constructor(
		private readonly embedder: Embedder,
		private readonly failover: FailoverSettings,
		private readonly means: Means,
		private readonly limits: Limits,
	) {
		this.space = means.vectors.spaceOf(embedder.model.endpoint, means.surroundings.now());
	}

	async tell(
		texts: readonly string[],
		intents: readonly Intent[],
	): Promise<{ found: IntentMatch | Fault; wasAsked: boolean }> {
		const found = await this.match(texts, intents);
		return { found, wasAsked: this.wasAsked };
	}

	private async match(texts: readonly string[], intents: readonly Intent[]): Promise<IntentMatch | Fault> {
		const { means, embedder, limits } = this;
		const { model } = embedder;
		const examples = exampleTexts(intents);
		// Hashed, because a list of intents may be long.
		const key = createHash('sha256')
			.update(JSON.stringify([this.space, examples.intents]))
			.digest('base64url');
		const caller = JSON.stringify([model.keys, model.access]);
		const known = await means.vectors.intentsFor(key, caller, means.signal, async () => {
			const vectors = await this.embed(examples.texts);
			return 'fault' in vectors ? vectors : await this.learn(examples, vectors);
		});
		if ('fault' in known) return known;
		const { dimensions } = known.intents;
		const vectors = await this.embed(texts);
		if ('fault' in vectors) return vectors;
		if (sizeOf(vectors) !== dimensions) return this.unlike();
		means.vectors.slowness.noteWord(model.endpoint);
		return await known.intents.match([...vectors.values()], limits.breathe);
	}

	private async learn(
		examples: ReturnType<typeof exampleTexts>,
		vectors: ReadonlyMap<string, Float32Array>,
	): Promise<FoundIntents> {
		if (sizeOf(vectors) === null) return this.unlike();
		return {
			intents: await EmbeddedIntents.of(examples, (text) => vectors.get(text)!, this.limits.breathe),
		};
	}

	/** Another model stands behind the same name now. Asked for anew, but not with each item. */
	private unlike(): Fault {
		const { vectors, surroundings } = this.means;
		const { endpoint } = this.embedder.model;
		vectors.forget(endpoint);
		vectors.slowness.noteTimeout(endpoint, surroundings.now());
		return { fault: 'invalidOutput' };
	}

	/** The texts' vectors; those that are not known yet are asked for together. */
	private async embed(texts: readonly string[]): Promise<ReadonlyMap<string, Float32Array> | Fault> {
		const { means, embedder, failover, limits } = this;
		const { model } = embedder;
		const vectors = new Map<string, Float32Array>();
		for (const text of texts) {
			const known = means.vectors.vectorOf(this.space, text);
			if (known) vectors.set(text, known);
		}
		const missing = texts.filter((text) => !vectors.has(text));
		if (missing.length === 0) return vectors;
		const { slowness } = means.vectors;
		if (failover.heedCooldowns && slowness.rests(model.endpoint, means.surroundings.now())) {
			return { fault: 'circuitOpen' };
		}
		this.wasAsked = true;
		const taken: Float32Array[] = [];
		const world: FailoverWorld = {
			...means,
			estimateTokens,
			execution: means.caller?.execution,
			signal: limits.deadline.signal,
			onPart: undefined,
		};
		const settings = asideSettings(failover, limits.timeoutMs);
		const candidate = answering(embedder, missing, (vectors) => taken.splice(0, taken.length, ...vectors));
		const result = await answer(requestFor(missing), [candidate], settings, world);
		const isLate = limits.deadline.isOver() && !means.signal?.aborted;
		const late = isLate ? limits.late : null;
		this.attempts.push(...result.attempts.map((attempt) => asideAttempt(attempt, 'embedding', late)));
		if (isLate) slowness.noteTimeout(model.endpoint, means.surroundings.now());
		if (!result.answer) return { fault: isLate ? 'timeout' : (result.failure?.category ?? 'invalidOutput') };
		missing.forEach((text, at) => {
			means.vectors.keep(this.space, text, taken[at]);
			vectors.set(text, taken[at]);
		});
		return vectors;
	}
}

/** Numbers of each vector; null: they differ. */
function sizeOf(vectors: ReadonlyMap<string, Float32Array>): number | null {
	const sizes = new Set([...vectors.values()].map(({ length }) => length));
	return sizes.size === 1 ? [...sizes][0] : null;
}

/** For what it costs and how long it may take; the texts go to the client directly. */
function requestFor(texts: readonly string[]): ChatRequest {
	return {
		messages: texts.map((text) => userMessage(text)),
		format: { type: 'text' },
		limits: { maxOutputTokens: 0 },
	};
}

/** The embedding model as one that answers, so that keys, rests, circuits, limits and budgets apply. */
function answering(
	{ model, client }: Embedder,
	texts: readonly string[],
	take: (vectors: readonly Float32Array[]) => void,
): Model {
	return {
		...model,
		client: {
			prepare: async (key) => await client.prepare?.(key),
			async *stream(_request, key, signal) {
				const { vectors, usage } = await client.embed(texts, key, signal);
				if (vectors.length !== texts.length)
					throw new ModelError('invalidOutput', 'It sent too few vectors.');
				take(vectors);
				yield { type: 'text', text: `${vectors.length} vectors` };
				yield { type: 'end', finishReason: 'stop', usage };
			},
		},
	};
}

/** Adds to the route's reason who told the intent. */
export function reasonWithEmbedding(
	embedding: Embedding | undefined,
	reason: string,
	alias: string | undefined,
): string {
	switch (embedding?.outcome) {
		case 'told':
		case 'remembered':
			return `${reason}; intent by embeddings of ${alias}`;
		case 'failed':
			return `${reason}; intent told locally, as ${alias} failed (${failureInWords(embedding.category)})`;
		case 'withheld':
			return `${reason}; intent told locally, as ${alias} sees no personal data`;
		default:
			return reason;
	}
}
