/**
 * What the thread does. One file without imports of ours, as a thread loads it by its path, in the package as in tests.
 * `checkSchema` serves the event loop as well, where schema and value are small and nothing in them can run away.
 */
import { Script, createContext } from 'node:vm';
import { isMainThread, parentPort } from 'node:worker_threads';

import type { ErrorObject, Options, ValidateFunction } from 'ajv';
import type { RE2JS } from 're2js';

import type { CheckTask, Draft, Finding, SearchTask, Task } from './terms';

/** Errors shown to a model in one repair; more only lengthen the prompt. */
const MAX_ERRORS = 5;
/** ms in which V8's own engine may find an expression, before one that needs no luck but more time looks for it. */
const NATIVE_MS = 300;
const MAX_CACHED = 50;

/** A pattern that only a backtracking engine can run, so not on the event loop. */
export class NotLinear extends Error {}

type Engine = typeof RE2JS;
let engine: Promise<Engine> | undefined;
const linearEngine = async (): Promise<Engine> => await (engine ??= import('re2js').then((re2) => re2.RE2JS));

// ── Searching ────────────────────────────────────────────────────────────────────────────────

async function search({ expressions, text }: SearchTask): Promise<Finding> {
	const linear = await linearEngine();
	for (const [index, { source, flags }] of expressions.entries()) {
		if (finds(source, flags, text, linear)) return { kind: 'search', found: index };
	}
	return { kind: 'search', found: -1 };
}

/** By V8, whose language it is; where that takes too long by a linear engine, as far as that knows the expression. */
function finds(source: string, flags: string, text: string, linear: Engine): boolean {
	const context = createContext({ expression: new RegExp(source, flags), text });
	try {
		return Boolean(new Script('expression.test(text)').runInContext(context, { timeout: NATIVE_MS }));
	} catch (error) {
		if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
	}
	const expression = linearOf(source, flags, linear);
	if (expression) return expression.matcher(text).find();
	// Stopped from outside when its time is up.
	return new RegExp(source, flags).test(text);
}

function linearOf(source: string, flags: string, linear: Engine): RE2JS | null {
	let options = 0;
	if (flags.includes('i')) options |= linear.CASE_INSENSITIVE;
	if (flags.includes('m')) options |= linear.MULTILINE;
	if (flags.includes('s')) options |= linear.DOTALL;
	try {
		return linear.compile(linear.translateRegExp(source), options);
	} catch {
		return null;
	}
}

// ── Checking against a schema ────────────────────────────────────────────────────────────────

type Validate = (value: unknown) => string | null;
const validators = new Map<string, Validate>();

async function check({ schema, drafts, value }: CheckTask): Promise<Finding> {
	try {
		const validate = await compileSchema(schema, drafts, false);
		const problem = value === undefined ? null : validate(JSON.parse(value) as unknown);
		return { kind: 'check', problem };
	} catch (error) {
		return { kind: 'invalid', reason: messageOf(error) };
	}
}

/**
 * Compiled once for each schema. The first draft's reason is the one that is reported.
 * @param onlyLinear refuses patterns that only a backtracking engine can run
 * @throws NotLinear, or the reason why the schema is none
 */
export async function compileSchema(
	schema: string,
	drafts: readonly Draft[],
	onlyLinear: boolean,
): Promise<Validate> {
	const key = `${drafts.join()} ${schema}`;
	const known = validators.get(key);
	if (known) return known;
	const linear = await linearEngine();
	let first: unknown;
	for (const draft of drafts) {
		try {
			const validate = validateWith((await newAjv(draft, linear, onlyLinear)).compile(JSON.parse(schema)));
			validators.set(key, validate);
			if (validators.size > MAX_CACHED) validators.delete(validators.keys().next().value as string);
			return validate;
		} catch (error) {
			if (error instanceof NotLinear) throw error;
			first ??= error;
		}
	}
	throw first;
}

/** One for each schema, so that two schemas may have the same `$id`. Loaded when first used. */
async function newAjv(draft: Draft, linear: Engine, onlyLinear: boolean) {
	const regExp = (pattern: string, flags: string) => patternOf(pattern, flags, linear, onlyLinear);
	regExp.code = 'new RegExp';
	const options: Options = {
		// Schemas made for people or for providers carry keywords that a validator does not know.
		strict: false,
		allErrors: true,
		logger: false,
		code: { regExp },
	};
	const ajv = await ajvOf(draft, options);
	const { default: addFormats } = await import('ajv-formats');
	(addFormats.default ?? addFormats)(ajv);
	ajv.removeKeyword('uniqueItems');
	ajv.addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', validate: uniqueItems });
	return ajv;
}

async function ajvOf(draft: Draft, options: Options) {
	if (draft === 'draft-07') return new (await import('ajv')).Ajv(options);
	if (draft === '2019-09') return new (await import('ajv/dist/2019.js')).Ajv2019(options);
	return new (await import('ajv/dist/2020.js')).Ajv2020(options);
}

function patternOf(pattern: string, flags: string, linear: Engine, onlyLinear: boolean) {
	// Also says what is no pattern at all, in the words of the language that people write it in.
	const native = new RegExp(pattern, flags);
	const expression = linearOf(pattern, flags, linear);
	if (expression) return { test: (text: string) => expression.matcher(text).find() };
	if (onlyLinear) throw new NotLinear(pattern);
	return native;
}

/** The validator's own compares every pair. */
const uniqueItems: { (wanted: boolean, items: unknown[]): boolean; errors?: Array<Partial<ErrorObject>> } = (
	wanted,
	items,
) => {
	const isUnique = !wanted || new Set(items.map(canonical)).size === items.length;
	uniqueItems.errors = isUnique ? [] : [{ keyword: 'uniqueItems', message: 'must NOT have duplicate items' }];
	return isUnique;
};

/** Equal values have equal texts, whatever the order of their fields. */
function canonical(value: unknown): string {
	return JSON.stringify(value, (_, part: unknown) =>
		typeof part === 'object' && part !== null && !Array.isArray(part)
			? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
			: part,
	);
}

function validateWith(validate: ValidateFunction): Validate {
	return (value) => (validate(value) ? null : inWords(validate.errors ?? []));
}

function inWords(errors: readonly ErrorObject[]): string {
	const words = errors.slice(0, MAX_ERRORS).map((error) => {
		const where = error.instancePath === '' ? 'the whole value' : error.instancePath;
		return `${where} ${error.message ?? 'does not fit'}`;
	});
	return [...new Set(words)].join('; ');
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function work(task: Task): Promise<Finding> {
	try {
		return await (task.kind === 'search' ? search(task) : check(task));
	} catch (error) {
		return { kind: 'fault', message: messageOf(error) };
	}
}

if (!isMainThread) {
	parentPort?.on('message', (task: Task) => {
		void work(task).then((finding) => parentPort?.postMessage(finding));
	});
}
