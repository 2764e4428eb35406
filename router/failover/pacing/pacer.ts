/**
 * The queue before one key of one model: a rate limit is a queue, not a failure. Nothing is held back until the provider
 * refuses a call for a limit. Then the key is shut for as long as the provider names, else a little longer each time;
 * one call at a time tries it; and once one is taken the others follow at the pace that is learned.
 */
import type { PaceMoment } from '../../state/state';
import type { Surroundings } from '../../types';
import { Alarm } from './alarm';
import { Allowances } from './allowances';
import { FairQueue } from './fairQueue';
import { Crowd } from './crowd';
import { Pace } from './pace';
import { Round } from './round';
import { NO_PEERS } from './terms';
import { FIRST_WAIT_MS, FORGOTTEN_MS, OUTAGE_MS, waitAfter } from './waits';
import type { LimitRefusal, NoTurn, Peers, Turn } from './terms';

/** At a limit of calls under way: one more is tried after so many answers for each. */
const ANSWERS_BEFORE_MORE = 20;

interface Waiter {
	execution: unknown;
	/** By the monotonic clock. */
	since: number;
	resolve(turn: Turn | NoTurn): void;
}

export class Pacer {
	private readonly queue = new FairQueue<Waiter>();

	private pace = new Pace();

	private readonly allowances = new Allowances();

	/** Calls that were sent so far. */
	private sent = 0;

	/** By the monotonic clock; null: calls are taken. */
	private shutUntil: number | null = null;

	/** The provider named the time. */
	private isNamed = false;

	/** While shut: one call finds out whether the limit is over. */
	private isTried = false;

	/** An answer has ended, which may have made room: it is tried before its time, which then holds on. */
	private plannedFor: number | null = null;

	/** Refusals in a row while shut. */
	private refusals = 0;

	/** Since when every call has been refused, by the monotonic clock; null: the last one was not. */
	private refusedSince: number | null = null;

	private refusedAt = 0;

	/** Calls of which nothing was heard, and those that were taken and are not over. */
	private unheard = 0;

	private underWay = 0;

	private readonly round = new Round();

	/** Calls under way at a time, where the provider limits those. */
	private mostAtOnce = Infinity;

	private answersAtMost = 0;

	private readonly crowd = new Crowd();

	/** Put aside while the limit seems to be one of calls under way; null: it does not. */
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

	/** A limit was met that still tells. */
	get isLimited(): boolean {
		return this.shutUntil !== null || this.pace.isKnown;
	}

	get isWaitedFor(): boolean {
		return this.queue.size > 0;
	}

	/** Whether the wait that is expected is more than a guess. */
	get isSure(): boolean {
		const now = this.now();
		return this.pace.isTested || this.mostAtOnce < Infinity || this.allowances.nextCallAt(now) > now;
	}

	/** What another process did with the key. @param ahead so much our clock is before its own, in ms */
	hear(
		{ sent, taken, takenFrom, isWaiting, refused, isTried, reopenedFrom }: PaceMoment,
		ahead: number,
	): void {
		const now = this.now();
		const offset = ahead - this.sinceEpoch();
		// Those who wait have their share of the pace already.
		if (!isWaiting) for (let call = 0; call < sent; call += 1) this.pace.sent(now);
		if (reopenedFrom !== null && this.shutUntil !== null) this.reopen(reopenedFrom + offset);
		for (let call = 0; call < taken; call += 1)
			this.pace.taken(takenFrom + offset, now, isWaiting && this.shutUntil === null);
		if (isTried && this.shutUntil !== null) this.shutUntil = Math.max(this.shutUntil, now + FIRST_WAIT_MS);
		if (refused) this.heed(refused.from + offset, refused.namedMs);
		this.pump();
	}

	/** Another process has a limit with this key. */
	hearOfLimit(): void {
		if (!this.isLimited) this.pace.reopened(this.now(), this.now());
	}

	/** Leave to make a call at once; null: it has to be waited for. */
	enterAtOnce(execution: unknown): Turn | null {
		this.forget();
		return this.queue.size === 0 && this.mayGo() ? this.turn(execution, false) : null;
	}

	/** Leave in spite of a key that is shut, as one try; null: it is being tried. */
	tryNow(execution: unknown): Turn | null {
		return this.isTried ? null : this.turn(execution, false);
	}

