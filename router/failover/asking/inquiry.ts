import { withSighting } from '../health/latency';
import type { ChangeOf, FactChange, Latency } from '../../state/state';
import type { Answer, ChatRequest, Grant, Model, Usage } from '../../types';
import { admit } from '../calling/admission';
import type { Pass } from '../calling/admission';
import { leaveToSpend } from '../calling/allotment';
import { callModel, prepareModel } from '../calling/attempt';
import type { Call } from '../calling/attempt';
import { billingOf, usageOf } from '../calling/billing';
import { countsAsSuccess, failedBy, isFailure, isOutage } from '../health/circuit';
import { limitsFor } from '../calling/deadlines';
import type { Errand } from './errand';
import { above, doubtful, escalates, hasBetter } from './escalation';
import { passedOver } from './failure';
import { hedgeDelay } from './hedge';
import type { Silence } from './hedge';
import { attemptRecord } from './journal';
import type { KeyPool, TakenKey } from '../health/keyPool';
import { noteSite } from '../health/outage';
import type { Sign } from '../health/outage';
import { repairRequest } from './repair';
import type { Speech } from '../calling/relay';
import { belongsToKey, leadsOn, retryAfter } from './retry';
import { countCall, mayRetry } from '../health/retryBudget';
import { countSilence, endSilence, lengthOf, silenceKey } from '../health/silentRow';
import { judgeCall } from '../verdict/verdict';
import type { Shortfall } from '../verdict/verdict';

/** What one model came to: an answer, or how the walk goes on. */
export type Found = Answer | 'next' | 'stopped' | 'outOfTime' | 'cancelled';

/** The next call to the same model. */
interface Turn {
	request: ChatRequest;
	waitMs: number;
	/** It counts against the retry budget. */
	isRetry: boolean;
}

interface Admitted {
	key: TakenKey;
	pass: Pass;
	grant: Grant;
	/** Of silence, until the next model starts beside it. */
	hedgeDelayMs: number;
}

interface Entry {
	changes: FactChange[];
	/** Once they are made: null where no key may be used, or the retry budget is spent. */
	taken(): TakenKey | null;
	readonly hedgeDelayMs: number;
}

/** A call with its place in the journal. */
interface Made extends Call {
	place: number;
	/** It got no token in the time before a hedge, or in all the time there was. */
	isSilent: boolean;
	/** Calls before it that were, in an outage that its first token ended. */
	endedOutage: number;
}

interface Missed {
	shortfall: Shortfall;
	/** What the model wrote, for a repair; never passed on. */
	text: string;
}

/** How an inquiry is heard of from outside, and ended. */
export interface Line {
	/** Aborts when its answer is no longer wanted. */
	signal: AbortSignal;
	silence: Silence;
	/** It is the one whose text is passed on as it comes. */
	lead(): void;
	/** Its answer is whole. False: another one was there first, and this one is not needed. */
	win(): boolean;
}

/** All calls to one model for one prompt: tries, retries, other keys and one repair. */
export class Inquiry {
	private retries = 0;

	/** Nothing more may be spent, on no model. */
	private isDenied = false;

	constructor(
		private readonly errand: Errand,
		private readonly model: Model,
		private readonly pool: KeyPool,
		private readonly line: Line,
	) {}

	/** @param anyway the first call heeds neither rests nor circuits */
	async run(anyway: boolean): Promise<Found> {
		let turn: Turn = { request: this.errand.request, waitMs: 0, isRetry: false };
		for (let last: Shortfall | null = null; ;) {
			const admitted = await this.admit(turn, anyway && last === null);
			if (!admitted) return this.leave(last);
			const found = await this.attempt(admitted, turn.request);
			if (typeof found === 'string' || !('shortfall' in found)) return found;
			last = found.shortfall;
			const next = await this.plan(turn, found, admitted.key.key);
			if (!next) return this.leave(last);
			turn = next;
		}
	}

	/** Waits until the call may be made. null: it may not, and then nothing is held. */
	private async admit({ request, waitMs, isRetry }: Turn, anyway: boolean): Promise<Admitted | null> {
		const { errand, model, pool, line } = this;
		if (!(await this.wait(waitMs))) return null;
		const grant = await leaveToSpend(model, request, errand, line.signal);
		this.isDenied = grant === 'stopped';
		if (typeof grant === 'string') return null;
		const entry = this.entry(isRetry, anyway);
		const pass = await admit(model, request, errand, line.signal, entry.changes);
		if (pass === 'noRoom') errand.journal.passOver(model, NO_ROOM);
		if (typeof pass === 'string') {
			await grant.release();
			return null;
		}
		const key = entry.taken();
		const { hedgeDelayMs } = entry;
		if (key) return { key, pass, grant, hedgeDelayMs };
		await this.giveBack({ key, pass, grant });
		const block = await pool.block();
		if (block) this.passOver(passedOver(block, this.now()));
		return null;
	}

