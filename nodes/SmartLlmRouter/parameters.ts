import { z } from 'zod';

import {
	CONTENTS,
	ConfigurationError,
	ERROR_CATEGORIES,
	LEVELS,
	PROVIDERS,
	REASONING_EFFORTS,
	STRATEGIES,
	TASKS,
	type Message,
	type Rule,
} from '../../router/types';

/**
 * What the panel holds, parsed once. Values come from people and from expressions, so numbers may arrive
 * as text and lists as one text with commas or lines.
 */

const optionalNumber = (min: number, max = Number.MAX_SAFE_INTEGER) =>
	z.preprocess(
		(value) => (value === '' || value === null ? undefined : value),
		z.coerce.number().min(min).max(max).optional(),
	);

const listOf = <T extends readonly [string, ...string[]]>(values: T) =>
	z.preprocess(
		(value) => (typeof value === 'string' ? split(value, /,/) : value),
		z.array(z.enum(values)).default([]),
	);

const text = (fallback: string) =>
	z.preprocess((value) => (value === null ? undefined : value), z.coerce.string().default(fallback));

function split(value: string, separator: RegExp): string[] {
	return value
		.split(separator)
		.map((part) => part.trim())
		.filter((part) => part !== '');
}

const modelSchema = z.object({
	name: z.coerce.string().trim().default(''),
	provider: z.enum(PROVIDERS).default('openAi'),
	// A resource locator, or a plain id where an expression gave one.
	model: z.preprocess(
		(value) => (typeof value === 'object' && value !== null ? (value as { value?: unknown }).value : value),
		text(''),
	),
	input: z.coerce.number().int().min(1).max(10).default(1),
	options: z
		.object({
			quality: optionalNumber(0, 100),
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
		})
		.default({}),
});
export type ModelParameters = z.infer<typeof modelSchema>;

const ruleSchema = z.object({
	name: z.coerce.string().trim().default(''),
	enabled: z.boolean().default(true),
	match: z
		.object({
			taskTypes: listOf(TASKS),
			complexity: listOf(LEVELS),
			languages: text('').transform((value) => split(value.toLowerCase(), /[,\s]/)),
			minTokens: optionalNumber(0),
			maxTokens: optionalNumber(0),
			keywords: text('').transform((value) => split(value, /\r?\n/)),
			contains: listOf(CONTENTS),
		})
		.default({}),
	models: z.preprocess(
		(value) => (typeof value === 'string' ? split(value, /,/) : value),
		z.array(z.coerce.string()).default([]),
	),
	strategy: z.enum(STRATEGIES).default('smart'),
	conditions: z.object({ conditions: z.array(z.unknown()).default([]) }).default({}),
});

/** What the editor and the contract call `options`, with the contract's defaults. Times in seconds, as in the panel. */
const optionsSchema = z.object({
	systemMessage: text(''),
	history: z.unknown(),
	attachments: text('').transform((value) => split(value, /,/)),
	outputFormat: z.enum(['text', 'json']).default('text'),
	jsonSchema: z.unknown(),
	outputField: text('output').transform((value) => value.trim() || 'output'),
	includeInputFields: z.boolean().default(true),
	maxOutputTokens: optionalNumber(1),
	temperature: optionalNumber(0, 2),
	concurrency: z.coerce.number().int().min(1).max(1000).default(10),
	maxRetries: z.coerce.number().int().min(0).max(10).default(2),
	attemptTimeout: z.coerce.number().min(0).default(0),
	firstTokenTimeout: optionalNumber(0),
	stallTimeout: optionalNumber(0),
	totalTimeout: z.coerce.number().positive().default(600),
	hedgeAfter: optionalNumber(0),
	retryAfterPatience: z.coerce.number().min(0).default(3),
	breakerThreshold: z.coerce.number().int().min(0).default(5),
	breakerCooldown: z.coerce.number().min(0).default(15),
	fallbackOn: listOf(ERROR_CATEGORIES).optional(),
	fallbackOutput: z.enum(['separate', 'sameAsAnswered']).default('separate'),
	minConfidence: z.coerce.number().min(0).max(1).default(0.4),
});
export type Options = z.infer<typeof optionsSchema>;

const shapeSchema = z.object({
	mode: z.enum(['answer', 'route', 'classify']).default('answer'),
	noMatch: z.enum(['smart', 'output']).default('smart'),
	outputs: z.enum(['outcome', 'routes', 'models']).default('outcome'),
	preference: z.coerce.number().min(0).max(1).default(0.5),
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

export const parseModels = (raw: unknown): ModelParameters[] =>
	parse(z.object({ values: z.array(modelSchema).default([]) }).default({}), raw ?? {}, 'Models').values;

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

/** A value that is JSON as text, or already an object because an expression gave one. */
export function parseJson(value: unknown, field: string, example: string): unknown {
	if (typeof value !== 'string') return value;
	if (value.trim() === '') return undefined;
	try {
		return JSON.parse(value);
	} catch (error) {
		// eslint-disable-next-line @n8n/community-nodes/require-node-api-error -- execute.ts makes it a NodeOperationError with its item
		throw new ConfigurationError(
			field,
			`${field} is no valid JSON${positionOf(error)}`,
			`Write it like ${example}, or leave it empty`,
		);
	}
}

/** Where the JSON breaks, without the text around it, which may be a prompt. */
function positionOf(error: unknown): string {
	const position = /position \d+|line \d+ column \d+/.exec(String((error as Error).message));
	return position ? ` (at ${position[0]})` : '';
}

const historySchema = z
	.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))
	.default([]);

/** Earlier messages; those of the system are handed back apart, as every provider has its own place for them. */
export function parseHistory(value: unknown): { system: string[]; messages: Message[] } {
	const field = 'Options → History';
	const example = '[{"role": "user", "content": "Hello"}]';
	const result = historySchema.safeParse(parseJson(value, field, example) ?? []);
	if (!result.success) {
		const at = result.error.issues[0]?.path.join('.') ?? '';
		throw new ConfigurationError(
			field,
			`${field} is not a list of messages${at ? ` (see entry ${at})` : ''}`,
			`Each entry needs a role (user, assistant or system) and a content text, like ${example}`,
		);
	}
	return {
		system: result.data.filter(({ role }) => role === 'system').map(({ content }) => content),
		messages: result.data.flatMap(({ role, content }) =>
			role === 'system' ? [] : [{ role, text: content }],
		),
	};
}

function parse<T extends z.ZodTypeAny>(schema: T, raw: unknown, section: string): z.infer<T> {
	const result = schema.safeParse(raw);
	if (result.success) return result.data as z.infer<T>;
	const issue = result.error.issues[0];
	const field = [section, ...issue.path.filter((part) => part !== 'values').map(humanPart)]
		.filter(Boolean)
		.join(' → ');
	throw new ConfigurationError(
		field,
		`${field} cannot be used: ${issue.message}`,
		`Open the node and correct ${field}`,
	);
}

/** `maxRetries` as the panel writes it, `Max Retries`; the first entry of a list is 1. */
function humanPart(part: string | number): string {
	if (typeof part === 'number') return String(part + 1);
	return part.replace(/([A-Z])/g, ' $1').replace(/^./, (letter) => letter.toUpperCase());
}
