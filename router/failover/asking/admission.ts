import type { ChangeOf, FactChange, Latency } from '../../state/state';
import type { ChatRequest, Grant, Model } from '../../types';
import { admit } from '../calling/userLimits';
import type { Pass } from '../calling/userLimits';
import { leaveToSpend } from '../calling/spending';
import { LONGEST_SLEEP_MS } from '../calling/deadlines';
import type { KeyPool, TakenKey } from '../health/keyPool';
import { countCall } from '../health/retryBudget';
import { lengthOf, silenceKey } from '../health/silentStreak';
import type { NoTurn, Turn as PacerTurn } from '../pacing/terms';
import type { Context } from './context';
import { inQueue, passedOver } from './failure';
import { hedgeDelay } from './hedge';
import { leadsOn } from './retry';
import type { Fault } from '../terms';

/** `anyway`: ignores cooldowns and circuits. `queued`: no other model is left to ask, so this one is waited for. */
export type Mode = 'usual' | 'anyway' | 'queued';

/** The next call to the same model. */
export interface NextAttempt {
	request: ChatRequest;
	waitMs: number;
	/** Counts against the retry budget. */
	isRetry: boolean;
}

export interface Admitted {
	key: TakenKey;
	turn: PacerTurn;
	/** Time spent in the key's queue, in ms. */
	waitedMs: number;
	pass: Pass;
	grant: Grant;
	/** Silence until a hedge starts, in ms. */
	hedgeDelayMs: number;
}

interface Entry {
	changes: FactChange[];
	/** Valid once the changes are made. null: the key may not be used, or the retry budget is spent. */
	taken(): TakenKey | null;
	/** The retry budget had no room for it. */
	isDropped(): boolean;
	readonly hedgeDelayMs: number;
}

export interface Control {
	/** Aborts when the answer is no longer wanted. */
	signal: AbortSignal;
	/** Whether another model may be asked after this one. */
	hasOthers(): boolean;
}

/** Everything that a call to one model must wait for or pass: its turn, budgets, the user's limits, a key. */
export class Admission {
	/** Nothing more may be spent, on any model. */
	isDenied = false;

	constructor(
		private readonly context: Context,
		private readonly model: Model,
		private readonly pool: KeyPool,
		private readonly control: Control,
	) {}

	/** Waits until the call may be made. null: it may not be made, and nothing is held. */
	async admit(attempt: NextAttempt, mode: Mode): Promise<Admitted | null> {
		const { pool, model } = this;
		const anyway = mode === 'anyway';
		if (!(await this.wait(attempt.waitMs))) return null;
		// A key may have been blocked while the call waited for its turn.
		for (let left = Math.max(1, model.keys.length); left > 0; left -= 1) {
			const key = pool.pick(anyway);
			if (key === null) break;
			const arrivedAt = this.monotonic();
			const turn = await this.queueUp(key, mode);
			if (turn === 'outage') this.context.trace.note(model, OUTAGE);
			if (typeof turn === 'string') return null;
			const admitted = await this.enter(attempt, key, turn, anyway);
			if (admitted) return { ...admitted, turn, waitedMs: this.monotonic() - arrivedAt };
			turn.unused();
			if (admitted === null) return null;
			if (await pool.block()) break;
		}
		const block = await pool.block();
		if (block) this.passOver(passedOver(block, this.now()));
		return null;
	}

	/** Waits for a turn with the key while there is time; only briefly if there is another model. */
	private async queueUp(key: string, mode: Mode): Promise<PacerTurn | NoTurn> {
		const { context, control, pool } = this;
		const { settings, world } = context;
		const execution = world.execution ?? world.signal;
		const pacer = pool.pacer(key);
		const shutForMs = pacer.shutForMs();
		const atOnce = pacer.enterAtOnce(execution) ?? (pool.mayTryNow(key) ? pacer.tryNow(execution) : null);
		if (atOnce) return atOnce;
		if (control.signal.aborted) return 'aborted';
		if (this.monotonic() + shutForMs >= context.endsAt) {
			context.trace.passOver(this.model, TOO_LONG);
			return 'aborted';
		}
		const mayLeave = mode !== 'queued' && control.hasOthers() && settings.fallbackOn.has('rateLimited');
		const patienceMs = mayLeave ? settings.retryAfterPatienceMs : Infinity;
		if (pacer.expectedWaitMs() > patienceMs) {
			context.trace.passOver(this.model, inQueue(pacer.expectedWaitMs()));
			return 'aborted';
		}
		const stop = new AbortController();
		// An explicit reason saves creating an error, which would cost more than everything else here.
		const end = (): void => stop.abort('over');
		control.signal.addEventListener('abort', end, { once: true });
		const leftMs = Math.min(context.endsAt - this.monotonic(), patienceMs, LONGEST_SLEEP_MS);
		void world.surroundings.sleep(leftMs, stop.signal).then(end);
		const turn = await pacer.enter(execution, context.startedAt, stop.signal);
		control.signal.removeEventListener('abort', end);
		end();
		if (turn === 'aborted') context.trace.passOver(this.model, inQueue(pacer.expectedWaitMs()));
		return turn;
	}