	/**
	 * Waits for leave to make a call. @param execution whose items share the pace fairly with those of others
	 * @param since when the item came, epoch ms
	 */
	enter(execution: unknown, since: number, signal: AbortSignal): Promise<Turn | NoTurn> {
		return new Promise((resolve) => {
			if (signal.aborted) return resolve('aborted');
			const leave = (): void => {
				if (!this.queue.remove(execution, waiter)) return;
				resolve('aborted');
				this.pump();
			};
			const waiter: Waiter = {
				execution,
				since,
				resolve: (turn) => {
					signal.removeEventListener('abort', leave);
					resolve(turn);
				},
			};
			signal.addEventListener('abort', leave, { once: true });
			if (this.queue.size === 0) this.round.waitFrom(this.now());
			this.queue.push(execution, waiter);
			this.pump();
		});
	}

	/** How long one who comes now would wait, in ms; 0 where nothing is known of a limit. */
	expectedWaitMs(): number {
		const now = this.now();
		const gap = this.pace.gapMs;
		const ahead = this.queue.size;
		const atOnce = this.mostAtOnce;
		const crowd =
			atOnce === Infinity ? 0 : Math.max(0, this.inFlight + ahead + 1 - atOnce) * (this.callMs / atOnce);
		const left = Math.max(crowd, this.allowances.nextCallAt(now) - now, 0);
		if (this.shutUntil !== null)
			return Math.max(left, this.shutUntil - now) + (ahead + Number(this.isTried)) * gap;
		return Math.max(left, this.pace.nextCallAt - now + ahead * gap);
	}

	/** For so long the provider wants nothing from us, in ms. */
	shutForMs(): number {
		return this.shutUntil === null ? 0 : Math.max(0, this.shutUntil - this.now());
	}

	/** Whether the provider is there has to be shown anew. */
	private doubt(): void {
		this.round.start(this.now());
	}

	/** Everyone who only waits for a first answer goes on, to see that the circuit is open. */
	release(): void {
		if (this.shutUntil === null && !this.pace.isKnown)
			this.round.start(this.now(), this.unheard + this.queue.size);
		this.pump();
	}

	private mayGo(): boolean {
		if (this.inFlight >= this.mostAtOnce || this.now() < this.allowances.nextCallAt(this.now())) return false;
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
		// Each of those who wait, here and elsewhere, sends as often.
		else for (let share = 0; share <= this.peers.waiting; share += 1) this.pace.sent(startedAt);
		this.unheard += 1;
		const seq = ++this.sent;
		this.allowances.sent(seq, startedAt);
		let state: 'unheard' | 'taken' | 'over' = 'unheard';
		const hear = (said: 'taken' | 'refused' | 'nothing', then: () => void): void => {
			if (state !== 'unheard') return;
			state = said === 'taken' ? 'taken' : 'over';
			this.allowances.heard(seq, said, this.now());
			this.unheard -= 1;
			if (isTry) this.isTried = false;
			then();
			this.pump();
		};
		return {
			told: (allowances) => {
				this.allowances.note(allowances, seq, this.sent, this.now());
				this.pump();
			},
			taken: () =>
				hear('taken', () => {
					this.underWay += 1;
					this.crowd.taken(others);
					this.take(startedAt, isTry, hasWaited);
				}),
			refused: (refusal) => {
				let isOutage = false;
				hear('refused', () => {
					this.queue.noteTurn(execution, -1);
					isOutage = this.refuse(startedAt, isTry, refusal);
				});
				return isOutage;
			},
			failed: (isOutage) =>
				hear('nothing', () => {
					if (isTry) this.take(startedAt, true, hasWaited);
					if (isOutage) this.doubt();
				}),
			unused: () => hear('nothing', () => undefined),
			over: () => {
				if (state !== 'taken') return;
				state = 'over';
				this.underWay -= 1;
				this.ended(this.now() - startedAt);
				this.pump();
			},
		};
	}

	private take(startedAt: number, isTry: boolean, hasWaited: boolean): void {
		this.refusals = 0;
		this.refusedSince = null;
		if (this.mostAtOnce < Infinity && ++this.answersAtMost > ANSWERS_BEFORE_MORE * this.mostAtOnce) {
			this.mostAtOnce += 1;
			this.answersAtMost = 0;
		}
		this.peers.taken(startedAt + this.sinceEpoch(), isTry);
		// Another process may have found it out before.
		if (isTry && this.shutUntil !== null) this.reopen(startedAt);
		else
			this.pace.taken(startedAt, this.now(), this.shutUntil === null && (hasWaited || this.queue.size > 0));
		if (!this.pace.isKnown) this.round.heard(this.now());
	}

