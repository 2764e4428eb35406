import { AIMessage, ChatMessage, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';

import { conversationOf, thoughtBlocks } from '../../../nodes/SmartLlmRouterModel/messages';
import { ToolBook } from '../../../nodes/SmartLlmRouterModel/toolBook';
import { wishesOf } from '../../../nodes/SmartLlmRouterModel/tools';
import { withTurn } from '../../../nodes/SmartLlmRouterModel/turns';
import { textOf, toolCallsIn } from '../../../router/text/parts';
import type { Part } from '../../../router/types';

const DATA = 'iVBORw0KGgo=';
const image = { kind: 'image', mediaType: 'image/png', data: DATA };

test('what the system says is one text, wherever it stands; roles of other names are known', () => {
	const { system, messages } = conversationOf([
		new SystemMessage('Be brief.'),
		new HumanMessage('Hello'),
		new ChatMessage('Hi', 'assistant'),
		new ChatMessage('Never swear.', 'developer'),
		new HumanMessage('Bye'),
	]);
	expect(system).toBe('Be brief.\n\nNever swear.');
	expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
});

test('what the system says alone is asked as a person would', () => {
	const { system, messages } = conversationOf([new SystemMessage('Say hello.')]);
	expect({ system, messages }).toEqual({
		system: undefined,
		messages: [{ role: 'user', parts: [{ type: 'text', text: 'Say hello.' }] }],
	});
});

test.each<[string, object, object]>([
	[
		'an address with the data',
		{ type: 'image_url', image_url: { url: `data:image/png;base64,${DATA}` } },
		image,
	],
	['the address alone', { type: 'image_url', image_url: `data:image/png;base64,${DATA}` }, image],
	['LangChain 0.3', { type: 'image', source_type: 'base64', mime_type: 'image/png', data: DATA }, image],
	['LangChain 1', { type: 'image', mimeType: 'image/png', data: DATA }, image],
	['Anthropic', { type: 'image', source: { type: 'base64', media_type: 'image/png', data: DATA } }, image],
	['Google', { type: 'media', mimeType: 'image/png', data: DATA }, image],
	[
		'an audio of OpenAI',
		{ type: 'input_audio', input_audio: { data: DATA, format: 'wav' } },
		{ kind: 'audio', mediaType: 'audio/wav', data: DATA },
	],
	[
		'a PDF of OpenAI',
		{ type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${DATA}` } },
		{ kind: 'document', mediaType: 'application/pdf', data: DATA },
	],
	[
		"n8n's agent",
		{
			type: 'file',
			source_type: 'base64',
			mime_type: 'application/pdf',
			data: DATA,
			metadata: { filename: 'a.pdf' },
		},
		{ kind: 'document', mediaType: 'application/pdf', data: DATA, fileName: 'a.pdf' },
	],
])('a file in the form of %s', (_, block, file) => {
	const content = [{ type: 'text', text: 'Look:' }, block] as never;
	const [{ parts }] = conversationOf([new HumanMessage({ content })]).messages;
	expect(parts).toEqual([
		{ type: 'text', text: 'Look:' },
		{ type: 'file', file: expect.objectContaining(file) as object },
	]);
});

test('the address of a picture on the web stands on a line of its own', () => {
	const content = [
		{ type: 'text', text: 'What is this?' },
		{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
	] as never;
	const [{ parts }] = conversationOf([new HumanMessage({ content })]).messages;
	expect(textOf(parts).split('\n')).toContain('https://example.com/a.png');
});

test('calls and results belong together, whatever form the calls are in', () => {
	const call = { id: 'b', name: 'add', args: { a: 2 } };
	const { messages } = conversationOf([
		new HumanMessage('Add'),
		new AIMessage({
			content: [
				{ type: 'text', text: 'So:' },
				{ type: 'tool_use', id: 'a', name: 'add', input: { a: 1 } },
			] as never,
			tool_calls: [{ id: 'a', name: 'add', args: { a: 1 } }, call],
		}),
		new ToolMessage({ content: '1', tool_call_id: 'a' }),
		new ToolMessage({ content: [{ type: 'text', text: 'no' }], tool_call_id: 'b', status: 'error' }),
	]);
	expect(messages.slice(1)).toEqual([
		{
			role: 'assistant',
			parts: [
				{ type: 'text', text: 'So:' },
				{ type: 'toolCall', id: 'a', name: 'add', input: '{"a":1}' },
				{ type: 'toolCall', id: 'b', name: 'add', input: '{"a":2}' },
			],
		},
		{
			role: 'tool',
			parts: [
				{ type: 'toolResult', id: 'a', name: 'add', output: '1' },
				{ type: 'toolResult', id: 'b', name: 'add', output: 'no', isError: true },
			],
		},
	]);
});

test('thoughts and inputs survive an agent that keeps a signature and drops the rest; those of others are left out', () => {
	const call: Part = { type: 'toolCall', id: 'a', name: 'add', input: '{"a":"ü"}' };
	const thought: Part = { type: 'reasoning', maker: 'anthropic|x', opaque: { signature: 's' } };
	const [block] = thoughtBlocks([thought, call]);
	const content = [
		block,
		{ type: 'thinking', thinking: 'else', signature: 'of another' },
		{ type: 'tool_use', id: 'a', name: 'add', input: {} },
	];
	const [{ parts }] = conversationOf([new AIMessage({ content: content as never })]).messages;
	expect(parts).toEqual([thought, call]);
	expect(thoughtBlocks([thought, { type: 'text', text: 'done' }])).toEqual([]);
});

test("n8n's agent makes a message of each of several calls: those that were thought out together are one again", () => {
	const calls: Part[] = ['a', 'b'].map((id) => ({
		type: 'toolCall',
		id,
		name: 'add',
		input: `{"to":"${id}"}`,
	}));
	const thought: Part = { type: 'reasoning', maker: 'gemini', opaque: { thoughtSignature: 's' } };
	const later: Part = { type: 'toolCall', id: 'c', name: 'add', input: '{}' };
	const step = (block: object | undefined, id: string) => [
		new AIMessage({ content: [block, { type: 'tool_use', id, name: 'add', input: {} }] as never }),
		new ToolMessage({ content: `sum ${id}`, tool_call_id: id }),
	];
	const [together] = thoughtBlocks([thought, ...calls]);
	const [alone] = thoughtBlocks([{ ...thought, opaque: { thoughtSignature: 't' } }, later]);
	const { messages } = conversationOf([...step(together, 'a'), ...step(together, 'b'), ...step(alone, 'c')]);
	expect(messages.map(({ role, parts }) => [role, parts.map(({ type }) => type)])).toEqual([
		['assistant', ['reasoning', 'toolCall', 'toolCall']],
		['tool', ['toolResult', 'toolResult']],
		['assistant', ['reasoning', 'toolCall']],
		['tool', ['toolResult']],
	]);
	expect(messages[0].parts).toEqual([thought, ...calls]);
});

test('calls that were made at once without a thought are one turn again, by ids that the provider knows', () => {
	const made = (...ids: string[]): Part[] =>
		ids.map((id) => ({ type: 'toolCall', id, name: 'add', input: `{"to":"${id}"}` }));
	const answers = [made('a', 'b'), made('c'), made('d', 'e')];
	const handedOn = answers.flatMap((parts, at) =>
		toolCallsIn(withTurn(parts, `01M8GRNQX12NQZ6AAEA2TSPGW${at}`)).flatMap(({ id, input }) => [
			new AIMessage({
				content: [],
				tool_calls: [{ id, name: 'add', args: { ...(JSON.parse(input) as object), id } }],
			}),
			new ToolMessage({ content: `sum of ${id}`, tool_call_id: id }),
		]),
	);
	const { messages } = conversationOf([new HumanMessage('Add'), ...handedOn]);
	expect(messages.filter(({ role }) => role === 'assistant').map(({ parts }) => parts)).toEqual(answers);
	const results = messages
		.filter(({ role }) => role === 'tool')
		.map(({ parts }) => parts.map((part) => part.type === 'toolResult' && part.id));
	expect(results).toEqual([['a', 'b'], ['c'], ['d', 'e']]);
	// OpenAI's own ids with the turn behind them are not longer than OpenAI takes, should another node send them.
	const [{ id }] = toolCallsIn(withTurn(made('call_'.padEnd(29, 'x'), 'b'), '01M8GRNQX12NQZ6AAEA2TSPGWX'));
	expect(id.length).toBeLessThanOrEqual(40);
	expect(id).toMatch(/^[a-zA-Z0-9_-]+$/);
});

test("what n8n's agent adds to the input of a call is left out, unless the tool has a field of that name", () => {
	const object = (...names: string[]) => ({
		type: 'object',
		properties: Object.fromEntries(names.map((name) => [name, {}])),
	});
	const book = new ToolBook([
		{ name: 'add', schema: object('a') },
		{ name: 'find', schema: object('id', 'tool') },
	]);
	const inputOf = (name: string, args: Record<string, unknown>, tools?: ToolBook) => {
		const call = new AIMessage({ content: [], tool_calls: [{ id: 'x', name, args }] });
		const [{ parts }] = conversationOf([call], tools).messages;
		return JSON.parse((parts[0] as { input: string }).input) as unknown;
	};
	expect(inputOf('add', { a: 1, id: 'x', tool: 'add' }, book)).toEqual({ a: 1 });
	expect(inputOf('find', { id: 'x', tool: 'find' }, book)).toEqual({ id: 'x', tool: 'find' });
	// Of a tool that is there no longer.
	expect(inputOf('gone', { id: 'x', tool: 'gone' }, book)).toEqual({ tool: 'gone' });
	expect(inputOf('add', { id: 7 }, book)).toEqual({ id: 7 });
});

test('names that a provider refuses are sent in a form that all take, and come back as the agent knows them', () => {
	const own = ['search web', 'search_web', 'search/web', '2 digits', 'ü'.repeat(90), 'fine-1'];
	const book = new ToolBook(own.map((name) => ({ name, schema: {} })));
	const { tools = [], toolChoice } = book.sent({ toolChoice: { name: '2 digits' } });
	const sent = tools.map(({ name }) => name);
	expect(sent).toEqual([
		expect.stringMatching(/^search_web_[0-9a-f]{6}$/),
		'search_web',
		expect.stringMatching(/^search_web_[0-9a-f]{6}$/),
		'_2_digits',
		'_',
		'fine-1',
	]);
	expect(new Set(sent).size).toBe(own.length);
	expect(toolChoice).toEqual({ name: '_2_digits' });
	const calls = sent.map((name): Part => ({ type: 'toolCall', id: name, name, input: '{}' }));
	expect(book.own(calls).map((part) => (part as { name: string }).name)).toEqual(own);
	// In the history they have the names that are sent now.
	const history = new AIMessage({ content: [], tool_calls: [{ id: 'x', name: '2 digits', args: {} }] });
	const result = new ToolMessage({ content: 'two', tool_call_id: 'x', name: '2 digits' });
	const { messages } = conversationOf([history, result], book);
	expect(messages.flatMap(({ parts }) => parts)).toMatchObject([
		{ name: '_2_digits' },
		{ name: '_2_digits' },
	]);
});

const tool = { type: 'function', function: { name: 'add', parameters: { type: 'object' } } };

test.each<[unknown, unknown]>([
	['auto', 'auto'],
	['any', 'required'],
	['required', 'required'],
	['add', { name: 'add' }],
	[{ type: 'function', function: { name: 'add' } }, { name: 'add' }],
	[{ type: 'tool', name: 'add' }, { name: 'add' }],
	[{ type: 'any' }, 'required'],
	[undefined, undefined],
])('the choice of a tool %j is %j', (given, toolChoice) => {
	expect(wishesOf({ tools: [tool], tool_choice: given }).toolChoice).toEqual(toolChoice);
});

test('a wish to be strict is one of all tools that say nothing of their own', () => {
	const loose = { ...tool, function: { ...tool.function, strict: false } };
	const { tools } = wishesOf({ tools: [tool, loose], strict: true });
	expect(tools!.map(({ strict }) => strict ?? false)).toEqual([true, false]);
});

test('a tool that one provider runs itself is refused in words, and a wish for JSON is understood', () => {
	expect(() => wishesOf({ tools: [{ type: 'web_search' }] })).toThrow('belongs to one provider');
	const schema = { type: 'object' };
	expect(wishesOf({ response_format: { type: 'json_schema', json_schema: { schema } } }).format).toEqual({
		type: 'json',
		schema,
	});
	// Without tools there is nothing to choose.
	expect(wishesOf({ tool_choice: 'any', parallel_tool_calls: false })).toEqual({ format: { type: 'text' } });
});
