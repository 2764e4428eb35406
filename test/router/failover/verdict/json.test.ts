import { monitorEventLoopDelay } from 'node:perf_hooks';

import { jsonCheckFor, jsonValuesIn } from '../../../../router/failover/verdict/json';
import { compileSchema } from '../../../../router/failover/verdict/schema';
import { DEFAULTS } from '../../../../router/failover/settings';
import { ConfigurationError } from '../../../../router/types';
import type { ChatRequest, JsonSchema } from '../../../../router/types';
import { end, fails, text, whole } from '../../../support/standIn/scriptedModel';
import type { Play } from '../../../support/standIn/scriptedModel';
import { realTime } from '../../../support/realTime';
import { ASK, outcomes, setting } from '../setting';
import { textOf } from '../../../../router/text/parts';

const SCHEMA: JsonSchema = {
	type: 'object',
	properties: { age: { type: 'integer' }, mail: { type: 'string', format: 'email' } },
	required: ['age'],
	additionalProperties: false,
};
const request: ChatRequest = { ...ASK, format: { type: 'json', schema: SCHEMA } };
const cut = (words: string): Play => [text(words), end('length')];

describe('an answer in JSON', () => {
	test('is parsed; what does not fit is repaired once by the same model', async () => {
		const { model, ask, clients } = setting();
		const result = await ask([model('first', [whole('{"age":"old"}'), whole('{"age":7}')])], {}, { request });
		expect(outcomes(result)).toEqual(['first invalidOutput', 'first answered']);
		expect(result.attempts[0]).toMatchObject({
			message: 'Its answer does not fit: /age must be integer.',
			billing: 'named',
		});
		expect(result.answer).toMatchObject({ json: { age: 7 }, text: '{"age":7}' });

		const [, repair] = clients.first.calls;
		expect(repair.request.messages.map((message) => message.role)).toEqual(['user', 'assistant', 'user']);
		expect(textOf(repair.request.messages[1].parts)).toBe('{"age":"old"}');
		expect(textOf(repair.request.messages[2].parts)).toContain('/age must be integer');
	});

	test('that does not fit after its repair leads to the next model', async () => {
		const { model, ask } = setting();
		const models = [model('first', [whole('{"age":"old"}')]), model('second', [whole('{"age":1}')])];
		expect(outcomes(await ask(models, {}, { request }))).toEqual([
			'first invalidOutput',
			'first invalidOutput',
			'second answered',
		]);
		expect((await ask([models[0]], {}, { request })).failure?.category).toBe('invalidOutput');
	});

	test('a repair that meets a fault is retried as any request', async () => {
		const { model, ask } = setting();
		const plays = [whole('no'), fails('network'), whole('{"age":1}')];
		const result = await ask([model('first', plays)], {}, { request });
		expect(outcomes(result)).toEqual(['first invalidOutput', 'first network', 'first answered']);
	});

	test('that is cut and does not parse is not repaired', async () => {
		const { model, ask } = setting();
		const result = await ask([model('first', [cut('{"a":{"age":1},"b"')])], {}, { request });
		expect(outcomes(result)).toEqual(['first invalidOutput']);
		expect(result.failure?.message).toContain('cut off');
	});

	test('that is cut after it was complete passes, unless cut answers do not', async () => {
		const { model, ask } = setting();
		const models = [model('first', [cut('{"age":1}')])];
		expect((await ask(models, {}, { request })).answer).toMatchObject({
			json: { age: 1 },
			finishReason: 'length',
		});
		const fallbackOn = new Set([...DEFAULTS.fallbackOn, 'truncated' as const]);
		expect((await ask(models, { fallbackOn }, { request })).failure?.category).toBe('truncated');
	});

	test('without a schema any JSON does', async () => {
		const { model, ask } = setting();
		const result = await ask(
			[model('first', [whole('[1]')])],
			{},
			{ request: { ...ASK, format: { type: 'json' } } },
		);
		expect(result.answer?.json).toEqual([1]);
	});
});

describe('finding the JSON', () => {
	const rows: Array<[string, unknown[]]> = [
		['{"a":1}', [{ a: 1 }]],
		[' 42\n', [42]],
		['```json\n{"a":1}\n```', [{ a: 1 }]],
		['```\n"word"\n```', ['word']],
		['Here you are:\n```json\n{"a":"``` } \\" ["}\n```\nAnything else?', [{ a: '``` } " [' }]],
		['It\'s "this": {"a":{"b":[1]}}.', [{ a: { b: [1] } }]],
		['{"a":1} and {"a":2}', [{ a: 1 }, { a: 2 }]],
		['{"a":{"b":1},"c":', []],
		['} ] no', []],
		['{not json} {"a":1}', [{ a: 1 }]],
	];
	const inOneGo = () => undefined;
	test.each(rows)('%s', async (answer, values) => {
		expect((await jsonValuesIn(answer, inOneGo)).map(({ value }) => value)).toEqual(values);
	});

	test('hostile text takes no longer than its length', async () => {
		const time = async (length: number): Promise<number> => {
			const startedAt = performance.now();
			for (const piece of ['[', '{"', '[]', '```\n', '"\\', '{"a":']) {
				await jsonValuesIn(piece.repeat(length), inOneGo);
			}
			return performance.now() - startedAt;
		};
		// Ten times the length: about ten times as long, where a quadratic search would take a hundred times.
		expect(await time(300_000)).toBeLessThan(40 * Math.max(await time(30_000), 10));
	});
});

