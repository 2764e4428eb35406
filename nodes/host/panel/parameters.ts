import { z } from 'zod';

import {
	CONTENTS,
	ConfigurationError,
	ERROR_CATEGORIES,
	LEVELS,
	PERIODS,
	PROVIDERS,
	REASONING_EFFORTS,
	STRATEGIES,
	TASKS,
	type Intent,
	type Rule,
	type Task,
} from '../../../router/types';
import { EMBEDDING_PROVIDERS } from '../../../router/models/providers';
import { aliasOf } from './alias';
import { labelOf } from './labelOf';
import { CREDENTIAL_SOURCES } from '../credentials/n8n';

/**
 * What the panel holds, parsed once. Values come from people and from expressions, so numbers may arrive
 * as text and lists as one text with commas or lines.
 */

/** An empty field, or an expression that gave nothing, is as good as none. */
const unset = <T extends z.ZodTypeAny>(schema: T) =>
	z.preprocess((value) => (isBlank(value) ? undefined : value), schema);

const isBlank = (value: unknown): boolean =>
	value === null || (typeof value === 'string' && value.trim() === '');

/** A list or a boolean is no number, though JavaScript makes one of it. */
const limited = (min: number, max = Number.MAX_SAFE_INTEGER) =>
	z.preprocess((value) => (typeof value === 'string' ? Number(value) : value), z.number().min(min).max(max));

const optionalNumber = (min: number, max?: number) => unset(limited(min, max).optional());

const number = (fallback: number, min: number, max?: number) => unset(limited(min, max).default(fallback));

const wholeNumber = (fallback: number, min: number, max?: number) =>
	unset(limited(min, max).refine(Number.isInteger, 'it must be a whole number').default(fallback));

/** Expressions give `"false"` as text. */
const yesOrNo = (fallback: boolean) =>
	unset(
		z.preprocess(
			(value) => (value === 'true' ? true : value === 'false' ? false : value),
			z.boolean().default(fallback),
		),
	);

const choice = <const T extends readonly [string, ...string[]]>(values: T, fallback: T[number]) =>
	unset(z.enum(values).optional()).transform((value): T[number] => value ?? fallback);

const listOf = <T extends readonly [string, ...string[]]>(values: T) =>
	unset(
		z.preprocess(
			(value) => (typeof value === 'string' ? split(value, /,/) : value),
			z.array(z.enum(values)).optional(),
		),
	);

const text = (fallback: string) =>
	z.preprocess((value) => (value === null ? undefined : value), z.coerce.string().default(fallback));

/** A value that tells one thing from another, as text; of an object, its JSON. */
const identifier = z.preprocess(
	(value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value),
	text('').transform((value) => value.trim()),
);

function split(value: string, separator: RegExp): string[] {
	return value
		.split(separator)
		.map((part) => part.trim())
		.filter((part) => part !== '');
}

/** `{ values: [{ task, quality }] }` as one record; of a task that is named twice the last word counts. */
const byTask = z
	.object({ values: z.array(z.object({ task: z.enum(TASKS), quality: optionalNumber(0, 100) })).default([]) })
	.transform(({ values }): Partial<Record<Task, number>> =>
		Object.fromEntries(
			values.flatMap(({ task, quality }) => (quality === undefined ? [] : [[task, quality]])),
		),
	)
	.optional();

const modelSchema = z.object({
	name: z.coerce.string().trim().default(''),
	provider: z.enum(PROVIDERS).default('openAi'),
	// A resource locator, or a plain id where an expression gave one.
	model: z.preprocess(
		(value) => (typeof value === 'object' && value !== null ? (value as { value?: unknown }).value : value),
		text(''),
	),
	input: wholeNumber(1, 1, 10),
	options: z
		.object({
			quality: optionalNumber(0, 100),
			taskQuality: byTask,
			inputPrice: optionalNumber(0),
			outputPrice: optionalNumber(0),
			cachedInputPrice: optionalNumber(0),
			contextWindow: optionalNumber(1),
			maxOutputTokens: optionalNumber(1),
			weight: optionalNumber(0),
			temperature: optionalNumber(0, 2),
			reasoningEffort: z.enum(REASONING_EFFORTS).optional(),
			maxRequestsPerMinute: optionalNumber(0),
			maxTokensPerMinute: optionalNumber(0),
			maxConcurrent: optionalNumber(0),
			seesPersonalData: yesOrNo(false),
			serviceTier: unset(z.enum(['standard', 'flex', 'priority']).optional()),
			region: text('').transform((value) => value.trim().toLowerCase()),
			onRetired: choice(['warn', 'useSuccessor'], 'warn'),
		})
		.default({}),
});
export type ModelParameters = z.infer<typeof modelSchema>;

