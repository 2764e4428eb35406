import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { instantOf, GROUP_BY, RANGES } from '../../router/ledger/ledger';
import type { DecisionsReportQuery, RangeQuery, UsageReportQuery } from '../../router/ledger/ledger';
import { FILTERS } from '../../router/state/state';
import { ConfigurationError } from '../../router/types';
import { reportProperties } from './properties';

export const OPERATIONS = [
	'usage',
	'health',
	'decisions',
	'budgets',
	'models',
	'feedback',
	'reset',
	'updateCatalogue',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Expressions may give a list as one text with commas. */
const groupBySchema = z.preprocess(
	(value) =>
		typeof value === 'string'
			? value
					.split(',')
					.map((part) => part.trim())
					.filter((part) => part !== '')
			: (value ?? []),
	z.array(z.enum(GROUP_BY)),
);

/** One parameter of one item, checked. @throws ConfigurationError naming the field and the values it takes */
export function parameterOf<T extends z.ZodTypeAny>(
	context: IExecuteFunctions,
	name: string,
	itemIndex: number,
	schema: T,
	remedy: string,
): z.output<T> {
	const value: unknown = context.getNodeParameter(name, itemIndex, null) ?? undefined;
	const result = schema.safeParse(value);
	if (result.success) return result.data as z.output<T>;
	const field = reportProperties.find((property) => property.name === name)?.displayName ?? name;
	const shown =
		typeof value === 'string' || typeof value === 'number' ? ` ("${String(value).slice(0, 40)}")` : '';
	throw new ConfigurationError(field, `${field} cannot be used${shown}`, remedy);
}

export function operationOf(context: IExecuteFunctions, itemIndex: number): Operation {
	return parameterOf(
		context,
		'operation',
		itemIndex,
		z.enum(OPERATIONS).default('usage'),
		`It is one of ${OPERATIONS.join(', ')}`,
	);
}

export function wantsPage(context: IExecuteFunctions, itemIndex: number): boolean {
	const remedy = 'It is on or off';
	return parameterOf(context, 'page', itemIndex, z.boolean().default(false), remedy);
}

export function usageQueryOf(context: IExecuteFunctions, itemIndex: number): UsageReportQuery {
	const groupBy = parameterOf(
		context,
		'groupBy',
		itemIndex,
		groupBySchema,
		`It is a list of any of ${GROUP_BY.join(', ')}`,
	);
	return { ...rangeOf(context, itemIndex), groupBy: [...new Set(groupBy)] };
}

const written = z.preprocess(
	(value) => (value === null || value === undefined || value === '' ? undefined : String(value)),
	z.string().optional(),
);
const filtersSchema = z
	.object(Object.fromEntries(FILTERS.map((key) => [key, written])))
	.default({})
	.transform((values) =>
		Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
	);

export function decisionsQueryOf(context: IExecuteFunctions, itemIndex: number): DecisionsReportQuery {
	const number = (name: string, most: number, initial: number) =>
		parameterOf(
			context,
			name,
			itemIndex,
			z.coerce.number().int().min(1).max(most).default(initial),
			`It is a whole number from 1 to ${most}`,
		);
	return {
		...rangeOf(context, itemIndex),
		where: parameterOf(context, 'filters', itemIndex, filtersSchema, 'Open the node and correct them'),
		limit: number('limit', 10_000, 50),
		pageNumber: number('pageNumber', 1_000_000, 1),
	};
}

function rangeOf(context: IExecuteFunctions, itemIndex: number): RangeQuery {
	const range = parameterOf(
		context,
		'range',
		itemIndex,
		z.enum(RANGES).default('last30Days'),
		`It is one of ${RANGES.join(', ')}`,
	);
	const timeZone = context.getTimezone();
	return { range, timeZone, ...(range === 'custom' ? boundsOf(context, itemIndex, timeZone) : {}) };
}

function boundsOf(
	context: IExecuteFunctions,
	itemIndex: number,
	timeZone: string,
): Pick<UsageReportQuery, 'from' | 'to'> {
	const read = (name: string, field: string, isEnd: boolean): number | undefined => {
		const value: unknown = context.getNodeParameter(name, itemIndex, null);
		// Luxon's times, as `$now` gives them, write themselves so.
		const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
		const at = instantOf(text.replace(/"/g, ''), timeZone, isEnd);
		if (at !== null) return at;
		throw new ConfigurationError(
			field,
			`${field} is no date ("${text.slice(0, 40)}")`,
			'Write it like 2026-10-25 or 2026-10-25T08:00, or leave it empty',
		);
	};
	return { from: read('from', 'From', false), to: read('to', 'To', true) };
}
