import { createHash } from 'node:crypto';

import type { Intent, Prompt } from '../../types';
import { levelOf, type ClassifierResult } from '../terms';
import { PROMPT_VERSION } from './prompt';
import type { Judgement } from './schema';

/** Characters that a judge is shown: what is asked stands at the start or at the end. */
const HEAD = 2_500;
const TAIL = 1_500;

/** What a judge is shown of a prompt, and asked. */
export interface Case {
	shown: string;
	attachments: Prompt['attachments'];
	intents: readonly Intent[];
}

export function caseOf({ text, attachments }: Prompt, intents: readonly Intent[]): Case {
	return { shown: headAndTail(text), attachments, intents };
}

function headAndTail(text: string): string {
	if (text.length <= HEAD + TAIL) return whole(text);
	const left = (text.length - HEAD - TAIL).toLocaleString('en-US');
	return `${whole(text.slice(0, HEAD))}\n[… ${left} characters left out …]\n${whole(text.slice(-TAIL))}`;
}

/** A cut may go through a character of two halves, and half a one cannot be sent. */
function whole(text: string): string {
	return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** By what a judgement is remembered; the prompt cannot be read from it. @param judge who judges */
export function keyOf({ shown, attachments, intents }: Case, judge: string): string {
	const facts = JSON.stringify([PROMPT_VERSION, judge, shown, attachments, intents]);
	return createHash('sha256').update(facts).digest('base64url');
}

/**
 * A classification with the judge's word in it: what it says of task, complexity and intent counts in full, so its
 * confidence is 1. Facts stay as they are.
 */
export function withJudgement<Local extends ClassifierResult>(
	local: Local,
	{ task, complexity, intent, reason }: Judgement,
	method: 'judge' | 'hybrid',
): Local {
	const level = levelOf(complexity);
	const { also: _doubted, ...facts } = local;
	return {
		...(facts as Local),
		task,
		complexity,
		level,
		confidence: 1,
		intent,
		method,
		...(reason && { reason }),
	};
}