	/** null: the call may not be made. undefined: not with this key, but perhaps with another. */
	private async enter(
		{ request, isRetry }: NextAttempt,
		wanted: string,
		turn: PacerTurn,
		anyway: boolean,
	): Promise<Omit<Admitted, 'turn' | 'waitedMs'> | null | undefined> {
		const { context, model, control } = this;
		const grant = await leaveToSpend(model, request, context, control.signal);
		this.isDenied = grant === 'stopped';
		if (typeof grant === 'string') return null;
		const entry = this.entry(wanted, isRetry, anyway);
		const pass = await admit(model, request, context, control.signal, entry.changes);
		if (pass === 'noRoom') context.trace.passOver(model, NO_ROOM);
		if (typeof pass === 'string') {
			await grant.release();
			return null;
		}
		const key = entry.taken();
		const { hedgeDelayMs } = entry;
		if (key) return { key, pass, grant, hedgeDelayMs };
		await this.giveBack({ key, pass, grant, turn });
		return control.signal.aborted || this.monotonic() >= context.endsAt || entry.isDropped()
			? null
			: undefined;
	}

	/** Everything checked and recorded when a call is admitted, in one step. */
	private entry(wanted: string, isRetry: boolean, anyway: boolean): Entry {
		const { model, context, control, pool } = this;
		// The wait for a turn may have taken too long.
		const isInTime = (): boolean => !control.signal.aborted && this.monotonic() < context.endsAt;
		const choice = pool.choose(wanted, anyway, isInTime);
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
				silent = lengthOf(before, model, context);
				return before;
			},
		};
		const count = countCall(model, () => this.now(), isRetry, choice);
		return {
			changes: [...choice.looks, count, ...choice.claims, seeLatency, seeSilence],
			taken: choice.taken,
			isDropped: choice.isDropped,
			get hedgeDelayMs() {
				return hedgeDelay(model, context.settings, latency, silent);
			},
		};
	}

	/** Another call has shown meanwhile that this model should not be called. */
	private passOver(why: Fault): void {
		const { trace, settings } = this.context;
		trace.passOver(this.model, why);
		if (!trace.hasFailed(this.model) && !leadsOn(why, settings, this.model)) trace.barrier = this.model;
	}

	/** Returns what was taken for a call that was not made. */
	async giveBack({
		key,
		pass,
		grant,
		turn,
	}: Pick<Admitted, 'pass' | 'grant' | 'turn'> & { key: TakenKey | null }): Promise<void> {
		turn.unused();
		await this.context.world.state.facts.update([
			...(key ? this.pool.giveBack(key) : []),
			...pass.spent(null),
		]);
		pass.leave();
		await grant.release();
	}

	/** False: there is no time to wait, or the answer is no longer wanted. In both cases it returns at once. */
	private async wait(atLeastMs: number): Promise<boolean> {
		const { context, model } = this;
		const { signal } = this.control;
		if (signal.aborted) return false;
		const ms = Math.max(atLeastMs, context.trace.burstWait(model, this.monotonic()));
		if (this.monotonic() + ms >= context.endsAt) return false;
		if (ms > 0) await context.world.surroundings.sleep(ms, signal);
		return !signal.aborted;
	}

	private monotonic(): number {
		return this.context.world.surroundings.monotonic();
	}

	private now(): number {
		return this.context.world.surroundings.now();
	}
}

const NO_ROOM: Fault = {
	category: 'rateLimited',
	message: 'The limits that you set for it leave no room within the total timeout.',
	status: null,
	retryAfterMs: null,
	lasting: true,
};

const TOO_LONG: Fault = {
	...NO_ROOM,
	message: 'It asks to be left alone for longer than the total timeout allows.',
};

export const OUTAGE: Fault = { ...NO_ROOM, message: 'Its limit has let nothing through for a minute.' };
