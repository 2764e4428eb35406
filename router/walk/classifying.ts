/** Reads what a request is about, without asking a model. */
import { noIntents } from '../classify/classify';
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
	{ intents = noIntents }: Pick<Policy, 'intents'>,
	{ classifier, surroundings }: Means,
): Promise<Classification> {
	const startedAt = surroundings.now();
	const result = await classifier.classify(prompt, found);
	const { intent } = intents.match(prompt.text);
	return { ...result, intent, ms: surroundings.now() - startedAt };
}
