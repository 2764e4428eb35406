import type { Answer, Attempt, Billing, ChatRequest, Failure, Model, Usage } from '../types';
import { callModel } from './attempt';
import type { Call } from './attempt';
import { billingOf, usageOf } from './billing';
import { limitsFor, zeroIsNone } from './deadlines';
import { tellFailure } from './failure';
import type { Ending, LastWord } from './failure';
import { jsonCheckFor } from './json';
import type { JsonCheck } from './json';
import { repairRequest } from './repair';
import { restAfter, restKey } from './rests';
import { burstWait, leadsOn, retryAfter } from './retry';
import type { FailoverSettings, FailoverWorld } from './settings';
import { judgeCall } from './verdict';
import type { Shortfall } from './verdict';

export interface FailoverResult {
	answer: Answer | null;
	/** Set exactly where `answer` is null. */
	failure: Failure | null;
	/** Every call that was made, in order. */
	attempts: Attempt[];
}

/**
 * Asks the candidates in order until one gives a whole answer: "How a failing provider is met" in the public
 * contract. What providers do is an outcome, never an exception.
 * @throws ConfigurationError where the JSON schema is not valid or a model has no client
 */
export async function answer(
	request: ChatRequest,
	candidates: readonly Model[],
	settings: FailoverSettings,
	world: FailoverWorld,
): Promise<FailoverResult> {
	const { format } = request;
	const checkJson = format.type === 'json' ? await jsonCheckFor(format) : null;
	const walk = new Walk(request, checkJson, settings, world);
	const found = await walk.through(candidates);
	return typeof found === 'string'
		? { answer: null, failure: walk.failure(found), attempts: walk.attempts }
		: { answer: found, failure: null, attempts: walk.attempts };
}

/** What one model came to: an answer, or how the walk goes on. */
type Found = Answer | 'next' | Exclude<Ending, 'exhausted'>;

interface Missed {
	shortfall: Shortfall;
	/** What the model wrote, for a repair; never passed on. */
	text: string;
}

class Walk {
	readonly attempts: Attempt[] = [];

	private readonly lastWords: LastWord[] = [];

	/** When each endpoint was called, epoch ms: two aliases may share one. */
	private readonly starts = new Map<string, number[]>();

	private readonly endsAt: number;

	/** The largest window, in tokens, that the request did not fit. */
	private overflowed = 0;

	constructor(
		private readonly request: ChatRequest,
		private readonly checkJson: JsonCheck | null,
		private readonly settings: FailoverSettings,
		private readonly world: FailoverWorld,
	) {
		this.endsAt = world.surroundings.now() + zeroIsNone(settings.totalTimeoutMs);
	}

	failure(ending: Ending): Failure {
		return tellFailure(ending, this.lastWords, this.settings.totalTimeoutMs);
	}

	/** One after the other. The seat of the hedge is here: it starts the next candidate beside a silent one. */
	async through(candidates: readonly Model[]): Promise<Answer | Ending> {
		let soonest: { model: Model; until: number } | null = null;
		for (const model of candidates) {
			if (this.isTooSmall(model)) continue;
			const until = await this.restsUntil(model);
			if (until !== null) {
				if (!soonest || until < soonest.until) soonest = { model, until };
				continue;
			}
			const found = await this.ask(model);
			if (found !== 'next') return found;
		}
		if (soonest && this.lastWords.length === 0) {
			const found = await this.ask(soonest.model);
			if (found !== 'next') return found;
		}
		return 'exhausted';
	}

	/** An unknown window counts as larger. */
	private isTooSmall(model: Model): boolean {
		return model.contextWindow !== null && model.contextWindow <= this.overflowed;
	}

	/** Epoch ms, null where it may be asked. The seat of the circuit breaker is beside it. */
	private async restsUntil(model: Model): Promise<number | null> {
		if (!this.settings.heedRests) return null;
		const rest = await this.world.store.restOf(restKey(model, keyOf(model)));
		return rest && rest.until > this.now() ? rest.until : null;
	}

