import { NO_USAGE } from '../../types';
import type { Answer, ChatRequest, Model } from '../../types';
import { callModel, prepareModel } from '../calling/call';
import { billOf } from '../calling/billing';
import { isOwnDeadline, isReasoning, limitsFor } from '../calling/deadlines';
import type { Speech } from '../calling/relay';
import type { Warming } from '../calling/warmth';
import type { KeyPool } from '../health/keyPool';
import { mayRetry } from '../health/retryBudget';
import { endSilence } from '../health/silentStreak';
import { judgeCall } from '../verdict/verdict';
import { Admission, OUTAGE } from './admission';
import type { Admitted, Control, Mode, NextAttempt } from './admission';
import type { Context } from './context';
import { above, doubtful, escalates, hasBetter } from './escalation';
import type { SilenceTimer } from './hedge';
import { attemptRecord } from './trace';
import { recordCall, settleTurn } from './recording';
import type { RecordedCall } from './recording';
import { repairRequest } from './repair';
import { belongsToKey, isForOnce, isForOthers, isLimit, leadsOn, retryAfter } from './retry';
import type { Fault } from '../terms';

/** What asking one model led to: an answer, or how the chain goes on. */
export type CandidateResult = Answer | 'next' | 'stopped' | 'outOfTime' | 'cancelled';

interface FailedAttempt {
	fault: Fault;
	/** What the model wrote, used for a repair; never passed on. */
	text: string;
}

/** How the chain follows and ends the calls to one model. */
export interface BranchControl extends Control {
	silence: SilenceTimer;
	/** This attempt's text is passed on as it comes. */
	lead(): void;
	/** The answer is whole. False: another one was first, and this one is not needed. */
	win(): boolean;
}

/** All attempts at one model for one prompt: the first, retries, other keys and one repair. */
export class ModelAttempts {
	/** How often the provider made this item wait. */
	private waits = 0;

	/** Calls made so far. */
	calls = 0;

	/** For the current call; see `Warmth`. */
	private warming: Warming | null = null;

	private readonly admission: Admission;

	constructor(
		private readonly context: Context,
		private readonly model: Model,
		private readonly pool: KeyPool,
		private readonly control: BranchControl,
	) {
		this.admission = new Admission(context, model, pool, control);
	}

	/**
	 * @param mode `anyway`: the first call ignores cooldowns and circuits. `queued`: no other model is left to ask
	 */
	async run(mode: Mode, waitMs: number): Promise<CandidateResult> {
		let turn: NextAttempt = { request: this.context.request, waitMs, isRetry: false };
		for (let last: Fault | null = null; ;) {
			const { world } = this.context;
			this.warming =
				(await world.warmth?.enter(this.model, turn.request, isReasoning(this.model), this.control.signal)) ??
				null;
			const admitted = await this.admission.admit(turn, mode === 'anyway' && last !== null ? 'usual' : mode);
			if (!admitted) {
				this.warming?.over();
				return this.leave(last);
			}
			const found = await this.attempt(admitted, turn.request).finally(() => this.warming?.over());
			if (typeof found === 'string' || !('fault' in found)) return found;
			last = found.fault;
			if (this.isCommitted()) return 'stopped';
			const next = await this.plan(turn, found, admitted.key.key, mode);
			if (!next) return this.leave(last);
			turn = next;
		}
	}

