/** Tool calls over the wire: every protocol, streamed and whole, healthy and with what servers do to them. */
import { assistantMessage, toolCallsIn, userMessage } from '../../../router/text/parts';
import { PartialAnswer } from '../../../router/failover/calling/partialAnswer';
import type { AnswerPart, Message, ModelRequest, Part, Tool } from '../../../router/types';
import { requestOf } from '../../support/requests';
import { Bench, PROTOCOLS, type Protocol } from './protocols';

let bench: Bench;
beforeAll(async () => {
	bench = await Bench.start();
});
afterAll(() => bench.close());
beforeEach(() => {
	bench.providers.reset();
	bench.providers.answer = undefined;
});

const ADD: Tool = {
	name: 'add',
	description: 'Adds',
	schema: {
		$schema: 'http://json-schema.org/partial-07/schema#',
		type: 'object',
		properties: { a: { type: 'number', const: 1, exclusiveMinimum: 0 }, b: { $ref: '#/definitions/b' } },
		definitions: { b: { type: 'string', pattern: '^b$' } },
		required: ['a'],
		additionalProperties: false,
	},
	strict: true,
};
const PAUSE: Tool = { name: 'pause', schema: { type: 'object' } };
const CHOICE: Tool = {
	name: 'choose',
	schema: {
		anyOf: [
			{ type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
			{ type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['a', 'b'] },
		],
	},
};
const TOOLS = [ADD, PAUSE, CHOICE];
const ask = (more: Partial<ModelRequest> = {}): ModelRequest => requestOf('Add', { tools: TOOLS, ...more });

const INPUT = { a: 1, b: 'zwei "€"' };
const says = (...calls: Array<{ name: string; input: unknown }>) => {
	bench.providers.answer = () => ({ text: 'Let me see.', calls });
};

function partsOf(parts: readonly AnswerPart[]): Part[] {
	const partial = new PartialAnswer();
	for (const part of parts) {
		if (part.type === 'text' || part.type === 'reasoning' || part.type === 'toolCall') partial.add(part);
	}
	return partial.parts();
}

async function calls(protocol: Protocol, request = ask(), fault?: string) {
	const modelId = fault ? `${protocol.modelId}--${fault}` : protocol.modelId;
	const { parts, end, text } = await bench.answer(protocol, request, modelId);
	const found = toolCallsIn(partsOf(parts)).map(({ id, name, input }) => ({ id, name, input }));
	return { found, end, text, parts };
}

const lastBody = () => bench.providers.log.at(-1)!.body;

describe.each(PROTOCOLS)('$provider', (protocol) => {
	const isGemini = protocol.provider === 'gemini';
	const speaksOpenAi = protocol.provider === 'openAi' || protocol.provider === 'openAiCompatible';

	test.each(['', 'wholejson'])('several calls behind a text (%s)', async (fault) => {
		says({ name: 'add', input: INPUT }, { name: 'add', input: { a: 2 } }, { name: 'pause', input: {} });
		const { found, end, text } = await calls(protocol, ask(), fault);
		expect(text).toBe('Let me see.');
		expect(found.map(({ name, input }) => [name, JSON.parse(input) as unknown])).toEqual([
			['add', INPUT],
			['add', { a: 2 }],
			['pause', {}],
		]);
		expect(new Set(found.map(({ id }) => id)).size).toBe(3);
		for (const { id } of found) expect(id).toMatch(/^\w+$/);
		expect(end).toMatchObject({ finishReason: 'toolCalls' });
		expect(end?.usage?.outputTokens).toBeGreaterThan(0);
	});

	test('tools, choices and parallel calls as the provider takes them', async () => {
		const shapes: unknown[] = [];
		for (const more of [
			{ toolChoice: 'auto' },
			{ toolChoice: 'none' },
			{ toolChoice: 'required', parallelToolCalls: false },
			{ toolChoice: { name: 'add' } },
		] as Array<Partial<ModelRequest>>) {
			await bench.answer(protocol, ask(more));
			const { tool_choice, parallel_tool_calls, toolConfig } = lastBody();
			shapes.push({ tool_choice, parallel_tool_calls, toolConfig });
		}
		expect({ tools: lastBody().tools, shapes }).toMatchSnapshot();
	});

	test('the rest of a conversation with files and errors of tools', async () => {
		let heard: unknown;
		bench.providers.answer = ({ messages }) => {
			heard = messages;
			return 'Fine.';
		};
		await bench.answer(protocol, ask({ messages: CONVERSATION }));
		expect(heard).toMatchSnapshot();
	});

	test('a stream that is cut in the middle of a call has no end', async () => {
		says({ name: 'add', input: INPUT });
		const { end } = await calls(protocol, ask(), 'nofinish-2');
		expect(end).toBeUndefined();
	});

	test('an input that is no JSON, is cut or missing', async () => {
		says({ name: 'add', input: INPUT });
		if (isGemini)
			await expect(calls(protocol, ask(), 'badargs')).rejects.toMatchObject({ category: 'serverError' });
		else expect((await calls(protocol, ask(), 'badargs')).found[0]!.input).toBe('{"a": "this never end');
		expect((await calls(protocol, ask(), 'length')).end?.finishReason).toBe('length');
		expect((await calls(protocol, ask(), 'emptyargs')).found[0]!.input).toBe('{}');
	});

	test('calls decide, not the word for the end', async () => {
		says({ name: 'add', input: INPUT });
		expect((await calls(protocol, ask(), 'stopwithcalls')).end?.finishReason).toBe('toolCalls');
	});

	test('JSON beside tools', async () => {
		const schema = {
			type: 'object',
			properties: { a: { type: 'string' } },
			required: ['a'],
			additionalProperties: false,
		};
		const { end } = await calls(protocol, ask({ format: { type: 'json', schema } }));
		expect(end?.finishReason).toBe('stop');
	});

	if (!speaksOpenAi) return;
	test.each([
		'noindex',
		'noids',
		'sameids',
		'objectargs',
		'namedpieces',
		'noids+noindex',
		'sameids+wholejson',
	])('calls as other servers write them: %s', async (fault) => {
		says({ name: 'add', input: INPUT }, { name: 'add', input: { a: 2 } });
		const { found } = await calls(protocol, ask(), fault);
		expect(found.map(({ input }) => JSON.parse(input) as unknown)).toEqual([INPUT, { a: 2 }]);
		expect(new Set(found.map(({ id }) => id)).size).toBe(2);
		for (const { id } of found) expect(id).toMatch(/^call_/);
	});
});

const FILE = { kind: 'image' as const, mediaType: 'image/png', data: 'iVBORw0KGgo=' };
const call = (id: string, input = '{}'): Part => ({ type: 'toolCall', id, name: 'add', input });
const result = (id: string, output: string, more: object = {}): Part => ({
	type: 'toolResult',
	id,
	name: 'add',
	output,
	...more,
});
const CONVERSATION: Message[] = [
	assistantMessage('How can I help?'),
	userMessage('Add'),
	{
		role: 'assistant',
		parts: [{ type: 'text', text: 'One ' }, call('one', '{"a":1}'), call('two', 'broken')],
	},
	{ role: 'tool', parts: [result('two', 'no', { isError: true })] },
	{ role: 'tool', parts: [result('one', 'yes', { files: [FILE] })] },
	userMessage('And now?'),
	{ role: 'assistant', parts: [call('one')] },
	userMessage('Hurry'),
	{ role: 'tool', parts: [result('nobody', 'lost')] },
];

test.each([
	['gpt-5.1', 'low'],
	['gpt-5.4-mini', undefined],
	['gpt-5.6-terra', 'none'],
])('%s reasons beside tools as far as chat completions let it', async (modelId, expected) => {
	const [openAi] = PROTOCOLS;
	await bench.answer(openAi!, ask({ reasoningEffort: 'low' }), modelId);
	expect(lastBody().reasoning_effort).toBe(expected);
	await bench.answer(openAi!, ask({ reasoningEffort: 'low', tools: [] }), modelId);
	expect(lastBody().reasoning_effort).toBe('low');
});
