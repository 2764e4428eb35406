/** What is known of a prompt before a model is asked. */
import type { AttachmentKind } from './request';

export const TASKS = [
	'coding',
	'math',
	'legal',
	'translation',
	'summarization',
	'extraction',
	'classification',
	'rewriting',
	'creative',
	'business_writing',
	'reasoning',
	'qa',
	'advice_planning',
	'analysis',
	'chitchat',
] as const;
export type Task = (typeof TASKS)[number];

export const LEVELS = ['simple', 'moderate', 'complex'] as const;
export type Level = (typeof LEVELS)[number];

export const CONTENTS = ['code', 'image', 'document', 'audio', 'personalData', 'promptInjection'] as const;
export type Content = (typeof CONTENTS)[number];

export interface Classification {
	task: Task;
	/** 0–1: how likely a weak model is to fall short. */
	complexity: number;
	level: Level;
	/** 0–1: how certain the task is. */
	confidence: number;
	/** A second likely task; absent if none comes close. */
	also?: { task: Task; confidence: number };
	/** ISO 639-1; `und` if unknown. */
	language: string;
	/** Estimated tokens of the prompt. */
	tokens: number;
	contains: Content[];
	/** Which of the rules' intents the prompt has, if any. */
	intent: string | null;
	/** Who decided on task, complexity and intent. `hybrid`: a judge, because the local classifier was unsure. */
	method: 'local' | 'judge' | 'hybrid';
	/** The judge's reason. It may quote the prompt, so it goes into the item and nowhere else. */
	reason?: string;
	ms: number;
}

/** What a classifier sees of an item: the prompt and which kinds of attachment come with it. */
export interface Prompt {
	text: string;
	attachments: readonly AttachmentKind[];
}
