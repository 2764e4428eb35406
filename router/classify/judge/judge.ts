import { createHash } from 'node:crypto';

import type { ChatRequest, Intent, Prompt } from '../../types';
import type { Verdict } from '../classifier';
import { levelOf } from '../classifier';
import { fenced, instructions, PROMPT_VERSION } from './prompt';
import { flawOf, judgementSchema } from './schema';
import type { Judgement } from './schema';

/** Characters that a judge is shown: what is asked stands at the start or at the end. */
const HEAD = 2_500;
const TAIL = 1_500;

/** Tokens for the few words of a judgement; a model that thinks spends most of its own on that. */
const ANSWER_TOKENS = 300;
const THINKING_TOKENS = 3_000;

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

/** @param random what the fence is drawn by, so that no prompt can know it @param thinks whether the judge reasons */
export function judgeRequest(
	{ shown, attachments, intents }: Case,
	random: () => number,
	thinks: boolean,
): ChatRequest {
	const fence = drawFence(random);
	const text = shown.replaceAll(fence, '');
	return {
		system: instructions(intents),
		messages: [{ role: 'user', text: fenced(text, attachments, fence) }],
		format: { type: 'json', schema: judgementSchema(intents), check: flawOf },
		limits: { temperature: 0, maxOutputTokens: thinks ? THINKING_TOKENS : ANSWER_TOKENS },
	};
}

/** 128 bits. */
function drawFence(random: () => number): string {
	const word = () =>
		Math.floor(random() * 2 ** 32)
			.toString(16)
			.padStart(8, '0');
	return `==${word()}${word()}${word()}${word()}==`;
}

/**
 * A classification with the judge's word in it: what it says of task, complexity and intent counts in full, so its
 * confidence is 1. Facts stay as they are.
 */
export function withJudgement<Local extends Verdict>(
	local: Local,
	{ task, complexity, intent, reason }: Judgement,
	method: 'judge' | 'hybrid',
): Local {
	const level = levelOf(complexity);
	return { ...local, task, complexity, level, confidence: 1, intent, method, ...(reason && { reason }) };
}
