import { createHash } from 'node:crypto';

import type { Intent, Prompt } from '../../types';
import { levelOf, type ClassifierResult } from '../terms';
import { PROMPT_VERSION } from './prompt';
import type { Judgement } from './schema';

/** Characters of the start and end of a prompt that a judge is shown; questions are mostly there. */
const HEAD = 2_500;
const TAIL = 1_500;

/** What a judge is shown and asked. */
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

/** Removes half of a surrogate pair at the cut, which cannot be sent. */
function whole(text: string): string {
	return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** The key of a remembered judgement, a hash. @param judge alias of the judge */
export function keyOf({ shown, attachments, intents }: Case, judge: string): string {
	const facts = JSON.stringify([PROMPT_VERSION, judge, shown, attachments, intents]);
	return createHash('sha256').update(facts).digest('base64url');
}

/** Replaces task, complexity and intent by the judge's, with confidence 1. Facts stay unchanged. */
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
