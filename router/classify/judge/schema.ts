import { z } from 'zod/v4';

import { TASKS } from '../../types';
import type { Intent, JsonSchema, Task } from '../../types';

export interface Judgement {
	task: Task;
	/** 0–1: how likely a weak model is to fall short. */
	complexity: number;
	/** One of the offered intents, or null. */
	intent: string | null;
	/** The judge's reason; may be empty. */
	reason: string;
}

/** Characters; it is part of every judged item. */
const LONGEST_REASON = 200;

/**
 * The schema that is sent: closed, all fields required, and without limits of length or size, which some providers
 * refuse.
 */
export function judgementSchema(intents: readonly Intent[]): JsonSchema {
	const [first, ...more] = intents.map(({ name }) => name);
	const sent = z.strictObject({
		reason: z.string(),
		task: z.enum(TASKS),
		complexity: z.number(),
		intent: first === undefined ? z.null() : z.enum([first, ...more]).nullable(),
	});
	const { $schema: _dialect, ...schema } = z.toJSONSchema(sent);
	return schema;
}

/** What is accepted: models that get no schema omit nulls, add fields, or write numbers as text. */
const reading = z.object({
	task: z.preprocess(
		(value) => (typeof value === 'string' ? value.trim().toLowerCase() : value),
		z.enum(TASKS),
	),
	complexity: z.preprocess(
		(value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
		z.number().min(0).max(1),
	),
	intent: z.string().nullable().catch(null),
	reason: z.string().catch(''),
});

/** What is wrong with an answer, without quoting it; null if it is a judgement. */
export function flawOf(value: unknown): string | null {
	const read = reading.safeParse(value);
	if (read.success) return null;
	const fields = [...new Set(read.error.issues.map(({ path }) => path.join('.')))].filter(Boolean);
	return fields.length > 0
		? `${fields.join(' and ')} is missing or has a wrong value`
		: 'it is no JSON object';
}

/** @returns null if `flawOf` finds a flaw. An intent that was not offered becomes null. */
export function readJudgement(value: unknown, intents: readonly Intent[]): Judgement | null {
	const read = reading.safeParse(value);
	if (!read.success) return null;
	const { task, complexity, intent, reason } = read.data;
	const wanted = intent?.trim().toLowerCase();
	return {
		task,
		complexity: Math.round(complexity * 1000) / 1000,
		intent: intents.find(({ name }) => name.toLowerCase() === wanted)?.name ?? null,
		reason: reason.replace(/\s+/g, ' ').trim().slice(0, LONGEST_REASON),
	};
}
