/** Reads what a request is about, without asking a model. */
import { noIntents } from '../classify/classify';
import type { Means, Policy } from './terms';
import type { AttachmentKind, ChatRequest, Classification, Prompt } from '../types';

/** What is classified: the last message, with what is attached to it. */
export function promptOf({ messages }: ChatRequest): Prompt {
	const last = messages.at(-1);
	return { text: last?.text ?? '', attachments: (last?.attachments ?? []).map(({ kind }) => kind) };
}

/** What a model has to take: attachments of the whole conversation. */
export function attachmentKinds({ messages }: ChatRequest): AttachmentKind[] {
	return [...new Set(messages.flatMap(({ attachments = [] }) => attachments.map(({ kind }) => kind)))];
}

export async function classify(
	prompt: Prompt,
	{ intents = noIntents }: Pick<Policy, 'intents'>,
	{ classifier, surroundings }: Means,
): Promise<Classification> {
	const startedAt = surroundings.now();
	const verdict = await classifier.classify(prompt);
	const { intent } = intents.match(prompt.text);
	return { ...verdict, intent, ms: surroundings.now() - startedAt };
}
