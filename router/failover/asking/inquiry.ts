import { withSighting } from '../health/latency';
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
import { repairRequest } from './repair';
import type { Speech } from '../calling/relay';
import { belongsToKey, leadsOn, retryAfter } from './retry';
import { countCall, mayRetry } from '../health/retryBudget';
import { countSilence, endSilence, silentCalls } from '../health/silentRow';
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
		const pass = await admit(model, request, errand, line.signal);
		if (pass === 'noRoom') errand.journal.passOver(model, NO_ROOM);
		if (typeof pass === 'string') {
			await grant.release();
			return null;
		}
		// Whoever waited for his turn may have waited too long.
		const isTooLate = line.signal.aborted || this.now() >= errand.endsAt;
		const key = isTooLate ? null : await (anyway ? pool.takeAnyway() : pool.take());
		if (key && (await countCall(errand.world.store, model, this.now(), isRetry))) return { key, pass, grant };
		await this.giveBack({ key, pass, grant });
		const block = await pool.block();
		if (block) this.passOver(passedOver(block, this.now()));
		return null;
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
	}: Omit<Admitted, 'key'> & { key: TakenKey | null }): Promise<void> {
		if (key) await this.pool.giveBack(key);
		await pass.leave(null);
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
		try {
			await admitted.grant.bill(usage);
		} finally {
			await this.remember(call, admitted, shortfall, usage);
		}
		if (!verdict.passed) return this.missed(verdict.shortfall, call.draft.text);
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
		} = admitted;
		const { model, errand } = this;
		const { settings, world, journal } = errand;
		const { silence, signal } = this.line;
		const onText = speech && ((text: string): void => speech.text(text));
		let signs: Promise<number> | null = null;
		const onFirstToken = (): void => {
			silence.end();
			pass.heard();
			// Waited for when the call is over: what fails until then must not end the process.
			signs = endSilence(model, errand).catch(() => 0);
		};
		try {
			await prepareModel(model, key);
			const latency = await world.store.read('latency', model.endpoint);
			const silent = await silentCalls(model, errand);
			const place = journal.begin(model, this.now());
			silence.begin(hedgeDelay(model, settings, latency, silent));
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
			if (!call.brokenOff) signs ??= endSilence(model, errand);
			return { ...call, place, isSilent, endedOutage: (await signs) ?? 0 };
		} catch (error) {
			await this.giveBack(admitted);
			throw error;
		} finally {
			silence.end();
		}
	}

	/** Manual executions do not heed rests and circuits but keep them: what they find out holds for the others too. */
	private async remember(
		call: Made,
		{ key, pass }: Admitted,
		shortfall: Shortfall | null,
		usage: Usage | null,
	): Promise<void> {
		const { model, errand, pool } = this;
		const { store, surroundings } = errand.world;
		const now = this.now();
		const outcome = {
			shortfall,
			startedAt: call.startedAt,
			now,
			isProbe: key.isProbe,
			silentCalls: await this.silence(call, key.isProbe, shortfall),
			chance: surroundings.random(),
		};
		const hasOpened = await pool.note(key, outcome);
		const hasFailed = isFailure(outcome);
		await pass.leave(usage?.totalTokens ?? 0, hasOpened ? 'circuitOpened' : hasFailed ? 'failed' : undefined);
		if (hasOpened && isOutage(failedBy(outcome))) await noteSite(store, model, 'opened', now);
		else if (countsAsSuccess(shortfall)) await noteSite(store, model, 'answered', now);
		await this.learnSpeed(call, shortfall, usage);
	}

	/** How many calls in a row show that the endpoint is silent, where this one was ended by another's answer. */
	private async silence(
		{ isSilent, startedAt }: Made,
		isProbe: boolean,
		shortfall: Shortfall | null,
	): Promise<number> {
		if (!isSilent) return 0;
		const calls = await countSilence(this.model, this.errand, startedAt);
		// Deadlines that passed count by themselves.
		if (shortfall?.category !== 'cancelled') return 0;
		// A probe has one call to show that somebody is there.
		return calls || Number(isProbe);
	}

	private async learnSpeed(call: Made, shortfall: Shortfall | null, usage: Usage | null): Promise<void> {
		const { signal, store } = this.errand.world;
		const { firstTokenMs, ms, endedOutage } = call;
		// Whoever stops an execution by hand says nothing of the model.
		const isInVain = call.brokenOff && firstTokenMs === null && !signal?.aborted;
		const tokens = shortfall ? 0 : (usage?.outputTokens ?? 0);
		const answer = firstTokenMs !== null && tokens > 0 ? { ms: ms - firstTokenMs, tokens } : null;
		const sighting = { firstTokenMs, waitedMs: isInVain ? ms : null, answer, endedOutage };
		await store.update('latency', this.model.endpoint, (before) => withSighting(before, sighting));
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
		if (isRetry && !(await mayRetry(world.store, this.model, this.now()))) return null;
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
