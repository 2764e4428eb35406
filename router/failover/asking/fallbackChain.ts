import { ModelError } from '../../types';
import type { Answer, Model } from '../../types';
import { onAbort } from './cancelling';
import type { Context } from './context';
import type { Ending } from './failure';
import { SilenceTimer } from './hedge';
import { ModelAttempts, NOT_NEEDED } from './modelAttempts';
import type { CandidateResult } from './modelAttempts';
import type { Mode } from './admission';
import { Candidates } from './candidates';

/** One model that is being asked. */
interface Branch {
	model: Model;
	silence: SilenceTimer;
	connection: AbortController;
	/** null while it is running. */
	found: CandidateResult | null;
	thrown: unknown;
	/** Never rejects. */
	over: Promise<void>;
}

/**
 * Asks one model after the other until one answers. When a model stays silent for long, a hedge starts beside it, at
 * most one at a time. The first whole answer wins, and all other running calls are cancelled.
 */
export class FallbackChain {
	/** In the order they began. */
	private running: Branch[] = [];

	/** Cancelled because another branch leads. */
	private dismissed: Branch[] = [];

	private readonly bell = new Bell();

	private readonly candidates: Candidates;

	/** Its answer is whole and final; only its record is still to be written. */
	private winner: Branch | null = null;

	/** A failure of this model allows no fallback. */
	private stoppedBy: Model | null = null;

	private lastResortTried = false;

	constructor(
		private readonly context: Context,
		candidates: readonly Model[],
	) {
		this.candidates = new Candidates(candidates, context);
	}

	/** @throws ConfigurationError if a model cannot be called at all */
	async run(): Promise<Answer | Ending> {
		const { signal } = this.context.world;
		const cancel = (): void => this.abortAll('The execution was cancelled.');
		const forget = signal && onAbort(signal, cancel);
		try {
			for (;;) {
				if (signal?.aborted && this.running.length === 0) return { kind: 'cancelled' };
				const end = this.harvest() ?? (await this.goOn());
				if (end) return end;
			}
		} finally {
			forget?.();
			this.abortAll(NOT_NEEDED);
			// They end at once, and then their records are complete.
			await Promise.all([...this.running, ...this.dismissed].map(({ over }) => over));
		}
	}

	/** Looks at the branches that have ended. null: the chain goes on. */
	private harvest(): Answer | Ending | null {
		const isFirst = (branch: Branch): boolean => branch === this.running[0];
		for (const branch of this.winner ? [this.winner] : [...this.running]) {
			const { found, thrown, model } = branch;
			if (thrown !== undefined) throw thrown;
			if (found === null) continue;
			if (typeof found === 'object') return found;
			if (found === 'cancelled' || found === 'outOfTime') return { kind: found };
			if (found === 'stopped') {
				this.stoppedBy ??= model;
				// A hedge's failure must not stop the primary.
				if (isFirst(branch)) return { kind: 'stopped', by: this.stoppedBy };
			}
			this.running = this.running.filter((other) => other !== branch);
		}
		return null;
	}

	/**
	 * Starts the next model if it may start, otherwise waits for an event. Returns an ending if there is nothing to
	 * wait for.
	 */
	private async goOn(): Promise<Ending | null> {
		if (this.running.length === 0 && !this.winner) return await this.askNext();
		if (!(await this.hedge())) await this.bell.next();
		return null;
	}

	private async askNext(): Promise<Ending | null> {
		if (this.stoppedBy) return { kind: 'stopped', by: this.stoppedBy };
		const next = await this.candidates.next([]);
		if (next) {
			this.start(next, 'usual');
			return null;
		}
		const queued = await this.candidates.waitable();
		if (queued) {
			this.start(queued.model, 'queued', queued.waitMs);
			return null;
		}
		const last = this.mayTryLastResort() ? await this.candidates.lastResort() : null;
		if (!last) return { kind: 'exhausted' };
		this.lastResortTried = true;
		this.start(last, 'anyway');
		return null;
	}

	private mayTryLastResort(): boolean {
		const { trace, settings } = this.context;
		return !this.lastResortTried && trace.isEmpty && !settings.withoutLastResort;
	}

	/** Starts a hedge if there is a model for it that may be asked. */
	private async hedge(): Promise<boolean> {
		const { settings, world } = this.context;
		if (!this.needsHedge() || !settings.fallbackOn.has('firstTokenTimeout')) return false;
		const next = await this.candidates.next(this.running.map(({ model }) => model));
		if (!next || (await world.mayHedge?.(next)) === false) return false;
		// The first token may have arrived during the check.
		if (this.needsHedge()) this.start(next, 'usual');
		return true;
	}

	private needsHedge(): boolean {
		const [only, another] = this.running;
		if (!only || another || this.winner || this.stoppedBy) return false;
		return only.found === null && only.silence.isLong;
	}

	private start(model: Model, mode: Mode, waitMs = 0): void {
		const connection = new AbortController();
		const silence = new SilenceTimer(this.context.world.surroundings, () => this.bell.ring());
		const branch: Branch = {
			model,
			silence,
			connection,
			found: null,
			thrown: undefined,
			over: Promise.resolve(),
		};
		const control = {
			signal: connection.signal,
			silence,
			lead: () => this.dismissAllBut(branch),
			win: () => this.declareWinner(branch),
			hasOthers: () => this.candidates.hasOthers(model),
		};
		const pool = this.candidates.take(model);
		if (mode === 'queued') pool.renewAll();
		const attempts = new ModelAttempts(this.context, model, pool, control);
		const startedAt = this.context.world.surroundings.monotonic();
		branch.over = attempts
			.run(mode, waitMs)
			.then(
				(found) => {
					branch.found = found;
					const isInVain = attempts.calls === 0 && this.context.world.surroundings.monotonic() === startedAt;
					if (mode === 'queued' && isInVain) this.candidates.giveUp(model);
				},
				(thrown: unknown) => {
					branch.thrown = thrown;
				},
			)
			.then(() => this.bell.ring());
		this.running.push(branch);
		if (this.context.world.signal?.aborted) this.abortAll('The execution was cancelled.');
	}

	/**
	 * The leader's text is being passed on, so the others cannot win any more. They may be asked again if it fails.
	 */
	private dismissAllBut(leader: Branch): void {
		const others = this.running.filter((branch) => branch !== leader);
		for (const { model, silence, connection } of others) {
			this.candidates.putBack(model, silence.isLong);
			connection.abort(new ModelError('cancelled', NOT_NEEDED));
		}
		this.running = [leader];
		this.dismissed.push(...others);
	}

	/** The first whole answer wins and the other branches are cancelled. False: another branch was first. */
	private declareWinner(branch: Branch): boolean {
		if (this.winner && this.winner !== branch) return false;
		this.winner = branch;
		for (const { connection } of this.running.filter((other) => other !== branch)) {
			connection.abort(new ModelError('cancelled', NOT_NEEDED));
		}
		return true;
	}

	private abortAll(why: string): void {
		for (const { connection, found } of this.running) {
			if (found === null) connection.abort(new ModelError('cancelled', why));
		}
	}
}

/** Wakes the waiter, even if it rang before the wait began. */
class Bell {
	private hasRung = false;

	private wake: () => void = () => undefined;

	ring(): void {
		this.hasRung = true;
		this.wake();
	}

	async next(): Promise<void> {
		if (!this.hasRung) {
			await new Promise<void>((resolve) => {
				this.wake = resolve;
			});
		}
		this.hasRung = false;
	}
}
