/** Tool schemas in the forms that providers accept. */
import { withoutDialect } from './jsonOutput';
import type { JsonSchema, Tool } from '../types';

/**
 * An object at the root without alternatives there, because OpenAI and Anthropic refuse those. Alternatives between
 * objects are merged: all their properties remain, and those that every alternative requires stay required.
 */
export function objectSchema(schema: JsonSchema): JsonSchema {
	const { anyOf, oneOf, allOf, not: _not, enum: _enum, ...rest } = withoutDialect(schema);
	const choices = [anyOf, oneOf].filter(Array.isArray).flat().filter(isObject);
	const all = [allOf].filter(Array.isArray).flat().filter(isObject);
	const properties = Object.assign(
		{},
		...[...choices, ...all, rest].map((part) => part.properties ?? {}),
	) as JsonSchema;
	const always = [rest, ...all].flatMap(requiredBy);
	const [first, ...others] = choices.map(requiredBy);
	const byAll = (first ?? []).filter((name) => others.every((names) => names.includes(name)));
	const required = [...new Set([...always, ...byAll])];
	return {
		...rest,
		type: 'object',
		properties,
		...(required.length > 0 ? { required } : { required: undefined }),
	};
}

function requiredBy({ required }: JsonSchema): string[] {
	return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

/** Keywords that Gemini knows. Source: Google, "Structured outputs", "JSON Schema support". */
const GEMINI_KEYWORDS: ReadonlySet<string> = new Set([
	...[
		'$id',
		'$defs',
		'$ref',
		'$anchor',
		'type',
		'format',
		'title',
		'description',
		'enum',
		'items',
		'prefixItems',
	],
	...['minItems', 'maxItems', 'minimum', 'maximum', 'anyOf', 'oneOf', 'properties', 'additionalProperties'],
	...['required', 'propertyOrdering'],
]);

/** Without the keywords that Gemini refuses. What they demanded is left to the model. */
export function geminiSchema(schema: JsonSchema): JsonSchema {
	return simplified(objectSchema(schema)) as JsonSchema;
}

function simplified(node: unknown): unknown {
	if (!isObject(node)) return node;
	const { const: only, enum: listed, definitions, ...rest } = node;
	const choices = only !== undefined ? [only] : Array.isArray(listed) ? listed : [];
	// "Invalid value at …enum[0] (TYPE_STRING), true": Gemini accepts only strings and numbers here.
	const allowed = choices.filter((value) => typeof value === 'string' || typeof value === 'number');
	const isBoolean = choices.length > 0 && choices.every((value) => typeof value === 'boolean');
	const renamed = {
		...(isBoolean && { type: 'boolean' }),
		...rest,
		...(allowed.length > 0 && { enum: allowed }),
		...(definitions !== undefined && { $defs: definitions }),
	};
	const entries = Object.entries(renamed).filter(([keyword]) => GEMINI_KEYWORDS.has(keyword));
	return Object.fromEntries(entries.map(([keyword, value]) => [keyword, simplifiedValue(keyword, value)]));
}

function simplifiedValue(keyword: string, value: unknown): unknown {
	if ((keyword === 'properties' || keyword === '$defs') && isObject(value)) {
		return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, simplified(schema)]));
	}
	if (keyword === '$ref' && typeof value === 'string') return value.replace('#/definitions/', '#/$defs/');
	if (['anyOf', 'oneOf', 'prefixItems'].includes(keyword) && Array.isArray(value))
		return value.map(simplified);
	return keyword === 'items' || keyword === 'additionalProperties' ? simplified(value) : value;
}

export function hasProperties({ schema }: Tool): boolean {
	return Object.keys(objectSchema(schema).properties as object).length > 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