	/** What is looked at and noted as a call is let in, all in one step. */
	private entry(isRetry: boolean, anyway: boolean): Entry {
		const { model, errand, line, pool } = this;
		// Whoever waited for his turn may have waited too long.
		const isInTime = (): boolean => !line.signal.aborted && this.now() < errand.endsAt;
		const choice = pool.choose(anyway, isInTime);
		let latency: Readonly<Latency> | null = null;
		let silent = 0;
		const seeLatency: ChangeOf<'latency'> = {
			kind: 'latency',
			key: model.endpoint,
			change: (before) => (latency = before),
		};
		const seeSilence: ChangeOf<'silence'> = {
			...silenceKey(model),
			change(before) {
				silent = lengthOf(before, model, errand);
				return before;
			},
		};
		const count = countCall(model, () => this.now(), isRetry, choice);
		return {
			changes: [...choice.looks, count, ...choice.claims, seeLatency, seeSilence],
			taken: choice.taken,
			get hedgeDelayMs() {
				return hedgeDelay(model, errand.settings, latency, silent);
			},
		};
	}

	/** Someone else's call showed that the model is to be left alone. */
	private passOver(why: Shortfall): void {
		const { journal, settings } = this.errand;
		journal.passOver(this.model, why);
		if (!journal.hasFailed(this.model) && !leadsOn(why, settings)) journal.barrier = this.model;
	}

	/** For a call that was not made. */
	private async giveBack({
		key,
		pass,
		grant,
	}: Pick<Admitted, 'pass' | 'grant'> & { key: TakenKey | null }): Promise<void> {
		await this.errand.world.state.facts.update([
			...(key ? this.pool.giveBack(key) : []),
			...pass.spent(null),
		]);
		pass.leave();
		await grant.release();
	}

	/** False: there is no time for it, or the answer is no longer wanted; then nothing is waited for. */
	private async wait(atLeastMs: number): Promise<boolean> {
		const { errand, model } = this;
		const { signal } = this.line;
		if (signal.aborted) return false;
		const ms = Math.max(atLeastMs, errand.journal.burstWait(model, this.now()));
		if (this.now() + ms >= errand.endsAt) return false;
		if (ms > 0) await errand.world.surroundings.sleep(ms, signal);
		return !signal.aborted;
	}

	private async attempt(admitted: Admitted, request: ChatRequest): Promise<Answer | 'next' | Missed> {
		const { model, errand, line } = this;
		const { settings, world, journal } = errand;
		const speech = errand.relay?.speech(model, () => line.lead());
		const call = await this.call(admitted, request, speech);
		const billing = billingOf(call);
		const usage = billing === 'none' ? null : usageOf(call, request, world.estimateTokens);
		const verdict = await judgeCall(call, errand, settings.fallbackOn.has('truncated'));
		const shortfall = verdict.passed ? null : verdict.shortfall;
		const doubt = verdict.passed ? doubtful(model, verdict.parts, errand) : null;
		const late = verdict.passed && !doubt && !line.win() ? LATE : null;
		journal.end(call.place, attemptRecord(model, call, shortfall ?? doubt ?? late, billing, usage));
		speech?.over(verdict.passed ? 'end' : shortfall?.category === 'cancelled' ? null : 'interrupted');
		// Not waited for before an answer leaves.
		const remembered = this.remember(call, admitted, shortfall, usage);
		await admitted.grant.bill(usage);
		if (!verdict.passed) {
			await remembered;
			return this.missed(verdict.shortfall, call.draft.text);
		}
		if (late) return this.missed(late, call.draft.text);
		const answer: Answer = {
			model,
			parts: verdict.parts,
			text: call.draft.text,
			...('json' in verdict ? { json: verdict.json } : {}),
			finishReason: verdict.finishReason,
			usage: usage ?? usageOf(call, request, world.estimateTokens),
			usageEstimated: billing !== 'named',
		};
		if (!doubt) return answer;
		const isBest = !journal.held || above(journal.held.model, errand).includes(model);
		journal.noteUnheld(model, isBest ? { answer, place: call.place } : undefined);
		return 'next';
	}

	private missed(shortfall: Shortfall, text: string): Missed {
		const { errand, model } = this;
		if (shortfall.category !== 'cancelled') errand.journal.note(model, shortfall);
		if (escalates(shortfall, errand)) errand.journal.noteUnheld(model);
		return { shortfall, text };
	}

