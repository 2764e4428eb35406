import { NO_USAGE } from '../../types';
import type { Answer, ChatRequest, Model } from '../../types';
import { callModel, prepareModel } from '../calling/attempt';
import { billOf } from '../calling/billing';
import { isOwnDeadline, isReasoning, limitsFor } from '../calling/deadlines';
import type { Speech } from '../calling/relay';
import type { Warming } from '../calling/warmth';
import type { KeyPool } from '../health/keyPool';
import { mayRetry } from '../health/retryBudget';
import { endSilence } from '../health/silentRow';
import { judgeCall } from '../verdict/verdict';
import { Entrance, OUTAGE } from './entrance';
import type { Admitted, Asker, Mode, Try } from './entrance';
import type { Errand } from './errand';
import { above, doubtful, escalates, hasBetter } from './escalation';
import type { Silence } from './hedge';
import { attemptRecord } from './journal';
import { remember, settleTurn } from './remembering';
import type { Made } from './remembering';
import { repairRequest } from './repair';
import { belongsToKey, isLimit, leadsOn, retryAfter } from './retry';
import type { Shortfall } from '../terms';

/** What one model came to: an answer, or how the walk goes on. */
export type Found = Answer | 'next' | 'stopped' | 'outOfTime' | 'cancelled';

interface Missed {
	shortfall: Shortfall;
	/** What the model wrote, for a repair; never passed on. */
	text: string;
}

/** How an inquiry is heard of from outside, and ended. */
export interface Line extends Asker {
	silence: Silence;
	/** It is the one whose text is passed on as it comes. */
	lead(): void;
	/** Its answer is whole. False: another one was there first, and this one is not needed. */
	win(): boolean;
}

/** All calls to one model for one prompt: tries, retries, other keys and one repair. */
export class Inquiry {
	/** Waits that the provider asked this item for. */
	private waits = 0;

	/** Calls that were made. */
	calls = 0;

	/** Of the call at hand; see `Warmth`. */
	private warming: Warming | null = null;

	private readonly entrance: Entrance;

	constructor(
		private readonly errand: Errand,
		private readonly model: Model,
		private readonly pool: KeyPool,
		private readonly line: Line,
	) {
		this.entrance = new Entrance(errand, model, pool, line);
	}

	/** @param mode `anyway`: the first call heeds neither rests nor circuits. `queued`: nobody else is left to ask */
	async run(mode: Mode, waitMs: number): Promise<Found> {
		let turn: Try = { request: this.errand.request, waitMs, isRetry: false };
		for (let last: Shortfall | null = null; ;) {
			const { world } = this.errand;
			this.warming =
				(await world.warmth?.enter(this.model, turn.request, isReasoning(this.model), this.line.signal)) ??
				null;
			const admitted = await this.entrance.admit(turn, mode === 'anyway' && last !== null ? 'usual' : mode);
			if (!admitted) {
				this.warming?.over();
				return this.leave(last);
			}
			const found = await this.attempt(admitted, turn.request).finally(() => this.warming?.over());
			if (typeof found === 'string' || !('shortfall' in found)) return found;
			last = found.shortfall;
			if (this.isCommitted()) return 'stopped';
			const next = await this.plan(turn, found, admitted.key.key, mode);
			if (!next) return this.leave(last);
			turn = next;
		}
	}