/** `refund: I want my money back; cancel my order` */
function parseIntent(line: string): Intent {
	const colon = line.indexOf(':');
	const [name, examples] = colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1)];
	return { name: name.trim(), examples: split(examples, /;/) };
}

const ruleSchema = z.object({
	name: z.coerce.string().trim().default(''),
	enabled: yesOrNo(true),
	match: z
		.object({
			taskTypes: listOf(TASKS),
			complexity: listOf(LEVELS),
			languages: text('').transform((value) => split(value.toLowerCase(), /[,\s]/)),
			minTokens: optionalNumber(0),
			maxTokens: optionalNumber(0),
			keywords: text('').transform((value) => split(value, /\r?\n/)),
			contains: listOf(CONTENTS),
			intents: text('').transform((value) => split(value, /\r?\n/).map(parseIntent)),
		})
		.default({}),
	models: z.preprocess(
		(value) => (typeof value === 'string' ? split(value, /,/) : value),
		z.array(z.coerce.string().trim()).default([]),
	),
	strategy: choice(STRATEGIES, 'smart'),
	conditions: z.object({ conditions: z.array(z.unknown()).default([]) }).default({}),
});

/** In whole nano-dollars a number is exact up to nine millions. */
const MOST_USD = 9_000_000;

const budgetSchema = z.object({
	// An expression that gives nothing must not pass for a limit of nothing, nor for none.
	limitUsd: unset(limited(0, MOST_USD)),
	period: choice(PERIODS, 'day'),
	// One object after the other would be the same text, and all of them would share one budget.
	scope: z.preprocess(
		(value) => (typeof value === 'object' ? (value ?? undefined) : String(value ?? '')),
		z.string().trim().default(''),
	),
	onExceeded: choice(['cheapest', 'fail'], 'cheapest'),
});

/** How much the field `router` tells. */
export const DETAILS = ['full', 'compact', 'none'] as const;
export type Details = (typeof DETAILS)[number];

/** What the editor and the contract call `options`, with the contract's defaults. Times in seconds, as in the panel. */
const optionsSchema = z.object({
	systemMessage: text(''),
	history: z.unknown(),
	attachments: text('').transform((value) => split(value, /,/)),
	outputFormat: choice(['text', 'json'], 'text'),
	jsonSchema: z.unknown(),
	outputField: text('output')
		.transform((value) => value.trim() || 'output')
		.refine(
			(name) => name !== 'router' && name !== 'error',
			'the node writes this field itself, choose another name',
		),
	includeInputFields: yesOrNo(true),
	maxOutputTokens: optionalNumber(1),
	temperature: optionalNumber(0, 2),
	concurrency: wholeNumber(10, 1, 1000),
	maxRetries: wholeNumber(2, 0, 10),
	attemptTimeout: number(0, 0),
	firstTokenTimeout: optionalNumber(0),
	stallTimeout: optionalNumber(0),
	totalTimeout: number(600, 0),
	hedgeAfter: optionalNumber(0),
	retryAfterPatience: number(3, 0),
	breakerThreshold: wholeNumber(5, 0),
	breakerCooldown: number(15, 0),
	fallbackOn: listOf(ERROR_CATEGORIES),
	fallbackOutput: choice(['separate', 'sameAsAnswered'], 'separate'),
	minConfidence: number(0.4, 0, 1),
	embeddingModel: text('').transform((value) => value.trim()),
	embeddingProvider: choice(EMBEDDING_PROVIDERS, 'openAi'),
	embeddingPrice: optionalNumber(0),
	streamToChat: yesOrNo(true),
	textOnFailure: text(''),
	memory: yesOrNo(false),
	/** Unset: full, but for the last node behind a public chat. */
	details: unset(z.enum(DETAILS).optional()),
	budgets: z
		.object({ values: z.array(budgetSchema).default([]) })
		.default({})
		.transform(({ values }) => values),
	allowUnknownPrice: yesOrNo(false),
	maxCostPerItem: optionalNumber(0, MOST_USD),
	retentionDays: wholeNumber(90, 1, 36_500),
	hashPrompts: yesOrNo(false),
	learnFromFeedback: yesOrNo(false),
	redactPersonalData: yesOrNo(false),
	blockPromptInjection: yesOrNo(false),
	cacheTtl: number(0, 0),
	promptCaching: choice(['auto', 'off'], 'auto'),
	flexPatience: number(600, 1),
	allowedRegions: text('').transform((value) => split(value.toLowerCase(), /[,\s]/)),
	stickyKey: identifier,
	stickWithinRun: yesOrNo(true),
});
export type Options = z.infer<typeof optionsSchema>;

