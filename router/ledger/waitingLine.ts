import type { Surroundings } from '../types';
import { DAY_MS } from '../types/time';

/** Longest wait, within the limit of timers. */
const LONGEST_MS = DAY_MS;

interface Place {
	/** Aborted when all before have left. */
	turn: AbortController;
}

/** A queue per budget: only the call at its head asks the store. */
export class WaitingLines {
	private readonly lines = new Map<string, Place[]>();

	/** Heads of lines, sleeping until something is settled. */
	private readonly asleep = new Set<AbortController>();

	/** Number of settlements so far. */
	private settlements = 0;

	constructor(private readonly surroundings: Surroundings) {}

	/** Read this before asking the store, so that a settlement in between is not missed. */
	get seen(): number {
		return this.settlements;
	}

	isEmpty(line: string): boolean {
		return !this.lines.has(line);
	}

	/** Waits for its turn, then runs `work`; runs `late` if `until` (monotonic ms) or `signal` comes first. */
	async inTurn<T>(
		line: string,
		until: number,
		signal: AbortSignal | undefined,
		work: () => Promise<T>,
		late: () => Promise<T>,
	): Promise<T> {
		const place: Place = { turn: new AbortController() };
		const places = this.lines.get(line) ?? [];
		this.lines.set(line, [...places, place]);
		try {
			if (places.length > 0) await this.sleepUntil(until, place.turn.signal, signal);
			const isHead = this.lines.get(line)?.[0] === place;
			return await (isHead && !signal?.aborted ? work() : late());
		} finally {
			this.leave(line, place);
		}
	}

	/** Sleeps until a settlement after `seen`, `until` (monotonic ms), or `signal`. */
	async nextSettlement(seen: number, until: number, signal: AbortSignal | undefined): Promise<void> {
		if (this.settlements !== seen) return;
		const settled = new AbortController();
		this.asleep.add(settled);
		await this.sleepUntil(until, settled.signal, signal);
		this.asleep.delete(settled);
	}

	/** Something was, or may have been, settled or released. */
	wake(): void {
		this.settlements += 1;
		for (const settled of this.asleep) settled.abort();
	}

	private leave(line: string, place: Place): void {
		const places = (this.lines.get(line) ?? []).filter((other) => other !== place);
		if (places.length === 0) this.lines.delete(line);
		else {
			this.lines.set(line, places);
			places[0].turn.abort();
		}
	}

	private async sleepUntil(
		until: number,
		event: AbortSignal,
		signal: AbortSignal | undefined,
	): Promise<void> {
		const ms = Math.min(Math.max(0, until - this.surroundings.monotonic()), LONGEST_MS);
		await this.surroundings.sleep(ms, signal ? AbortSignal.any([event, signal]) : event);
	}
}
