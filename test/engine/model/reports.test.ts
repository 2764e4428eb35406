/** What users report of agents in n8n, tried with every provider. The simulated ones refuse what the real ones do. */
import { AIMessage, HumanMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import type { IDataObject } from 'n8n-workflow';

import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { inOrder, model } from '../workflow';
import { runAgent } from './agent';
import { chatModel, MODELS, tool } from './chatModel';

const NAMES = Object.keys(MODELS);

let providers: SimulatedProviders;
let serial = 0;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => {
	providers.reset();
	providers.answer = undefined;
	serial += 1;
});
afterAll(async () => await providers.close());

const PRICE = { inputPrice: 1, outputPrice: 2 };
const entry = (name: string, options: IDataObject = {}, id = MODELS[name]) =>
	model(name, name, `${id}-${serial}`, { ...PRICE, ...options });

async function alone(name: string, options: IDataObject = {}, id?: string) {
	return (await chatModel(providers, { models: [entry(name, options, id)], options: { maxRetries: 0 } }))
		.model;
}

const call = (id: string, args: object = {}) =>
	new AIMessage({ content: '', tool_calls: [{ id, name: 'look', args: args as Record<string, unknown> }] });
const result = (id: string, content: string, more: object = {}) =>
	new ToolMessage({ content, tool_call_id: id, ...more });

describe.each(NAMES)('%s', (name) => {
	// n8n 21501 (names of MCP tools with a space), 14729 (Gemini: must start with a letter or an underscore).
	test('tools with names that it refuses', async () => {
		providers.answer = ({ tools }) => ({ text: '', calls: tools.map((sent) => ({ name: sent, input: {} })) });
		const own = ['Test Tool', '2nd.look up', 'x'.repeat(80), 'plain'];
		const bound = (await alone(name)).bindTools!(own.map((each) => tool(each)));
		const { tool_calls: calls = [] } = (await bound.invoke('Look')) as AIMessage;
		expect(calls.map((each) => each.name)).toEqual(own);
	});

	// n8n 34166, 33431: a window of memory that begins in the middle of a tool's use. 14023: an empty message of the person.
	test.each<[string, BaseMessage[]]>([
		[
			'a result without its call',
			[result('lost', 'two'), new AIMessage('Fine.'), new HumanMessage('And now?')],
		],
		['a call without its result', [new HumanMessage('Look'), call('a'), new HumanMessage('Well?')]],
		['an empty message of the person', [new HumanMessage('Look'), new HumanMessage({ content: [] })]],
		['an answer without a word', [new HumanMessage('Hi'), new AIMessage(''), new HumanMessage('Look')]],
		['a tool that said nothing', [new HumanMessage('Look'), call('a'), result('a', '')]],
		['a tool that failed', [new HumanMessage('Look'), call('a'), result('a', 'no', { status: 'error' })]],
		[
			'the same id in each turn',
			[new HumanMessage('Look'), call('x'), result('x', '1'), call('x', { again: 1 }), result('x', '2')],
		],
	])('a conversation with %s', async (_, messages) => {
		providers.answer = () => 'Answered.';
		const bound = (await alone(name)).bindTools!([tool('look')]);
		expect((await bound.invoke(messages)).text).toBe('Answered.');
		const streamed: string[] = [];
		for await (const chunk of await bound.stream(messages)) streamed.push((chunk as AIMessage).text);
		expect(streamed.join('')).toBe('Answered.');
	});

	// n8n 15553, 17188, 12109: keywords, lists of types and formats that Gemini refuses; no fields at all (13285).
	test('schemas as MCP servers write them', async () => {
		providers.answer = () => ({ text: '', calls: [{ name: 'look', input: { at: 1 } }] });
		const properties = {
			at: { type: ['integer', 'null'], exclusiveMinimum: 0, default: 1 },
			mail: { type: 'string', format: 'email', maxLength: 255, pattern: '.+@.+' },
			sure: { const: true },
			size: { enum: ['s', 'm', null] },
			tags: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number', multipleOf: 2 }] } },
			more: { type: 'object', patternProperties: { '^x': {} }, additionalProperties: { type: 'string' } },
			tree: { $ref: '#/definitions/tree' },
		};
		const definitions = {
			tree: {
				type: 'object',
				properties: { leaves: { type: 'array', items: { $ref: '#/definitions/tree' } } },
			},
		};
		const $schema = 'http://json-schema.org/draft-07/schema#';
		const look = tool('look', properties, {
			$schema,
			definitions,
			required: ['at'],
			additionalProperties: false,
		});
		const bound = (await alone(name)).bindTools!([look, tool('pause')]);
		expect(((await bound.invoke('Look')) as AIMessage).tool_calls).toMatchObject([{ args: { at: 1 } }]);
	});

	test('one call at a time where the agent wants it so, also of a model that knows no such wish', async () => {
		providers.answer = ({ tools }) => ({ text: '', calls: tools.map((sent) => ({ name: sent, input: {} })) });
		const bound = (await alone(name)).bindTools!([tool('look'), tool('pause')], {
			tool_choice: 'any',
			parallel_tool_calls: false,
		} as never);
		expect(((await bound.invoke('Look')) as AIMessage).tool_calls).toHaveLength(1);
	});

	// Models that read one call a turn make one call a turn (Anthropic, "Parallel tool use"), and n8n's agent splits them.
	test("calls that were made at once come back as one turn, though n8n's agent makes a message of each", async () => {
		const ask = `Look ${serial}`;
		const turns: number[][] = [];
		providers.answer = ({ messages }) => {
			turns.push(messages.map(({ calls }) => calls.length).filter((count) => count > 0));
			return turns.length < 3
				? { text: '', calls: [1, 2, 3].map((at) => ({ name: 'look', input: { at } })) }
				: 'Done.';
		};
		const look = ({ at }: IDataObject) => `seen ${String(at)}`;
		const result = await runAgent(providers, {
			parameters: { models: [entry(name)] },
			items: [ask],
			tools: { look },
		});
		expect(result.error).toBeNull();
		const [{ calls }] = result.json('Agent') as Array<{ calls: Array<{ args: IDataObject }> }>;
		expect(calls.map(({ args }) => args)).toEqual([1, 2, 3, 1, 2, 3].map((at) => ({ at })));
		expect(turns).toEqual([[], [3], [3, 3]]);
	});

	// A model that thinks may not be made to call a tool; structured output does so.
	test('structured output of a model that thinks', async () => {
		const id = { anthropic: 'claude-sonnet-4-5-think', gemini: 'gemini-3-pro', openAi: 'o4-mini' }[name];
		providers.answer = () => ({ text: '', calls: [{ name: 'city', input: { name: 'Lima' } }] });
		const thinks = await alone(name, { reasoningEffort: 'medium' }, id);
		const schema = { title: 'city', type: 'object', properties: { name: { type: 'string' } } };
		expect(await thinks.withStructuredOutput(schema).invoke('The capital of Peru?')).toEqual({
			name: 'Lima',
		});
	});
});