	private async attempt(admitted: Admitted, request: ChatRequest): Promise<Answer | 'next' | FailedAttempt> {
		const { model, context, control } = this;
		const { settings, world, trace } = context;
		const speech = context.relay?.speech(model, () => control.lead());
		const call = await this.call(admitted, request, speech);
		const bill = billOf(call, request, world.estimateTokens);
		const { billing, usage } = bill;
		// Counting and judging a long answer take some milliseconds each.
		if (call.partial.isLong) await world.surroundings.sleep(0);
		const verdict = await judgeCall(call, context, settings.fallbackOn.has('truncated'));
		const fault = verdict.passed ? null : this.owned(verdict.fault, call);
		const isOutage = settleTurn(admitted.turn, call, fault, model);
		const doubt = verdict.passed ? doubtful(model, verdict.parts, context) : null;
		const late = verdict.passed && !doubt && !control.win() ? LATE : null;
		trace.end(call.place, attemptRecord(model, call, fault ?? doubt ?? late, bill, admitted.waitedMs));
		speech?.over(verdict.passed ? 'end' : fault?.category === 'cancelled' ? null : 'interrupted');
		// The answer does not wait for this.
		const remembered = recordCall(context, model, this.pool, call, admitted, fault, usage);
		await admitted.grant.bill(usage);
		if (!verdict.passed) {
			await remembered;
			return this.missed(isOutage ? OUTAGE : (fault ?? verdict.fault), call.partial.text);
		}
		if (late) return this.missed(late, call.partial.text);
		const answer: Answer = {
			model,
			parts: verdict.parts,
			text: call.partial.text,
			...('json' in verdict ? { json: verdict.json } : {}),
			finishReason: verdict.finishReason,
			usage: usage ?? NO_USAGE,
			usageEstimated: billing !== 'named',
		};
		if (!doubt) return answer;
		const isBest = !trace.held || above(trace.held.model, context).includes(model);
		trace.noteUnheld(model, isBest ? { answer, place: call.place } : undefined);
		return 'next';
	}

	/** Part of its answer was passed on for good, so no other attempt may answer. */
	private isCommitted(): boolean {
		const { relay, world } = this.context;
		return world.passOn === 'commit' && relay?.hasBroken === true;
	}

	private missed(failure: Fault, text: string): FailedAttempt {
		const { context, model } = this;
		const fault = this.isCommitted() ? { ...failure, message: `${failure.message} ${COMMITTED}` } : failure;
		if (fault.category !== 'cancelled') context.trace.note(model, fault);
		if (escalates(fault, context)) context.trace.noteUnheld(model);
		return { fault, text };
	}

	private async call(
		admitted: Admitted,
		request: ChatRequest,
		speech: Speech | undefined,
	): Promise<RecordedCall> {
		const {
			key: { key },
			turn,
			hedgeDelayMs,
		} = admitted;
		const { model, context } = this;
		const { settings, world, trace } = context;
		const { silence, signal } = this.control;
		const onText = speech && ((text: string): void => speech.text(text));
		let isAlive = false;
		let endedOutage = 0;
		const showLife = (): void => {
			if (isAlive) return;
			isAlive = true;
			void world.state.facts.update([endSilence(model, context, (calls) => (endedOutage = calls))]);
		};
		const onFirstToken = (): void => {
			silence.end();
			turn.taken();
			this.warming?.heard();
			showLife();
		};
		try {
			await prepareModel(model, key);
			const place = trace.begin(model, this.monotonic());
			this.calls += 1;
			silence.begin(hedgeDelayMs);
			const limits = limitsFor(model, settings, context.endsAt, this.monotonic());
			const call = await callModel(model, key, request, limits, world.surroundings, {
				signal,
				onFirstToken,
				onText,
				onLimits: (allowances) => turn.told(allowances),
				lingering: () => this.lingering(),
			});
			const isTimeUp = call.error !== null && call.error.category !== 'cancelled';
			const isSilent =
				call.brokenOff &&
				call.firstTokenMs === null &&
				(silence.isLong || isTimeUp) &&
				!world.signal?.aborted;
			// An error shows that the endpoint is alive, too.
			if (!call.brokenOff) showLife();
			return { ...call, place, isSilent, endedOutage };
		} catch (error) {
			await this.admission.giveBack(admitted);
			throw error;
		} finally {
			silence.end();
		}
	}

	/**
	 * When a caller hangs up, a self-hosted server also stops loading its model and would never get warm. So one call
	 * that another answer made unnecessary may go on, at most one per endpoint.
	 */
	private lingering(): { signal?: AbortSignal; over(): void } | null {
		const { model, context } = this;
		const { state, signal } = context.world;
		if (signal?.aborted || !isOwnServer(model)) return null;
		const place = state.semaphores.local(`loading ${model.endpoint}`);
		return place.tryEnter(1) ? { signal, over: () => place.leave() } : null;
	}

	/** Marks a fault that this workflow's own deadlines caused. */
	private owned(fault: Fault, call: RecordedCall): Fault {
		return isOwnDeadline(call, this.model, this.context.settings) ? { ...fault, isOwn: true } : fault;
	}

