/** What a call has to pass before it is sent: the user's own limits, and caution with a model that has not answered yet. */
import { createHash } from 'node:crypto';

import type { Turnstile } from '../../state/turnstile';
import type { ChatRequest, Model } from '../../types';
import { corrected, earliest, withCall } from './allowance';
import type { PerMinute } from './allowance';
import { estimateRequest } from './billing';
import { LONGEST_SLEEP_MS, zeroIsNone } from './deadlines';
import type { Errand } from '../asking/errand';

/**
 * So many calls may be under way to an endpoint whose last word was not a token, so that of a thousand items at once
 * only these run into a provider that is down. The others go on as soon as one brings a token, its circuit opens, or
 * after the wait, in ms: a provider that refuses does so at once. What was said before the last pause says nothing of
 * now: a token counts for as long as calls to the endpoint are under way.
 */
const UNPROVEN = 64;
const UNPROVEN_WAIT_MS = 2_000;

/** A call that waits for one of `maxConcurrent` places leaves at least this share of its time to the next model. */
const WAITING_SHARE = 0.5;

/** One call's way through. To be left exactly once. */
export interface Pass {
	/** The first token came. */
	heard(): void;
	/** @param tokens what it used, null where it was not sent @param verdict what it says of its endpoint */
	leave(tokens: number | null, verdict?: 'failed' | 'circuitOpened'): Promise<void>;
}

/** `noRoom`: the user's own limits leave none in time. */
export type Refusal = 'noRoom' | 'aborted';

/** Waits until the call may be sent, if that is in time. */
export async function admit(
	model: Model,
	request: ChatRequest,
	errand: Errand,
	signal: AbortSignal,
): Promise<Pass | Refusal> {
	const places = new Places(model, errand, signal);
	const spending = await places.enter(request);
	if (typeof spending === 'string') return spending;
	const gate = errand.world.store.turnstile(`gate ${model.endpoint}`);
	const underWay = errand.world.store.turnstile(`under way ${model.endpoint}`);
	if (underWay.count === 0) gate.isOpen = false;
	underWay.force();
	const patience = Math.min(UNPROVEN_WAIT_MS, errand.endsAt - errand.world.surroundings.now());
	if (!(await enterWithin(gate, UNPROVEN, patience, errand, signal))) gate.force();
	let isAtGate = true;
	return {
		heard() {
			if (!isAtGate) return;
			isAtGate = false;
			gate.isOpen = true;
			gate.leave();
			gate.admitAll();
		},
		async leave(tokens, verdict) {
			if (verdict) gate.isOpen = false;
			if (isAtGate) gate.leave();
			isAtGate = false;
			if (verdict === 'circuitOpened') gate.admitAll();
			underWay.leave();
			await places.leave(spending, tokens);
		},
	};
}

/** Tokens that were set aside, and when; null without a limit a minute. */
type Spending = { at: number; tokens: number } | null;

/** The user's limits on one model. Two aliases of one endpoint with the same keys share them. */
class Places {
	private readonly key: string;

	private readonly perMinute: PerMinute;

	constructor(
		private readonly model: Model,
		private readonly errand: Errand,
		private readonly signal: AbortSignal,
	) {
		const { maxRequestsPerMinute, maxTokensPerMinute } = model;
		this.perMinute = {
			requests: zeroIsNone(maxRequestsPerMinute ?? 0),
			tokens: zeroIsNone(maxTokensPerMinute ?? 0),
		};
		this.key = this.isLimited || model.maxConcurrent ? limitKey(model) : '';
	}

	async enter(request: ChatRequest): Promise<Spending | Refusal> {
		const { maxConcurrent } = this.model;
		if (maxConcurrent) {
			const patience = (this.errand.endsAt - this.now()) * WAITING_SHARE;
			const isIn = await enterWithin(this.turnstile, maxConcurrent, patience, this.errand, this.signal);
			if (!isIn) return this.signal.aborted ? 'aborted' : 'noRoom';
		}
		if (!this.isLimited) return null;
		const spending = await this.reserve(request);
		if (spending) {
			await this.errand.world.surroundings.sleep(Math.max(0, spending.at - this.now()), this.signal);
			if (!this.signal.aborted) return spending;
			await this.leave(spending, null);
			return 'aborted';
		}
		if (maxConcurrent) this.turnstile.leave();
		return 'noRoom';
	}

	async leave(spending: Spending, tokens: number | null): Promise<void> {
		if (this.model.maxConcurrent) this.turnstile.leave();
		if (!spending) return;
		const change = { requests: tokens === null ? -1 : 0, tokens: (tokens ?? 0) - spending.tokens };
		await this.errand.world.store.update('allowance', this.key, (before) =>
			before ? corrected(before, spending.at, change) : null,
		);
	}

	/** null where no time comes in time. */
	private async reserve(request: ChatRequest): Promise<Spending> {
		const { perMinute, errand } = this;
		const tokens = this.tokensOf(request);
		let at: number | null = null;
		await errand.world.store.update('allowance', this.key, (before) => {
			const allowance = before ?? { entries: [] };
			at = earliest(allowance, perMinute, tokens, this.now());
			if (at !== null && at >= errand.endsAt) at = null;
			return at === null ? before : withCall(allowance, at, tokens, this.now());
		});
		return at === null ? null : { at, tokens };
	}

	/** Input and the most it may write, which is corrected when the answer has come. */
	private tokensOf(request: ChatRequest): number {
		const limit = this.perMinute.tokens;
		if (limit === Infinity) return 0;
		const input = estimateRequest(request, this.errand.world.estimateTokens);
		const output = this.model.maxOutputTokens ?? request.limits.maxOutputTokens ?? 0;
		return Math.max(input, Math.min(limit, input + output));
	}

	private get isLimited(): boolean {
		return Math.min(this.perMinute.requests, this.perMinute.tokens) < Infinity;
	}

	private get turnstile(): Turnstile {
		return this.errand.world.store.turnstile(`places ${this.key}`);
	}

	private now(): number {
		return this.errand.world.surroundings.now();
	}
}

/** False: no place came free within `ms`, or the wait was ended. Leaves no timer behind. */
async function enterWithin(
	turnstile: Turnstile,
	limit: number,
	ms: number,
	{ world: { surroundings } }: Errand,
	signal: AbortSignal,
): Promise<boolean> {
	if (turnstile.tryEnter(limit)) return true;
	if (ms <= 0 || signal.aborted) return false;
	const timer = new AbortController();
	// With a reason of its own no error is made, which would cost more than the rest.
	const stop = (): void => timer.abort('over');
	signal.addEventListener('abort', stop, { once: true });
	const patience = surroundings.sleep(Math.min(ms, LONGEST_SLEEP_MS), timer.signal);
	const isIn = await turnstile.enter(limit, patience);
	signal.removeEventListener('abort', stop);
	stop();
	return isIn;
}

function limitKey({ endpoint, keys }: Model): string {
	return `${endpoint}#${createHash('sha256').update(keys.join('\n')).digest('hex').slice(0, 16)}`;
}
