import { AIMessage, ChatMessage, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';

import { conversationOf, thoughtBlocks } from '../../../nodes/SmartLlmRouterModel/messages';
import { wishesOf } from '../../../nodes/SmartLlmRouterModel/tools';
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
])('a file in the form of %s', (_, block, file) => {
	const content = [{ type: 'text', text: 'Look:' }, block] as never;
	const [{ parts }] = conversationOf([new HumanMessage({ content })]).messages;
	expect(parts).toEqual([
		{ type: 'text', text: 'Look:' },
		{ type: 'file', file: expect.objectContaining(file) as object },
	]);
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
