/** An execution that is new, or was refused at first, gets at most this many turns before the others. */
const MOST_AHEAD = 32;

/** Number of executions whose turns are remembered. */
const MOST_EXECUTIONS = 1_000;

/**
 * One line per execution, compared by identity. The execution that has had the fewest turns is served next; within a
 * line it is first come, first served. @typeParam T knows when it came, epoch ms, so that a call that returns after a
 * refusal keeps its place
 */
export class FairQueue<T extends { since: number }> {
	private readonly lines = new Map<unknown, T[]>();

	private readonly turns = new Map<unknown, number>();

	/** The turns of the execution served last; a new one starts there. */
	private level = 0;

	private count = 0;

	get size(): number {
		return this.count;
	}

	push(execution: unknown, waiter: T): void {
		const line = this.lines.get(execution);
		if (line) {
			let place = line.length;
			while (place > 0 && line[place - 1].since > waiter.since) place -= 1;
			line.splice(place, 0, waiter);
		} else {
			const most = Math.max(0, ...[...this.lines.keys()].map((other) => this.turnsOf(other)));
			this.setTurns(execution, Math.max(this.turnsOf(execution), this.level, most - MOST_AHEAD));
			this.lines.set(execution, [waiter]);
		}
		this.count += 1;
	}

	shift(): T | undefined {
		let next: unknown;
		let fewest = Infinity;
		for (const execution of this.lines.keys()) {
			const turns = this.turnsOf(execution);
			if (turns < fewest) [next, fewest] = [execution, turns];
		}
		const line = this.lines.get(next);
		const waiter = line?.shift();
		if (!line || !waiter) return undefined;
		if (line.length === 0) this.lines.delete(next);
		this.level = fewest;
		this.count -= 1;
		return waiter;
	}

	/** False: it is no longer queued. */
	remove(execution: unknown, waiter: T): boolean {
		const line = this.lines.get(execution) ?? [];
		const place = line.indexOf(waiter);
		if (place === -1) return false;
		line.splice(place, 1);
		if (line.length === 0) this.lines.delete(execution);
		this.count -= 1;
		return true;
	}

	/** Counts a turn, or (-1) takes back one that was of no use. */
	noteTurn(execution: unknown, turns: 1 | -1): void {
		this.setTurns(execution, Math.max(0, this.turnsOf(execution) + turns));
	}

	private turnsOf(execution: unknown): number {
		return this.turns.get(execution) ?? 0;
	}

	private setTurns(execution: unknown, turns: number): void {
		this.turns.delete(execution);
		this.turns.set(execution, turns);
		if (this.turns.size > MOST_EXECUTIONS) this.turns.delete(this.turns.keys().next().value);
	}
}
