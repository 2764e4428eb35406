import type { JsonSchema, ModelRequest } from '../types';

/**
 * The system message with a request for JSON added, for models whose provider has no JSON output, or none for this
 * schema. Unchanged if no JSON is requested.
 */
export function systemWithJsonInstruction({ system, format, tools }: ModelRequest): string | undefined {
	if (format.type !== 'json') return system;
	const instruction = [
		`${tools?.length ? 'Once you need no more tools, answer' : 'Answer'} with one JSON value and nothing else: no introduction, no explanation, no code fence.`,
		...(format.schema
			? [`The JSON must be valid against this JSON Schema:\n${JSON.stringify(format.schema)}`]
			: []),
	].join('\n');
	return system ? `${system}\n\n${instruction}` : instruction;
}

/** `$schema` constrains nothing, and providers refuse it. */
export function withoutDialect({ $schema: _, ...schema }: JsonSchema): JsonSchema {
	return schema;
}

/** Keywords of OpenAI's strict mode. Source: OpenAI, Structured Outputs, "Supported schemas". */
const STRICT_KEYWORDS: ReadonlySet<string> = new Set([
	...['type', 'properties', 'required', 'additionalProperties', 'items', 'anyOf', 'enum', 'const', '$ref'],
	...['$defs', 'definitions', 'title', 'description', 'pattern', 'format', 'minimum', 'maximum'],
	...['exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minItems', 'maxItems'],
]);

const STRICT_FORMATS: ReadonlySet<string> = new Set(
	'date-time time date duration email hostname ipv4 ipv6 uuid'.split(' '),
);

/** OpenAI's limits on nesting and properties in one schema. */
const STRICT_MAX_DEPTH = 10;
const STRICT_MAX_PROPERTIES = 5_000;

/**
 * Whether OpenAI accepts the schema in strict mode: an object at the root, every object closed with all its
 * properties required, no unknown keyword. OpenAI refuses any other with a 400, so those are sent without strict
 * mode.
 */
export function meetsStrictDemands(schema: JsonSchema): boolean {
	if (schema.type !== 'object' || 'anyOf' in schema) return false;
	const count = { properties: 0 };
	return isStrict(schema, 0, count) && count.properties <= STRICT_MAX_PROPERTIES;
}

function isStrict(node: unknown, depth: number, count: { properties: number }): boolean {
	if (!isObject(node) || depth > STRICT_MAX_DEPTH) return false;
	if (Object.keys(node).some((keyword) => !STRICT_KEYWORDS.has(keyword))) return false;
	if ('format' in node && !STRICT_FORMATS.has(String(node.format))) return false;
	const { properties, required, additionalProperties, type } = node;
	if (type === 'object' || properties !== undefined) {
		const names = Object.keys(isObject(properties) ? properties : {});
		count.properties += names.length;
		if (additionalProperties !== false) return false;
		if (!names.every((name) => Array.isArray(required) && required.includes(name))) return false;
	} else if (type === undefined && !['anyOf', '$ref', 'enum', 'const'].some((keyword) => keyword in node)) {
		return false;
	}
	return innerSchemas(node).every((inner) => isStrict(inner, depth + 1, count));
}

/** Whether an object of the schema may have unnamed properties: Anthropic and strict mode close all objects. */
export function hasOpenObjects(schema: unknown): boolean {
	if (!isObject(schema)) return false;
	const { additionalProperties, patternProperties } = schema;
	if (patternProperties !== undefined) return true;
	if (additionalProperties !== undefined && additionalProperties !== false) return true;
	if (schema.type === 'object' && !isObject(schema.properties)) return true;
	return innerSchemas(schema).some(hasOpenObjects);
}

function innerSchemas(node: Record<string, unknown>): unknown[] {
	const named = [node.properties, node.$defs, node.definitions].filter(isObject).flatMap(Object.values);
	const listed = [node.anyOf, node.oneOf, node.allOf].filter(Array.isArray).flat();
	return [...named, ...listed, ...(node.items === undefined ? [] : [node.items])];
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
