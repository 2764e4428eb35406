/**
 * What models are better or worse at than their one rating says, in points of quality: the Arena text leaderboard by category
 * (style control on) as published on 17 December 2025 in github.com/lmarena/arena-catalog, `data/leaderboard-text-style-control.json`.
 * A model's rating of the category less its overall one, each less the mean of all models, drawn to 0 as far as its
 * interval is wide, 4.5 rating points a point of quality. `docs/task-quality.md` says how, and what stands for which task.
 * Models that were rated later, and families not listed, are taken to be as good at everything.
 */
import type { Task } from '../../types';

const CATEGORIES = [
	'coding',
	'math',
	'creative',
	'legal',
	'writing',
	'instructions',
	'hard',
	'long',
] as const;
const LANGUAGES = ['zh', 'fr', 'de', 'ja', 'ko', 'ru', 'es'] as const;

/** Which categories stand for a task, their mean; tasks that are not named have none of their own. */
const CATEGORIES_OF_TASK: Readonly<Partial<Record<Task, ReadonlyArray<(typeof CATEGORIES)[number]>>>> = {
	coding: ['coding'],
	math: ['math'],
	creative: ['creative'],
	legal: ['legal'],
	business_writing: ['writing', 'creative'],
	translation: ['writing'],
	rewriting: ['writing', 'instructions'],
	summarization: ['long', 'instructions'],
	extraction: ['long', 'instructions'],
	classification: ['instructions'],
	reasoning: ['math', 'hard'],
	analysis: ['hard'],
};

