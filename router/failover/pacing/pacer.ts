/**
 * The queue before one key of one model: a rate limit is a queue, not a failure. Nothing is held back until the
 * provider refuses a call for a limit. Then the key is shut for as long as the provider names, or a little longer
 * each time. One call at a time tries it; once one is accepted, the others follow at the learned pace.
 */
import type { PaceMoment } from '../../state/state';
import type { Surroundings } from '../../types';
import { Alarm } from './alarm';
import { Allowances } from './allowances';
import { FairQueue } from './fairQueue';
import { ANSWERS_BEFORE_MORE, Crowd } from './crowd';
import { LongWindow } from './longWindow';
import { Pace } from './pace';
import { Presumed } from './presumed';
import { Round } from './round';
import { NO_PEERS } from './terms';
import { FIRST_WAIT_MS, FORGOTTEN_MS, OUTAGE_MS, waitAfter } from './waits';
import { turnOf } from './turn';
import { waitIn } from './waiter';
import type { Waiter } from './waiter';
import type { LimitRefusal, NoTurn, Peers, Turn } from './terms';

/** One refusal may be a stray one; so many together are a limit. */
const SEVERAL = 2;

export class Pacer {
	private readonly queue = new FairQueue<Waiter>();

	private pace = new Pace();

	private readonly allowances = new Allowances();

	private window = new LongWindow();

	private readonly presumed = new Presumed();

	/** Calls sent so far. */
	private sent = 0;

	/** By the monotonic clock; null: calls are accepted. */
	private shutUntil: number | null = null;

	/** The provider named the time. */
	private isNamed = false;

	/** While shut: a call is running that finds out whether the limit is over. */
	private isTried = false;

	/** The regular time, while a try comes earlier because an answer has ended and may have made room. */
	private plannedFor: number | null = null;

	/** Consecutive refusals while shut. */
	private refusals = 0;

	/** Calls that were refused together when the key was last shut. */
	private refusedTogether = 0;

	/** Since when every call has been refused, by the monotonic clock; null: the last one was not. */
	private refusedSince: number | null = null;

	private refusedAt = 0;

	/** Running calls without any response yet, and those that were accepted and have not ended. */
	private unheard = 0;

	private underWay = 0;

	private readonly round = new Round();

	/** Most concurrent calls, if the provider limits those. */
	private mostAtOnce = Infinity;

	private answersAtMost = 0;

	private readonly crowd = new Crowd();

	/** The pace, set aside while the limit seems to be on concurrent calls; null: it does not. */
	private asidePace: Pace | null = null;

	/** Moving average of a call's length, in ms. */
	private callMs = 0;

	private readonly alarm: Alarm;

	/** @param peers other processes that use the same key; absent: there are none */
	constructor(
		private readonly surroundings: Surroundings,
		private readonly peers: Peers = NO_PEERS,
	) {
		const ring = (): void => {
			if (this.now() >= this.round.lastsUntil) this.release();
			else this.pump();
		};
		this.alarm = new Alarm(surroundings, ring, () => this.now());
	}

	/** A limit was met and still applies. */
	get isLimited(): boolean {
		return this.shutUntil !== null || this.pace.isKnown || this.window.isKnown;
	}

	get isWaitedFor(): boolean {
		return this.queue.size > 0;
	}

	/** Whether the expected wait is more than a guess. */
	get isSure(): boolean {
		const now = this.now();
		const isMet = this.refusedTogether >= SEVERAL || this.pace.isTested;
		return isMet || this.mostAtOnce < Infinity || this.heldUntil(now) > now;
	}

