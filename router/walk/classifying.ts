/** Classifies a request locally. */
import { createHash } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import { noIntents } from '../classify/classify';
import type { ClassifierResult } from '../classify/classify';
import type { Means, Policy } from './terms';
import { filesIn, promptIn, textOf } from '../text/parts';
import type { Inspection } from '../guardrails/guardrails';
import type { AttachmentKind, ChatRequest, Classification, Prompt } from '../types';

/** The part that is classified: the user's last message and its attachments. */
export function promptOf({ messages }: ChatRequest): Prompt {
	const parts = promptIn(messages)?.parts ?? [];
	return { text: textOf(parts), attachments: filesIn(parts).map(({ kind }) => kind) };
}

/** Kinds of attachment in the whole conversation, which a model has to accept. */
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

/** Characters; hashing a longer prompt would block the event loop. */
const MOST_HASHED = 500_000;

/** Conversations whose latest classification is remembered. */
const MOST_REMEMBERED = 200;

const remembered = new WeakMap<Means['classifier'], LRUCache<string, ClassifierResult>>();

/** Remembered because all steps of an agent have the same latest question. */
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
