/** The user's own limits that a call has to pass before it is sent. */
import { createHash } from 'node:crypto';

import type { FactChange, Permit } from '../../state/state';
import type { ChatRequest, Model } from '../../types';
import { corrected, earliest, withCall } from './rateWindow';
import type { PerMinute } from './rateWindow';
import { estimateRequest } from './billing';
import { zeroIsNone } from './deadlines';
import type { Context } from '../asking/context';

/**
 * A call that waits for the semaphore of `maxConcurrent` leaves at least this share of its time to the next model.
 */
const WAITING_SHARE = 0.5;

/** Permission for one call. `leave` must be called exactly once. */
export interface Pass {
	/** What to record when the call ends. @param tokens actually used; null if the call was not sent */
	spent(tokens: number | null): FactChange[];
	leave(): void;
}

/** `noRoom`: the user's own limits leave no room in time. */
export type Refusal = 'noRoom' | 'aborted';

/**
 * Waits until the call may be sent, if that is in time.
 * @param entry checks and records made when the call is admitted, in the same step as the limits if it need not wait
 */
export async function admit(
	model: Model,
	request: ChatRequest,
	context: Context,
	signal: AbortSignal,
	entry: readonly FactChange[],
): Promise<Pass | Refusal> {
	const places = new Places(model, context, signal);
	const permit = await places.permit();
	if (typeof permit === 'string') return permit;
	const spending = await places.reserve(request, entry);
	if (spending === 'noRoom') {
		permit?.release();
		return 'noRoom';
	}
	if (spending?.mustWait) {
		if (await places.waitFor(spending)) {
			permit?.release();
			return 'aborted';
		}
		await context.world.state.facts.update(entry);
	}
	return {
		spent: (tokens) => (spending ? places.corrected(spending, tokens) : []),
		leave: () => permit?.release(),
	};
}

/** Tokens that were reserved, and for when (epoch ms). */
interface Spending {
	at: number;
	tokens: number;
	mustWait: boolean;
}

/** The user's limits on one model. Two aliases of one endpoint with the same keys share them. */
class Places {
	private readonly key: string;

	private readonly perMinute: PerMinute;

	constructor(
		private readonly model: Model,
		private readonly context: Context,
		private readonly signal: AbortSignal,
	) {
		const { maxRequestsPerMinute, maxTokensPerMinute } = model;
		this.perMinute = {
			requests: zeroIsNone(maxRequestsPerMinute ?? 0),
			tokens: zeroIsNone(maxTokensPerMinute ?? 0),
		};
		this.key = this.isLimited || model.maxConcurrent ? limitKey(model) : '';
	}

	/** null: the model has no `maxConcurrent`. */
	async permit(): Promise<Permit | Refusal | null> {
		const { maxConcurrent } = this.model;
		if (!maxConcurrent) return null;
		const patience = this.leftMs() * WAITING_SHARE;
		const { semaphores } = this.context.world.state;
		const permit = await semaphores.acquire(this.key, maxConcurrent, patience, this.signal);
		return permit ?? (this.signal.aborted ? 'aborted' : 'noRoom');
	}

	/**
	 * Reserves what the call may use. null: there is no limit per minute.
	 * @param entry made along with it if the call need not wait
	 */
	async reserve(request: ChatRequest, entry: readonly FactChange[]): Promise<Spending | 'noRoom' | null> {
		const { perMinute, context } = this;
		const { facts } = context.world.state;
		if (!this.isLimited) {
			await facts.update(entry);
			return null;
		}
		const tokens = this.tokensOf(request);
		let found: Spending | null = null;
		const setAside: FactChange = {
			kind: 'rateWindow',
			key: this.key,
			change: (before) => {
				const now = this.now();
				const rateWindow = before ?? { entries: [] };
				const at = earliest(rateWindow, perMinute, tokens, now);
				found = at === null || at - now >= this.leftMs() ? null : { at, tokens, mustWait: at > now };
				return found ? withCall(rateWindow, found.at, tokens, now) : before;
			},
		};
		const mayEnter = (): boolean => found !== null && !found.mustWait;
		await facts.update([setAside, ...entry.map((change) => onlyIf(mayEnter, change))]);
		return found ?? 'noRoom';
	}

	/** Waits until the reserved time. True: the call is no longer wanted. */
	async waitFor(spending: Spending): Promise<boolean> {
		const { surroundings, state } = this.context.world;
		await surroundings.sleep(Math.max(0, spending.at - this.now()), this.signal);
		const { aborted } = this.signal;
		if (aborted) await state.facts.update(this.corrected(spending, null));
		return aborted;
	}

	corrected({ at, tokens: setAside }: Spending, tokens: number | null): FactChange[] {
		const change = { requests: tokens === null ? -1 : 0, tokens: (tokens ?? 0) - setAside };
		return [
			{
				kind: 'rateWindow',
				key: this.key,
				change: (before) => before && corrected(before, at, change),
			},
		];
	}

	/** The input plus the most it may write; corrected when the answer has arrived. */
	private tokensOf(request: ChatRequest): number {
		const limit = this.perMinute.tokens;
		if (limit === Infinity) return 0;
		const input = estimateRequest(request, this.context.world.estimateTokens);
		const output = this.model.maxOutputTokens ?? request.limits.maxOutputTokens ?? 0;
		return Math.max(input, Math.min(limit, input + output));
	}

	private get isLimited(): boolean {
		return Math.min(this.perMinute.requests, this.perMinute.tokens) < Infinity;
	}

	private leftMs(): number {
		return this.context.endsAt - this.context.world.surroundings.monotonic();
	}

	private now(): number {
		return this.context.world.surroundings.now();
	}
}

/** Makes the change only if the condition holds at that moment. */
function onlyIf(condition: () => boolean, change: FactChange): FactChange {
	const guarded = { ...change, change: (before: never) => (condition() ? change.change(before) : before) };
	// A change and its guarded form have the same kind.
	return guarded as FactChange;
}

function limitKey({ endpoint, keys }: Model): string {
	return `${endpoint}#${createHash('sha256').update(keys.join('\n')).digest('hex').slice(0, 16)}`;
}