const shapeSchema = z.object({
	mode: z.enum(['answer', 'route', 'classify']).default('answer'),
	classifier: choice(['local', 'hybrid', 'judge'], 'local'),
	credentialSource: choice(CREDENTIAL_SOURCES, 'router'),
	judgeModel: text('').transform((value) => value.trim()),
	noMatch: z.enum(['smart', 'output']).default('smart'),
	outputs: z.enum(['outcome', 'routes', 'models']).default('outcome'),
	preference: number(0.5, 0, 1),
	providers: z
		.preprocess((value) => (typeof value === 'string' ? split(value, /,/) : value), z.array(z.string()))
		.default([]),
});
export type Shape = z.infer<typeof shapeSchema>;

/** A rule and whether it has conditions of the editor's that must be asked of n8n. */
export interface RuleParameters extends Rule {
	hasConditions: boolean;
}

export const parseShape = (raw: unknown): Shape => parse(shapeSchema, raw, '');

export const parseOptions = (raw: unknown): Options => parse(optionsSchema, raw ?? {}, 'Options');

export function parseModels(raw: unknown): ModelParameters[] {
	const { values } = parse(
		z.object({ values: z.array(modelSchema).default([]) }).default({}),
		raw ?? {},
		'Models',
	);
	return values.map((entry, index) => ({ ...entry, name: aliasOf(entry, index) }));
}

export function parseRules(raw: unknown): RuleParameters[] {
	const rules = parse(
		z.object({ values: z.array(ruleSchema).default([]) }).default({}),
		raw ?? {},
		'Rules',
	).values;
	return rules.map(({ conditions, ...rule }, index) => ({
		...rule,
		name: rule.name || `Rule ${index + 1}`,
		hasConditions: conditions.conditions.length > 0,
	}));
}

function parse<T extends z.ZodTypeAny>(schema: T, raw: unknown, section: string): z.infer<T> {
	const result = schema.safeParse(raw);
	if (result.success) return result.data as z.infer<T>;
	throw ConfigurationError.of(
		result.error.issues.map((issue) => {
			const field = [section, ...issue.path.filter((part) => part !== 'values').map(humanPart)]
				.filter(Boolean)
				.join(' → ');
			return new ConfigurationError(
				field,
				`${field} cannot be used: ${inWords(issue, valueAt(raw, issue.path))}`,
				`Open the node and correct ${field}`,
			);
		}),
	);
}

function valueAt(raw: unknown, path: ReadonlyArray<string | number>): unknown {
	return path.reduce((value, part) => (value as Record<string | number, unknown> | undefined)?.[part], raw);
}

/** What is wrong with a value, without the names of types. */
function inWords(issue: z.ZodIssue, value: unknown): string {
	switch (issue.code) {
		case 'invalid_type':
			return issue.received === 'nan' || issue.expected === 'number'
				? `it must be a number${shown(value)}`
				: `it must be ${KINDS_IN_WORDS[issue.expected] ?? issue.expected}, and is ${KINDS_IN_WORDS[issue.received] ?? issue.received}`;
		case 'too_small':
			return `it must be at least ${issue.minimum}${shown(value)}`;
		case 'too_big':
			return `it must be at most ${issue.maximum}${shown(value)}`;
		case 'invalid_enum_value':
			return `"${String(issue.received).slice(0, 40)}" is none of ${issue.options.join(', ')}`;
		default:
			return issue.message;
	}
}

/** `, and is "five"`; empty for lists and objects. */
function shown(value: unknown): string {
	if (typeof value === 'number') return `, and is ${value}`;
	return typeof value === 'string' ? `, and is "${value.slice(0, 40)}"` : '';
}

const KINDS_IN_WORDS: Readonly<Record<string, string>> = {
	array: 'a list',
	boolean: 'true or false',
	integer: 'a whole number',
	float: 'a number with a fraction',
	object: 'an object with fields',
	string: 'a text',
};

/** A part of the way to a value as the panel writes it; the first entry of a list is 1. */
function humanPart(part: string | number): string {
	return typeof part === 'number' ? String(part + 1) : labelOf(part);
}
