import type { ErrorCategory } from '../../types';
import { Slowness } from '../slowness';
import type { Judgement } from './schema';

/** Each takes some hundred bytes. */
const MOST_REMEMBERED = 5_000;

/** The result of asking. `cancelled` only means that the item that asked was cancelled. */
export type Finding = { judgement: Judgement } | { fault: ErrorCategory };

/** Judgements of this process by their key, and which judges have been too slow. Contains no prompts. */
export class JudgeMemory {
	readonly slowness = new Slowness();

	private readonly judgements = new Map<string, Judgement>();

	private readonly asking = new Map<string, Promise<Finding>>();

	recall(key: string): Judgement | null {
		const known = this.judgements.get(key);
		if (!known) return null;
		this.judgements.delete(key);
		this.judgements.set(key, known);
		return known;
	}

	/** The result of an equal question under way, or null. */
	underWay(key: string): Promise<Finding> | null {
		return this.asking.get(key) ?? null;
	}

	/** Asks; equal questions wait for the result. If `ask` throws, they reject too. */
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

	private remember(key: string, judgement: Judgement): void {
		this.judgements.set(key, judgement);
		if (this.judgements.size > MOST_REMEMBERED) {
			this.judgements.delete(this.judgements.keys().next().value as string);
		}
	}
}
