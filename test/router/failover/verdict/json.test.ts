import { jsonValuesIn } from '../../../../router/failover/verdict/json';
import { compileSchema } from '../../../../router/failover/verdict/schema';
import { DEFAULTS } from '../../../../router/failover/settings';
import { ConfigurationError } from '../../../../router/types';
import type { ChatRequest, JsonSchema } from '../../../../router/types';
import { end, fails, text, whole } from '../../../support/scriptedModel';
import type { Play } from '../../../support/scriptedModel';
import { ASK, outcomes, setting } from '../setting';

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
		expect(repair.request.messages[1].text).toBe('{"age":"old"}');
		expect(repair.request.messages[2].text).toContain('/age must be integer');
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
	test.each(rows)('%s', (answer, values) => {
		expect(jsonValuesIn(answer)).toEqual(values);
	});

	test('hostile text takes no longer than its length', () => {
		const time = (length: number): number => {
			const startedAt = performance.now();
			for (const piece of ['[', '{"', '[]', '```\n', '"\\', '{"a":']) jsonValuesIn(piece.repeat(length));
			return performance.now() - startedAt;
		};
		// Ten times the length: about ten times as long, where a quadratic search would take a hundred times.
		expect(time(300_000)).toBeLessThan(40 * Math.max(time(30_000), 10));
	});
});

describe('schemas', () => {
	test('of both drafts, with formats, keywords that nobody knows and an id twice', async () => {
		const old = { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'number' }] };
		expect((await compileSchema(old))(['no'])).toBe('/0 must be number');
		// No `$schema`, and a list under `items` is valid in draft-07 only.
		expect((await compileSchema({ items: [{ type: 'number' }] }))(['no'])).toBe('/0 must be number');
		const now = {
			$schema: 'https://json-schema.org/draft/2020-12/schema',
			prefixItems: [{ type: 'number' }],
		};
		expect((await compileSchema(now))(['no'])).toBe('/0 must be number');
		expect((await compileSchema(SCHEMA))({ age: 1, mail: 'no' })).toBe('/mail must match format "email"');
		expect((await compileSchema({ $id: 'x', type: 'string', example: 'known to people' }))(1)).not.toBeNull();
		expect((await compileSchema({ $id: 'x', type: 'number' }))(1)).toBeNull();
	});

	test.each([
		{ type: 'objekt' },
		{ $ref: '#/nowhere' },
		{ $schema: 'http://json-schema.org/draft-04/schema#' },
		{ $async: true, type: 'object' },
		{ type: 'string', pattern: '(' },
	])('that are not valid name the field and the remedy: %j', async (schema) => {
		const error: unknown = await compileSchema(schema).catch((reason: unknown) => reason);
		expect(error).toBeInstanceOf(ConfigurationError);
		expect(error).toMatchObject({ field: 'jsonSchema', remedy: expect.stringContaining('schema') });
	});

	test('are compiled once', () => {
		expect(compileSchema({ type: 'null' })).toBe(compileSchema({ type: 'null' }));
	});
});