	/** What another process did with the key. @param ahead how far our clock is ahead of its clock, in ms */
	hear(
		{ sent, taken, takenFrom, isWaiting, refused, isTried, reopenedFrom }: PaceMoment,
		ahead: number,
	): void {
		const now = this.now();
		const offset = ahead - this.sinceEpoch();
		// Waiting processes already have their share of the pace.
		if (!isWaiting) for (let call = 0; call < sent; call += 1) this.pace.sent(now);
		if (reopenedFrom !== null && this.shutUntil !== null) this.reopen(reopenedFrom + offset);
		for (let call = 0; call < taken; call += 1)
			this.pace.taken(takenFrom + offset, now, isWaiting && this.shutUntil === null);
		if (isTried && this.shutUntil !== null) this.shutUntil = Math.max(this.shutUntil, now + FIRST_WAIT_MS);
		if (refused) this.heed(refused.from + offset, refused.namedMs);
		this.pump();
	}

	/** Another process has met a limit with this key. */
	hearOfLimit(): void {
		if (!this.isLimited) this.pace.reopened(this.now(), this.now());
	}

	/** A turn without waiting; null: the call has to wait. */
	enterAtOnce(execution: unknown): Turn | null {
		this.forget();
		return this.queue.size === 0 && this.mayGo() ? this.turn(execution, false) : null;
	}

	/** A turn, as a try, although the key is shut; null: another try is running. */
	tryNow(execution: unknown): Turn | null {
		return this.isTried ? null : this.turn(execution, false);
	}

	/**
	 * Waits for a turn. @param execution its items share the pace fairly with those of others
	 * @param since when the item came, epoch ms
	 */
	enter(execution: unknown, since: number, signal: AbortSignal): Promise<Turn | NoTurn> {
		if (this.queue.size === 0) this.round.waitFrom(this.now());
		const turn = waitIn(this.queue, { execution, since }, signal, () => this.pump());
		this.pump();
		return turn;
	}

	/** How long a new call would wait, in ms; 0 if no limit is known. */
	expectedWaitMs(): number {
		const now = this.now();
		const gap = this.pace.gapMs;
		const ahead = this.queue.size;
		const atOnce = this.mostAtOnce;
		const crowd =
			atOnce === Infinity ? 0 : Math.max(0, this.inFlight + ahead + 1 - atOnce) * (this.callMs / atOnce);
		const heldUntil = this.heldUntil(now);
		const left = Math.max(crowd, heldUntil === Infinity ? this.callMs : heldUntil - now, 0);
		if (this.shutUntil !== null)
			return Math.max(left, this.shutUntil - now) + (ahead + Number(this.isTried)) * gap;
		return Math.max(left, this.pace.nextCallAt - now + ahead * gap);
	}

	/** How long the provider still wants no calls from us, in ms. */
	shutForMs(): number {
		return this.shutUntil === null ? 0 : Math.max(0, this.shutUntil - this.now());
	}

	/** The provider must show again that it responds. */
	private doubt(): void {
		this.round.start(this.now());
	}

	/** Lets every call go on that only waits for a first answer, so that it finds the circuit open. */
	release(): void {
		if (this.shutUntil === null && !this.pace.isKnown)
			this.round.start(this.now(), this.unheard + this.queue.size);
		this.pump();
	}

	private mayGo(): boolean {
		if (this.inFlight >= this.mostAtOnce || this.now() < this.heldUntil(this.now())) return false;
		if (this.shutUntil !== null) return !this.isTried && this.now() >= this.shutUntil;
		if (this.pace.isKnown) return this.now() >= this.pace.nextCallAt;
		return this.unheard < this.round.roomAt(this.now());
	}

