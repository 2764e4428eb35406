import type { Answer, Attempt, Model } from '../../types';
import { callCost } from '../../money/cost';
import type { Call } from '../calling/call';
import type { Bill } from '../calling/billing';
import type { LastFault } from './failure';
import { CONDUCT } from '../conduct';
import { burstWait } from './retry';
import type { Fault } from '../terms';

/** What has happened to one prompt so far. */
export class Trace {
	/** In the order they began; null while running. */
	private readonly calls: Array<Attempt | null> = [];

	private readonly lastFaults = new Map<Model, LastFault>();

	/** Call times for each endpoint, by the monotonic clock: two aliases may share an endpoint. */
	private readonly starts = new Map<string, number[]>();

	/** The largest context window, in tokens, that the request did not fit. */
	private overflowed = 0;

	/** Endpoints that sent nothing in time. */
	private readonly silent = new Set<string>();

	private refused = false;

	/** A model that was blocked when its turn came, for a reason that allows no fallback. */
	barrier: Model | null = null;

	/** With `cascade`: models whose answers were not good enough. */
	private readonly notHeld = new Set<Model>();

	/** With `cascade`: the best whole answer so far, kept in case no good one comes. */
	private kept: { answer: Answer; place: number } | null = null;

	/** @returns its place, for `end` */
	begin(model: Model, now: number): number {
		this.starts.set(model.endpoint, [...(this.starts.get(model.endpoint) ?? []), now]);
		return this.calls.push(null) - 1;
	}

	end(place: number, attempt: Attempt): void {
		this.calls[place] = attempt;
	}

	/** Every finished call, in the order they began. */
	get attempts(): Attempt[] {
		return this.calls.filter((attempt) => attempt !== null);
	}

	get isEmpty(): boolean {
		return this.calls.length === 0;
	}

	/** Records the last fault of a model that was asked. */
	note(model: Model, fault: Fault): void {
		this.lastFaults.set(model, { model, fault, asked: true });
		if (fault.category === 'firstTokenTimeout') this.silent.add(model.endpoint);
		if (fault.category === 'contextOverflow') {
			this.overflowed = Math.max(this.overflowed, model.contextWindow ?? 0);
		}
	}

	/** Records why the model was not asked. */
	passOver(model: Model, fault: Fault): void {
		if (!this.lastFaults.get(model)?.asked) this.lastFaults.set(model, { model, fault, asked: false });
	}

	/** A budget has no room for a call. @param isLast it ends the request, so it is reported before anything else */
	refuse(model: Model, fault: Fault, isLast: boolean): void {
		this.refused = true;
		if (isLast) this.lastFaults.set(model, { model, fault, asked: this.hasFailed(model) });
		else this.passOver(model, fault);
	}

	/** A budget had no room for a model. */
	get isShortOfMoney(): boolean {
		return this.refused;
	}

	/** It was asked, and failed. */
	hasFailed(model: Model): boolean {
		return this.lastFaults.get(model)?.asked === true;
	}

	/** Records an answer that is not good enough. @param answer set if it may be used in case no better one comes */
	noteUnheld(model: Model, answer?: { answer: Answer; place: number }): void {
		this.notHeld.add(model);
		if (answer) this.kept = answer;
	}

	get unheld(): readonly Model[] {
		return [...this.notHeld];
	}

	get held(): Answer | null {
		return this.kept?.answer ?? null;
	}

	/** No better answer came, so the kept one is used. */
	takeHeld(): Answer | null {
		if (!this.kept) return null;
		const { answer, place } = this.kept;
		const attempt = this.calls[place];
		if (attempt) this.calls[place] = { ...attempt, outcome: 'answered', message: null };
		return answer;
	}

	lastFaultOf(model: Model): LastFault | null {
		return this.lastFaults.get(model) ?? null;
	}

	lastFaultsOf(candidates: readonly Model[]): LastFault[] {
		return candidates.flatMap((model) => this.lastFaults.get(model) ?? []);
	}

	/**
	 * Whether we know that this model would do no better: its window is too small, or its endpoint was silent or
	 * refused the request under another alias.
	 */
	rulesOut(model: Model): boolean {
		// An unknown window is assumed to be larger.
		const isTooSmall = model.contextWindow !== null && model.contextWindow <= this.overflowed;
		if (isTooSmall || this.silent.has(model.endpoint)) return true;
		const lastFaults = [...this.lastFaults.values()];
		return lastFaults.some((last) => last.asked && wouldRepeat(last, model));
	}

	/** Ms until another call to the model stays within the burst. */
	burstWait(model: Model, now: number): number {
		return burstWait(this.starts.get(model.endpoint) ?? [], now);
	}
}

/** Two aliases of one endpoint get the same refusal if the key or the request it is about is the same. */
function wouldRepeat({ model: other, fault: { category } }: LastFault, model: Model): boolean {
	if (model === other || model.endpoint !== other.endpoint) return false;
	const { owner, retry } = CONDUCT[category];
	if (retry !== 'never') return false;
	if (owner === 'key')
		return model.access === other.access && model.keys.every((key) => other.keys.includes(key));
	return (
		owner === 'request' &&
		model.maxOutputTokens === other.maxOutputTokens &&
		model.temperature === other.temperature &&
		model.reasoningEffort === other.reasoningEffort
	);
}

export function attemptRecord(
	model: Model,
	call: Call,
	fault: Fault | null,
	{ billing, usage, isDoubted }: Bill,
	waitedMs = 0,
): Attempt {
	return {
		model: model.alias,
		startedAt: new Date(call.startedAt).toISOString(),
		ms: call.ms,
		firstTokenMs: call.firstTokenMs,
		outcome: fault?.category ?? 'answered',
		status: fault?.status ?? null,
		retryAfterMs: fault?.retryAfterMs ?? null,
		message: fault?.message ?? null,
		billing,
		usage,
		...(waitedMs > 0 && { waitedMs }),
		...(isDoubted && { usageDoubted: true }),
		costNano: usage === null ? 0 : callCost(model, usage),
	};
}
