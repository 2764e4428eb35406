/** Reads what a request is about, without asking a model. */
import { createHash } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import { noIntents } from '../classify/classify';
import type { ClassifierResult } from '../classify/classify';
import type { Means, Policy } from './terms';
import { filesIn, promptIn, textOf } from '../text/parts';
import type { Inspection } from '../guardrails/guardrails';
import type { AttachmentKind, ChatRequest, Classification, Prompt } from '../types';

/** What is classified: the user's last message, with what is attached to it. */
export function promptOf({ messages }: ChatRequest): Prompt {
	const parts = promptIn(messages)?.parts ?? [];
	return { text: textOf(parts), attachments: filesIn(parts).map(({ kind }) => kind) };
}

/** What a model has to take: attachments of the whole conversation. */
export function attachmentKinds({ messages }: ChatRequest): AttachmentKind[] {
	return [...new Set(messages.flatMap(({ parts }) => filesIn(parts).map(({ kind }) => kind)))];
}

export async function classify(
	prompt: Prompt,
	found: Inspection,
	{ intents = noIntents, reads }: Pick<Policy, 'intents' | 'reads'>,
	{ classifier, surroundings }: Means,
): Promise<Classification> {
	const startedAt = surroundings.monotonic();
	const result = await (reads === 'conversation' && prompt.text.length < MOST_HASHED
		? classifiedOnce(prompt, found, classifier)
		: classifier.classify(prompt, found));
	const { intent } = intents.match(prompt.text);
	return { ...result, intent, ms: surroundings.monotonic() - startedAt };
}

/** A longer prompt would keep the event loop while it is hashed, in characters. */
const MOST_HASHED = 500_000;

/** Conversations under way at once whose newest question is remembered. */
const MOST_REMEMBERED = 200;

const remembered = new WeakMap<Means['classifier'], LRUCache<string, ClassifierResult>>();

/** The steps of an agent all ask what the person has asked last. */
async function classifiedOnce(
	prompt: Prompt,
	found: Inspection,
	classifier: Means['classifier'],
): Promise<ClassifierResult> {
	const results =
		remembered.get(classifier) ?? new LRUCache<string, ClassifierResult>({ max: MOST_REMEMBERED });
	remembered.set(classifier, results);
	const key = createHash('sha256')
		.update(JSON.stringify([prompt, found]))
		.digest('base64');
	const known = results.get(key);
	if (known) return known;
	const result = await classifier.classify(prompt, found);
	results.set(key, result);
	return result;
}