	private turn(execution: unknown, hasWaited: boolean): Turn {
		const startedAt = this.now();
		this.queue.noteTurn(execution, 1);
		const isTry = this.shutUntil !== null;
		const others = this.inFlight;
		this.peers.sent(isTry);
		if (isTry) this.isTried = true;
		// Each waiting process, here and elsewhere, sends as often.
		else for (let share = 0; share <= this.peers.waiting; share += 1) this.pace.sent(startedAt);
		this.unheard += 1;
		const seq = ++this.sent;
		this.allowances.sent(seq, startedAt);
		this.window.sent(seq, startedAt, isTry || this.peers.waiting > 0);
		const { turn, presume } = turnOf({
			heard: (said, isPresumed) => {
				this.presumed.delete(seq);
				this.allowances.heard(seq, said, this.now());
				if (said !== 'refused') this.window.heard(seq, said === 'taken');
				if (isPresumed) this.underWay -= 1;
				else this.unheard -= 1;
				if (isTry && !isPresumed) this.isTried = false;
			},
			accepted: () => {
				this.underWay += 1;
				this.crowd.taken(others);
				this.take(startedAt, isTry, hasWaited);
			},
			refused: (refusal) => {
				this.queue.noteTurn(execution, -1);
				return this.refuse(seq, startedAt, isTry, refusal);
			},
			failed: (isOutage, isPresumed) => {
				if (isTry && !isPresumed) this.take(startedAt, true, hasWaited);
				if (isOutage) this.doubt();
			},
			ended: () => {
				this.presumed.delete(seq);
				this.underWay -= 1;
				this.ended(this.now() - startedAt);
			},
			told: (allowances) => this.allowances.note(allowances, seq, this.sent, this.now()),
			settled: () => this.pump(),
		});
		this.presumed.add(seq, startedAt, presume);
		return turn;
	}

	private take(startedAt: number, isTry: boolean, hasWaited: boolean): void {
		this.refusals = 0;
		this.refusedSince = null;
		if (this.mostAtOnce < Infinity && ++this.answersAtMost > ANSWERS_BEFORE_MORE * this.mostAtOnce) {
			this.mostAtOnce += 1;
			this.answersAtMost = 0;
		}
		this.peers.taken(startedAt + this.sinceEpoch(), isTry);
		// Another process may have found out before.
		const isWindow = this.window.recovered(startedAt) && this.peers.waiting === 0;
		if (isWindow || (isTry && this.shutUntil !== null)) this.reopen(startedAt, isWindow);
		else
			this.pace.taken(startedAt, this.now(), this.shutUntil === null && (hasWaited || this.queue.size > 0));
		if (!this.pace.isKnown) this.round.heard(this.now());
	}

	private reopen(startedAt: number, isWindow = false): void {
		this.shutUntil = null;
		this.plannedFor = null;
		if (isWindow) this.pace.resumed(this.now());
		else this.pace.reopened(startedAt, this.now());
	}

	private refuse(seq: number, startedAt: number, isTry: boolean, refusal: LimitRefusal): boolean {
		const { namedMs, isOfConcurrency } = refusal;
		const now = this.now();
		this.peers.refused(startedAt + this.sinceEpoch(), refusal);
		this.refusedAt = now;
		this.refusedSince ??= startedAt;
		const isOutage = startedAt - this.refusedSince >= OUTAGE_MS;
		while (isOutage && this.queue.size > 0) this.queue.shift()?.resolve('outage');
		// The end of a window was expected, and says nothing about the pace.
		if (this.window.refused(seq, namedMs, now) && !isTry) return isOutage;
		if (isOfConcurrency || this.isCrowd(isTry, now)) {
			this.mostAtOnce = Math.max(1, this.inFlight);
			this.answersAtMost = 0;
			// None of our calls is running, so other clients' calls fill the limit.
			if (this.inFlight === 0) this.shut(namedMs);
		} else if (isTry) this.shut(namedMs);
		else this.heed(startedAt, namedMs);
		return isOutage;
	}

	/** Whether the limit seems to be on concurrent calls although the provider does not say so. */
	private isCrowd(isTry: boolean, now: number): boolean {
		if (this.asidePace) {
			if (this.crowd.holds(this.inFlight)) return true;
			this.crowd.wasWrong(now);
			this.pace = this.asidePace;
			this.pace.resumed(now);
			this.asidePace = null;
			this.mostAtOnce = Infinity;
			return false;
		}
		// Other processes' calls would count too, and are unknown here.
		const isAlone = this.peers.waiting === 0 && (this.pace.isKnown || isTry);
		if (!isAlone || this.crowd.refused(this.inFlight, now) === null) return false;
		this.asidePace = this.pace;
		this.pace = new Pace();
		this.shutUntil = null;
		return true;
	}

