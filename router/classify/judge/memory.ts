import type { ErrorCategory } from '../../types';
import type { Judgement } from './schema';

/** Some hundred bytes each. */
const MOST_REMEMBERED = 5_000;

/** After so many timeouts in a row a judge is not asked for a while: it is too slow to judge, though it may answer. */
const TIMEOUTS = 3;
const REST_MS = 60_000;

/** What became of asking. `cancelled` only says that who asked went away. */
export type Finding = { judgement: Judgement } | { fault: ErrorCategory };

/**
 * What judges said, by the hash of what they were shown, and how patient we still are with each. For all executions of
 * a process; holds no prompt.
 */
export class JudgeMemory {
	private readonly judgements = new Map<string, Judgement>();

	private readonly asking = new Map<string, Promise<Finding>>();

	private readonly late = new Map<string, { timeouts: number; restsUntil: number }>();

	/** The latest used are kept longest. */
	recall(key: string): Judgement | null {
		const known = this.judgements.get(key);
		if (!known) return null;
		this.judgements.delete(key);
		this.judgements.set(key, known);
		return known;
	}

	/** What someone else who asks the same comes to; null: nobody asks. */
	underWay(key: string): Promise<Finding> | null {
		return this.asking.get(key) ?? null;
	}

	/** Asks, so that others who come with the same can wait for it. What `ask` throws, they get too. */
	async ask(key: string, ask: () => Promise<Finding>): Promise<Finding> {
		const finding = ask();
		this.asking.set(key, finding);
		try {
			const found = await finding;
			if ('judgement' in found) this.remember(key, found.judgement);
			return found;
		} finally {
			this.asking.delete(key);
		}
	}

	/** Whether the judge has been too slow lately. */
	rests(judge: string, now: number): boolean {
		return (this.late.get(judge)?.restsUntil ?? 0) > now;
	}

	noteTimeout(judge: string, now: number): void {
		const timeouts = (this.late.get(judge)?.timeouts ?? 0) + 1;
		this.late.set(judge, { timeouts, restsUntil: timeouts >= TIMEOUTS ? now + REST_MS : 0 });
	}

	noteWord(judge: string): void {
		this.late.delete(judge);
	}

	private remember(key: string, judgement: Judgement): void {
		this.judgements.set(key, judgement);
		if (this.judgements.size > MOST_REMEMBERED) {
			this.judgements.delete(this.judgements.keys().next().value as string);
		}
	}
}
