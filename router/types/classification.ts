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
	/** 0–1: how sure the task is. */
	confidence: number;
	/** The second best task, where the prompt may ask for two; absent: nothing comes near. */
	also?: { task: Task; confidence: number };
	/** ISO 639-1, `und` where it cannot be told. */
	language: string;
	/** Estimated tokens of the prompt. */
	tokens: number;
	contains: Content[];
	/** The intent, of all that the rules name, that the prompt has. */
	intent: string | null;
	/** Who settled task, complexity and intent: `hybrid` is the judge, asked because the local classifier was unsure. */
	method: 'local' | 'judge' | 'hybrid';
	/** The judge's own words, where it judged. They may quote the prompt, so they belong in the item alone. */
	reason?: string;
	ms: number;
}

/** What a classifier sees of an item: the prompt and which kinds of attachment come with it. */
export interface Prompt {
	text: string;
	attachments: readonly AttachmentKind[];
}