const { work } = realTime;
const problemOf = async (schema: JsonSchema, value: unknown): Promise<string | null> =>
	await (
		await compileSchema(schema, work)
	)(value, JSON.stringify(value));

describe('schemas', () => {
	test('of both drafts, with formats, keywords that nobody knows and an id twice', async () => {
		const old = { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'number' }] };
		expect(await problemOf(old, ['no'])).toBe('/0 must be number');
		// No `$schema`, and a list under `items` is valid in draft-07 only.
		expect(await problemOf({ items: [{ type: 'number' }] }, ['no'])).toBe('/0 must be number');
		const now = {
			$schema: 'https://json-schema.org/draft/2020-12/schema',
			prefixItems: [{ type: 'number' }],
		};
		expect(await problemOf(now, ['no'])).toBe('/0 must be number');
		expect(await problemOf(SCHEMA, { age: 1, mail: 'no' })).toBe('/mail must match format "email"');
		expect(await problemOf({ $id: 'x', type: 'string', example: 'known to people' }, 1)).not.toBeNull();
		expect(await problemOf({ $id: 'x', type: 'number' }, 1)).toBeNull();
	});

	test.each([
		{ type: 'objekt' },
		{ $ref: '#/nowhere' },
		{ $schema: 'http://json-schema.org/draft-04/schema#' },
		{ $async: true, type: 'object' },
		{ type: 'string', pattern: '(' },
		{ enum: ['x'.repeat(300_000)] },
		JSON.parse('{"items":'.repeat(300) + '{}' + '}'.repeat(300)) as JsonSchema,
	])('that are not valid name the field and the remedy: %#', async (schema) => {
		const error: unknown = await compileSchema(schema, work).catch((reason: unknown) => reason);
		expect(error).toBeInstanceOf(ConfigurationError);
		expect(error).toMatchObject({
			field: 'Options → JSON Schema',
			remedy: expect.stringContaining('schema'),
		});
	});

	test('that are wrong below a name with blanks name that place', async () => {
		const schema = { properties: { 'Order Number': { type: 'objekt' } } };
		await expect(compileSchema(schema, work)).rejects.toThrow(
			'"properties → Order Number → type" is "objekt" and must be one of string',
		);
	});

	test('lists without duplicates, whatever the order of their fields', async () => {
		const schema = { type: 'array', uniqueItems: true };
		expect(await problemOf(schema, [{ a: 1, b: 2 }, { a: 1 }, { b: 3, a: 1 }])).toBeNull();
		expect(
			await problemOf(schema, [
				{ a: 1, b: 2 },
				{ b: 2, a: 1 },
			]),
		).toBe('the whole value must NOT have duplicate items');
		expect(await problemOf({ uniqueItems: false }, [1, 1])).toBeNull();
	});
});

/** The longest time that the event loop stood still meanwhile, in ms. */
async function stillstand(work: () => Promise<unknown>): Promise<number> {
	const loop = monitorEventLoopDelay({ resolution: 1 });
	loop.enable();
	await work();
	await new Promise((resolve) => setTimeout(resolve, 5));
	loop.disable();
	return loop.max / 1e6;
}

describe('what a model sends to keep the event loop busy', () => {
	const EMAIL = String.raw`^([a-zA-Z0-9]+[._-]?)+@([a-zA-Z0-9]+\.)+[a-z]{2,}$`;
	const BACK_REFERENCE = String.raw`^(?=(a+)+$)\1b`;
	const TREE = {
		$ref: '#/$defs/tree',
		$defs: {
			tree: {
				anyOf: [
					{ type: 'object', properties: { a: { $ref: '#/$defs/tree' } }, required: ['x'] },
					{ type: 'object', properties: { a: { $ref: '#/$defs/tree' } }, required: ['y'] },
				],
			},
		},
	};
	const deep = (levels: number): unknown => JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));
	test.each<[string, JsonSchema, unknown]>([
		['a pattern that backtracks', { pattern: EMAIL }, 'a'.repeat(40)],
		['a pattern that only a backtracking engine knows', { pattern: BACK_REFERENCE }, 'a'.repeat(40)],
		['a pattern of names', { patternProperties: { [EMAIL]: {} } }, { ['a'.repeat(40)]: 1 }],
		[
			'a list of 20,000 different objects',
			{ uniqueItems: true },
			Array.from({ length: 20_000 }, (_, id) => ({ id })),
		],
		['a tree that doubles the work at each level', TREE, deep(40)],
	])('%s', async (_, schema, value) => {
		const check = await compileSchema(schema, work);
		await check(0, '0');
		const text = JSON.stringify(value);
		let problem: string | null | undefined;
		// A busy machine makes an idle loop late as well.
		expect(await stillstand(async () => (problem = await check(value, text)))).toBeLessThan(250);
		expect(problem).not.toBeUndefined();
	});

	test('nesting and size end in words', async () => {
		const check = await jsonCheckFor({ type: 'json' }, realTime);
		expect(await check('['.repeat(100_000) + ']'.repeat(100_000))).toEqual({
			problem: 'it is nested more than 200 levels deep',
		});
		expect(await check(`"${'x'.repeat(5_000_000)}"`)).toEqual({
			problem: expect.stringContaining('JSON is read up to 4000000'),
		});
		const dense = `[${'{},'.repeat(150_000)}1]`;
		expect(await check(dense)).toEqual({ problem: 'it holds more than 200000 values and names' });
		expect(await check(`" ${dense}`)).toEqual({ problem: 'it is not valid JSON' });
		expect(await check('{} '.repeat(10_000))).toEqual({ problem: 'it holds more than 100 JSON values' });
	});
});
