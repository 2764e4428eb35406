/**
 * Shares one pace per key between worker processes. Each reports what it sent and what was accepted or refused, some
 * ten times a second, and treats the others' reports as its own calls. Processes with waiting calls share the pace
 * evenly. Nothing is reported before a limit is met.
 */
import type { FactStore, PaceMoment, PaceNews } from '../../state/state';
import type { Surroundings } from '../../types';
import type { Pacer } from './pacer';
import type { LimitRefusal, Peers } from './terms';

const TELL_EVERY_MS = 100;
const HEAR_EVERY_MS = 50;

/** Moments that are reported again, because a process that reads late has missed some. */
const MOST_MOMENTS = 20;

/**
 * A process not heard of for this long, in ms, counts as gone and gets no share. While calls wait, it keeps reporting
 * that they do.
 */
const GONE_MS = 2_500;
const STILL_HERE_MS = 1_000;

/** After this long without a sent or waiting call, in ms, a process stops reading. */
const IDLE_MS = 1_000;

/** How far clocks may differ, in ms: older news was meant for others. */
const SKEW_MS = 5_000;

const NOTHING: Omit<PaceMoment, 'seq'> = {
	sent: 0,
	taken: 0,
	takenFrom: 0,
	isWaiting: false,
	refused: null,
	isTried: false,
	reopenedFrom: null,
};

/** One key as this process uses it. */
class Key implements Peers {
	pacer: Pacer | null = null;

	private seq = 0;

	private now: PaceMoment;

	private moments: PaceMoment[] = [];

	/** By process. Times by our own clock. */
	private readonly heard = new Map<string, { seq: number; at: number; isWaiting: boolean }>();

	private toldAt = 0;

	private wasWaiting = false;

	constructor(
		private readonly id: string,
		private readonly process: string,
		private readonly wake: () => void,
	) {
		this.now = { ...NOTHING, seq: 0 };
	}

	get waiting(): number {
		let waiting = 0;
		for (const { isWaiting } of this.heard.values()) waiting += Number(isWaiting);
		return waiting;
	}

	sent(isTry: boolean): void {
		this.wake();
		if (isTry) this.now.isTried = true;
		else this.now.sent += 1;
	}

	taken(startedAt: number, isTry: boolean): void {
		this.now.taken += Number(!isTry);
		this.now.takenFrom = startedAt;
		if (isTry) this.now.reopenedFrom = startedAt;
	}

	refused(startedAt: number, { namedMs, isOfConcurrency }: LimitRefusal): void {
		if (!isOfConcurrency) this.now.refused ??= { from: startedAt, namedMs };
	}

	hear(news: Readonly<PaceNews>, now: number): void {
		const known = this.heard.get(news.process);
		const ahead = now - news.toldAt;
		const last = news.moments.at(-1);
		if (!last || known?.seq === last.seq) return;
		this.heard.set(news.process, { seq: last.seq, at: now, isWaiting: last.isWaiting });
		if (!known) {
			// What happened before we joined is over, except that there is a limit.
			if (Math.abs(ahead) < SKEW_MS) this.pacer?.hearOfLimit();
			else this.heard.delete(news.process);
			return;
		}
		for (const moment of news.moments) if (moment.seq > known.seq) this.pacer?.hear(moment, ahead);
	}

	forgetGone(now: number): void {
		for (const [process, { at }] of this.heard) if (now - at > GONE_MS) this.heard.delete(process);
	}

	/** null: there is nothing to report. */
	news(now: number): PaceNews | null {
		const { pacer } = this;
		const { sent, taken, isTried, refused } = this.now;
		const isWaiting = pacer?.isWaitedFor ?? false;
		const isQuiet = sent + taken === 0 && !isTried && !refused;
		// A refusal is reported at once, because other processes keep sending until they hear of it.
		if (!refused && now - this.toldAt < TELL_EVERY_MS) return null;
		const isStillHere = isWaiting === this.wasWaiting && (!isWaiting || now - this.toldAt < STILL_HERE_MS);
		if (!pacer?.isLimited || (isQuiet && isStillHere)) {
			if (!pacer?.isLimited) this.now = { ...NOTHING, seq: 0 };
			return null;
		}
		this.seq += 1;
		this.moments = [...this.moments, { ...this.now, isWaiting, seq: this.seq }].slice(-MOST_MOMENTS);
		this.now = { ...NOTHING, seq: 0 };
		this.wasWaiting = isWaiting;
		this.toldAt = now;
		return { key: this.id, process: this.process, toldAt: now, moments: this.moments };
	}
}

export class PaceExchange {
	private readonly keys = new Map<string, Key>();

	private readonly process: string;

	private isRunning = false;

	/** Epoch ms. */
	private usedAt = 0;

	constructor(
		private readonly facts: FactStore,
		private readonly surroundings: Surroundings,
	) {
		this.process = `${Math.floor(surroundings.now())} ${surroundings.random()}`;
	}

	peersOf(id: string): Peers {
		const key = this.keys.get(id) ?? new Key(id, this.process, () => this.wake());
		this.keys.set(id, key);
		return key;
	}

	join(id: string, pacer: Pacer): void {
		const key = this.keys.get(id);
		if (key) key.pacer = pacer;
		this.hear();
	}

	leave(id: string): void {
		this.keys.delete(id);
	}

	private wake(): void {
		this.usedAt = this.surroundings.now();
		if (!this.isRunning) void this.run();
	}

	private async run(): Promise<void> {
		this.isRunning = true;
		while (this.isInUse()) {
			await this.surroundings.sleep(HEAR_EVERY_MS);
			this.hear();
			this.tell();
		}
		this.isRunning = false;
	}

	private isInUse(): boolean {
		const now = this.surroundings.now();
		if ([...this.keys.values()].some(({ pacer }) => pacer?.isWaitedFor)) this.usedAt = now;
		return now - this.usedAt < IDLE_MS;
	}

	private hear(): void {
		const now = this.surroundings.now();
		for (const key of this.keys.values()) key.forgetGone(now);
		for (const { value } of this.facts.told?.('pace') ?? [])
			if (value.process !== this.process) this.keys.get(value.key)?.hear(value, now);
	}

	private tell(): void {
		const now = this.surroundings.now();
		const all = [...this.keys.values()].flatMap((key) => key.news(now) ?? []);
		if (all.length === 0) return;
		void this.facts.update(
			all.map((news) => ({ kind: 'pace' as const, key: `${news.key} ${news.process}`, change: () => news })),
		);
	}
}
