import { z } from 'zod/v4';

import { TASKS } from '../../types';
import type { Intent, JsonSchema, Task } from '../../types';

/** What a judge says of a prompt. */
export interface Judgement {
	task: Task;
	/** 0–1: how likely a weak model is to fall short. */
	complexity: number;
	/** One of those that were offered, or null. */
	intent: string | null;
	/** The judge's own words; empty where it gave none. */
	reason: string;
}

/** It stands in every item that was judged. */
const LONGEST_REASON = 200;

/**
 * The schema that is sent: closed, every field required, and without limits of length or size, which some providers
 * refuse in a schema.
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

/** What is read: models that are given no schema leave out what is null, add fields, or write numbers as text. */
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

/** Says in what way an answer is no judgement; null where it is one. No word of the answer is repeated. */
export function flawOf(value: unknown): string | null {
	const read = reading.safeParse(value);
	if (read.success) return null;
	const fields = [...new Set(read.error.issues.map(({ path }) => path.join('.')))].filter(Boolean);
	return fields.length > 0
		? `${fields.join(' and ')} is missing or has a wrong value`
		: 'it is no JSON object';
}

/** @returns null where `flawOf` finds a flaw. An intent that was not offered is none. */
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