// n8n 15715, 22550: thinking is refused where a call of the turn was made without.
test.each(['claude-sonnet-4-5-think', 'claude-sonnet-4-6-think'])(
	'%s goes on with calls that another model made without thinking',
	async (id) => {
		providers.answer = () => 'Answered.';
		const bound = (await alone('anthropic', { reasoningEffort: 'medium' }, id)).bindTools!([tool('look')]);
		const messages = [
			new HumanMessage('Hi'),
			new AIMessage('Hello!'),
			new HumanMessage('Look'),
			call('call_of|another.provider'),
			result('call_of|another.provider', 'two'),
		];
		expect((await bound.invoke(messages)).text).toBe('Answered.');
	},
);

// n8n 31303, 18654: a call that Gemini itself could not write; no word behind the results.
test.each([
	['gemini', 'badargs'],
	['gemini', 'empty'],
	['openAi', 'badargs'],
	['openAi', 'unknowntool'],
	['anthropic', 'badargs'],
])('%s with the fault %s behind a tool: the next model goes on', async (name, fault) => {
	const helper = name === 'anthropic' ? 'openAi' : 'anthropic';
	providers.setFault(`${MODELS[name]}-${serial}`, fault);
	providers.answer = ({ protocol }) =>
		fault === 'empty' && protocol === 'gemini'
			? ''
			: { text: '', calls: [{ name: 'look', input: { at: protocol } }] };
	const parameters = { models: [entry(name), entry(helper)], rules: [inOrder], options: { maxRetries: 0 } };
	const { model: routed } = await chatModel(providers, parameters);
	const bound = routed.bindTools!([tool('look', { at: { type: 'string' } })]);
	const messages = [new HumanMessage('Look'), call('a'), result('a', 'two')];
	const answer = (await bound.invoke(messages)) as AIMessage;
	expect(answer.tool_calls).toMatchObject([{ name: 'look', args: { at: helper } }]);
	let chunk: AIMessage | undefined;
	for await (const part of await bound.stream(messages)) {
		chunk = chunk
			? ((chunk as unknown as { concat(p: unknown): AIMessage }).concat(part) as AIMessage)
			: (part as AIMessage);
	}
	expect(chunk!.tool_calls).toMatchObject([{ name: 'look', args: { at: helper } }]);
});

// As n8n's memory keeps the steps of a model that thought: in content blocks, without the calls beside them.
describe.each([
	['anthropic', 'claude-sonnet-4-5-think'],
	['gemini', 'gemini-3-pro'],
])('what %s thought in a turn that is over', (maker, id) => {
	test.each([
		['anthropic', 'claude-sonnet-4-5-think'],
		['gemini', 'gemini-3-pro'],
		['openAi', 'gpt-4o-mini'],
		['openAiCompatible', 'llama-3.3-70b'],
	])('is no hindrance to %s', async (reader, readerId) => {
		const thinks = { reasoningEffort: 'medium' };
		providers.answer = () => ({ text: '', calls: [{ name: 'look', input: { at: 1 } }] });
		const first = (await alone(maker, thinks, id)).bindTools!([tool('look', { at: {} })]);
		const said = (await first.invoke('Look')) as AIMessage;
		const [{ id: callId = '' }] = said.tool_calls!;
		const [thinking] = said.content as object[];
		const step = new AIMessage({
			content: [thinking, { type: 'tool_use', id: callId, name: 'look', input: {} }] as never,
		});
		const over = [new HumanMessage('Look'), step, result(callId, 'two'), new AIMessage('It is two.')];
		providers.answer = () => 'Answered.';
		const second = (await alone(reader, reader === maker ? thinks : {}, readerId)).bindTools!([tool('look')]);
		expect((await second.invoke([...over, new HumanMessage('And now?')])).text).toBe('Answered.');
		// The call has its input again, which the agent has lost.
		expect(JSON.stringify(providers.log.at(-1)!.body)).toMatch(/"at\\?":1/);
	});
});
