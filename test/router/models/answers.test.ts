import { assistantMessage, userMessage } from '../../../router/text/parts';
import type { ModelRequest } from '../../../router/types';
import { ask, Bench, KEY, PROTOCOLS, read, type Protocol } from './protocols';

let bench: Bench;
beforeAll(async () => {
	bench = await Bench.start();
});
afterAll(() => bench.close());
beforeEach(() => {
	bench.providers.reset();
	bench.providers.answer = undefined;
});

const lastBody = () => bench.providers.log.at(-1)!.body;

const PIXEL = 'iVBORw0KGgo=';
const CONVERSATION: ModelRequest = ask('And this?', {
	system: 'Be brief.',
	messages: [
		assistantMessage('How can I help?'),
		userMessage('First question'),
		userMessage('Second question'),
		assistantMessage('First answer'),
		userMessage('And this?', [{ kind: 'image', mediaType: 'image/png', data: PIXEL, fileName: 'dot.png' }]),
	],
	limits: { maxOutputTokens: 500, temperature: 0.2 },
});
const PDF: ModelRequest = ask('', {
	messages: [
		userMessage('Sum up', [
			{ kind: 'document', mediaType: 'application/pdf', data: 'JVBERi0=', fileName: 'a.pdf' },
		]),
	],
});

describe.each(PROTOCOLS)('$provider', (protocol) => {
	test('a whole answer with usage', async () => {
		const { text, end, reasoned } = await bench.answer(protocol, ask('one two three'));
		expect(text).toBe(`[${protocol.modelId}] You asked: one two three`);
		expect(reasoned).toBe(false);
		expect(end).toMatchObject({
			finishReason: 'stop',
			usage: {
				inputTokens: 4,
				outputTokens: 6,
				cachedInputTokens: 0,
				reasoningTokens: 0,
				totalTokens: 10,
			},
		});
	});

	test('cached input is a part of the input, reasoning a part of the output', async () => {
		const system = 'word '.repeat(120).trim();
		const request = ask('hello', { system, reasoningEffort: 'medium' });
		const { end, reasoned, text } = await bench.answer(protocol, request, protocol.reasoningModelId);
		const output = text.split(' ').length + 16;
		expect(reasoned).toBe(protocol.provider !== 'openAi'); // OpenAI's chat completions do not show it
		expect(end?.usage).toMatchObject({
			inputTokens: 122,
			outputTokens: output,
			cachedInputTokens: 120,
			reasoningTokens: 16,
			totalTokens: 122 + output,
		});
	});

	test('system message, history and image arrive', async () => {
		let heard: unknown;
		bench.providers.answer = (call) => {
			heard = { system: call.system, roles: call.messages.map(({ role }) => role), prompt: call.prompt };
			return 'Fine.';
		};
		await bench.answer(protocol, CONVERSATION);
		const merges = protocol.provider === 'anthropic' || protocol.provider === 'gemini';
		expect(heard).toMatchObject({
			system: 'Be brief.',
			roles: merges
				? ['user', 'assistant', 'user', 'assistant', 'user']
				: ['assistant', 'user', 'user', 'assistant', 'user'],
			prompt: expect.stringContaining('And this?'),
		});
		expect(JSON.stringify(lastBody())).toContain(PIXEL);
		expect(bodyShape(protocol)).toMatchSnapshot();
	});

	test('a PDF arrives as a document', async () => {
		await bench.answer(protocol, PDF);
		expect(bodyShape(protocol)).toMatchSnapshot();
	});

	test('an answer cut at the limit', async () => {
		const request = ask('a b c d e f', { limits: { maxOutputTokens: 3 } });
		const { end, text } = await bench.answer(protocol, request);
		expect(end?.finishReason).toBe('length');
		expect(text.split(' ')).toHaveLength(3);
	});

	test('a whole answer from a server that ignores stream: true', async () => {
		const { text, end } = await bench.answer(protocol, ask('one'), `${protocol.modelId}--wholejson`);
		expect(text).toBe(`[${protocol.modelId}] You asked: one`);
		expect(end).toMatchObject({ finishReason: 'stop', usage: { inputTokens: 2, outputTokens: 4 } });
	});

	test('a long answer in many parts', async () => {
		const { text, end } = await bench.answer(protocol, ask('go'), `${protocol.modelId}--many-2000`);
		expect(text.trim().split(/\s+/)).toEqual(Array.from({ length: 2_000 }, (_, i) => String(i)));
		expect(end?.finishReason).toBe('stop');
	});

	test('a stream without a finish reason has no end', async () => {
		const { text, end } = await bench.answer(protocol, ask('one two'), `${protocol.modelId}--nofinish`);
		expect(text).not.toBe('');
		expect(end).toBeUndefined();
	});

	test.each(['refusal', 'filterfinish'])('%s is an end with its reason', async (fault) => {
		const { end } = await bench.answer(protocol, ask('x y'), `${protocol.modelId}--${fault}`);
		expect(['refusal', 'contentFilter']).toContain(end?.finishReason);
		if (protocol.provider === 'gemini') expect(end?.detail).toMatch(/^Gemini stopped the answer \([A-Z_]+\)/);
		else if (fault === 'refusal') expect(end?.detail).toMatch(/\w/);
	});

	test('an aborted call ends as cancelled and lets its socket go', async () => {
		const controller = new AbortController();
		const client = bench.client(protocol, `${protocol.modelId}--stall`);
		const started = Date.now();
		const stream = client.stream(ask('one two three four'), KEY, controller.signal);
		const reading = read(stream);
		setTimeout(() => controller.abort(), 100);
		await expect(reading).rejects.toMatchObject({ category: 'cancelled' });
		await bench.providers.idle(1000);
		expect(Date.now() - started).toBeLessThan(1000);
		expect(bench.providers.log.at(-1)!.aborted).toBe(true);
	});

	test('a reader that stops early lets the socket go', async () => {
		const client = bench.client(protocol, `${protocol.modelId}--drip-20`);
		for await (const part of client.stream(ask('a b c d e f g h'), KEY, new AbortController().signal)) {
			if (part.type === 'text') break;
		}
		await bench.providers.idle(1000);
		expect(bench.providers.log.at(-1)!.aborted).toBe(true);
	});
});