	/** Tries, retries and one repair with one model. The seat of the key pool is here. */
	private async ask(model: Model): Promise<Found> {
		const { surroundings, signal } = this.world;
		if (!(await this.waitFor(model, 0))) return signal?.aborted ? 'cancelled' : 'next';
		let asked = this.request;
		for (let retries = 0; ;) {
			const found = await this.attempt(model, asked);
			if (!('shortfall' in found)) return found;
			const { shortfall, text } = found;
			if (shortfall.repair !== undefined && asked === this.request) {
				asked = repairRequest(this.request, text, shortfall.repair);
				if (!(await this.waitFor(model, 0))) return this.leave(model, shortfall);
				continue;
			}
			const wait = retryAfter(shortfall, retries, this.settings, surroundings.random());
			if (wait === null || !(await this.waitFor(model, wait))) return this.leave(model, shortfall);
			retries += 1;
		}
	}

	private leave(model: Model, shortfall: Shortfall): Exclude<Found, Answer> {
		if (this.world.signal?.aborted) return 'cancelled';
		if (this.now() >= this.endsAt) return 'outOfTime';
		if (shortfall.category === 'contextOverflow') {
			this.overflowed = Math.max(this.overflowed, model.contextWindow ?? 0);
		}
		return leadsOn(shortfall, this.settings) ? 'next' : 'stopped';
	}

	/** Waits until the model may be tried. False: it may not, cancelled or for want of time; then nothing is waited for. */
	private async waitFor(model: Model, atLeastMs: number): Promise<boolean> {
		const { surroundings, signal } = this.world;
		if (signal?.aborted) return false;
		const ms = Math.max(atLeastMs, burstWait(this.starts.get(model.endpoint) ?? [], this.now()));
		if (this.now() + ms >= this.endsAt) return false;
		if (ms > 0) await surroundings.sleep(ms, signal);
		return !signal?.aborted;
	}

	private async attempt(model: Model, request: ChatRequest): Promise<Answer | Missed> {
		const { estimateTokens } = this.world;
		this.starts.set(model.endpoint, [...(this.starts.get(model.endpoint) ?? []), this.now()]);
		const limits = limitsFor(model, this.settings, this.endsAt);
		const call = await callModel(model, keyOf(model), request, limits, this.world);
		const billing = billingOf(call);
		const usage = billing === 'none' ? null : usageOf(call, request, estimateTokens);
		const verdict = judgeCall(call, this.checkJson, this.settings.fallbackOn.has('truncated'));
		const shortfall = verdict.passed ? null : verdict.shortfall;
		this.attempts.push(attemptRecord(model, call, shortfall, billing, usage));
		await this.keepRest(model, call.startedAt, shortfall);
		if (!verdict.passed) {
			this.noteLastWord({ model, shortfall: verdict.shortfall });
			return { shortfall: verdict.shortfall, text: call.text };
		}
		return {
			model,
			text: call.text,
			...('json' in verdict ? { json: verdict.json } : {}),
			finishReason: verdict.finishReason,
			usage: usage ?? usageOf(call, request, estimateTokens),
			usageEstimated: billing !== 'named',
		};
	}

	private noteLastWord(word: LastWord): void {
		if (this.lastWords.at(-1)?.model === word.model) this.lastWords.pop();
		this.lastWords.push(word);
	}

	/** Manual executions do not heed rests but keep them: what they find out holds for the others too. */
	private async keepRest(model: Model, startedAt: number, shortfall: Shortfall | null): Promise<void> {
		const { store } = this.world;
		const key = restKey(model, keyOf(model));
		const before = await store.restOf(key);
		if (!shortfall) {
			if (before) await store.endRest(key);
			return;
		}
		const rest = restAfter(shortfall, this.settings, before, startedAt, this.now());
		if (rest) await store.setRest(key, rest);
	}

	private now(): number {
		return this.world.surroundings.now();
	}
}

function attemptRecord(
	model: Model,
	call: Call,
	shortfall: Shortfall | null,
	billing: Billing,
	usage: Usage | null,
): Attempt {
	return {
		model: model.alias,
		startedAt: new Date(call.startedAt).toISOString(),
		ms: call.ms,
		firstTokenMs: call.firstTokenMs,
		outcome: shortfall?.category ?? 'answered',
		status: shortfall?.status ?? null,
		retryAfterMs: shortfall?.retryAfterMs ?? null,
		message: shortfall?.message ?? null,
		billing,
		usage,
	};
}

/** The first key. A pool of them follows. */
function keyOf(model: Model): string {
	return model.keys[0] ?? '';
}
