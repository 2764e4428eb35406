/** What the thread is asked and answers. Plain data, as it is copied from one thread to the other. */

/** Which of the expressions is found first, tried in order. */
export interface SearchTask {
	kind: 'search';
	expressions: ReadonlyArray<{ source: string; flags: string }>;
	text: string;
}

/** Whether a JSON value fits a JSON schema; without a value, whether the schema is one. */
export interface CheckTask {
	kind: 'check';
	/** As JSON. */
	schema: string;
	/** Names of JSON Schema's drafts; the first that takes the schema is used. */
	drafts: readonly Draft[];
	/** As JSON. */
	value?: string;
}

export type Draft = 'draft-07' | '2019-09' | '2020-12';

export type Task = SearchTask | CheckTask;

export type Finding =
	/** Index into the expressions; -1 where none is found. */
	| { kind: 'search'; found: number }
	/** What does not fit, in the validator's words; null where all does. */
	| { kind: 'check'; problem: string | null }
	/** The schema is none, and why. */
	| { kind: 'invalid'; reason: string }
	/** The thread's own fault. */
	| { kind: 'fault'; message: string };

/**
 * Calls `wake` after `ms`, unless the function that it returns is called before.
 * @param holds keeps the process from ending meanwhile
 */
export type Timer = (ms: number, wake: () => void, holds: boolean) => () => void;

/** The work was stopped. Its message says what for, in half a sentence. */
export class WorkTooLong extends Error {}

export interface BoundedWork {
	/** One task after the other. @throws WorkTooLong where it takes too long, needs too much memory, or too many wait */
	run(task: Task): Promise<Finding>;
}
