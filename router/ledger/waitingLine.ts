import type { Surroundings } from '../types';
import { DAY_MS } from '../types/time';

/** No timer runs longer, and nobody waits for a budget longer than a day. */
const LONGEST_MS = DAY_MS;

interface Place {
	/** Aborts when everyone before has left. */
	turn: AbortController;
}

/** A line for each budget: one call at its head asks the store again and again, those behind it cost nothing. */
export class WaitingLines {
	private readonly lines = new Map<string, Place[]>();

	/** Those at the heads of their lines, asleep until something is settled. */
	private readonly asleep = new Set<AbortController>();

	/** How often something was settled. */
	private settlements = 0;

	constructor(private readonly surroundings: Surroundings) {}

	/** To be taken before the store is asked: what is settled from then on ends the wait for it. */
	get seen(): number {
		return this.settlements;
	}

	isEmpty(line: string): boolean {
		return !this.lines.has(line);
	}

	/** Waits for its turn, then does the work; without a turn by `until` (monotonic ms) or after `signal` it is `late`. */
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

	/** Until something is settled that was not `seen` yet, `until` (monotonic ms) or `signal`. */
	async nextSettlement(seen: number, until: number, signal: AbortSignal | undefined): Promise<void> {
		if (this.settlements !== seen) return;
		const settled = new AbortController();
		this.asleep.add(settled);
		await this.sleepUntil(until, settled.signal, signal);
		this.asleep.delete(settled);
	}

	/** Something was settled or given back, or may have been. */
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