	private async attempt(admitted: Admitted, request: ChatRequest): Promise<Answer | 'next' | Missed> {
		const { model, errand, line } = this;
		const { settings, world, journal } = errand;
		const speech = errand.relay?.speech(model, () => line.lead());
		const call = await this.call(admitted, request, speech);
		const bill = billOf(call, request, world.estimateTokens);
		const { billing, usage } = bill;
		const verdict = await judgeCall(call, errand, settings.fallbackOn.has('truncated'));
		const shortfall = verdict.passed ? null : this.owned(verdict.shortfall, call);
		const isOutage = settleTurn(admitted.turn, call, shortfall);
		const doubt = verdict.passed ? doubtful(model, verdict.parts, errand) : null;
		const late = verdict.passed && !doubt && !line.win() ? LATE : null;
		journal.end(call.place, attemptRecord(model, call, shortfall ?? doubt ?? late, bill, admitted.waitedMs));
		speech?.over(verdict.passed ? 'end' : shortfall?.category === 'cancelled' ? null : 'interrupted');
		// Not waited for before an answer leaves.
		const remembered = remember(errand, model, this.pool, call, admitted, shortfall, usage);
		await admitted.grant.bill(usage);
		if (!verdict.passed) {
			await remembered;
			return this.missed(isOutage ? OUTAGE : (shortfall ?? verdict.shortfall), call.draft.text);
		}
		if (late) return this.missed(late, call.draft.text);
		const answer: Answer = {
			model,
			parts: verdict.parts,
			text: call.draft.text,
			...('json' in verdict ? { json: verdict.json } : {}),
			finishReason: verdict.finishReason,
			usage: usage ?? NO_USAGE,
			usageEstimated: billing !== 'named',
		};
		if (!doubt) return answer;
		const isBest = !journal.held || above(journal.held.model, errand).includes(model);
		journal.noteUnheld(model, isBest ? { answer, place: call.place } : undefined);
		return 'next';
	}

	/** A part of its answer was passed on for good, so nobody else may answer. */
	private isCommitted(): boolean {
		const { relay, world } = this.errand;
		return world.passOn === 'commit' && relay?.hasBroken === true;
	}

	private missed(failure: Shortfall, text: string): Missed {
		const { errand, model } = this;
		const shortfall = this.isCommitted()
			? { ...failure, message: `${failure.message} ${COMMITTED}` }
			: failure;
		if (shortfall.category !== 'cancelled') errand.journal.note(model, shortfall);
		if (escalates(shortfall, errand)) errand.journal.noteUnheld(model);
		return { shortfall, text };
	}

	private async call(admitted: Admitted, request: ChatRequest, speech: Speech | undefined): Promise<Made> {
		const {
			key: { key },
			turn,
			hedgeDelayMs,
		} = admitted;
		const { model, errand } = this;
		const { settings, world, journal } = errand;
		const { silence, signal } = this.line;
		const onText = speech && ((text: string): void => speech.text(text));
		let isAlive = false;
		let endedOutage = 0;
		const showLife = (): void => {
			if (isAlive) return;
			isAlive = true;
			void world.state.facts.update([endSilence(model, errand, (calls) => (endedOutage = calls))]);
		};
		const onFirstToken = (): void => {
			silence.end();
			turn.taken();
			this.warming?.heard();
			showLife();
		};
		try {
			await prepareModel(model, key);
			const place = journal.begin(model, this.now());
			this.calls += 1;
			silence.begin(hedgeDelayMs);
			const limits = limitsFor(model, settings, errand.endsAt, this.now());
			const call = await callModel(model, key, request, limits, world.surroundings, {
				signal,
				onFirstToken,
				onText,
				lingering: () => this.lingering(),
			});
			const isTimeUp = call.error !== null && call.error.category !== 'cancelled';
			const isSilent =
				call.brokenOff &&
				call.firstTokenMs === null &&
				(silence.isLong || isTimeUp) &&
				!world.signal?.aborted;
			// An error is a sign of life too.
			if (!call.brokenOff) showLife();
			return { ...call, place, isSilent, endedOutage };
		} catch (error) {
			await this.entrance.giveBack(admitted);
			throw error;
		} finally {
			silence.end();
		}
	}

	/**
	 * A server of the user's own that hangs up on a caller also stops loading its model, and would never get warm: one call
	 * that another one's answer ended is left to it, at most one for each endpoint.
	 */
	private lingering(): { signal?: AbortSignal; over(): void } | null {
		const { model, errand } = this;
		const { state, signal } = errand.world;
		if (signal?.aborted || !isOwnServer(model)) return null;
		const place = state.semaphores.local(`loading ${model.endpoint}`);
		return place.tryEnter(1) ? { signal, over: () => place.leave() } : null;
	}

	/** Whose the fault is, where that depends on what this workflow has set. */
	private owned(shortfall: Shortfall, call: Made): Shortfall {
		return isOwnDeadline(call, this.model, this.errand.settings) ? { ...shortfall, isOwn: true } : shortfall;
	}