/** The body without what every test repeats. */
function bodyShape({ endpoint }: Protocol): unknown {
	const { messages, contents, system, systemInstruction, generationConfig, ...rest } = lastBody() as Record<
		string,
		unknown
	>;
	if (endpoint === 'gemini') return { systemInstruction, contents, generationConfig };
	return { system, messages, limits: { ...rest, model: undefined } };
}

describe('what Gemini broke off', () => {
	const gemini = PROTOCOLS.find(({ provider }) => provider === 'gemini')!;

	test.each([
		['OTHER', 'serverError'],
		['MALFORMED_FUNCTION_CALL', 'serverError'],
		['MALFORMED_RESPONSE', 'serverError'],
		['LANGUAGE', 'invalidRequest'],
	])('%s is no answer', async (reason, category) => {
		const error = await bench.error(gemini, `filterfinish-${reason}`, ask('one two three'));
		expect(error).toMatchObject({ category, message: expect.stringContaining(reason) as string });
	});

	test('FINISH_REASON_UNSPECIFIED is no end', async () => {
		const fault = 'filterfinish-FINISH_REASON_UNSPECIFIED';
		const { end } = await bench.answer(gemini, ask('one two three'), `${gemini.modelId}--${fault}`);
		expect(end).toBeUndefined();
	});
});

