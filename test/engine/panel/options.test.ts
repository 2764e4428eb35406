import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { expectWholeRecord } from '../record';
import { inOrder, model, runRouter, type RouterParameters, type RouterResult } from '../workflow';
import type { IDataObject } from 'n8n-workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => providers.reset());
afterAll(async () => await providers.close());

const PROTOCOLS = [
	['openAi', 'gpt-4o-mini'],
	['anthropic', 'claude-haiku-4-5'],
	['gemini', 'gemini-2.5-flash'],
] as const;

const one = (
	provider: string,
	id: string,
	options: IDataObject,
	more: IDataObject = {},
): RouterParameters => ({
	models: [model('m', provider, id, more)],
	options,
});

const ask = async (
	options: IDataObject,
	item: IDataObject = { prompt: 'hello there', id: 7 },
): Promise<RouterResult> =>
	await runRouter(providers, { parameters: one('openAi', 'gpt-4o-mini', options), items: [item] });

const sent = (index = 0): string => JSON.stringify(providers.log[index]?.body);

test('outputField and includeInputFields', async () => {
	const named = await ask({ outputField: 'reply' }, { prompt: 'hello', reply: 'old', output: 'kept' });
	expect(named.json('Router')[0]).toMatchObject({ reply: '[gpt-4o-mini] You asked: hello', output: 'kept' });
	const bare = await ask({ includeInputFields: false });
	expect(Object.keys(bare.json('Router')[0]!)).toEqual(['output', 'router']);
});

test('an error that came in is not passed on with an answer, and otherwise is', async () => {
	const item = { prompt: 'hello', error: 'from before' };
	expect((await ask({}, item)).json('Router')[0]).not.toHaveProperty('error');
	const parameters = { ...one('openAi', 'gpt-4o-mini', {}), mode: 'route' };
	const routed = await runRouter(providers, { parameters, items: [item] });
	expect(routed.json('Router')[0]).toHaveProperty('error', 'from before');
});

test('options by expression may give nothing, or a truth value as text', async () => {
	const options = {
		totalTimeout: '={{ null }}',
		maxRetries: '={{ null }}',
		includeInputFields: '={{ "false" }}',
	};
	expect(Object.keys((await ask(options)).json('Router')[0]!)).toEqual(['output', 'router']);
});

test('binary data goes along with the input fields', async () => {
	const binary = { note: { data: 'aGVsbG8=', mimeType: 'text/plain' } };
	const run = async (includeInputFields: boolean) =>
		await runRouter(providers, {
			parameters: one('openAi', 'gpt-4o-mini', { includeInputFields }),
			items: [{ json: { prompt: 'hello' }, binary }],
		});
	expect((await run(true)).items('Router')[0]?.binary).toMatchObject(binary);
	expect((await run(false)).items('Router')[0]?.binary).toBeUndefined();
});

test.each([
	['text', '={{ $json.text }}', { text: 'from text' }, 'from text'],
	['a number', '={{ 42 }}', {}, '42'],
	['an object', '={{ $json.order }}', { order: { id: 4711 } }, '{"id":4711}'],
	['the first of chatInput, prompt and text', undefined, { text: 'c', prompt: 'b', chatInput: 'a' }, 'a'],
])('a prompt that is %s', async (_, prompt, item, expected) => {
	const result = await runRouter(providers, {
		parameters: { ...one('openAi', 'gpt-4o-mini', {}), ...(prompt && { prompt }) },
		items: [item as IDataObject],
	});
	expect(result.left).toEqual({ Answered: [0] });
	expect(providers.log[0]?.body.messages).toEqual([{ role: 'user', content: expected }]);
});

test.each([[undefined], [null], [''], [' \n\t']])('an empty prompt (%p) leaves by Failed', async (prompt) => {
	const result = await ask({}, { prompt: prompt as string, id: 7 });
	expect(result.left).toEqual({ Failed: [0] });
	expect(result.all[0]?.json).toMatchObject({
		id: 7,
		error: { category: 'invalidRequest', message: expect.stringMatching(/prompt is empty/i) },
		router: { outcome: 'failed', classification: null, route: null, attempts: [], costUsd: 0 },
	});
	expect(result.hints('Router')).toMatchObject([{ message: expect.stringContaining('the prompt is empty') }]);
	expect(providers.log).toEqual([]);
});