/** Points by family: the categories in their order, then the languages in theirs. */
export const TASK_RATINGS: Readonly<Record<string, string>> = {
	'gpt-5.1': '2 -2 0 -1 2 2 2 2 5 1 5 11 12 5 1',
	'gpt-5': '0 3 -5 0 -3 0 1 -4 3 -1 5 15 6 3 -1',
	'gpt-5-chat': '0 1 -1 2 0 2 3 2 2 1 4 13 4 4 0',
	'gpt-5-mini': '1 7 -6 -4 -3 1 1 -3 2 0 4 11 1 1 -1',
	'gpt-5-nano': '2 5 -8 -3 -4 1 2 -1 6 0 4 0 0 0 2',
	'gpt-4.5-preview': '-4 -3 4 1 4 3 -2 0 0 0 7 12 5 4 0',
	'chatgpt-4o-latest': '-2 -5 2 0 2 1 1 0 3 1 2 8 7 4 1',
	'gpt-4.1': '2 -5 4 1 2 2 2 3 -2 0 3 1 6 3 -1',
	'gpt-4.1-mini': '4 -2 -1 0 0 2 3 2 -2 1 5 2 6 -1 -2',
	'gpt-4.1-nano': '4 -5 3 1 0 0 1 1 -3 0 2 -3 0 -1 0',
	'gpt-4o': '-2 -3 4 -1 5 0 -4 0 -4 -1 0 6 4 1 0',
	'gpt-4o-2024-05-13': '-3 -5 5 2 4 -1 -4 -3 -4 1 1 7 3 1 0',
	'gpt-4o-mini': '-1 -5 2 2 3 -1 -3 1 -3 1 0 1 -2 2 0',
	'gpt-4-turbo': '-3 -3 6 -1 5 -1 -4 -3 -4 0 2 0 1 1 0',
	'gpt-4-0125-preview': '-4 0 -1 -1 2 -2 -4 -2 -3 2 0 2 0 0 0',
	'gpt-4-1106-preview': '-2 1 0 -3 2 0 -2 -4 -2 2 1 5 1 1 1',
	'gpt-4': '0 2 4 -3 5 3 1 -1 -7 -1 0 0 -6 -1 0',
	'gpt-3.5-turbo': '4 2 -4 -1 1 1 3 -4 -10 -1 -1 0 0 -1 1',
	o3: '-2 8 -4 0 -3 -2 0 -5 4 2 5 15 5 4 -1',
	'o4-mini': '1 9 -4 -2 -3 0 2 -5 0 0 2 5 6 0 0',
	'o3-mini': '7 11 -3 -6 -1 3 3 2 1 0 0 5 2 -1 -1',
	o1: '-1 3 2 -3 2 2 0 -2 -3 0 -2 7 5 -2 -2',
	'o1-preview': '-1 3 2 -3 2 2 0 -2 -3 0 -2 7 5 -2 -2',
	'o1-mini': '4 9 -5 -2 -1 3 3 2 0 -2 -3 3 -3 -2 0',
	'gpt-oss-120b': '1 10 -8 -6 -4 -1 0 -6 1 -1 -1 6 -4 0 2',
	'gpt-oss-20b': '4 6 -8 -1 -4 -3 0 -2 4 0 -3 2 5 1 -1',
	'claude-opus-4.5': '3 5 4 0 3 6 4 7 2 0 3 0 5 4 0',
	'claude-opus-4.1': '6 2 5 -1 4 7 5 6 1 1 3 7 4 6 1',
	'claude-opus-4': '4 1 7 2 5 4 3 7 4 -1 7 7 4 7 -1',
	'claude-sonnet-4.5': '6 0 5 -3 4 6 5 6 4 0 4 0 4 2 2',
	'claude-sonnet-4': '5 3 5 1 4 5 4 7 0 2 5 4 5 4 2',
	'claude-haiku-4.5': '9 1 1 -5 2 6 6 7 3 0 1 5 -1 -2 1',
	'claude-3.7-sonnet': '5 1 7 2 5 6 4 8 0 1 3 7 4 4 0',
	'claude-3.5-sonnet': '6 -2 6 -1 5 4 4 5 -4 1 6 2 -1 4 0',
	'claude-3.5-sonnet-20240620': '4 3 -2 -1 1 2 2 2 -2 1 2 3 2 4 1',
	'claude-3.5-haiku': '6 -5 2 2 2 2 3 4 -4 1 2 -1 1 2 1',
	'claude-3-opus': '-1 1 -1 2 3 1 -1 1 -2 1 4 3 3 6 -1',
	'claude-3-sonnet': '0 -3 -1 1 1 0 -2 0 -4 1 3 -3 2 4 0',
	'claude-3-haiku': '0 -4 -4 2 1 0 -1 0 -6 1 1 -3 3 5 -1',
	'gemini-3-pro': '-1 -1 6 -2 4 1 1 1 5 0 8 9 6 7 1',
	'gemini-2.5-pro': '-3 3 7 0 5 4 1 3 9 0 7 15 9 6 1',
	'gemini-2.5-flash': '-4 4 5 -1 3 3 0 3 5 -1 4 11 6 5 0',
	'gemini-2.0-flash': '-6 2 4 0 3 2 -2 1 4 2 4 2 6 4 1',
	'gemini-2.0-flash-lite': '-9 -2 5 1 3 0 -2 -1 1 1 -1 8 10 4 0',
	'gemini-1.5-pro': '-7 0 8 0 5 1 -2 1 2 -1 -3 8 8 4 0',
	'gemini-1.5-flash': '-6 -1 4 0 4 0 -3 2 1 -2 -1 5 -1 3 -1',
	'gemini-1.5-flash-8b': '-5 -4 2 3 3 -1 -2 1 0 0 -2 -3 -1 5 0',
	'gemma-3-27b': '-8 -6 3 -1 2 0 -1 0 -1 1 5 3 5 5 -1',
	'gemma-3-12b': '-10 -1 3 1 -1 0 -3 1 0 0 6 0 0 5 0',
	'gemma-3-4b': '-11 -5 1 1 2 -3 -4 2 0 0 1 0 0 5 0',
	'gemma-3n-e4b': '-8 -7 2 -3 0 -3 -2 -1 0 1 4 9 4 2 -1',
	'gemma-2-27b': '-4 -7 7 1 6 0 -3 2 0 1 0 3 3 4 1',
	'gemma-2-9b': '-6 -8 5 1 4 -1 -4 -1 -3 -1 0 0 1 2 0',
	'grok-4.1': '-2 -3 -2 0 -3 -3 1 -3 10 0 2 10 3 1 -1',
	'grok-4-fast': '0 3 -1 -1 -1 1 1 1 9 0 0 0 -2 -1 1',
	'grok-4': '-2 9 4 -1 2 2 1 2 4 0 5 9 5 5 1',
	'grok-3': '0 -3 4 -3 3 4 1 4 3 1 3 7 1 4 0',
	'grok-3-mini': '-2 9 0 -1 1 4 1 4 4 -1 0 4 6 0 0',
	'grok-2': '-2 -6 3 2 2 -1 -4 0 -1 0 0 2 2 2 -1',
	'deepseek-v3.2': '1 5 1 1 1 3 3 3 5 0 -2 0 0 3 0',
	'deepseek-v3.1': '-1 3 1 -2 1 1 2 2 9 1 2 4 -2 1 0',
	'deepseek-v3-0324': '0 -1 6 -1 3 1 1 0 2 1 4 3 -1 4 -3',
	'deepseek-v3': '-1 -6 4 1 4 1 -3 3 0 0 2 1 -2 3 1',
	'deepseek-r1': '3 6 2 -3 1 4 3 0 4 -1 3 3 4 0 0',
	'deepseek-r1-0528': '3 -1 1 -5 -1 -1 2 -2 4 0 -3 5 -3 2 -1',
	'glm-4.6': '1 4 1 -3 -1 3 2 2 11 1 4 5 3 0 0',
	'glm-4.5': '3 5 -1 -3 -1 4 4 3 5 0 -3 9 2 1 2',
	'glm-4.5-air': '5 8 -2 -4 -1 3 3 2 6 1 0 5 -4 2 0',
	'qwen3-max': '3 4 -1 -5 -1 3 4 3 11 1 5 4 1 1 1',
	'qwen3-235b-a22b': '5 8 -3 -5 -1 1 2 2 2 -1 5 0 3 0 1',
	'qwen3-235b-a22b-instruct-2507': '4 5 -2 -4 -1 3 5 4 8 2 3 5 5 2 1',
	'qwen3-coder-480b-a35b': '8 2 1 -1 0 4 4 5 1 2 -2 2 -1 3 0',
	'qwen3-next-80b-a3b': '3 8 -10 -1 -7 1 3 -1 10 0 2 5 -2 2 2',
	'qwen3-30b-a3b': '6 10 -2 -4 0 1 2 3 7 2 -1 -1 1 0 0',
	'qwen3-32b': '5 12 -1 -4 -2 1 2 2 1 0 1 0 0 0 0',
	'qwen2.5-72b': '4 2 -4 2 0 2 1 3 2 0 -3 -4 -1 2 0',
	'qwq-32b': '4 10 -2 -3 -1 2 3 1 7 0 -2 -4 -1 -2 1',
	'minimax-m2': '-1 5 -4 -1 -4 2 3 1 7 0 2 0 0 -1 0',
	'mistral-medium-2508': '2 1 0 -3 0 2 3 0 1 1 1 4 0 1 0',
	'mistral-medium-2505': '3 -3 2 1 1 0 2 2 -1 0 5 0 -2 3 0',
	'mistral-large-2411': '1 -2 0 0 3 2 0 0 -4 2 0 -4 4 1 0',
	'mistral-large-2407': '1 -2 1 1 1 0 -1 -3 -5 0 1 -2 -3 1 -2',
	'mistral-small-2506': '5 1 0 -1 -1 1 2 1 -3 0 3 1 -1 2 1',
	'mistral-small-24b-instruct-2501': '1 1 -3 -2 -1 0 0 1 -4 -1 0 -9 6 1 0',
	'magistral-medium': '10 -1 2 -3 2 4 4 6 -6 0 2 0 -4 -3 1',
	'ministral-8b-2410': '0 -2 2 1 1 -2 1 3 1 0 0 0 0 4 0',
	'mistral-7b': '-1 -3 2 3 0 -2 -1 -3 -14 -2 -7 0 0 -1 0',
	'llama-4-maverick': '3 2 2 -1 1 1 1 2 -1 -3 5 0 1 5 0',
	'llama-3.3-70b': '-2 -2 0 1 -2 -2 -1 -2 -8 0 -1 -6 -8 -2 -1',
	'llama-3.1-405b': '0 0 0 4 0 -1 -1 -4 -7 -1 -2 -5 -2 0 -1',
	'llama-3.1-70b': '1 -2 -1 3 -2 -1 -1 0 -6 0 -3 -10 -7 -1 0',
	'llama-3.1-8b': '3 -1 -1 3 -2 0 0 2 -4 -1 -4 -11 -10 -1 -1',
	'llama-3.2-3b': '-6 2 1 1 -1 -1 -1 -2 -9 0 -4 0 0 -24 0',
	'llama-3.2-1b': '0 5 0 2 -3 -2 -2 -3 -14 0 -3 0 0 -18 0',
	'llama-3-70b': '-1 -1 2 2 -2 -1 -1 -6 -19 1 -6 -26 -21 -8 3',
	'llama-3-8b': '-2 -4 1 1 -3 -3 -3 -4 -15 -1 -8 -25 -12 -7 1',
	'command-r-plus': '-6 -8 1 6 3 -2 -5 -1 -1 0 2 6 4 3 0',
	'command-r': '-5 -9 -1 7 0 -3 -5 0 0 0 -3 1 5 1 0',
	'phi-4': '3 5 -3 4 -1 2 3 2 0 0 3 2 1 1 0',
};

export interface Leanings {
	/** Points above or below the model's quality. */
	tasks: Readonly<Partial<Record<Task, number>>>;
	languages: Readonly<Record<string, number>>;
}

/** @param row one of `TASK_RATINGS`; empty: nothing is known */
export function leaningsOf(row: string): Leanings {
	if (row === '') return { tasks: {}, languages: {} };
	const points = row.split(' ').map(Number);
	const of = (category: (typeof CATEGORIES)[number]) => points[CATEGORIES.indexOf(category)];
	const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
	const tasks = Object.entries(CATEGORIES_OF_TASK).map(
		([task, categories]) => [task, Math.round(mean(categories.map(of)))] as const,
	);
	const languages = LANGUAGES.map((language, i) => [language, points[CATEGORIES.length + i]] as const);
	return { tasks: Object.fromEntries(tasks), languages: Object.fromEntries(languages) };
}
