import type { ErrorObject, Options, ValidateFunction } from 'ajv';

import { ConfigurationError } from '../../types';
import type { JsonSchema } from '../../types';

/** Errors shown to the model in one repair; more only lengthen the prompt. */
const MAX_ERRORS = 5;

const MAX_CACHED = 100;

/** Says in what way a value does not fit, in the validator's words; null where it fits. */
export type SchemaCheck = (value: unknown) => string | null;

type Draft = 'draft-07' | '2019-09' | '2020-12';

interface Validators {
	compile(schema: JsonSchema): ValidateFunction;
}

const compiled = new Map<string, Promise<SchemaCheck>>();

/**
 * Compiles a JSON Schema (2020-12, 2019-09 or draft-07, by its `$schema`; without one 2020-12, else draft-07),
 * once for each schema.
 * @throws ConfigurationError for `jsonSchema` where it is no valid schema
 */
export function compileSchema(schema: JsonSchema): Promise<SchemaCheck> {
	const key = JSON.stringify(schema);
	let check = compiled.get(key);
	if (!check) {
		check = compile(schema);
		compiled.set(key, check);
		if (compiled.size > MAX_CACHED) compiled.delete(compiled.keys().next().value as string);
	}
	return check;
}

async function compile(schema: JsonSchema): Promise<SchemaCheck> {
	// Its validator would answer with a promise, which passes for "fits".
	if ('$async' in schema) throw invalid('"$async" is not supported');
	const [draft, ...others] = draftsOf(schema);
	let reason: string;
	try {
		return checkWith((await load(draft)).compile(schema));
	} catch (error) {
		reason = error instanceof Error ? error.message : String(error);
	}
	for (const other of others) {
		try {
			return checkWith((await load(other)).compile(schema));
		} catch {
			// The first draft's reason is the one to report.
		}
	}
	throw invalid(reason);
}

function draftsOf(schema: JsonSchema): [Draft, ...Draft[]] {
	const named = typeof schema.$schema === 'string' ? schema.$schema : null;
	if (named === null) return ['2020-12', 'draft-07'];
	if (named.includes('2020-12')) return ['2020-12'];
	if (named.includes('2019-09')) return ['2019-09'];
	if (named.includes('draft-07')) return ['draft-07'];
	throw invalid(`its "$schema" ${named.slice(0, 80)} is not known`);
}

/** A validator of its own for each schema, so that two schemas may have the same `$id`. Loaded when first used. */
async function load(draft: Draft): Promise<Validators> {
	// `strict` off: schemas made for people or for providers carry keywords that a validator does not know.
	const options: Options = { strict: false, allErrors: true, logger: false };
	const { default: addFormats } = await import('ajv-formats');
	const ajv = await newAjv(draft, options);
	addFormats.default(ajv);
	return ajv;
}

async function newAjv(draft: Draft, options: Options) {
	if (draft === 'draft-07') return new (await import('ajv')).Ajv(options);
	if (draft === '2019-09') return new (await import('ajv/dist/2019.js')).Ajv2019(options);
	return new (await import('ajv/dist/2020.js')).Ajv2020(options);
}

function checkWith(validate: ValidateFunction): SchemaCheck {
	return (value) => (validate(value) ? null : inWords(validate.errors ?? []));
}

function inWords(errors: readonly ErrorObject[]): string {
	const words = errors.slice(0, MAX_ERRORS).map((error) => {
		const where = error.instancePath === '' ? 'the whole value' : error.instancePath;
		return `${where} ${error.message ?? 'does not fit'}`;
	});
	return [...new Set(words)].join('; ');
}

function invalid(reason: string): ConfigurationError {
	return new ConfigurationError(
		'jsonSchema',
		`The JSON schema is not valid: ${reason}.`,
		'Correct the schema, or leave it empty to accept any JSON.',
	);
}