describe.each(PROTOCOLS)('%s', (provider, id) => {
	test('system message by expression and history, system role included', async () => {
		const result = await runRouter(providers, {
			parameters: one(provider, id, {
				systemMessage: '=You serve {{ $json.customer }}.',
				history:
					'[{"role":"system","content":"Be brief."},{"role":"user","content":"My name is Ada."},{"role":"assistant","content":"Hello Ada."}]',
			}),
			items: [
				{ prompt: 'Who am I?', customer: 'Acme' },
				{ prompt: 'Who am I?', customer: 'Globex' },
			],
		});
		expect(result.left).toEqual({ Answered: [0, 1] });
		const systems = providers.log.map(({ body }) =>
			JSON.stringify(body.system ?? body.systemInstruction ?? body.messages),
		);
		expect(systems.filter((system) => system.includes('You serve Acme.'))).toHaveLength(1);
		expect(systems.filter((system) => system.includes('You serve Globex.'))).toHaveLength(1);
		expect(systems.every((system) => system.includes('Be brief.'))).toBe(true);
		const turns = ((providers.log[0]?.body.messages ?? providers.log[0]?.body.contents) as IDataObject[])
			.map(({ role, content, parts }) => `${role as string}: ${JSON.stringify(content ?? parts)}`)
			.filter((turn) => !turn.startsWith('system'));
		expect(turns).toHaveLength(3);
		expect(turns[0]).toMatch(/^user: .*Ada/);
		expect(turns[1]).toMatch(/^(assistant|model): .*Hello Ada/);
		expect(turns[2]).toMatch(/^user: .*Who am I\?/);
	});

	test('a JSON answer: native, repaired, and one that never fits', async () => {
		const parameters = (fault: string): RouterParameters => ({
			...one(provider, `${id}--${fault}`, {
				outputFormat: 'json',
				jsonSchema: JSON.stringify({
					type: 'object',
					properties: { city: { type: 'string' }, people: { type: 'integer' } },
					required: ['city', 'people'],
					additionalProperties: false,
				}),
				maxRetries: 0,
			}),
		});
		const items = ['Tell me about Lima'];
		const fits = { city: expect.any(String), people: expect.any(Number) };

		const native = await runRouter(providers, { parameters: parameters('none'), items });
		expect(native.json('Router')[0]?.output).toEqual(fits);
		expect(native.record(0).attempts).toHaveLength(1);
		expect(sent()).toMatch(/"(json_schema|responseJsonSchema|responseSchema|output_config|output_format)"/);

		const repaired = await runRouter(providers, { parameters: parameters('invalidschema'), items });
		expect(repaired.left).toEqual({ Answered: [0] });
		expect(repaired.json('Router')[0]?.output).toEqual(fits);
		expect(repaired.record(0).attempts.map(({ outcome }) => outcome)).toEqual(['invalidOutput', 'answered']);

		const never = await runRouter(providers, { parameters: parameters('invalidjson*'), items });
		expect(never.left).toEqual({ Failed: [0] });
		expect(never.failure(0)?.category).toBe('invalidOutput');
		expect(never.all[0]?.json.output).toBeUndefined();
		expect(never.record(0).attempts).toHaveLength(2);
	});

	test('maxOutputTokens and temperature reach the provider; a cut text is passed on as such', async () => {
		const options = { maxOutputTokens: 3, temperature: 0.25 };
		const result = await runRouter(providers, {
			parameters: one(provider, id, options),
			items: ['one two three'],
		});
		expect(result.left).toEqual({ Answered: [0] });
		expect(result.record(0).finishReason).toBe('length');
		expectWholeRecord(result.record(0));
		expect(sent()).toMatch(/"(max_tokens|max_completion_tokens|maxOutputTokens)":3\b/);
		expect(sent()).toContain('"temperature":0.25');
	});
});

test("a model's own temperature and limit go before the node's", async () => {
	await runRouter(providers, {
		parameters: one(
			'openAi',
			'gpt-4o-mini',
			{ maxOutputTokens: 3, temperature: 0.25 },
			{
				maxOutputTokens: 50,
				temperature: 0.5,
			},
		),
		items: ['hello'],
	});
	expect(sent()).toContain('"temperature":0.5');
	expect(sent()).toMatch(/"(max_tokens|max_completion_tokens)":50\b/);
});

test('a JSON answer without schema, in code fences or prose, is parsed; one of text is not', async () => {
	providers.answer = ({ prompt }) => prompt;
	const answers = ['{"a": 1}', '```json\n{"a": 1}\n```', 'Here you are: {"a": 1}. Enjoy!', 'null'];
	const result = await runRouter(providers, {
		parameters: one('openAi', 'gpt-4o-mini', { outputFormat: 'json', maxRetries: 0 }),
		items: answers,
	});
	const text = await ask({}, { prompt: '{"a": 1}' });
	providers.answer = undefined;
	expect(result.json('Router').map(({ output }) => output)).toEqual([{ a: 1 }, { a: 1 }, { a: 1 }, null]);
	expect(text.json('Router')[0]?.output).toBe('{"a": 1}');
});

test('a fallback by truncation, when asked for', async () => {
	providers.setFault('gpt-4o-mini', 'length');
	const result = await runRouter(providers, {
		parameters: {
			models: [model('small', 'openAi', 'gpt-4o-mini'), model('strong', 'anthropic', 'claude-haiku-4-5')],
			rules: [inOrder],
			options: { fallbackOn: ['truncated'] },
		},
		items: ['hello there'],
	});
	expect(result.left).toEqual({ Fallback: [0] });
	expect(result.record(0).attempts.map(({ outcome }) => outcome)).toEqual(['truncated', 'answered']);
});