	/** What to do after a failure. null: stop asking this model. */
	private async plan(
		last: NextAttempt,
		{ fault, text }: FailedAttempt,
		key: string,
		mode: Mode,
	): Promise<NextAttempt | null> {
		const { context, pool } = this;
		const { settings, world } = context;
		const atOnce: NextAttempt = { request: last.request, waitMs: 0, isRetry: false };
		if (fault.repair !== undefined && last.request === context.request) {
			return { ...atOnce, request: repairRequest(context.request, text, fault.repair) };
		}
		// The same model can be asked at another tier.
		if (this.model.tierPatienceMs !== undefined) return null;
		// A better model costs more than a retry, but this one has already answered.
		if (escalates(fault, context) && hasBetter(this.model, context)) return null;
		if (isLimit(fault)) return await this.planWait(atOnce, fault, key, mode);
		if (isForOthers(fault) && leadsOn(fault, settings, this.model) && this.control.hasOthers()) return null;
		const wait = retryAfter(fault, pool, settings, world.surroundings.random());
		let at = wait === null ? Infinity : this.monotonic() + wait;
		if (belongsToKey(fault)) {
			pool.spend(key, at);
			if (await pool.hasFresh()) return atOnce;
			at = pool.renew();
		}
		if (at === Infinity || this.pool.retries >= settings.maxRetries) return null;
		const isRetry = fault.retryAfterMs === null;
		if (isRetry && !(await mayRetry(world.state.facts, this.model, this.now()))) return null;
		if (await pool.block()) return null;
		pool.countRetry(isForOnce(fault));
		return { request: last.request, waitMs: Math.max(0, at - this.monotonic()), isRetry };
	}

	/**
	 * After a refusal because of a limit: another key, or the same model after the time that the provider named, or a
	 * few retries if it named none, or another model. If there is no other, the item goes back to the queue.
	 */
	private async planWait(
		atOnce: NextAttempt,
		limit: Fault,
		key: string,
		mode: Mode,
	): Promise<NextAttempt | null> {
		const { pool, control } = this;
		const { settings, world } = this.context;
		const now = this.monotonic();
		const { retryAfterMs } = limit;
		pool.spend(key, now + (retryAfterMs ?? 0));
		if (await pool.hasFresh()) return atOnce;
		const at = pool.renew();
		pool.waitUntil = at;
		if (mode === 'queued' || !control.hasOthers() || (await pool.block())) return null;
		if (retryAfterMs !== null) {
			const isPatient = at - now <= settings.retryAfterPatienceMs && this.waits < MOST_WAITS;
			this.waits += 1;
			return isPatient ? { ...atOnce, waitMs: Math.max(0, at - now) } : null;
		}
		const waitMs = retryAfter(limit, pool, settings, world.surroundings.random());
		if (waitMs === null || !(await mayRetry(world.state.facts, this.model, this.now()))) return null;
		pool.countRetry(isForOnce(limit));
		return { ...atOnce, waitMs, isRetry: true };
	}

	/** How the chain goes on without this model. */
	private leave(last: Fault | null): Exclude<CandidateResult, Answer> {
		const { settings, endsAt } = this.context;
		if (this.control.signal.aborted) return 'cancelled';
		if (this.admission.isDenied) return 'stopped';
		if (this.monotonic() >= endsAt) return 'outOfTime';
		const mayGoOn = last === null || leadsOn(last, settings, this.model) || escalates(last, this.context);
		if (mayGoOn || !isLimit(last)) return mayGoOn ? 'next' : 'stopped';
		// No other model may be asked, but this one may be waited for.
		this.context.trace.barrier = this.model;
		return 'next';
	}

	private monotonic(): number {
		return this.context.world.surroundings.monotonic();
	}

	private now(): number {
		return this.context.world.surroundings.now();
	}
}

/** A self-hosted server: it needs no key, so its calls cost nothing. */
function isOwnServer({ provider, keys }: Model): boolean {
	return provider.startsWith('openAiCompatible') && keys.every((key) => key === '');
}

const COMMITTED = 'A part of its answer had been passed on, so no other model continues it.';

/** For a call that another one was faster than. */
export const NOT_NEEDED = 'Its answer was no longer needed.';

const LATE: Fault = { category: 'cancelled', message: NOT_NEEDED, status: null, retryAfterMs: null };

/**
 * How often an item waits for one model while there is another: a provider that keeps asking for more time means it.
 */
const MOST_WAITS = 2;