describe('JSON output', () => {
	const closed = {
		$schema: 'https://json-schema.org/draft/2020-12/schema',
		type: 'object',
		properties: { city: { type: 'string' }, people: { type: 'integer' } },
		required: ['city', 'people'],
		additionalProperties: false,
	};
	const open = { type: 'object', properties: { city: { type: 'string', minLength: 1 } } };
	const list = { type: 'array', items: { type: 'string' } };
	const json = (schema?: Record<string, unknown>) => ask('Which city?', { format: { type: 'json', schema } });

	const native = (endpoint: Protocol['endpoint']): unknown => {
		const body = lastBody() as {
			response_format?: { type: string; json_schema?: { strict: boolean } };
			output_config?: { format?: { type: string } };
			generationConfig?: { responseMimeType?: string; responseJsonSchema?: unknown };
		};
		if (endpoint === 'anthropic') return body.output_config?.format?.type ?? 'instruction';
		if (endpoint === 'gemini')
			return body.generationConfig?.responseJsonSchema ? 'json_schema' : 'json_object';
		const { type, json_schema: schema } = body.response_format ?? {};
		return schema ? `${type}${schema.strict ? ' strict' : ''}` : (type ?? 'instruction');
	};

	test.each([
		['openAi', 'closed', closed, 'json_schema strict'],
		['openAi', 'open', open, 'json_schema'],
		['openAi', 'list', list, 'instruction'],
		['openAi', 'none', undefined, 'json_object'],
		['anthropic', 'closed', closed, 'json_schema'],
		['anthropic', 'open', open, 'json_schema'],
		['anthropic', 'none', undefined, 'instruction'],
		['gemini', 'closed', closed, 'json_schema'],
		['gemini', 'none', undefined, 'json_object'],
		['openAiCompatible', 'closed', closed, 'instruction'],
	] as const)('%s with the schema %s', async (provider, _, schema, expected) => {
		const protocol = PROTOCOLS.find((candidate) => candidate.provider === provider)!;
		let schemaHeard: unknown;
		bench.providers.answer = (call) => {
			schemaHeard = call.schema;
			return undefined;
		};
		const { text, end } = await bench.answer(protocol, json(schema));
		expect(native(protocol.endpoint)).toBe(expected);
		expect(end?.finishReason).toBe('stop');
		if (schema === closed) expect(JSON.parse(text)).toMatchObject({ city: expect.any(String) });
		if (schema && expected !== 'instruction') expect(schemaHeard).not.toHaveProperty('$schema');
	});

	test('an older model gets the instruction', async () => {
		const [, anthropic] = PROTOCOLS;
		await bench.answer(anthropic!, json(closed), 'claude-3-5-haiku-20241022');
		expect(native('anthropic')).toBe('instruction');
		expect(JSON.stringify(lastBody().system)).toContain('JSON Schema');
	});
});

describe('what models refuse is not sent', () => {
	const settings: Partial<ModelRequest> = {
		limits: { temperature: 0.3, maxOutputTokens: 4000 },
		reasoningEffort: 'none',
	};
	test.each([
		['openAi', 'gpt-4o-mini', { temperature: 0.3, max_completion_tokens: 4000 }],
		['openAi', 'o4-mini', { reasoning_effort: 'low', max_completion_tokens: 4000 }],
		['openAi', 'gpt-5-mini', { reasoning_effort: 'minimal' }],
		['openAi', 'gpt-5.2', { reasoning_effort: 'none' }],
		['openAi', 'gpt-5.2-chat-latest', { max_completion_tokens: 4000 }],
		['openAiCompatible', 'qwen-2.5-7b', { temperature: 0.3, max_tokens: 4000, reasoning_effort: 'none' }],
		['anthropic', 'claude-sonnet-4-6', { temperature: 0.3, max_tokens: 4000 }],
		['anthropic', 'claude-opus-4-7', { max_tokens: 4000 }],
		['anthropic', 'claude-sonnet-5', { output_config: { effort: 'low' } }],
	] as const)('%s %s', async (provider, modelId, expected) => {
		const protocol = PROTOCOLS.find((candidate) => candidate.provider === provider)!;
		await bench.answer(protocol, ask('x', settings), modelId);
		const { temperature, reasoning_effort, thinking, output_config } = lastBody();
		expect(lastBody()).toMatchObject(expected);
		const sent = Object.entries({ temperature, reasoning_effort, thinking, output_config });
		const names = sent.filter(([, value]) => value !== undefined).map(([name]) => name);
		expect(names.filter((name) => !(name in expected))).toEqual([]);
	});

	test.each([
		['claude-3-opus-20240229', { max_tokens: 4096, thinking: undefined }],
		['claude-3-7-sonnet-20250219', { max_tokens: 16384, thinking: { type: 'enabled', budget_tokens: 8192 } }],
		['claude-opus-4-6', { max_tokens: 24576, thinking: { type: 'adaptive' } }],
	])('%s thinks as it can', async (modelId, expected) => {
		await bench.answer(PROTOCOLS[1]!, ask('x', { reasoningEffort: 'medium' }), modelId);
		const { max_tokens, thinking } = lastBody();
		expect({ max_tokens, thinking }).toEqual(expected);
	});
});