	/** What to do after a failure; null: nothing more with this model. */
	private async plan(last: Try, { shortfall, text }: Missed, key: string, mode: Mode): Promise<Try | null> {
		const { errand, pool } = this;
		const { settings, world } = errand;
		const atOnce: Try = { request: last.request, waitMs: 0, isRetry: false };
		if (shortfall.repair !== undefined && last.request === errand.request) {
			return { ...atOnce, request: repairRequest(errand.request, text, shortfall.repair) };
		}
		// Another tier of the same model is at hand.
		if (this.model.tierPatienceMs !== undefined) return null;
		// A better model costs more than a second try, but this one has had its say.
		if (escalates(shortfall, errand) && hasBetter(this.model, errand)) return null;
		if (isLimit(shortfall)) return await this.planWait(atOnce, shortfall, key, mode);
		const wait = retryAfter(shortfall, this.pool.retries, settings, world.surroundings.random());
		let at = wait === null ? Infinity : this.now() + wait;
		if (belongsToKey(shortfall)) {
			pool.spend(key, at);
			if (await pool.hasFresh()) return atOnce;
			at = pool.renew();
		}
		if (at === Infinity || this.pool.retries >= settings.maxRetries) return null;
		const isRetry = shortfall.retryAfterMs === null;
		if (isRetry && !(await mayRetry(world.state.facts, this.model, this.now()))) return null;
		if (await pool.block()) return null;
		this.pool.retries += 1;
		return { request: last.request, waitMs: Math.max(0, at - this.now()), isRetry };
	}

	/**
	 * After a refusal for a limit: another key, the same model after the time that was named, a few retries where none was,
	 * else another model. Where there is none, the item goes back to the queue.
	 */
	private async planWait(atOnce: Try, limit: Shortfall, key: string, mode: Mode): Promise<Try | null> {
		const { pool, line } = this;
		const { settings, world } = this.errand;
		const now = this.now();
		const { retryAfterMs } = limit;
		pool.spend(key, now + (retryAfterMs ?? 0));
		if (await pool.hasFresh()) return atOnce;
		const at = pool.renew();
		pool.waitUntil = at;
		if (mode === 'queued' || !line.hasOthers() || (await pool.block())) return null;
		if (retryAfterMs !== null) {
			const isPatient = at - now <= settings.retryAfterPatienceMs && this.waits < MOST_WAITS;
			this.waits += 1;
			return isPatient ? { ...atOnce, waitMs: Math.max(0, at - now) } : null;
		}
		const waitMs = retryAfter(limit, this.pool.retries, settings, world.surroundings.random());
		if (waitMs === null || !(await mayRetry(world.state.facts, this.model, now))) return null;
		this.pool.retries += 1;
		return { ...atOnce, waitMs, isRetry: true };
	}

	/** How the walk goes on without this model. */
	private leave(last: Shortfall | null): Exclude<Found, Answer> {
		const { settings, endsAt } = this.errand;
		if (this.line.signal.aborted) return 'cancelled';
		if (this.entrance.isDenied) return 'stopped';
		if (this.now() >= endsAt) return 'outOfTime';
		const mayGoOn = last === null || leadsOn(last, settings, this.model) || escalates(last, this.errand);
		if (mayGoOn || !isLimit(last)) return mayGoOn ? 'next' : 'stopped';
		// Nobody else is to be asked, but this one may be waited for.
		this.errand.journal.barrier = this.model;
		return 'next';
	}

	private now(): number {
		return this.errand.world.surroundings.now();
	}
}

/** It asks for no key, so nobody bills it. */
function isOwnServer({ provider, keys }: Model): boolean {
	return provider.startsWith('openAiCompatible') && keys.every((key) => key === '');
}

const COMMITTED = 'A part of its answer had been passed on, so no other model continues it.';

/** Said of whoever another one was faster than. */
export const NOT_NEEDED = 'Its answer was no longer needed.';

const LATE: Shortfall = { category: 'cancelled', message: NOT_NEEDED, status: null, retryAfterMs: null };

/** So often an item waits for one model, as long as there is another: a provider that keeps on asking means it. */
const MOST_WAITS = 2;
