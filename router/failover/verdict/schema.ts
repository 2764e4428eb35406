import { WorkTooLong } from '../../bounded/bounded';
import type { BoundedWork, Draft } from '../../bounded/terms';
import { compileSchema as compileHere, NotLinear } from '../../bounded/thread';
import { isLongerAsJson } from '../../text/jsonLength';
import { jsonShape } from '../../text/jsonShape';
import { ConfigurationError } from '../../types';
import type { JsonSchema } from '../../types';

/** Characters. Nobody writes a longer JSON Schema, and providers accept far less. */
const MAX_SCHEMA = 200_000;
/** Nesting of objects and lists in a schema or an answer; the validator recurses once per level. */
export const MAX_DEPTH = 200;
/**
 * Characters of schema times characters of answer that are checked directly, some 10 ms; anything larger is checked
 * in a separate thread.
 */
const MAX_AT_ONCE = 2e7;
/** A schema that may contain itself can double the work at each level. */
const REFERENCE = /"\$(?:ref|dynamicRef|recursiveRef)"\s*:/;
/** The validator's patterns for formats can take quadratic time in a text's length. */
const FORMAT = /"format"\s*:/;
const MAX_WITH_FORMAT = 2_000;

/** How a value does not fit, in the validator's words; null if it fits. `text` is the value as JSON. */
export type SchemaCheck = (value: unknown, text: string) => Promise<string | null>;

/**
 * Compiles a JSON Schema (2020-12, 2019-09 or draft-07, by its `$schema`; without one 2020-12 is tried, then draft-07).
 * @throws ConfigurationError if the schema is invalid
 */
export async function compileSchema(schema: JsonSchema, work: BoundedWork): Promise<SchemaCheck> {
	if (isLongerAsJson(schema, MAX_SCHEMA)) throw invalid(`it may have ${MAX_SCHEMA} characters, and has more`);
	const text = JSON.stringify(schema);
	if (text.length > MAX_SCHEMA) throw invalid(`it has ${text.length} characters, and may have ${MAX_SCHEMA}`);
	if (jsonShape(text).depth > MAX_DEPTH) throw invalid(`it is nested more than ${MAX_DEPTH} levels deep`);
	// Its validator would return a promise, which is truthy and would pass for "fits".
	if ('$async' in schema) throw invalid('"$async" is not supported');
	const drafts = draftsOf(schema);
	const inThread = async (value?: string): Promise<string | null> => {
		const finding = await work.run({ kind: 'check', schema: text, drafts, value });
		if (finding.kind === 'check') return finding.problem;
		throw invalid(finding.kind === 'invalid' ? plainly(finding.reason, text) : 'it cannot be checked');
	};
	const here =
		text.length * 100 > MAX_AT_ONCE || REFERENCE.test(text) ? null : await compiledHere(text, drafts);
	if (!here) await inThread().catch(tooLong);
	const longest = Math.min(MAX_AT_ONCE / text.length, FORMAT.test(text) ? MAX_WITH_FORMAT : Infinity);
	return async (value, valueText) => {
		if (here && valueText.length <= longest) return here(value);
		return await inThread(valueText).catch((error: unknown) => {
			if (error instanceof WorkTooLong) return `it could not be checked against the schema: ${error.message}`;
			throw error;
		});
	};
}

/** null: it has a pattern that may run away. */
async function compiledHere(schema: string, drafts: readonly Draft[]) {
	try {
		return await compileHere(schema, drafts, true);
	} catch (error) {
		if (error instanceof NotLinear) return null;
		throw invalid(error instanceof Error ? plainly(error.message, schema) : String(error));
	}
}

function draftsOf(schema: JsonSchema): readonly Draft[] {
	const named = typeof schema.$schema === 'string' ? schema.$schema : null;
	if (named === null) return ['2020-12', 'draft-07'];
	const draft = (['2020-12', '2019-09', 'draft-07'] as const).find((known) => named.includes(known));
	if (draft) return [draft];
	throw invalid(`its "$schema" ${named.slice(0, 80)} is not known`);
}

function tooLong(error: unknown): never {
	if (error instanceof WorkTooLong) throw invalid(`it could not be read: ${error.message}`);
	throw error;
}

/** The validator lists everything it tried; the first entry is where the schema is wrong. */
function plainly(reason: string, schema: string): string {
	const [, pointer, what] = /^schema is invalid: data(\/.*?)? (must [^,]+)/.exec(reason) ?? [];
	if (pointer === undefined || what === undefined) return what ?? reason;
	const keys = pointer
		.slice(1)
		.split('/')
		.map((key) => key.replace(/~1/g, '/').replace(/~0/g, '~'));
	const value = keys.reduce(
		(part: unknown, key) => (part as Record<string, unknown> | undefined)?.[key],
		JSON.parse(schema),
	);
	const allowed = keys.at(-1) === 'type' ? `must be one of ${TYPES.join(', ')}` : what;
	return `"${keys.join(' → ')}" is ${JSON.stringify(value)?.slice(0, 60)} and ${allowed}`;
}

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

function invalid(reason: string): ConfigurationError {
	return new ConfigurationError(
		'Options → JSON Schema',
		`Options → JSON Schema is no valid schema: ${reason}.`,
		'Correct the schema, or leave it empty to accept any JSON.',
	);
}
