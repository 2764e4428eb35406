import { asJson, asList, isJson, type Json } from './wire';

const FORMATS: Record<string, string> = {
	'date-time': '2026-01-31T12:00:00Z',
	date: '2026-01-31',
	time: '12:00:00Z',
	email: 'someone@example.com',
	uri: 'https://example.com/',
	url: 'https://example.com/',
	uuid: '00000000-0000-4000-8000-000000000000',
	ipv4: '192.0.2.1',
	hostname: 'example.com',
};

/** A small value that fits the schema: every property is filled. `text` is what strings say. */
export function sampleOf(schema: Json, text: string, root: Json = schema, depth = 0): unknown {
	if (depth > 12) return null;
	const again = (part: unknown): unknown => sampleOf(asJson(part), text, root, depth + 1);
	if (typeof schema.$ref === 'string') return again(resolve(root, schema.$ref));
	if ('const' in schema) return schema.const;
	if (Array.isArray(schema.enum)) return schema.enum[0];
	for (const key of ['anyOf', 'oneOf']) {
		const choices = asList(schema[key]);
		if (choices.length > 0) return again({ ...schema, [key]: undefined, ...choices[0] });
	}
	const all = asList(schema.allOf);
	if (all.length > 0) return again(merge({ ...schema, allOf: undefined }, all));
	return valueOf(typeOf(schema), schema, text, again);
}

function typeOf(schema: Json): string {
	const named = Array.isArray(schema.type) ? schema.type.find((type) => type !== 'null') : schema.type;
	if (typeof named === 'string') return named.toLowerCase();
	if (isJson(schema.properties)) return 'object';
	return schema.items === undefined ? 'string' : 'array';
}

function valueOf(type: string, schema: Json, text: string, again: (part: unknown) => unknown): unknown {
	switch (type) {
		case 'object': {
			const names = new Set([
				...Object.keys(asJson(schema.properties)),
				...(Array.isArray(schema.required) ? schema.required.map(String) : []),
			]);
			return Object.fromEntries([...names].map((name) => [name, again(asJson(schema.properties)[name])]));
		}
		case 'array':
			return Array.from({ length: Math.max(1, Number(schema.minItems ?? 1)) }, () => again(schema.items));
		case 'integer':
		case 'number':
			return numberOf(schema);
		case 'boolean':
			return true;
		case 'null':
			return null;
		default:
			return stringOf(schema, text);
	}
}

function numberOf(schema: Json): number {
	if (typeof schema.minimum === 'number') return schema.minimum;
	if (typeof schema.exclusiveMinimum === 'number') return schema.exclusiveMinimum + 1;
	return typeof schema.maximum === 'number' ? Math.min(1, schema.maximum) : 1;
}

function stringOf(schema: Json, text: string): string {
	const format = typeof schema.format === 'string' ? FORMATS[schema.format] : undefined;
	if (format !== undefined) return format;
	const long = text.padEnd(Number(schema.minLength ?? 0), '.');
	return typeof schema.maxLength === 'number' ? long.slice(0, schema.maxLength) : long;
}

function merge(base: Json, parts: Json[]): Json {
	return parts.reduce<Json>(
		(sum, part) => ({
			...sum,
			...part,
			properties: { ...asJson(sum.properties), ...asJson(part.properties) },
		}),
		base,
	);
}

function resolve(root: Json, reference: string): unknown {
	return reference
		.replace(/^#\/?/, '')
		.split('/')
		.filter(Boolean)
		.reduce<unknown>((at, step) => asJson(at)[step.replace(/~1/g, '/').replace(/~0/g, '~')], root);
}
