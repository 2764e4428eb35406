import type { Task } from '../../types';

/** 1 a hint, 2 likely, 3 strong, 4 says it outright. */
export type Strength = 1 | 2 | 3 | 4;

/**
 * What people write when they want a task done, in one language: phrases separated by ` | `, by how much
 * each says. Accents and case do not matter; `*` lets the word go on (`summar*`).
 */
export interface CueTable {
	language: string;
	cues: Partial<Record<Task, Partial<Record<Strength, string>>>>;
	/** Words that make whatever is asked harder: `prove`, `trade-offs`, `from scratch`. */
	difficulty: string;
	/** Words that add a demand: `must`, `at least`, `without`, `exactly`. */
	demands: string;
}