	private reopen(startedAt: number): void {
		this.shutUntil = null;
		this.plannedFor = null;
		this.pace.reopened(startedAt, this.now());
	}

	private refuse(startedAt: number, isTry: boolean, refusal: LimitRefusal): boolean {
		const { namedMs, isOfConcurrency } = refusal;
		const now = this.now();
		this.peers.refused(startedAt + this.sinceEpoch(), refusal);
		this.refusedAt = now;
		this.refusedSince ??= startedAt;
		const isOutage = startedAt - this.refusedSince >= OUTAGE_MS;
		while (isOutage && this.queue.size > 0) this.queue.shift()?.resolve('outage');
		if (isOfConcurrency || this.isCrowd(isTry, now)) {
			this.mostAtOnce = Math.max(1, this.inFlight);
			this.answersAtMost = 0;
			// Nobody of ours is under way: someone else's calls are.
			if (this.inFlight === 0) this.shut(namedMs);
		} else if (isTry) this.shut(namedMs);
		else this.heed(startedAt, namedMs);
		return isOutage;
	}

	/** Whether the limit seems to be one of calls under way, though its words do not say so. */
	private isCrowd(isTry: boolean, now: number): boolean {
		if (this.asidePace) {
			if (this.crowd.holds(this.inFlight)) return true;
			this.crowd.wasWrong(now);
			this.pace = this.asidePace;
			this.asidePace = null;
			this.mostAtOnce = Infinity;
			return false;
		}
		// Others' calls count, which are not known here.
		const isAlone = this.unheard === 0 && this.peers.waiting === 0 && (this.pace.isKnown || isTry);
		if (!isAlone || this.crowd.refused(this.underWay, now) === null) return false;
		this.asidePace = this.pace;
		this.pace = new Pace();
		this.shutUntil = null;
		return true;
	}

	/** A refusal of a call that was no try. */
	private heed(startedAt: number, namedMs: number | null): void {
		const now = this.now();
		this.refusedAt = now;
		if (this.shutUntil !== null) {
			if (namedMs !== null) this.shutUntil = Math.max(this.shutUntil, now + namedMs);
		} else if (!this.pace.refused(startedAt, now)) this.shut(namedMs);
		// One after the other asks whether it is over.
		else for (let peer = 0; peer < this.peers.waiting; peer += 1) this.pace.sent(now);
	}

	private shut(namedMs: number | null): void {
		const ms = waitAfter(this.refusals, namedMs, this.surroundings.random());
		this.isNamed = namedMs !== null;
		const isEarly = this.plannedFor !== null;
		this.shutUntil = Math.max(this.plannedFor ?? 0, this.now() + (isEarly ? FIRST_WAIT_MS : ms));
		this.plannedFor = null;
		if (!isEarly) this.refusals += 1;
	}

	private ended(ms: number): void {
		this.callMs += this.callMs === 0 ? ms : 0.2 * (ms - this.callMs);
		// The limit may have been one of calls under way, without saying so.
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
		this.asidePace = null;
		this.shutUntil = null;
		this.mostAtOnce = Infinity;
	}

	private get inFlight(): number {
		return this.unheard + this.underWay;
	}

	/** Lets in whoever may go, and sets the timer for the next. */
	private pump(): void {
		while (this.queue.size > 0 && this.mayGo()) {
			const waiter = this.queue.shift();
			waiter?.resolve(this.turn(waiter.execution, true));
		}
		const at = this.queue.size === 0 ? Infinity : this.nextAt();
		this.alarm.set(at);
	}

	/** When time alone lets the next one in; `Infinity`: something else has to happen. */
	private nextAt(): number {
		if (this.inFlight >= this.mostAtOnce) return Infinity;
		return Math.max(this.allowances.nextCallAt(this.now()), this.nextPacedAt());
	}

	private nextPacedAt(): number {
		if (this.shutUntil !== null) return this.isTried ? Infinity : this.shutUntil;
		if (this.pace.isKnown) return this.pace.nextCallAt;
		return this.unheard < this.round.calls ? 0 : this.round.nextAt;
	}

	/** What other processes are told is by the clock of the day. */
	private sinceEpoch(): number {
		return this.surroundings.now() - this.now();
	}

	/** By the clock that nobody sets, and never 0, which stands for never. */
	private now(): number {
		return 1 + this.surroundings.monotonic();
	}
}