	/** Handles the refusal of a call that was not a try. */
	private heed(startedAt: number, namedMs: number | null): void {
		const now = this.now();
		this.refusedAt = now;
		this.refusedTogether = this.shutUntil === null ? 1 : this.refusedTogether + 1;
		if (this.shutUntil !== null) {
			if (namedMs !== null) this.shutUntil = Math.max(this.shutUntil, now + namedMs);
		} else if (!this.pace.refused(startedAt, now)) this.shut(namedMs);
		// The processes take turns asking whether the limit is over.
		else for (let peer = 0; peer < this.peers.waiting; peer += 1) this.pace.sent(now);
	}

	private shut(namedMs: number | null): void {
		const usual = waitAfter(this.refusals, namedMs, this.surroundings.random());
		const most = Math.max(FIRST_WAIT_MS, this.window.longestWaitMs(this.now()));
		const ms = namedMs === null ? Math.min(usual, most) : usual;
		this.isNamed = namedMs !== null;
		const isEarly = this.plannedFor !== null;
		this.shutUntil = Math.max(this.plannedFor ?? 0, this.now() + (isEarly ? FIRST_WAIT_MS : ms));
		this.plannedFor = null;
		if (!isEarly) this.refusals += 1;
	}

	private ended(ms: number): void {
		this.crowd.ended();
		this.callMs += this.callMs === 0 ? ms : 0.2 * (ms - this.callMs);
		// The limit may have been on concurrent calls without saying so.
		if (
			this.shutUntil !== null &&
			!this.isNamed &&
			!this.isTried &&
			this.now() >= this.refusedAt + FIRST_WAIT_MS
		) {
			this.plannedFor ??= this.shutUntil;
			this.shutUntil = this.now();
		}
		if (this.inFlight === 0 && this.queue.size === 0) this.doubt();
	}

	private forget(): void {
		if (this.refusedAt === 0 || this.queue.size > 0 || this.now() - this.refusedAt < FORGOTTEN_MS) return;
		[this.refusedAt, this.refusedSince, this.refusals] = [0, null, 0];
		this.pace = new Pace();
		this.window = new LongWindow();
		this.asidePace = null;
		this.shutUntil = null;
		this.mostAtOnce = Infinity;
	}

	private get inFlight(): number {
		return this.unheard + this.underWay;
	}

	/** Lets in all calls that may go, and sets the timer for the next. */
	private pump(): void {
		if (this.isLimited && this.queue.size > 0) this.presumed.accept(this.now());
		while (this.queue.size > 0 && this.mayGo()) {
			const waiter = this.queue.shift();
			waiter?.resolve(this.turn(waiter.execution, true));
		}
		const presumedAt = this.isLimited ? this.presumed.nextAt : Infinity;
		this.alarm.set(this.queue.size === 0 ? Infinity : Math.min(this.nextAt(), presumedAt));
	}

	/** When time alone lets the next call in; `Infinity`: something else has to happen. */
	private nextAt(): number {
		if (this.inFlight >= this.mostAtOnce) return Infinity;
		return Math.max(this.heldUntil(this.now()), this.nextPacedAt());
	}

	/** A shut key is tried whatever is known of a window, and several processes keep their common pace instead. */
	private heldUntil(now: number): number {
		const isAlone = this.shutUntil === null && this.peers.waiting === 0;
		const inWindow = isAlone ? this.window.nextCallAt(now) : 0;
		return Math.max(this.allowances.nextCallAt(now), inWindow);
	}

	private nextPacedAt(): number {
		if (this.shutUntil !== null) return this.isTried ? Infinity : this.shutUntil;
		if (this.pace.isKnown) return this.pace.nextCallAt;
		return this.unheard < this.round.calls ? 0 : this.round.nextAt;
	}

	/** Added to our times for other processes, which need epoch times. */
	private sinceEpoch(): number {
		return this.surroundings.now() - this.now();
	}

	/** By the monotonic clock, and never 0, which stands for never. */
	private now(): number {
		return 1 + this.surroundings.monotonic();
	}
}