	private async call(admitted: Admitted, request: ChatRequest, speech: Speech | undefined): Promise<Made> {
		const {
			key: { key },
			pass,
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
			pass.heard();
			showLife();
		};
		try {
			await prepareModel(model, key);
			const place = journal.begin(model, this.now());
			silence.begin(hedgeDelayMs);
			const limits = limitsFor(model, settings, errand.endsAt);
			const call = await callModel(model, key, request, limits, world.surroundings, {
				signal,
				onFirstToken,
				onText,
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
			await this.giveBack(admitted);
			throw error;
		} finally {
			silence.end();
		}
	}

	/**
	 * What the call said of its endpoint, in one step. Manual executions do not heed rests and circuits but keep them: what
	 * they find out holds for the others too.
	 */
	private async remember(
		call: Made,
		{ key, pass }: Admitted,
		shortfall: Shortfall | null,
		usage: Usage | null,
	): Promise<void> {
		const { model, errand, pool } = this;
		const { state, surroundings } = errand.world;
		const now = this.now();
		const { startedAt, isSilent } = call;
		const chance = surroundings.random();
		const outcome = { shortfall, startedAt, now, isProbe: key.isProbe, silentCalls: 0, chance };
		const noteSilent = (calls: number): void => {
			// Deadlines that passed count by themselves. A probe has one call to show that somebody is there.
			const isOwn = shortfall?.category !== 'cancelled';
			outcome.silentCalls = isOwn ? 0 : calls || Number(key.isProbe);
		};
		let hasOpened = false;
		const sign = (): Sign =>
			hasOpened && isOutage(failedBy(outcome)) ? 'opened' : countsAsSuccess(shortfall) ? 'answered' : null;
		await state.facts.update([
			...(isSilent ? [countSilence(model, errand, startedAt, noteSilent)] : []),
			...pool.note(key, outcome, (opened) => (hasOpened = opened)),
			...noteSite(model, sign, now),
			...pass.spent(usage?.totalTokens ?? 0),
			this.learnSpeed(call, shortfall, usage),
		]);
		pass.leave(hasOpened ? 'circuitOpened' : isFailure(outcome) ? 'failed' : undefined);
	}

	private learnSpeed(call: Made, shortfall: Shortfall | null, usage: Usage | null): ChangeOf<'latency'> {
		const { firstTokenMs, ms, endedOutage } = call;
		// Whoever stops an execution by hand says nothing of the model.
		const isInVain = call.brokenOff && firstTokenMs === null && !this.errand.world.signal?.aborted;
		const tokens = shortfall ? 0 : (usage?.outputTokens ?? 0);
		const answer = firstTokenMs !== null && tokens > 0 ? { ms: ms - firstTokenMs, tokens } : null;
		const sighting = { firstTokenMs, waitedMs: isInVain ? ms : null, answer, endedOutage };
		return {
			kind: 'latency',
			key: this.model.endpoint,
			change: (before) => withSighting(before, sighting),
		};
	}

	/** What to do after a failure; null: nothing more with this model. */
	private async plan(turn: Turn, { shortfall, text }: Missed, key: string): Promise<Turn | null> {
		const { errand, pool } = this;
		const { settings, world } = errand;
		const atOnce: Turn = { request: turn.request, waitMs: 0, isRetry: false };
		if (shortfall.repair !== undefined && turn.request === errand.request) {
			return { ...atOnce, request: repairRequest(errand.request, text, shortfall.repair) };
		}
		// A better model costs more than a second try, but this one has had its say.
		if (escalates(shortfall, errand) && hasBetter(this.model, errand)) return null;
		const wait = retryAfter(shortfall, this.retries, settings, world.surroundings.random());
		let at = wait === null ? Infinity : this.now() + wait;
		if (belongsToKey(shortfall)) {
			pool.spend(key, at);
			if (await pool.hasFresh()) return atOnce;
			at = pool.renew();
		}
		if (at === Infinity || this.retries >= settings.maxRetries) return null;
		const isRetry = shortfall.retryAfterMs === null;
		if (isRetry && !(await mayRetry(world.state.facts, this.model, this.now()))) return null;
		if (await pool.block()) return null;
		this.retries += 1;
		return { request: turn.request, waitMs: Math.max(0, at - this.now()), isRetry };
	}

	/** How the walk goes on without this model. */
	private leave(last: Shortfall | null): Exclude<Found, Answer> {
		const { settings, endsAt } = this.errand;
		if (this.line.signal.aborted) return 'cancelled';
		if (this.isDenied) return 'stopped';
		if (this.now() >= endsAt) return 'outOfTime';
		const mayGoOn = last === null || leadsOn(last, settings) || escalates(last, this.errand);
		return mayGoOn ? 'next' : 'stopped';
	}

	private now(): number {
		return this.errand.world.surroundings.now();
	}
}

/** Said of whoever another one was faster than. */
export const NOT_NEEDED = 'Its answer was no longer needed.';

const LATE: Shortfall = { category: 'cancelled', message: NOT_NEEDED, status: null, retryAfterMs: null };

const NO_ROOM: Shortfall = {
	category: 'rateLimited',
	message: 'The limits that you set for it leave no room within the total timeout.',
	status: null,
	retryAfterMs: null,
};
